// The command line of jmlctl as a tree of verbs: what every verb shares, and the groups that add theirs. Parsing sets
// what is to be done; doing it is elsewhere.
#pragma once

#include "daemon/ctl/commands.hpp"

#include <CLI/CLI.hpp>
#include <fmt/format.h>

#include <functional>
#include <memory>
#include <string>
#include <vector>

namespace jmld::ctl {

struct shared_options
{
    std::string server = "unix:/run/jmld/ops.sock", token_file, ca, format = "table", reason;
    bool no_color = false, yes = false, dry_run = false;
};

/// What the environment says; main reads it.
struct surroundings
{
    std::string server; ///< $JMLCTL_SERVER
    bool no_color = false;
    std::string credentials; ///< $CREDENTIALS_DIRECTORY
    std::string home;        ///< $XDG_CONFIG_HOME, else $HOME/.config
};

using remote_work = std::function<boost::asio::awaitable<exit_code>(context)>;
using local_work = std::function<exit_code()>;

class command_line
{
public:
    explicit command_line(const surroundings& around);

    /// A noun: `run`, which takes a verb.
    CLI::App& group(const std::string& name, const std::string& what);
    /// A verb of `parent` that asks the server.
    CLI::App& verb(CLI::App& parent, const std::string& name, const std::string& what, remote_work work);
    CLI::App& local_verb(CLI::App& parent, const std::string& name, const std::string& what, local_work work);
    /// A verb that asks the server, but does its work here where `wanted` says so.
    void local_when(CLI::App& verb, std::function<bool()> wanted, local_work work);
    /// It takes something away from somebody: a reason must be given, and on a terminal it is asked once more.
    void destructive(CLI::App& verb);

    void parse(int argc, char** argv);
    CLI::App& app() { return app_; }
    const shared_options& shared() const { return shared_; }
    const surroundings& around() const { return around_; }
    /// After parse() one of them is set; where both are, local() goes first.
    const remote_work& remote() const { return remote_; }
    const local_work& local() const { return local_; }
    bool asks_first() const { return asks_first_; }

private:
    CLI::App app_;
    surroundings around_;
    shared_options shared_;
    remote_work remote_;
    local_work local_;
    bool asks_first_ = false;
};

// The groups, each in its own file.
void add_run_verbs(command_line& line);
void add_step_verbs(command_line& line);
void add_event_verbs(command_line& line);
void add_decision_verbs(command_line& line); ///< holds, approvals
void add_looking_verbs(command_line& line);  ///< people, plan, workflows, actions, status, doctor, simulate
void add_administration_verbs(command_line& line);
void add_okta_verbs(command_line& line);

output_options output_of(const shared_options& chosen);

/// The file's content, or standard input for `-`. Throws command_failed (usage).
std::string read_file(const std::string& path);
/// The ids as given; `-` stands for those on standard input, one a line.
std::vector<std::string> ids_from(const std::vector<std::string>& given);
/// `work` for the id, or for each of those on standard input: one that is refused is told, and the others follow. The
/// last code that is not done.
template <class Work> boost::asio::awaitable<exit_code> for_each_id(std::string given, Work work)
{
    auto outcome = exit_code::done;
    for (const auto& id : ids_from({given})) {
        try {
            const auto code = co_await work(id);
            outcome = code == exit_code::done ? outcome : code;
        } catch (const command_failed& refused) {
            fmt::print(stderr, "jmlctl: {}\n", refused.message);
            outcome = refused.code;
        }
    }
    co_return outcome;
}
/// What a flag holds as JSON: the text itself, or the file behind `@`. Throws command_failed (usage) naming the flag.
engine::value json_of(const std::string& flag, const std::string& text);

/// The nearest verb to the first word that nobody knows; empty when there is none.
std::string suggestion(CLI::App& app, int argc, char** argv);
/// A script for the shell, made from the tree itself. Throws command_failed (usage) for another shell.
std::string completion_script(CLI::App& app, const std::string& shell);

} // namespace jmld::ctl
