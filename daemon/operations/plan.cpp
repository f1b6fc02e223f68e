// Read, copy, rehearse, tell. The rehearsal gives way to the daemon's own work at each of its instants; time in it does
// not pass here, so what waits for a day comes with its day.
#include "daemon/operations/plan.hpp"

#include "daemon/operations/common.hpp"
#include "daemon/operations/plan_organisation.hpp"
#include "daemon/operations/plan_words.hpp"
#include "daemon/people/person_loading.hpp"
#include "daemon/rehearsal/rehearsal.hpp"
#include "daemon/webhooks/reading.hpp"
#include "engine/json/json.hpp"
#include "workflows/people/correlate.hpp"

#include <boost/asio/co_spawn.hpp>
#include <boost/asio/detached.hpp>
#include <boost/asio/io_context.hpp>
#include <boost/asio/post.hpp>
#include <boost/asio/this_coro.hpp>
#include <boost/asio/use_awaitable.hpp>
#include <spdlog/spdlog.h>

#include <algorithm>
#include <set>

namespace jmld::daemon {

namespace asio = boost::asio;
using engine::value;
using engine::value_list;

namespace {

constexpr auto horizon = std::chrono::hours(24) * 400; // what waits for longer is not told
constexpr std::size_t accounts_max = 20;

struct planned_event
{
    std::string source, text;
    http::header_list headers;
    workflows::canonical_event meant;
    workflows::worker person; ///< with what was known of them before
};

error unanswered(const engine::attempt_failed& failed)
{
    return {errc::unavailable, "Okta does not answer: " + failed.detail, "ask again later"};
}

std::vector<std::string> account_ids(const okta::found_users& found, const std::string& known)
{
    std::vector<std::string> ids;
    if (!known.empty())
        ids.push_back(known);
    for (const auto* list :
         {&found.by_universal_id, &found.by_worker_id, &found.by_login, &found.namesakes, &found.managers})
        for (const auto& user : *list)
            if (std::find(ids.begin(), ids.end(), user.id) == ids.end() && ids.size() < accounts_max)
                ids.push_back(user.id);
    return ids;
}

// What the rules may name for this person: for what is said now, and for all that was said before.
workflows::access_target names_for(const rule_book& rules, const workflows::worker& said, const loaded_person* known)
{
    auto names = workflows::target_of(rules.access, said);
    if (known == nullptr)
        return names;
    const auto& record = known->state.record;
    names = workflows::united(std::move(names), workflows::target_of(rules.access, record.believed));
    names = workflows::united(std::move(names),
                              workflows::target_of(rules.access, workflows::merge(record.believed, said)));
    for (const auto& former : record.former)
        names = workflows::united(std::move(names), workflows::target_of(rules.access, former));
    for (const auto& event : known->state.events)
        names = workflows::united(std::move(names), workflows::target_of(rules.access, event.event.subject));
    return names;
}

runtime::awaitable_result<seen_organisation> look_around(plan_services with, workflows::canonical_event meant,
                                                         const loaded_person* known)
{
    const auto asked = workflows::lookups_for(meant);
    okta::user_query query{.universal_id = asked.universal_id,
                           .worker_id = asked.worker_id,
                           .given_name = asked.given_name,
                           .family_name = asked.family_name,
                           .manager_id = asked.manager_id,
                           .manager_name = asked.manager_name};
    if (!asked.login.empty())
        query.logins.push_back(asked.login);
    auto found = co_await with.people.find(std::move(query));
    if (const auto* failed = std::get_if<engine::attempt_failed>(&found))
        co_return std::unexpected(unanswered(*failed));
    seen_organisation seen;
    const auto account = known == nullptr ? std::string() : known->state.record.okta_id;
    for (const auto& id : account_ids(std::get<okta::found_users>(found), account)) {
        auto image = co_await with.people.snapshot(id);
        if (const auto* failed = std::get_if<engine::attempt_failed>(&image))
            co_return std::unexpected(unanswered(*failed));
        seen.images.push_back(std::get<okta::person_image>(image).image);
    }
    const auto names = names_for(*with.rules.current, meant.subject, known);
    auto resolved = co_await with.people.resolve(names.groups, names.apps);
    if (const auto* failed = std::get_if<engine::attempt_failed>(&resolved))
        co_return std::unexpected(unanswered(*failed));
    for (const auto& [name, group] : std::get<okta::resolved>(resolved).groups)
        seen.groups.push_back(group);
    for (const auto& [label, app] : std::get<okta::resolved>(resolved).apps)
        seen.apps.push_back(app);
    co_return seen;
}

// Everything the journal has of the person, as one first commit of another journal.
runtime::awaitable_result<runtime::transaction> known_so_far(runtime::journal& store, const loaded_person& person)
{
    runtime::transaction all;
    auto row = person.row;
    row.version = 0;
    all.people.push_back(std::move(row));
    all.timers = person.timers;
    std::set<std::string> definitions;
    for (const auto& event : person.state.events) {
        auto stored = co_await store.event(event.event.key);
        if (!stored)
            co_return std::unexpected(stored.error());
        all.new_events.push_back(std::move(*stored));
    }
    for (const auto& known : person.state.runs) {
        auto run = co_await store.run(known.id);
        if (!run)
            co_return std::unexpected(run.error());
        auto facts = co_await store.history(known.id);
        if (!facts)
            co_return std::unexpected(facts.error());
        if (definitions.insert(run->definition_sha256).second) {
            auto text = co_await store.definition(run->definition_sha256);
            if (!text)
                co_return std::unexpected(text.error());
            all.definitions.push_back(std::move(*text));
        }
        all.runs.push_back({std::move(*run), std::move(*facts)});
    }
    co_return all;
}

result<std::shared_ptr<store::memory_store>> journal_with(runtime::transaction known)
{
    auto content = store::make_memory_store();
    if (known.empty())
        return content;
    store::memory_journal journal(content);
    asio::io_context loop;
    result<void> kept = failure(errc::internal, "nothing was committed");
    asio::co_spawn(loop, journal.commit(std::move(known)),
                   [&](std::exception_ptr, result<void> done) { kept = std::move(done); });
    loop.run();
    if (!kept)
        return std::unexpected(kept.error());
    return content;
}

/// What is rehearsed must not stand in the log as if it had happened. Nothing else runs on this thread meanwhile.
class silence
{
public:
    silence() { spdlog::set_level(spdlog::level::off); }
    silence(const silence&) = delete;
    silence& operator=(const silence&) = delete;
    ~silence() { spdlog::set_level(before_); }

private:
    spdlog::level::level_enum before_ = spdlog::get_level();
};

value calls_of(const planned_for& plan)
{
    const auto& run = plan.run;
    std::vector<std::pair<std::string, value>> calls;
    for (const auto& step : run["steps"].items())
        for (const auto& attempt : step["attempts"].items())
            for (const auto& call : attempt["calls"].items())
                if (call["method"].text_or() != "GET")
                    calls.emplace_back(engine::json::write(call["at"]), in_words(plan,
                                                                                 value::map({{"at", call["at"]},
                                                                                             {"step", step["id"]},
                                                                                             {"action", step["action"]},
                                                                                             {"target", step["target"]},
                                                                                             {"method", call["method"]},
                                                                                             {"path", call["path"]},
                                                                                             {"query", call["query"]}}),
                                                                                 step["inputs"]));
    std::sort(calls.begin(), calls.end(), [](const auto& left, const auto& right) { return left.first < right.first; });
    value_list items;
    for (auto& [at, call] : calls)
        items.push_back(std::move(call));
    return value(std::move(items));
}

value steps_of(const value& run)
{
    value_list steps;
    for (const auto& step : run["steps"].items())
        steps.push_back(value::map({{"id", step["id"]},
                                    {"action", step["action"]},
                                    {"state", step["state"]},
                                    {"changed", step["changed"]},
                                    {"target", step["target"]},
                                    {"inputs", step["inputs"]},
                                    {"detail", step["detail"]}}));
    return value(std::move(steps));
}

value told(rehearsal& world, const planned_event& event, const workflows::access_rules& rules)
{
    value decided, run;
    for (const auto& one : world.events())
        if (one["id"].text_or() == event.meant.key.id && one["source"].text_or() == event.source)
            decided = one;
    if (const auto id = decided["run"].text_or(); !id.empty())
        run = world.run_of(run_id{id});
    value_list alarms;
    for (const auto& alarm : world.alarms())
        alarms.push_back(value::map({{"kind", alarm.kind}, {"message", alarm.message}}));
    const planned_for plan{rules, event.person, run, decided};
    return value::map({{"event_id", decided["id"]},
                       {"type", decided["type"]},
                       {"subject", decided["subject"]},
                       {"decision", decided["decision"]},
                       {"reason", decided["reason"]},
                       {"effective", decided["effective"]},
                       {"candidates", decided["candidates"]},
                       {"workflow", run["workflow"]},
                       {"state", run["state"]},
                       {"why", run["why"]},
                       {"calls", calls_of(plan)},
                       {"steps", steps_of(run)},
                       {"residue", run["residue"]},
                       {"review", run["review"]},
                       {"alarms", value(std::move(alarms))}});
}

result<std::unique_ptr<rehearsal>> begin_rehearsal(rehearsal_options options, const seen_organisation& seen,
                                                   const planned_event& event)
{
    const silence quiet;
    const auto now = options.start;
    auto world = std::make_unique<rehearsal>(std::move(options));
    if (auto loaded = world->organisation().load(organisation_document(seen), now); !loaded)
        return failure(errc::internal, "what Okta showed cannot be rehearsed: " + loaded.error().what);
    world->deliver(event.source, event.text, event.headers);
    return world;
}

// From one instant at which something is due to the next; between them everybody else has his turn on the loop.
asio::awaitable<void> pass_time(rehearsal& world, time_point end)
{
    const auto executor = co_await asio::this_coro::executor;
    for (;;) {
        {
            const silence quiet;
            const auto next = world.next_due();
            world.run_until(next ? std::min(*next, end) : end);
            if (!next || *next >= end)
                co_return;
        }
        co_await asio::post(executor, asio::use_awaitable);
    }
}

runtime::awaitable_result<value> rehearse(const plan_services& with, const planned_event& event,
                                          const seen_organisation& seen, runtime::transaction known)
{
    auto content = journal_with(std::move(known));
    if (!content)
        co_return std::unexpected(content.error());
    const auto now = with.time.now();
    rehearsal_options options;
    options.start = now;
    const auto rules = with.rules.current; // stays, whatever is reloaded meanwhile
    options.rules = rules;
    options.sources = with.sources;
    options.content = std::move(*content);
    try {
        auto world = begin_rehearsal(std::move(options), seen, event);
        if (!world)
            co_return std::unexpected(world.error());
        co_await pass_time(**world, now + horizon);
        const silence quiet;
        co_return told(**world, event, rules->access);
    } catch (const std::runtime_error& broken) {
        co_return failure(errc::internal, std::string("the rehearsal broke off: ") + broken.what());
    }
}

result<planned_event> read_event(const plan_services& with, const source_set_pointer& sources, const value& body)
{
    const auto from = sources->find(body["source"].text_or());
    if (from == sources->end())
        return failure(errc::not_found, "/source: there is no such source");
    planned_event event;
    event.source = from->first;
    for (const auto& [name, text] : body["headers"].entries())
        event.headers.emplace_back(name, text.text_or());
    if (http::find_header(event.headers, "content-type") == nullptr)
        event.headers.emplace_back("content-type", "application/json");
    event.text = body["body"].is_text() ? body["body"].text_or() : engine::json::write(body["body"]);
    const auto read =
        read_delivery({event.source, &from->second.mapping, {}, with.time.now()}, event.headers, event.text);
    if (!read)
        return std::unexpected(read.error());
    if (read->size() != 1)
        return failure(errc::invalid_input, "/body: one event at a time is planned; this brings several");
    const auto& problems = read->front().problems;
    if (!problems.empty())
        return failure(errc::invalid_input,
                       "the mapping cannot read it: " + problems.front().field + ": " + problems.front().what);
    event.meant.key = read->front().incoming.event.key;
    if (auto meant = canonical_of(read->front().incoming.event))
        event.meant = std::move(*meant);
    return event;
}

asio::awaitable<http::reply> plan(plan_services with, call asked)
{
    const auto body = read_object(asked);
    if (!body)
        co_return problem(body.error());
    const auto sources = with.sources; // stays alive while Okta is asked
    auto event = read_event(with, sources, *body);
    if (!event)
        co_return problem(event.error());
    event->person = event->meant.subject;
    std::optional<loaded_person> known;
    runtime::transaction so_far;
    auto row = co_await with.store.find_person(workflows::identity_digests(event->meant));
    if (row) {
        auto loaded = co_await load_person(with.store, std::move(*row));
        if (!loaded)
            co_return problem(loaded.error());
        known = std::move(*loaded);
        event->person = workflows::merge(known->state.record.believed, event->meant.subject);
        auto copied = co_await known_so_far(with.store, *known);
        if (!copied)
            co_return problem(copied.error());
        so_far = std::move(*copied);
    } else if (row.error().code != errc::not_found && row.error().code != errc::conflict) {
        co_return problem(row.error());
    }
    auto seen = co_await look_around(with, event->meant, known ? &*known : nullptr);
    if (!seen)
        co_return problem(seen.error());
    auto planned = co_await rehearse(with, *event, *seen, std::move(so_far));
    if (!planned)
        co_return problem(planned.error());
    co_return json_answer(*planned);
}

} // namespace

result<void> add_plan_routes(router& routes, plan_services services)
{
    return routes.add({"POST",
                       "/v1/plan",
                       role::operator_,
                       {},
                       "The exact calls an event would cause now, and why; nothing is sent",
                       [services](call asked) { return plan(services, std::move(asked)); },
                       {{"source", "string", true},
                        {"headers", "object", false, "as the sender would send them"},
                        {"body", "any", true, "as the sender would send it"}}});
}

} // namespace jmld::daemon
