// Reading only; every list is bounded by what one person can have.
#include "daemon/people/person_loading.hpp"

#include "engine/digest.hpp"
#include "engine/json/json.hpp"

namespace jmld::daemon {

namespace {

constexpr int per_person_max = 10'000; // events or runs of one person; far beyond a working life

engine::direction direction_of(std::string_view text)
{
    for (const auto dir : {engine::direction::grant, engine::direction::change, engine::direction::revoke})
        if (engine::to_text(dir) == text)
            return dir;
    return engine::direction::change;
}

} // namespace

std::string account_digest(const std::string& okta_id) { return digest::sha256_hex("okta:" + okta_id); }

result<workflows::canonical_event> canonical_of(const runtime::event_record& stored)
{
    if (stored.canonical.bytes.empty())
        return failure(errc::corrupt, "event " + stored.key.id + " has no canonical form");
    const auto content = engine::json::decode(stored.canonical.bytes);
    if (!content)
        return std::unexpected(content.error());
    auto event = workflows::event_from_value(*content);
    if (!event) // it was written by us: whatever is wrong with it is damage
        return failure(errc::corrupt,
                       "the canonical form of event " + stored.key.id + " cannot be read: " + event.error().what);
    return event;
}

namespace {

result<loaded_person> understood(runtime::person_row row, runtime::person_past past)
{
    loaded_person loaded;
    loaded.state.key = row.key;
    if (!row.record.bytes.empty()) {
        auto record = workflows::decode_person(row.record.bytes);
        if (!record)
            return std::unexpected(record.error());
        loaded.state.record = std::move(*record);
    }
    for (const auto& stored : past.events) {
        auto canonical = canonical_of(stored);
        if (!canonical)
            continue; // quarantined ones belong to nobody; a broken one is found by the integrity check, not by a
                      // decision
        loaded.state.events.push_back(
            {std::move(*canonical), stored.received_at, stored.decision, stored.reason, stored.by, stored.run});
    }
    for (const auto& run : past.runs)
        loaded.state.runs.push_back(
            {run.id, run.workflow, direction_of(run.direction), run.state, run.open, run.event, run.attempts_max > 0});
    loaded.timers = std::move(past.timers);
    for (const auto& timer : loaded.timers)
        loaded.state.timers.push_back({timer.id, timer.kind, timer.at, timer.event, timer.run, timer.state});
    loaded.row = std::move(row);
    return loaded;
}

} // namespace

runtime::awaitable_result<loaded_person> load_person(runtime::journal& store, runtime::person_row row)
{
    auto past = co_await store.past_of(row.key, per_person_max);
    if (!past)
        co_return std::unexpected(past.error());
    co_return understood(std::move(row), std::move(*past));
}

runtime::awaitable_result<loaded_person> load_person(runtime::journal& store, person_key key)
{
    auto past = co_await store.past_of(key, per_person_max);
    if (!past)
        co_return std::unexpected(past.error());
    if (!past->row)
        co_return failure(errc::not_found, "no person " + key.text);
    auto row = std::move(*past->row);
    co_return understood(std::move(row), std::move(*past));
}

} // namespace jmld::daemon
