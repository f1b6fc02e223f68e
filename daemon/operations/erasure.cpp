// Only somebody about whom nothing is to happen any more can be erased: no run, no timer, no event that waits, no
// employment that goes on, no legal hold. The record's version makes a decision that comes between the look and the
// commit win.
#include "daemon/operations/erasure.hpp"

#include "daemon/operations/common.hpp"
#include "daemon/people/person_loading.hpp"
#include "daemon/people/starting.hpp"

#include <algorithm>
#include <utility>

namespace jmld::daemon {

namespace asio = boost::asio;
using engine::value;

namespace {

bool waits(const workflows::known_event& event)
{
    static const std::vector<std::string> open = {"", "scheduled", "held", "parked"};
    return std::find(open.begin(), open.end(), event.decision) != open.end();
}

/// Empty when nothing stands in the way.
std::string why_not(const loaded_person& person, const workflows::policy& rules, time_point now)
{
    const auto& state = person.state;
    for (const auto& run : state.runs)
        if (run.open)
            return "run " + run.id.text + " has not ended";
    for (const auto& timer : state.timers)
        if (timer.state == "armed")
            return "a timer (" + timer.kind + ") stands for " + to_rfc3339(timer.at);
    for (const auto& event : state.events)
        if (waits(event))
            return "event " + event.event.key.id + " waits to be decided or to act";
    if (workflows::is_named(rules.legal_hold, state.record.believed, state.record))
        return "a legal hold stands (policy.legal_hold)";
    for (const auto& work : workflows::employments_of(state, rules))
        if (!work.ended && !(work.ends && *work.ends <= now))
            return "an employment of this person goes on";
    return {};
}

runtime::transaction erasing(const loaded_person& person, const std::string& by, std::string reason, time_point now)
{
    runtime::transaction work;
    // Nobody is found by what they were called any more; the key stays, since hashes name it.
    work.people.push_back({person.row.key, person.row.version, {}, {}});
    work.audit.push_back({now, by, "person.erase", "person " + person.row.key.text, std::move(reason)});
    return work;
}

asio::awaitable<http::reply> erase_person(erasure_services with, call asked)
{
    const auto body = read_object(asked);
    const auto reason = body ? reason_of(*body, true) : std::unexpected(body.error());
    if (!reason)
        co_return problem(reason.error());
    auto row = co_await find_person(with.store, asked.param("key"));
    if (!row)
        co_return problem(row.error());
    auto person = co_await load_person(with.store, std::move(*row));
    if (!person)
        co_return problem(person.error());
    const auto now = with.time.now();
    if (const auto why = why_not(*person, with.rules.current->policy, now); !why.empty())
        co_return does_not_apply({errc::conflict, "not erased: " + why, {}}, person->row.key.text);
    auto done = co_await with.store.commit(erasing(*person, asked.who.name, *reason, now));
    if (!done)
        co_return problem(done.error());
    co_return json_answer(value::map({{"person", person->row.key.text}, {"state", "erased"}, {"at", to_rfc3339(now)}}));
}

} // namespace

result<void> add_erasure_route(router& routes, erasure_services services)
{
    return routes.add({"POST",
                       "/v1/people/{key}/erase",
                       role::admin,
                       {},
                       "Erase a person's data from events, histories, evidence and the record; chains stay checkable",
                       [services](call asked) { return erase_person(services, std::move(asked)); },
                       {{"reason", "string", true}}});
}

} // namespace jmld::daemon
