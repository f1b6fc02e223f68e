// What operators say to events and holds. Each word is carried out under the same locks as a decision, by what stands
// then; who said it is written down with what came of it.
#include "daemon/people/conductor.hpp"

#include "engine/json/json.hpp"
#include "workflows/people/containment.hpp"

#include <algorithm>
#include <set>
#include <utility>

namespace jmld::daemon {

// Carried out already, or superseded by something that was: a replay must not do it twice.
bool conductor::is_settled(std::string_view decision)
{
    return decision == "acted" || decision == "superseded" || decision == "coalesced";
}

runtime::audit_row conductor::audit_of(const request& what, std::string verb) const
{
    return {ports_.time.now(), what.by, std::move(verb), "event " + what.key.source + "~" + what.key.id, what.reason};
}

// Somebody was faster with the person's record: that is no answer to give. A word that does not apply is refused all
// the same.
runtime::awaitable_result<std::string> conductor::carry_out(request what)
{
    constexpr int tries_max = 5;
    auto decided = co_await decide(what);
    for (int tried = 1; tried < tries_max && !decided && decided.error().code == errc::conflict; ++tried)
        decided = co_await decide(what);
    if (!decided && decided.error().code == errc::corrupt) // of this event or person; the operator is told which
        decided.error().code = errc::conflict;
    co_return decided;
}

// ---- one event
// -------------------------------------------------------------------------------------------------------------

runtime::awaitable_result<std::string> conductor::replay(event_key key, std::string by, std::string reason)
{
    auto decided =
        co_await carry_out({.key = std::move(key), .again = true, .by = std::move(by), .reason = std::move(reason)});
    co_return decided;
}

runtime::awaitable_result<std::string> conductor::resolve(event_key key, resolution words)
{
    request what{.key = std::move(key), .again = true, .by = words.by, .reason = words.reason};
    what.words = std::move(words);
    auto decided = co_await carry_out(std::move(what));
    co_return decided;
}

runtime::awaitable_result<std::string> conductor::release(event_key key, std::string by, std::string reason)
{
    auto stored = co_await ports_.store.event(key);
    if (!stored)
        co_return std::unexpected(stored.error());
    if (stored->decision != "held")
        co_return failure(errc::conflict, "only a held event can be released; this one is " + stored->decision);
    auto decided = co_await carry_out(by_hold(key, true, std::move(by), std::move(reason)));
    co_return decided;
}

runtime::awaitable_result<std::string> conductor::discard(event_key key, std::string by, std::string reason)
{
    auto decided = co_await carry_out(
        {.key = std::move(key), .discarded = true, .by = std::move(by), .reason = std::move(reason)});
    co_return decided;
}

runtime::awaitable_result<std::string> conductor::discard_locked(const request& what,
                                                                 const runtime::event_record& stored)
{
    runtime::transaction work;
    runtime::event_update update;
    update.key = what.key;
    update.decision = "cancelled";
    update.reason = what.reason;
    update.by = what.by;
    work.events.push_back(std::move(update));
    if (stored.person.empty() && stored.decision == "parked" && workflows::ends_access(stored.type)) {
        work.timers.push_back(end_timer(what.key, ports_.time.now(), "cancelled"));
    } else if (!stored.person.empty()) {
        auto timers = co_await ports_.store.timers(stored.person, {});
        if (!timers)
            co_return std::unexpected(timers.error());
        for (auto& timer : *timers) {
            if (timer.event != what.key || timer.state != "armed")
                continue;
            timer.state = "cancelled";
            work.timers.push_back(std::move(timer));
        }
    }
    work.audit.push_back(audit_of(what, "event.discard"));
    auto done = co_await ports_.store.commit(std::move(work));
    if (!done)
        co_return std::unexpected(done.error());
    co_return std::string("cancelled");
}

// ---- a hold
// ----------------------------------------------------------------------------------------------------------------

conductor::request conductor::by_hold(const event_key& key, bool let_through, std::string by, std::string reason)
{
    request what{.key = key, .by = std::move(by), .reason = std::move(reason)};
    what.released = let_through;
    what.discarded = !let_through;
    what.held_only = true;
    what.urgency = runtime::priority::leaver; // only leavers are held
    return what;
}

// Under the lock of those who put events into it: none may slip in while it is closed.
runtime::awaitable_result<runtime::hold_row> conductor::close_hold(hold_id id, bool let_through, std::string by,
                                                                   std::string reason)
{
    const auto mine = co_await locks_.acquire({guard_key});
    auto all = co_await ports_.store.holds("");
    if (!all)
        co_return std::unexpected(all.error());
    const auto found = std::find_if(all->begin(), all->end(), [&](const auto& row) { return row.id == id; });
    if (found == all->end())
        co_return failure(errc::not_found, "there is no such hold", "see /v1/holds");
    if (found->state != "held")
        co_return failure(errc::conflict, "the hold is " + found->state);
    auto row = *found;
    const auto now = ports_.time.now();
    row.state = let_through ? "released" : "rejected";
    row.decided = engine::json::write(engine::value::map({{"by", by}, {"reason", reason}, {"at", to_rfc3339(now)}}));
    runtime::transaction work;
    work.holds.push_back(row);
    work.audit.push_back({now, by, let_through ? "hold.release" : "hold.reject", "hold " + row.id.text, reason});
    auto committed = co_await ports_.store.commit(std::move(work));
    if (!committed)
        co_return std::unexpected(committed.error());
    co_return row;
}

runtime::awaitable_result<runtime::hold_row> conductor::settle_hold(hold_id id, bool let_through, std::string by,
                                                                    std::string reason)
{
    auto row = co_await close_hold(std::move(id), let_through, by, reason);
    if (!row)
        co_return std::unexpected(row.error());
    for (const auto& key : row->events) {
        auto decided = co_await carry_out(by_hold(key, let_through, by, reason));
        if (!decided)
            take_up(by_hold(key, let_through, by, reason));
    }
    co_return row;
}

// The process may have died between closing a hold and the last of its events.
runtime::awaitable_result<void> conductor::recover_holds()
{
    auto all = co_await ports_.store.holds("");
    if (!all)
        co_return std::unexpected(all.error());
    std::set<event_key> held; // decided anew since then, and held again
    for (const auto& row : *all)
        if (row.state == "held")
            held.insert(row.events.begin(), row.events.end());
    for (const auto& row : *all) {
        if (row.state == "held")
            continue;
        const auto words = engine::json::parse(row.decided).value_or(engine::value());
        for (const auto& key : row.events) {
            auto stored = co_await ports_.store.event(key);
            if (!stored && stored.error().code != errc::not_found)
                co_return std::unexpected(stored.error());
            if (stored && stored->decision == "held" && !held.contains(key))
                take_up(by_hold(key, row.state == "released", words["by"].text_or(), words["reason"].text_or()));
        }
    }
    co_return result<void>{};
}

} // namespace jmld::daemon
