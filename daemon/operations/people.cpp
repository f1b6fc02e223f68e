// A person is found by key, or by the worker or universal id of HR; whoever may not see people finds by key only.
#include "daemon/operations/people.hpp"

#include "daemon/evidence/moments.hpp"
#include "daemon/operations/common.hpp"
#include "daemon/operations/events.hpp"
#include "daemon/operations/runs.hpp"
#include "daemon/operations/views.hpp"
#include "daemon/people/starting.hpp"
#include "engine/json/json.hpp"

#include <algorithm>
#include <tuple>

namespace jmld::daemon {

namespace asio = boost::asio;
using engine::value;

namespace {

constexpr int shown_max = 1'000; // events or runs of one person

runtime::awaitable_result<runtime::person_row> row_of(runtime::journal& store, std::string named, bool by_ids)
{
    if (by_ids) {
        auto found = co_await find_person(store, std::move(named));
        co_return found;
    }
    auto row = co_await store.person(person_key{std::move(named)});
    co_return row;
}

// What a run read of the account last, and when.
runtime::awaitable_result<value> access_as_read(people_services with, std::vector<runtime::run_row> newest_first,
                                                bool shown)
{
    for (const auto& row : newest_first) {
        auto history = co_await with.store.history(row.id);
        if (!history)
            co_return std::unexpected(history.error());
        const auto read = std::find_if(history->rbegin(), history->rend(),
                                       [](const auto& fact) { return fact.kind == "subject_read"; });
        if (read == history->rend())
            continue;
        auto at = read->at;
        auto loaded = co_await runtime::load_run(with.store, with.definitions, row.id);
        if (!loaded)
            co_return std::unexpected(loaded.error());
        auto image = loaded->state.image;
        const auto back = last_read_back(*loaded->definition, loaded->state);
        if (back.at && *back.at >= at) {
            at = *back.at;
            image = back.seen;
        }
        const auto& user = image["user"];
        co_return value::map({{"read_at", to_rfc3339(at)},
                              {"read_by", row.id.text},
                              {"okta_id", user["id"]},
                              {"login", shown ? user["profile"]["login"] : value()},
                              {"status", user["status"]},
                              {"groups", image["groups"]},
                              {"apps", image["apps"]},
                              {"roles", image["roles"]},
                              {"factors", image["factors"]},
                              {"target", loaded->state.access["target"]}});
    }
    co_return value();
}

struct moment
{
    std::string at, what, id, words;
    std::size_t place = 0; ///< among those of the same instant
};

// Everything with a time, oldest first; of the same instant in the order in which things follow from each other.
value timeline_of(const std::vector<runtime::event_record>& events, const std::vector<runtime::run_row>& runs,
                  const std::vector<runtime::timer_row>& timers)
{
    std::vector<moment> all;
    for (const auto& event : events)
        all.push_back({to_rfc3339(event.received_at), "event", event.key.id,
                       event.type + ": " + (event.decision.empty() ? "undecided" : event.decision)});
    for (const auto& run : runs) {
        all.push_back({to_rfc3339(run.created_at), "run", run.id.text, run.workflow + " began"});
        if (run.ended_at)
            all.push_back({to_rfc3339(*run.ended_at), "run_ended", run.id.text, run.workflow + ": " + run.state});
    }
    for (const auto& timer : timers)
        all.push_back({to_rfc3339(timer.at), "timer", timer.id.text, timer.kind + ": " + timer.state});
    for (std::size_t i = 0; i < all.size(); ++i)
        all[i].place = i;
    std::sort(all.begin(), all.end(), [](const auto& left, const auto& right) {
        return std::tie(left.at, left.place) < std::tie(right.at, right.place);
    });
    value_list_builder items;
    for (const auto& one : all)
        items.add(value::map({{"at", one.at}, {"what", one.what}, {"id", one.id}, {"detail", one.words}}));
    return items.take();
}

value drift_of(const std::vector<runtime::alarm_row>& alarms, const person_key& key)
{
    value_list_builder found;
    for (const auto& alarm : alarms)
        if (alarm.subject == key && alarm.kind == "drift")
            found.add(value::map({{"id", alarm.id.text},
                                  {"at", to_rfc3339(alarm.at)},
                                  {"message", alarm.message},
                                  {"run", text_or_null(alarm.run.text)},
                                  {"count", alarm.count}}));
    return found.take();
}

template <class Rows, class Shown> value listed(const Rows& rows, Shown shown)
{
    value_list_builder items;
    for (const auto& row : rows)
        items.add(shown(row));
    return items.take();
}

asio::awaitable<http::reply> show_person(people_services with, call asked)
{
    const bool shown = sees_people(asked.who);
    auto row = co_await row_of(with.store, asked.param("key"), shown);
    if (!row)
        co_return problem(row.error());
    const auto key = row->key;
    const auto known = workflows::decode_person(row->record.bytes);
    if (!known)
        co_return problem(known.error());
    auto past = co_await with.store.past_of(key, shown_max);
    if (!past)
        co_return problem(past.error());
    auto alarms = co_await with.store.alarms(shown_max);
    if (!alarms)
        co_return problem(alarms.error());
    auto access = co_await access_as_read(with, past->runs, shown);
    if (!access)
        co_return problem(access.error());
    const auto& record = *known;
    auto answer = value::map(
        {{"key", key.text},
         {"subject", subject_value(key, record.believed, shown)},
         {"account", record.okta_id.empty()
                         ? value()
                         : value::map({{"okta_id", record.okta_id}, {"status", text_or_null(record.status)}})},
         {"events",
          listed(past->events, [&](const auto& event) { return event_value(event, {}, shown).without("deliveries"); })},
         {"runs", listed(past->runs, run_row_value)},
         {"timers", listed(past->timers, [](const auto& timer) { return timer_value(timer, {}); })},
         {"access", *access},
         {"drift", drift_of(*alarms, key)},
         {"timeline", timeline_of(past->events, past->runs, past->timers)}});
    if (shown)
        answer = answer.with("believed", workflows::to_value(record.believed));
    co_return json_answer(answer);
}

} // namespace

result<void> add_people_routes(router& routes, people_services services)
{
    return routes.add({"GET",
                       "/v1/people/{key}",
                       role::viewer,
                       {},
                       "One person's timeline: events, runs, timers, access as last read, drift",
                       [services](call asked) { return show_person(services, std::move(asked)); }});
}

} // namespace jmld::daemon
