// `run` and `step`: look at runs, follow them, steer them.
#include "daemon/ctl/command_line.hpp"
#include "daemon/ctl/watch.hpp"
#include "engine/runtime/clock.hpp"

#include <fmt/format.h>

namespace jmld::ctl {

namespace asio = boost::asio;
using engine::value;

namespace {

const std::vector<column> run_columns = {
    {"RUN", "id"},         {"WORKFLOW", "workflow"},  {"STATE", "state"}, {"PERSON", "subject.key"},
    {"EVENT", "event.id"}, {"CREATED", "created_at"}, {"WHY", "why.kind"}};

struct run_words
{
    std::map<std::string, std::string> filters;
    std::string id, step, timeout, to_step, at, workflow, subject, input = "{}", outputs, evidence;
    std::vector<std::string> ids;
    bool exit_status = false;
};
using words = std::shared_ptr<run_words>;

asio::awaitable<exit_code> run_show(context at, std::string id)
{
    auto run = co_await at.server.get(under("/v1/runs/", id));
    if (at.output.format != output_format::table) {
        print_one(run, {}, "id", at.output);
        co_return exit_code::done;
    }
    const runtime::system_clock time;
    for (const auto& line : draw_run(run, time.now(), at.output))
        fmt::print("{}\n", line);
    co_return exit_code::done;
}

asio::awaitable<exit_code> run_watch(context at, words given, std::string id)
{
    watch_options wanted{std::move(id), std::nullopt, given->exit_status};
    if (!given->timeout.empty()) {
        wanted.timeout = parse_duration(given->timeout);
        if (!wanted.timeout)
            throw command_failed{exit_code::usage, "--timeout takes a duration with a unit, such as 30s or 5m"};
    }
    runtime::system_clock time;
    auto code = co_await watch_run(at.server, time, std::move(wanted), at.output);
    co_return code;
}

asio::awaitable<exit_code> run_start(context at, words given, value body)
{
    auto answer = co_await at.server.post("/v1/runs", std::move(body));
    if (at.dry_run || at.output.format != output_format::table)
        print_one(answer, {{"workflow", "workflow"}, {"subject", "subject"}, {"steps", "steps"}}, "id", at.output);
    else
        fmt::print("{}\n", shown(answer["id"]));
    co_return exit_code::done;
}

value body_of(const command_line& line) { return value::map({{"reason", line.shared().reason}}); }

CLI::App& add_run_change(command_line& line, CLI::App& runs, const words& given, const std::string& name,
                         const std::string& what, std::function<value(value)> more = {})
{
    auto& verb = line.verb(runs, name, what, [&line, given, name, more](context at) {
        change_request asked{"/v1/runs/", "/" + name, ids_from(given->ids), name, body_of(line)};
        if (more)
            asked.body = more(std::move(asked.body));
        if (at.dry_run && name == "rollback") {
            asked.body = asked.body.with("dry_run", true);
            asked.asks_the_server = true;
        }
        return change_each(at, std::move(asked));
    });
    verb.add_option("id", given->ids, "run ids, or - to read them from standard input")->required();
    return verb;
}

void add_run_changes(command_line& line, CLI::App& runs, const words& given)
{
    add_run_change(line, runs, given, "pause", "nothing new leaves until it is resumed");
    add_run_change(line, runs, given, "resume", "go on");
    add_run_change(line, runs, given, "retry", "give what it waits for a fresh budget of attempts");
    line.destructive(
        add_run_change(line, runs, given, "cancel", "end it; what it did is undone if its definition says so"));
    line.destructive(add_run_change(line, runs, given, "terminate", "end it; nothing is undone"));
    auto& back =
        add_run_change(line, runs, given, "rollback", "undo what it did, in reverse order", [given](value body) {
            return given->to_step.empty() ? body : body.with("to_step", given->to_step);
        });
    back.add_option("--to-step", given->to_step, "undo only what came after this step");
    line.destructive(back);
    auto& later = add_run_change(line, runs, given, "reschedule", "what it waits for comes at another moment",
                                 [given](value body) { return body.with("at", given->at); });
    later.add_option("--at", given->at, "RFC 3339 instant")->required();
}

void add_run_looking(command_line& line, CLI::App& runs, const words& given)
{
    auto& list = line.verb(runs, "list", "newest first", [given](context at) {
        return show_list(at, {"/v1/runs", ctl::given(given->filters), "runs", run_columns});
    });
    for (const auto* name : {"state", "workflow", "subject", "event_id", "step_state", "error", "attempt_gte",
                             "next_attempt_before", "since", "until", "limit"})
        list.add_option("--" + std::string(name), given->filters[name]);
    line.verb(runs, "show", "one run with its steps and attempts",
              [given](context at) {
                  return for_each_id(given->id, [at](const std::string& id) { return run_show(at, id); });
              })
        .add_option("id", given->id, "run id, or - to read them from standard input")
        ->required();
    auto& watch = line.verb(runs, "watch", "follow a run until it ends", [given](context at) {
        return for_each_id(given->id, [at, given](const std::string& id) { return run_watch(at, given, id); });
    });
    watch.add_option("id", given->id, "run id, or - to read them from standard input")->required();
    watch.add_flag("--exit-status", given->exit_status, "exit 1 when it ended not succeeded");
    watch.add_option("--timeout", given->timeout, "stop watching after this long (30s, 5m): exit 7");
}

} // namespace

void add_run_verbs(command_line& line)
{
    const auto given = std::make_shared<run_words>();
    auto& runs = line.group("run", "runs: list, show, watch and steer them");
    add_run_looking(line, runs, given);
    add_run_changes(line, runs, given);
    auto& start = line.verb(runs, "start", "start a workflow by hand", [&line, given](context at) {
        auto body = body_of(line)
                        .with("workflow", given->workflow)
                        .with("subject", given->subject)
                        .with("input", json_of("--input", given->input));
        return run_start(at, given, at.dry_run ? body.with("dry_run", true) : body);
    });
    start.add_option("workflow", given->workflow, "its name")->required();
    start.add_option("--subject", given->subject, "key, worker id or universal id of the person")->required();
    start.add_option("--input", given->input, "JSON, or @FILE");
}

void add_step_verbs(command_line& line)
{
    const auto given = std::make_shared<run_words>();
    auto& steps = line.group("step", "steps of a run: decide about one yourself");
    const std::pair<const char*, const char*> verbs[] = {{"skip", "go on without it"},
                                                         {"complete", "it was done by hand"},
                                                         {"fail", "it cannot be done"},
                                                         {"retry", "try it again"}};
    for (const auto& [name, what] : verbs) {
        auto& verb = line.verb(steps, name, what, [&line, given, verb_name = std::string(name)](context at) {
            auto body = body_of(line);
            if (!given->evidence.empty())
                body = body.with("evidence", given->evidence);
            if (!given->outputs.empty())
                body = body.with("outputs", json_of("--outputs", given->outputs));
            return for_each_id(given->id, [at, given, verb_name, body](const std::string& run) {
                return change_each(
                    at, {under("/v1/runs/", run) + "/steps/", "/" + verb_name, {given->step}, verb_name, body});
            });
        });
        verb.add_option("run", given->id, "run id, or - to read them from standard input")->required();
        verb.add_option("step", given->step, "step; of a for_each every child")->required();
        if (verb.get_name() == "retry")
            continue;
        line.destructive(verb);
        verb.add_option("--evidence", given->evidence, "what shows that it is so: a ticket, a link");
        if (verb.get_name() == "complete")
            verb.add_option("--outputs", given->outputs, "what later steps will read: JSON, or @FILE");
    }
}

} // namespace jmld::ctl
