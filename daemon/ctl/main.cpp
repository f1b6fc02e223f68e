// jmlctl: the command line, parsed and handed to one verb. Exit codes are contract; a mistyped verb gets a suggestion;
// secrets are never given as flags.
#include "connectors/https_client.hpp"
#include "daemon/ctl/commands.hpp"
#include "daemon/ctl/lint.hpp"
#include "daemon/ctl/simulate.hpp"
#include "daemon/ctl/watch.hpp"
#include "daemon/version.hpp"
#include "engine/expression/expression.hpp"
#include "engine/runtime/clock.hpp"

#include <boost/asio/co_spawn.hpp>
#include <boost/asio/io_context.hpp>
#include <boost/asio/signal_set.hpp>
#include <CLI/CLI.hpp>
#include <fmt/format.h>

#include <cstdlib>
#include <fstream>
#include <functional>
#include <iostream>
#include <iterator>
#include <map>

#include <unistd.h>

namespace {

namespace asio = boost::asio;
using namespace jmld;
using namespace jmld::ctl;

struct options
{
    std::string server = "unix:/run/jmld/ops.sock", token_file, ca, format = "table", reason;
    bool no_color = false, yes = false, dry_run = false;
};

using verb = std::function<asio::awaitable<exit_code>(context)>;

std::string read_all(std::istream& from) { return {std::istreambuf_iterator<char>(from), {}}; }

std::string read_file(const std::string& path)
{
    if (path == "-")
        return read_all(std::cin);
    std::ifstream file(path, std::ios::binary);
    if (!file)
        throw command_failed{exit_code::usage, path + " cannot be read"};
    return read_all(file);
}

std::string token_of(const options& chosen)
{
    if (chosen.token_file.empty())
        return {};
    auto token = read_file(chosen.token_file);
    while (!token.empty() && (token.back() == '\n' || token.back() == '\r'))
        token.pop_back();
    return token;
}

// `-` stands for ids on standard input, one a line.
std::vector<std::string> ids_from(const std::vector<std::string>& given)
{
    std::vector<std::string> ids;
    for (const auto& id : given) {
        if (id != "-") {
            ids.push_back(id);
            continue;
        }
        for (std::string line; std::getline(std::cin, line);)
            if (!line.empty())
                ids.push_back(line);
    }
    return ids;
}

output_options output_of(const options& chosen)
{
    output_options output;
    output.terminal = ::isatty(STDOUT_FILENO) == 1;
    output.colour = output.terminal && !chosen.no_color && std::getenv("NO_COLOR") == nullptr;
    if (chosen.format == "json")
        output.format = output_format::json;
    else if (chosen.format == "ndjson")
        output.format = output_format::ndjson;
    else if (chosen.format == "id")
        output.format = output_format::id;
    return output;
}

int perform(const options& chosen, const verb& work)
{
    asio::io_context loop;
    auto transport = http::make_client(loop.get_executor(), {.origin = chosen.server, .ca_file = chosen.ca});
    if (!transport)
        throw command_failed{exit_code::usage, "--server: " + transport.error().what};
    api server(std::move(*transport), chosen.server, token_of(chosen));
    auto code = exit_code::interrupted;
    std::exception_ptr failed;
    asio::signal_set interrupt(loop, SIGINT, SIGTERM);
    interrupt.async_wait([&](const boost::system::error_code& error, int) {
        if (!error)
            loop.stop();
    });
    asio::co_spawn(loop, work({server, output_of(chosen)}), [&](std::exception_ptr error, exit_code done) {
        failed = error;
        if (!error)
            code = done;
        loop.stop();
    });
    loop.run();
    if (failed)
        std::rethrow_exception(failed);
    return static_cast<int>(code);
}

class command_line
{
public:
    command_line() : app_("jmlctl: watch and steer jmld")
    {
        app_.require_subcommand(1);
        app_.set_version_flag("--version", "jmlctl " + std::string(daemon::version));
        if (const char* server = std::getenv("JMLCTL_SERVER"))
            chosen_.server = server;
        app_.add_option("--server", chosen_.server, "URL or unix:PATH (default $JMLCTL_SERVER, else the local socket)");
        app_.add_option("--token-file", chosen_.token_file, "file that holds the bearer token");
        app_.add_option("--ca", chosen_.ca, "PEM file to trust instead of the system's");
        app_.add_option("-o,--output", chosen_.format, "table, json, ndjson or id")
            ->check(CLI::IsMember({"table", "json", "ndjson", "id"}));
        app_.add_flag("--no-color", chosen_.no_color, "no colours (also NO_COLOR)");
        app_.fallthrough();
        add_runs();
        add_events();
        add_others();
    }

    int run(int argc, char** argv)
    {
        app_.parse(argc, argv);
        if (local_)
            return static_cast<int>(local_());
        return perform(chosen_, work_);
    }

    CLI::App& app() { return app_; }

private:
    void add_runs()
    {
        auto* runs = app_.add_subcommand("run", "runs: list, show, watch and steer them");
        runs->require_subcommand(1);
        auto* list = runs->add_subcommand("list", "newest first");
        for (const auto* name : {"state", "workflow", "subject", "event_id", "step_state", "error", "attempt_gte",
                                 "next_attempt_before", "since", "until", "limit"})
            list->add_option("--" + std::string(name), filters_[name]);
        list->callback([this] { work_ = [this](context at) { return run_list(at, given_filters()); }; });
        auto* show = runs->add_subcommand("show", "one run with its steps and attempts");
        show->add_option("id", id_)->required();
        show->callback([this] { work_ = [this](context at) { return run_show(at, id_); }; });
        auto* watch = runs->add_subcommand("watch", "follow a run until it ends");
        watch->add_option("id", id_)->required();
        watch->add_flag("--exit-status", exit_status_, "exit 1 when it ended not succeeded");
        watch->add_option("--timeout", timeout_, "stop watching after this long (30s, 5m): exit 7");
        watch->callback([this] { work_ = [this](context at) { return watch_it(at); }; });
        add_run_verb(*runs, "retry", "give what it waits for a fresh budget of attempts", false);
        add_run_verb(*runs, "cancel", "end it; what it did is undone if its definition says so", true);
        add_run_verb(*runs, "rollback", "undo what it did, in reverse order", true);
        add_run_verb(*runs, "pause", "nothing new leaves until it is resumed", false);
        add_run_verb(*runs, "resume", "go on", false);
        add_run_verb(*runs, "terminate", "end it; nothing is undone", true);
    }

    void add_run_verb(CLI::App& runs, const std::string& name, const std::string& what, bool destructive)
    {
        auto* verb_command = runs.add_subcommand(name, what);
        verb_command->add_option("id", ids_, "run ids, or - to read them from standard input")->required();
        auto* reason = verb_command->add_option("--reason", chosen_.reason, "kept in the audit record");
        if (destructive)
            reason->required();
        verb_command->callback([this, name] {
            work_ = [this, name](context at) {
                return run_verb(at, name, ids_from(ids_), chosen_.reason, engine::value::map({}));
            };
        });
    }

    void add_events()
    {
        auto* events = app_.add_subcommand("event", "events of HR: send, list, show and decide again");
        events->require_subcommand(1);
        auto* send = events->add_subcommand("send", "hand in an event as an operator");
        send->add_option("file", file_, "JSON as the source sends it, or - for standard input")->required();
        send->add_option("--source", source_, "whose mapping reads it")->default_val("workday");
        send->add_option("--reason", chosen_.reason, "kept in the audit record");
        send->callback([this] {
            work_ = [this](context at) { return event_send(at, source_, read_file(file_), chosen_.reason); };
        });
        auto* list = events->add_subcommand("list", "newest first");
        for (const auto* name : {"source", "type", "decision", "subject", "limit"})
            list->add_option("--" + std::string(name), filters_[name]);
        list->callback([this] { work_ = [this](context at) { return event_list(at, given_filters()); }; });
        auto* show = events->add_subcommand("show", "one event with its decision and why");
        show->add_option("id", id_)->required();
        show->callback([this] { work_ = [this](context at) { return event_show(at, id_); }; });
        for (const auto& [name, what] :
             std::vector<std::pair<std::string, std::string>>{{"replay", "read and decide it again"},
                                                              {"discard", "nothing is to be done about it"},
                                                              {"resolve", "say who it is"}})
        {
            auto* verb_command = events->add_subcommand(name, what);
            verb_command->add_option("id", id_)->required();
            auto* reason = verb_command->add_option("--reason", chosen_.reason, "kept in the audit record");
            if (name == "discard")
                reason->required();
            if (name == "resolve") {
                verb_command->add_option("--person", person_, "'new', or the Okta id of the account");
                verb_command->add_option("--manager", manager_, "Okta id of the manager");
            }
            verb_command->callback([this, verb_name = name] {
                work_ = [this, verb_name](context at) { return event_verb(at, verb_name, id_, event_words()); };
            });
        }
    }

    void add_others()
    {
        auto* status = app_.add_subcommand("status", "one page: counts, oldest waiting, Okta's buckets, the store");
        status->callback([this] { work_ = [](context at) { return show_status(at); }; });
        auto* workflows = app_.add_subcommand("workflow", "workflow files");
        workflows->require_subcommand(1);
        auto* list = workflows->add_subcommand("list", "the set in force");
        list->callback([this] { work_ = [](context at) { return workflow_list(at); }; });
        auto* rehearse = app_.add_subcommand("simulate", "rehearse a scenario file: no daemon, no network, no waiting");
        rehearse->add_option("scenario", file_, "the scenario (docs/simulate.md), or - for standard input")->required();
        rehearse->callback([this] { local_ = [this] { return simulate(file_, output_of(chosen_)); }; });
        auto* lint = workflows->add_subcommand("lint", "check files without a daemon");
        lint->add_option("files", files_, "workflow files, loaded as one set")->required();
        lint->callback([this] { local_ = [this] { return lint_workflows(files_); }; });
    }

    asio::awaitable<exit_code> watch_it(context at)
    {
        watch_options wanted{id_, std::nullopt, exit_status_};
        if (!timeout_.empty()) {
            wanted.timeout = parse_duration(timeout_);
            if (!wanted.timeout)
                throw command_failed{exit_code::usage, "--timeout takes a duration with a unit, such as 30s or 5m"};
        }
        auto code = co_await watch_run(at.server, time_, std::move(wanted), at.output);
        co_return code;
    }

    query_list given_filters() const
    {
        query_list given;
        for (const auto& [name, text] : filters_)
            if (!text.empty())
                given.emplace_back(name, text);
        return given;
    }

    engine::value event_words() const
    {
        auto words = engine::value::map({{"reason", chosen_.reason}});
        auto with = engine::value::map({});
        if (!person_.empty())
            with = with.with("person", person_);
        if (!manager_.empty())
            with = with.with("manager", manager_);
        return with.entries().empty() ? words : words.with("with", with);
    }

    CLI::App app_;
    options chosen_;
    std::map<std::string, std::string> filters_;
    std::vector<std::string> ids_, files_;
    std::string id_, file_, source_ = "workday", timeout_, person_, manager_;
    bool exit_status_ = false;
    runtime::system_clock time_;
    verb work_;
    std::function<exit_code()> local_;
};

// The nearest verb to each word nobody knows.
std::string suggestion(CLI::App& app, int argc, char** argv)
{
    CLI::App* here = &app;
    for (int i = 1; i < argc; ++i) {
        const std::string word = argv[i];
        if (word.starts_with("-"))
            continue;
        std::vector<std::string> names;
        CLI::App* known = nullptr;
        for (auto* sub : here->get_subcommands([](CLI::App*) { return true; })) {
            names.push_back(sub->get_name());
            if (sub->get_name() == word)
                known = sub;
        }
        if (names.empty())
            return {};
        if (known != nullptr) {
            here = known;
            continue;
        }
        const auto near = engine::expression::suggest(word, names);
        return near.empty() ? std::string() : fmt::format("'{}' is no verb here; did you mean '{}'?", word, near);
    }
    return {};
}

} // namespace

int main(int argc, char** argv)
{
    command_line line;
    try {
        return line.run(argc, argv);
    } catch (const CLI::ParseError& error) {
        if (error.get_exit_code() == 0)
            return line.app().exit(error); // --help, --version
        const auto hint = suggestion(line.app(), argc, argv);
        fmt::print(stderr, "jmlctl: {}\n", hint.empty() ? error.what() : hint);
        fmt::print(stderr, "see jmlctl --help\n");
        return static_cast<int>(exit_code::usage);
    } catch (const command_failed& error) {
        fmt::print(stderr, "jmlctl: {}\n", error.message);
        return static_cast<int>(error.code);
    }
}
