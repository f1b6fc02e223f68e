// Verbs that only look: one person, what an event would cause, workflows, actions, the state of the daemon.
#include "daemon/ctl/command_line.hpp"
#include "daemon/ctl/doctor.hpp"
#include "daemon/ctl/lint.hpp"
#include "daemon/ctl/plan_text.hpp"
#include "daemon/ctl/simulate.hpp"
#include "engine/expression/expression.hpp"

#include <fmt/format.h>

#include <algorithm>

namespace jmld::ctl {

namespace asio = boost::asio;
using engine::value;

namespace {

struct looking_words
{
    std::string id, file, source = "workday";
    std::vector<std::string> files;
    bool svg = false;
};
using words = std::shared_ptr<looking_words>;

asio::awaitable<exit_code> show_status(context at)
{
    auto status = co_await at.server.get("/v1/status");
    if (at.output.format != output_format::table) {
        print_one(status, {}, "version", at.output);
        co_return exit_code::done;
    }
    fmt::print("jmld {}  {}\n", shown(status["version"]), shown(status["ready"]));
    for (const auto& [section, rows] : status.entries()) {
        if (!rows.is_map() || rows.entries().empty())
            continue;
        fmt::print("{}\n", coloured(section, "\033[1m", at.output));
        for (const auto& [name, amount] : rows.entries())
            fmt::print("  {:<28} {}\n", name, shown(amount));
    }
    co_return exit_code::done;
}

asio::awaitable<exit_code> show_person(context at, std::string key)
{
    auto person = co_await at.server.get(under("/v1/people/", key));
    print_one(person,
              {{"key", "key"},
               {"name", "subject.name"},
               {"worker", "subject.worker_id"},
               {"account", "account.okta_id"},
               {"status", "access.status"},
               {"read", "access.read_at"}},
              "key", at.output);
    if (at.output.format != output_format::table)
        co_return exit_code::done;
    for (const auto* kind : {"groups", "apps"})
        for (const auto& one : person["access"][kind].items())
            fmt::print("  {:<7} {}\n", kind, shown(one[std::string_view(kind) == "apps" ? "label" : "name"]));
    for (const auto& one : person["drift"].items())
        fmt::print("drift  {}  {}\n", shown(one["at"]), shown(one["message"]));
    fmt::print("{}\n", coloured("timeline", "\033[1m", at.output));
    for (const auto& one : person["timeline"].items())
        fmt::print("  {}  {:<9}  {}  {}\n", shown(one["at"]), shown(one["what"]), shown(one["id"]),
                   shown(one["detail"]));
    co_return exit_code::done;
}

asio::awaitable<exit_code> plan_event(context at, words given)
{
    auto body = json_of("plan FILE", read_file(given->file));
    auto plan = co_await at.server.post("/v1/plan", value::map({{"source", given->source}, {"body", body}}));
    if (at.output.format == output_format::table)
        fmt::print("{}", plan_text(plan));
    else
        print_one(plan, {}, "run", at.output);
    co_return exit_code::done;
}

asio::awaitable<exit_code> show_workflow(context at, std::string name)
{
    auto workflow = co_await at.server.get(under("/v1/workflows/", name));
    if (at.output.format == output_format::table)
        fmt::print("{}", workflow["text"].text_or());
    else
        print_one(workflow, {}, "name", at.output);
    co_return exit_code::done;
}

// Of a workflow or, when the name is a run's id, of a run.
asio::awaitable<exit_code> show_graph(context at, words given)
{
    const bool of_run = given->id.starts_with("run_");
    const auto path = of_run ? under("/v1/runs/", given->id) + "/graph" : under("/v1/workflows/", given->id);
    if (given->svg) {
        auto picture = co_await at.server.get_text(path + "?format=svg");
        fmt::print("{}", picture);
        co_return exit_code::done;
    }
    auto found = co_await at.server.get(path);
    const auto& graph = of_run ? found : found["graph"];
    if (at.output.format != output_format::table) {
        print_one(graph, {}, "title", at.output);
        co_return exit_code::done;
    }
    fmt::print("{}\n", shown(graph["title"]));
    for (const auto& node : graph["nodes"].items()) {
        std::string needs;
        for (const auto& edge : graph["edges"].items())
            if (edge["to"] == node["id"])
                needs += (needs.empty() ? "  ← " : ", ") + shown(edge["from"]);
        const auto* depth = node["depth"].if_integer();
        const auto indent = 2 * static_cast<std::size_t>(depth == nullptr ? 1 : *depth + 1);
        fmt::print("{:{}}{}  {}{}{}\n", "", indent, shown(node["id"]),
                   shown(node["state"].is_null() ? node["action"] : node["state"]),
                   node["pivot"] == value(true) ? "  (pivot)" : "", needs);
    }
    co_return exit_code::done;
}

asio::awaitable<exit_code> show_actions(context at, std::string name)
{
    auto found = co_await at.server.get("/v1/actions");
    const auto& all = found["actions"].items();
    if (name.empty()) {
        print_list(found["actions"],
                   {{"ACTION", "name"},
                    {"TOOL", "tool"},
                    {"EFFECT", "effect"},
                    {"INVERSE", "has_inverse"},
                    {"WHAT", "summary"}},
                   "name", at.output);
        co_return exit_code::done;
    }
    const auto one =
        std::find_if(all.begin(), all.end(), [&](const value& row) { return row["name"].text_or() == name; });
    if (one == all.end()) {
        std::vector<std::string> names;
        for (const auto& row : all)
            names.push_back(row["name"].text_or());
        const auto near = engine::expression::suggest(name, names);
        throw command_failed{exit_code::not_found,
                             near.empty() ? "there is no action " + name
                                          : fmt::format("there is no action {}; did you mean '{}'?", name, near)};
    }
    print_one(*one,
              {{"action", "name"},
               {"what", "summary"},
               {"effect", "effect"},
               {"repeating", "repeating"},
               {"probe", "has_probe"},
               {"inverse", "has_inverse"},
               {"why not", "no_inverse_reason"},
               {"scope", "scope"},
               {"bucket", "bucket"}},
              "name", at.output);
    if (at.output.format != output_format::table)
        co_return exit_code::done;
    for (const auto& [what, words] : (*one)["facts"].entries())
        fmt::print("  {:<18} {}\n", what, shown(words));
    for (const auto* kind : {"parameters", "outputs"})
        for (const auto& row : (*one)[kind].items())
            fmt::print("  {:<10} {:<16} {:<10} {}{}\n", kind, shown(row["name"]), shown(row["type"]),
                       row["required"] == value(true) ? "required  " : "", shown(row["summary"]));
    co_return exit_code::done;
}

void add_workflow_verbs(command_line& line, const words& given)
{
    auto& workflows = line.group("workflow", "workflows: those in force, and files");
    line.verb(workflows, "list", "the set in force", [](context at) {
        return show_list(at,
                         {"/v1/workflows",
                          {},
                          "workflows",
                          {{"WORKFLOW", "name"}, {"DIRECTION", "direction"}, {"EVENTS", "events"}, {"HASH", "sha256"}},
                          "name"});
    });
    line.verb(workflows, "show", "the file as it is in force",
              [given](context at) {
                  return for_each_id(given->id, [at](const std::string& name) { return show_workflow(at, name); });
              })
        .add_option("name", given->id)
        ->required();
    auto& graph = line.verb(workflows, "graph", "its steps and what they need; with a run's id, their states",
                            [given](context at) { return show_graph(at, given); });
    graph.add_option("name", given->id, "workflow or run")->required();
    graph.add_flag("--svg", given->svg, "as a picture");
    line.local_verb(workflows, "lint", "check files without a daemon", [given] { return lint_workflows(given->files); })
        .add_option("files", given->files, "workflow files, or a folder of them, loaded as one set")
        ->required();
}

} // namespace

void add_looking_verbs(command_line& line)
{
    const auto given = std::make_shared<looking_words>();
    line.verb(line.app(), "status", "one page: counts, oldest waiting, Okta's buckets, the store",
              [](context at) { return show_status(at); });
    line.verb(line.app(), "doctor", "what is wrong, and what to do about it", [](context at) { return examine(at); });
    auto& people = line.group("person", "people as jmld knows them");
    line.verb(people, "show", "one person: events, runs, timers, access as last read",
              [given](context at) {
                  return for_each_id(given->id, [at](const std::string& key) { return show_person(at, key); });
              })
        .add_option("key", given->id, "key, worker id or universal id; - reads them from standard input")
        ->required();
    auto& plan = line.verb(line.app(), "plan", "the calls an event would cause now; nothing is sent",
                           [given](context at) { return plan_event(at, given); });
    plan.add_option("file", given->file, "JSON as the source sends it, or - for standard input")->required();
    plan.add_option("--source", given->source, "whose mapping reads it")->default_val("workday");
    add_workflow_verbs(line, given);
    line.verb(line.app(), "actions", "what a step can use", [given](context at) { return show_actions(at, given->id); })
        .add_option("name", given->id, "one action, with its parameters");
    line.local_verb(line.app(), "simulate", "rehearse a scenario file: no daemon, no network, no waiting",
                    [given, &line] { return simulate(given->file, output_of(line.shared())); })
        .add_option("scenario", given->file, "the scenario (docs/simulate.md), or - for standard input")
        ->required();
}

} // namespace jmld::ctl
