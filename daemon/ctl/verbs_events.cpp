// `event`: what HR sent and what became of it. `hold`, `approval`: what waits for somebody's word.
#include "daemon/ctl/command_line.hpp"

#include <fmt/format.h>

namespace jmld::ctl {

namespace asio = boost::asio;
using engine::value;

namespace {

const std::vector<column> event_columns = {{"EVENT", "id"},          {"SOURCE", "source"},        {"TYPE", "type"},
                                           {"DECISION", "decision"}, {"RECEIVED", "received_at"}, {"REASON", "reason"}};
const std::vector<column> event_lines = {
    {"event", "id"},           {"source", "source"},          {"type", "type"},      {"received", "received_at"},
    {"entered", "entered_at"}, {"effective", "effective.at"}, {"rule", "effective"}, {"person", "subject.key"},
    {"decision", "decision"},  {"reason", "reason"},          {"by", "by"},          {"run", "run"}};

struct event_words
{
    std::map<std::string, std::string> filters;
    std::string id, file, source = "workday", person, manager, plan_digest;
    std::vector<std::string> ids;
};
using words = std::shared_ptr<event_words>;

asio::awaitable<exit_code> event_send(context at, words given, std::string reason)
{
    const auto parsed = engine::json::parse(read_file(given->file));
    if (!parsed)
        throw command_failed{exit_code::usage, "the event is no JSON: " + parsed.error().what};
    auto body =
        value::map({{"source", given->source}, {"headers", value::map({})}, {"body", *parsed}, {"reason", reason}});
    if (at.dry_run) {
        fmt::print(stderr, "would hand in an event of source {}; 'jmlctl plan' says what would follow\n",
                   given->source);
        co_return exit_code::done;
    }
    auto answer = co_await at.server.post("/v1/events", std::move(body));
    if (at.output.format != output_format::table) {
        print_one(answer, {}, "event_id", at.output);
        co_return exit_code::done;
    }
    fmt::print("{}\n", shown(answer["event_id"]));
    fmt::print(stderr, "{}\n", shown(answer["status"]));
    co_return exit_code::done;
}

value event_body(const command_line& line, const event_words& given)
{
    auto body = value::map({{"reason", line.shared().reason}});
    auto with = value::map({});
    if (!given.person.empty())
        with = with.with("person", given.person);
    if (!given.manager.empty())
        with = with.with("manager", given.manager);
    if (!given.plan_digest.empty())
        body = body.with("plan_digest", given.plan_digest);
    return with.entries().empty() ? body : body.with("with", with);
}

CLI::App& add_change(command_line& line, CLI::App& parent, const words& given, const std::string& path,
                     const std::string& name, const std::string& what, const std::string& outcome)
{
    auto& verb = line.verb(parent, name, what, [&line, given, path, name, outcome](context at) {
        return change_each(at, {path, "/" + name, ids_from(given->ids), name, event_body(line, *given), outcome});
    });
    verb.add_option("id", given->ids, "ids, or - to read them from standard input")->required();
    return verb;
}

} // namespace

void add_event_verbs(command_line& line)
{
    const auto given = std::make_shared<event_words>();
    auto& events = line.group("event", "events of HR: send, list, show and decide again");
    auto& send = line.verb(events, "send", "hand in an event as an operator",
                           [&line, given](context at) { return event_send(at, given, line.shared().reason); });
    send.add_option("file", given->file, "JSON as the source sends it, or - for standard input")->required();
    send.add_option("--source", given->source, "whose mapping reads it")->default_val("workday");
    auto& list = line.verb(events, "list", "newest first", [given](context at) {
        return show_list(at, {"/v1/events", ctl::given(given->filters), "events", event_columns});
    });
    for (const auto* name : {"source", "type", "decision", "subject", "limit"})
        list.add_option("--" + std::string(name), given->filters[name]);
    line.verb(events, "show", "one event with its decision and why",
              [given](context at) {
                  return for_each_id(given->id, [at](const std::string& id) {
                      return show_one(at, {under("/v1/events/", id), event_lines});
                  });
              })
        .add_option("id", given->id, "event id, or - to read them from standard input")
        ->required();
    add_change(line, events, given, "/v1/events/", "replay", "read and decide it again", "decision");
    line.destructive(
        add_change(line, events, given, "/v1/events/", "discard", "nothing is to be done about it", "decision"));
    auto& resolve = add_change(line, events, given, "/v1/events/", "resolve", "say who it is", "decision");
    resolve.add_option("--person", given->person, "'new', or the Okta id of the account");
    resolve.add_option("--manager", given->manager, "Okta id of the manager");
}

void add_decision_verbs(command_line& line)
{
    const auto given = std::make_shared<event_words>();
    auto& holds = line.group("hold", "what a guard holds: let it through, or not");
    line.verb(holds, "list", "oldest first",
              [given](context at) {
                  return show_list(at, {"/v1/holds",
                                        ctl::given(given->filters),
                                        "holds",
                                        {{"HOLD", "id"},
                                         {"GUARD", "guard"},
                                         {"STATE", "state"},
                                         {"SINCE", "since"},
                                         {"EVENTS", "events"},
                                         {"REASON", "reason"}}});
              })
        .add_option("--state", given->filters["state"], "held, released or rejected");
    add_change(line, holds, given, "/v1/holds/", "release", "let everything in it through", "state");
    line.destructive(add_change(line, holds, given, "/v1/holds/", "reject", "nothing of it is to be done", "state"));

    auto& approvals = line.group("approval", "what waits for an approver");
    line.verb(approvals, "list", "those that wait", [](context at) {
        return show_list(at, {"/v1/approvals",
                              {},
                              "approvals",
                              {{"APPROVAL", "id"},
                               {"RUN", "run"},
                               {"STEP", "step"},
                               {"STATE", "state"},
                               {"UNTIL", "until"},
                               {"PLAN", "plan_digest"}}});
    });
    auto& approve =
        add_change(line, approvals, given, "/v1/approvals/", "approve", "what stands in its plan may be done", "state");
    approve.add_option("--plan-digest", given->plan_digest, "of the plan that you looked at: another one is refused");
    line.destructive(add_change(line, approvals, given, "/v1/approvals/", "deny", "it may not", "state"));
}

} // namespace jmld::ctl
