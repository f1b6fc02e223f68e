// Lists come from rows, everything else from facts. A verb that does not apply answers 409 with the state it found.
#include "daemon/operations/runs.hpp"

#include "daemon/operations/common.hpp"
#include "daemon/operations/graph.hpp"
#include "daemon/operations/views.hpp"
#include "daemon/people/starting.hpp"
#include "engine/fact_codec.hpp"
#include "engine/json/json.hpp"
#include "engine/run_secrets.hpp"
#include "engine/run_view.hpp"

#include <charconv>

namespace jmld::daemon {

namespace asio = boost::asio;
using engine::value;
using engine::value_list;

namespace {

result<runtime::run_query> query_of(const call& asked)
{
    runtime::run_query query;
    const auto take = [&](std::string_view name, std::string& into) {
        if (const auto* text = asked.find(name))
            into = *text;
    };
    take("state", query.state);
    take("workflow", query.workflow);
    take("subject", query.subject.text);
    take("event_id", query.event_id);
    take("step_state", query.step_state);
    take("error", query.error);
    if (const auto* text = asked.find("attempt_gte")) {
        int number = 0;
        const auto [end, failed] = std::from_chars(text->data(), text->data() + text->size(), number);
        if (failed != std::errc{} || end != text->data() + text->size())
            return failure(errc::invalid_input, "attempt_gte: a number is accepted");
        query.attempt_gte = number;
    }
    const std::pair<std::string_view, std::optional<time_point> runtime::run_query::*> instants[] = {
        {"next_attempt_before", &runtime::run_query::next_attempt_before},
        {"since", &runtime::run_query::since},
        {"until", &runtime::run_query::until}};
    for (const auto& [name, member] : instants) {
        auto at = instant_of(asked, name);
        if (!at)
            return std::unexpected(at.error());
        query.*member = *at;
    }
    const auto limit = limit_of(asked);
    if (!limit)
        return std::unexpected(limit.error());
    auto after = read_cursor(asked);
    if (!after)
        return std::unexpected(after.error());
    query.limit = *limit + 1;
    query.after = std::move(*after);
    return query;
}

asio::awaitable<http::reply> list_runs(run_services with, call asked)
{
    auto query = query_of(asked);
    if (!query)
        co_return problem(query.error());
    if (!query->subject.empty() && sees_people(asked.who)) {
        auto key = co_await key_of_person(with.store, query->subject.text);
        if (!key)
            co_return problem(key.error());
        query->subject = std::move(*key);
    }
    const auto limit = static_cast<std::size_t>(query->limit - 1);
    auto found = co_await with.store.runs(std::move(*query));
    if (!found)
        co_return problem(found.error());
    const bool more = found->size() > limit;
    if (more)
        found->resize(limit);
    value_list_builder items;
    for (const auto& row : *found)
        items.add(run_row_value(row));
    auto answer = json_answer(value::map({{"runs", items.take()}}));
    if (more)
        add_next_link(answer, asked, cursor_of(found->back().id.text));
    co_return answer;
}

// A viewer sees what happened, not to whom: inputs, outputs, details and names of people are left out.
value masked(const value& run)
{
    value_list steps;
    for (const auto& step : run["steps"].items()) {
        auto shown = step.without("inputs").without("outputs").without("detail");
        if (shown["target"]["kind"].text_or() == "user")
            shown = shown.with("target", value::map({{"kind", "user"}, {"id", "***"}, {"name", value()}}));
        value_list attempts;
        for (const auto& attempt : step["attempts"].items())
            attempts.push_back(attempt.without("detail").without("calls"));
        steps.push_back(shown.with("attempts", value(std::move(attempts))));
    }
    auto result = run.with("steps", value(std::move(steps)));
    if (!run["why"].is_null())
        result = result.with("why", run["why"].with("detail", value()).with("target", value()));
    return result;
}

asio::awaitable<http::reply> show_run(run_services with, call asked)
{
    auto shown = co_await run_value(with, run_id{asked.param("id")}, sees_people(asked.who));
    if (!shown)
        co_return problem(shown.error());
    co_return json_answer(*shown);
}

std::string event_text(const value& fact)
{
    return "id: " + engine::json::write(fact["seq"]) + "\nevent: " + fact["kind"].text_or() +
           "\ndata: " + engine::json::write(fact) + "\n\n";
}

/// `definition` tells what is secret; without it nothing that is stored sealed is shown.
runtime::awaitable_result<std::vector<value>> facts_after(runtime::journal& store, run_id id, std::uint64_t after,
                                                          engine::definition_pointer definition)
{
    auto history = co_await store.history(id, after);
    if (!history)
        co_return std::unexpected(history.error());
    std::vector<value> facts;
    for (const auto& stored : *history) {
        const auto happened = runtime::from_stored(stored);
        if (!happened)
            co_return std::unexpected(happened.error());
        const auto fact = engine::describe(*happened, definition != nullptr);
        facts.push_back(definition ? engine::without_secrets(*definition, fact) : fact);
    }
    co_return facts;
}

// Sends what is there, then whatever is committed; a comment each quarter of a minute keeps the connection alive.
http::chunk_source stream_of(run_services with, run_id id, std::uint64_t after, engine::definition_pointer definition)
{
    struct position
    {
        std::uint64_t seen = 0;
        bool first = true;
    };
    const auto here = std::make_shared<position>(position{after, true});
    return [with, id, definition, here]() -> asio::awaitable<std::optional<std::string>> {
        static constexpr std::chrono::milliseconds keep_alive{15'000};
        const auto services = with;
        const auto run = id;
        const auto at = here;
        const auto meaning = definition;
        if (!at->first)
            co_await services.live.next(run, keep_alive);
        at->first = false;
        auto facts = co_await facts_after(services.store, run, at->seen, meaning);
        if (!facts)
            co_return std::nullopt;
        std::string text;
        bool ended = false;
        for (const auto& fact : *facts) {
            text += event_text(fact);
            at->seen = static_cast<std::uint64_t>(*fact["seq"].if_integer());
            ended |= fact["kind"].text_or() == "run_ended";
        }
        if (ended)
            text += "event: end\ndata: {}\n\n";
        if (text.empty())
            text = ": still here\n\n";
        co_return text;
    };
}

asio::awaitable<http::reply> show_history(run_services with, call asked)
{
    const run_id id{asked.param("id")};
    auto row = co_await with.store.run(id);
    if (!row)
        co_return problem(row.error());
    std::uint64_t after = 0;
    if (const auto* last = http::find_header(asked.message.headers, "last-event-id"))
        std::from_chars(last->data(), last->data() + last->size(), after);
    const auto* accept = http::find_header(asked.message.headers, "accept");
    engine::definition_pointer definition;
    if (sees_people(asked.who)) {
        auto found = co_await with.definitions.definition(row->definition_sha256);
        if (found)
            definition = std::move(*found);
    }
    if (accept != nullptr && accept->find("text/event-stream") != std::string::npos) {
        http::reply live;
        live.message.headers = {{"Content-Type", "text/event-stream"}, {"Cache-Control", "no-store"}};
        live.stream = stream_of(with, id, after, definition);
        co_return live;
    }
    auto facts = co_await facts_after(with.store, id, after, definition);
    if (!facts)
        co_return problem(facts.error());
    value_list items(facts->begin(), facts->end());
    co_return json_answer(value::map({{"run", id.text}, {"facts", value(std::move(items))}}));
}

asio::awaitable<http::reply> show_graph(run_services with, call asked)
{
    const auto* format = asked.find("format");
    if (format != nullptr && *format != "svg" && *format != "json")
        co_return problem(400, "Bad Request", "format: json and svg are accepted");
    auto loaded = co_await runtime::load_run(with.store, with.definitions, run_id{asked.param("id")});
    if (!loaded)
        co_return problem(loaded.error());
    const auto drawn = graph_of(*loaded->definition, loaded->state);
    if (format != nullptr && *format == "svg")
        co_return svg_answer(to_svg(drawn));
    co_return json_answer(to_value(drawn).with("run", loaded->state.run.text));
}

value links_of(const engine::run_state& state)
{
    const auto self = "/v1/runs/" + state.run.text;
    const auto event = "/v1/events/" + http::percent_encode(state.event.source + "~" + state.event.id);
    return value::map(
        {{"self", self},
         {"history", self + "/history"},
         {"graph", self + "/graph"},
         {"event", state.event.empty() ? value() : value(event)},
         {"person", state.subject.empty() ? value() : value("/v1/people/" + state.subject.text)},
         {"workflow", "/v1/workflows/" + http::percent_encode(state.workflow)},
         {"evidence", engine::has_ended(state.status) ? value("/v1/evidence/" + state.run.text) : value()}});
}

// Whom a step created is not known when it begins: his account is its target once it is there.
value with_created_targets(const value& run)
{
    value_list steps;
    for (const auto& step : run["steps"].items()) {
        const auto& made = step["outputs"];
        const bool created = step["action"].text_or() == "okta.users.create" && made["id"].is_text();
        steps.push_back(
            created ? step.with("target", value::map({{"kind", "user"}, {"id", made["id"]}, {"name", made["login"]}}))
                    : step);
    }
    return run.with("steps", value(std::move(steps)));
}

} // namespace

value run_row_value(const runtime::run_row& row)
{
    return value::map(
        {{"id", row.id.text},
         {"workflow", row.workflow},
         {"direction", row.direction},
         {"state", row.state},
         {"subject", value::map({{"key", row.subject.text}})},
         {"event", row.event.empty() ? value() : value::map({{"source", row.event.source}, {"id", row.event.id}})},
         {"event_id", text_or_null(row.event.id)},
         {"created_at", to_rfc3339(row.created_at)},
         {"started_at", instant_value(row.started_at)},
         {"ended_at", instant_value(row.ended_at)},
         {"why", row.error.empty() ? value() : value::map({{"kind", row.error}})},
         {"superseded_by", text_or_null(row.superseded_by)},
         {"next_attempt_at", instant_value(row.next_attempt_at)}});
}

value run_subject_value(const engine::workflow_definition& definition, const engine::run_state& state, bool shown)
{
    const auto meant = workflows::event_from_value(state.context["event"]);
    const auto subject = subject_value(state.subject, meant ? meant->subject : workflows::worker{}, shown);
    const auto& user = state.image["user"];
    auto okta_id = user["id"].text_or(state.person["okta_id"].text_or());
    auto login = user["profile"]["login"].text_or(state.person["login"].text_or());
    for (const auto& step : state.steps) {
        if (definition.steps[step.definition].uses != "okta.users.create" || !step.outputs.is_map())
            continue;
        okta_id = step.outputs["id"].text_or(okta_id);
        login = step.outputs["login"].text_or(login);
    }
    return subject.with("okta_id", text_or_null(okta_id))
        .with("login", login.empty() ? value() : value(shown ? login : std::string("***")));
}

runtime::awaitable_result<value> run_value(run_services with, run_id id, bool shown)
{
    auto loaded = co_await runtime::load_run(with.store, with.definitions, id);
    if (!loaded)
        co_return std::unexpected(loaded.error());
    auto run = engine::describe(*loaded->definition, loaded->state);
    run = with_created_targets(run.with("subject", run_subject_value(*loaded->definition, loaded->state, shown)));
    run = run.with("links", links_of(loaded->state));
    auto timers = co_await with.store.timers({}, id);
    if (timers) {
        value_list_builder all;
        for (const auto& timer : *timers)
            all.add(timer_value(timer, {}).without("subject"));
        run = run.with("timers", all.take());
    }
    co_return shown ? run : masked(run);
}

result<void> add_run_routes(router& routes, run_services services)
{
    std::vector<route> rows;
    rows.push_back({"GET",
                    "/v1/runs",
                    role::viewer,
                    {"state", "workflow", "subject", "event_id", "step_state", "error", "attempt_gte",
                     "next_attempt_before", "since", "until", "limit", "after"},
                    "Runs, newest first",
                    [services](call asked) { return list_runs(services, std::move(asked)); }});
    rows.push_back({"GET",
                    "/v1/runs/{id}",
                    role::viewer,
                    {},
                    "One run with steps, attempts, timers and why it stopped",
                    [services](call asked) { return show_run(services, std::move(asked)); }});
    rows.push_back({"GET",
                    "/v1/runs/{id}/history",
                    role::viewer,
                    {},
                    "Its facts; as a live stream with Accept: text/event-stream",
                    [services](call asked) { return show_history(services, std::move(asked)); }});
    rows.push_back({"GET",
                    "/v1/runs/{id}/graph",
                    role::viewer,
                    {"format"},
                    "Its steps as nodes and edges with their states; drawn with format=svg",
                    [services](call asked) { return show_graph(services, std::move(asked)); }});
    for (auto& row : rows)
        if (auto added = routes.add(std::move(row)); !added)
            return added;
    return {};
}

} // namespace jmld::daemon
