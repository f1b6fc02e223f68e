// Flags that every verb knows stand at the root and may be written anywhere.
#include "daemon/ctl/command_line.hpp"

#include "daemon/version.hpp"
#include "engine/expression/expression.hpp"

#include <fmt/format.h>

#include <fstream>
#include <iostream>
#include <iterator>

#include <unistd.h>

namespace jmld::ctl {

namespace {

std::string read_all(std::istream& from) { return {std::istreambuf_iterator<char>(from), {}}; }

} // namespace

command_line::command_line(const surroundings& around) : app_("jmlctl: watch and steer jmld", "jmlctl"), around_(around)
{
    app_.require_subcommand(1);
    app_.set_version_flag("--version", "jmlctl " + std::string(daemon::version));
    if (!around.server.empty())
        shared_.server = around.server;
    shared_.no_color = around.no_color;
    app_.add_option("--server", shared_.server, "URL or unix:PATH (default $JMLCTL_SERVER, else the local socket)");
    app_.add_option("--token-file", shared_.token_file, "file that holds the bearer token");
    app_.add_option("--ca", shared_.ca, "PEM file to trust instead of the system's");
    app_.add_option("-o,--output", shared_.format, "table, json, ndjson or id")
        ->check(CLI::IsMember({"table", "json", "ndjson", "id"}));
    app_.add_flag("--no-color", shared_.no_color, "no colours (also NO_COLOR)");
    app_.add_option("--reason", shared_.reason, "why; kept in the audit record");
    app_.add_flag("--dry-run", shared_.dry_run, "say what would be done, and do nothing");
    app_.add_flag("--yes", shared_.yes, "do not ask on a terminal");
    app_.fallthrough();
    add_run_verbs(*this);
    add_step_verbs(*this);
    add_event_verbs(*this);
    add_decision_verbs(*this);
    add_looking_verbs(*this);
    add_administration_verbs(*this);
    add_okta_verbs(*this);
}

CLI::App& command_line::group(const std::string& name, const std::string& what)
{
    auto* made = app_.add_subcommand(name, what);
    made->require_subcommand(1);
    return *made;
}

CLI::App& command_line::verb(CLI::App& parent, const std::string& name, const std::string& what, remote_work work)
{
    auto* made = parent.add_subcommand(name, what);
    made->final_callback([this, work = std::move(work)] { remote_ = work; });
    return *made;
}

CLI::App& command_line::local_verb(CLI::App& parent, const std::string& name, const std::string& what, local_work work)
{
    auto* made = parent.add_subcommand(name, what);
    made->final_callback([this, work = std::move(work)] { local_ = work; });
    return *made;
}

void command_line::local_when(CLI::App& verb, std::function<bool()> wanted, local_work work)
{
    verb.parse_complete_callback([this, wanted = std::move(wanted), work = std::move(work)] {
        if (wanted())
            local_ = work;
    });
}

void command_line::destructive(CLI::App& verb)
{
    verb.parse_complete_callback([this] { asks_first_ = true; });
}

void command_line::parse(int argc, char** argv)
{
    app_.parse(argc, argv);
    if (asks_first_ && shared_.reason.empty())
        throw command_failed{exit_code::usage, "this verb needs --reason: say why; it is kept in the audit record"};
}

output_options output_of(const shared_options& chosen)
{
    output_options output;
    output.terminal = ::isatty(STDOUT_FILENO) == 1;
    output.colour = output.terminal && !chosen.no_color;
    if (chosen.format == "json")
        output.format = output_format::json;
    else if (chosen.format == "ndjson")
        output.format = output_format::ndjson;
    else if (chosen.format == "id")
        output.format = output_format::id;
    return output;
}

std::string read_file(const std::string& path)
{
    if (path == "-")
        return read_all(std::cin);
    std::ifstream file(path, std::ios::binary);
    if (!file)
        throw command_failed{exit_code::usage, path + " cannot be read"};
    return read_all(file);
}

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

engine::value json_of(const std::string& flag, const std::string& text)
{
    const auto content = text.starts_with("@") ? read_file(text.substr(1)) : text;
    auto parsed = engine::json::parse(content);
    if (!parsed)
        throw command_failed{exit_code::usage, flag + " takes JSON, or @FILE: " + parsed.error().what};
    return std::move(*parsed);
}

std::string suggestion(CLI::App& app, int argc, char** argv)
{
    CLI::App* here = &app;
    for (int i = 1; i < argc; ++i) {
        const std::string word = argv[i];
        if (word.starts_with("-")) {
            auto* option = app.get_option_no_throw(word);
            if (option != nullptr && option->get_items_expected_min() > 0)
                ++i; // its value is no verb
            continue;
        }
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
        return near.empty() ? fmt::format("'{}' is no verb here", word)
                            : fmt::format("'{}' is no verb here; did you mean '{}'?", word, near);
    }
    return {};
}

} // namespace jmld::ctl
