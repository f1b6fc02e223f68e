// An exit of which nobody knows whose it is waits for a person, but is no open door: when it is due, the accounts that
// carry its number are closed off. Whose they are is not decided here.
#include "daemon/people/conductor.hpp"

#include "engine/digest.hpp"
#include "workflows/people/containment.hpp"

#include <algorithm>
#include <utility>

namespace jmld::daemon {

namespace {

constexpr duration guard_pause{15 * 60'000}; // before one that the guard keeps back is looked at again

// The same for the same event: however often it is parked again, there is one.
timer_id id_of_end(const event_key& key)
{
    auto digits = digest::sha256_hex("end:" + key.source + "~" + key.id).substr(0, 26);
    std::ranges::transform(digits, digits.begin(),
                           [](char c) { return c >= 'a' && c <= 'f' ? static_cast<char>(c - 'a' + 'A') : c; });
    return timer_id{"tmr_" + digits};
}

} // namespace

runtime::timer_row conductor::end_timer(const event_key& key, time_point at, std::string state) const
{
    runtime::timer_row due;
    due.id = id_of_end(key);
    due.kind = "end";
    due.at = at;
    due.state = std::move(state);
    due.event = key;
    due.priority = static_cast<int>(runtime::priority::leaver);
    return due;
}

runtime::awaitable_result<bool> conductor::is_taken_back(const workflows::canonical_event& meant)
{
    runtime::event_query parked;
    parked.source = meant.key.source;
    parked.decision = "parked";
    parked.limit = 200;
    for (bool more = true; more;) {
        auto page = co_await ports_.store.events(parked);
        if (!page)
            co_return std::unexpected(page.error());
        for (const auto& stored : *page) {
            const auto other = canonical_of(stored);
            if (other && workflows::takes_back(*other, meant))
                co_return true;
        }
        more = static_cast<int>(page->size()) == parked.limit;
        if (more)
            parked.after = page->back().key.source + "~" + page->back().key.id;
    }
    co_return false;
}

runtime::awaitable_result<void> conductor::contain_parked(const request& what, const workflows::canonical_event& meant,
                                                          const workflows::park_identity& why,
                                                          keyed_locks::holder& counting, written_decision& into)
{
    const auto rules = ports_.rules.current;
    const auto now = ports_.time.now();
    const auto at = workflows::access_ends_at(meant, rules->policy, now);
    const auto accounts = workflows::accounts_to_contain(meant.subject, why.same_number, {}, rules->policy);
    if (!at || accounts.empty() || !rules->find(workflows::workflow_of_containment))
        co_return result<void>{};
    auto& reason = into.work.events.front().reason.emplace(why.reason);
    const auto look_again = [&](time_point when) {
        into.armed.push_back(when);
        into.work.timers.push_back(end_timer(what.key, when, "armed"));
    };
    auto taken_back = co_await is_taken_back(meant);
    if (!taken_back)
        co_return std::unexpected(taken_back.error());
    if (*taken_back) {
        into.work.timers.push_back(end_timer(what.key, now, "cancelled"));
        reason += "; it was taken back or corrected since: their accounts stay as they are";
        co_return result<void>{};
    }
    if (*at > now) {
        look_again(*at);
        reason += "; if nobody decides, they are suspended at " + to_rfc3339(*at);
        co_return result<void>{};
    }
    if (!workflows::is_urgent(meant, rules->policy)) {
        auto prepared = co_await guard_.prepare(*rules);
        if (!prepared)
            co_return std::unexpected(prepared.error());
        counting = co_await locks_.acquire({guard_key});
        auto guard = co_await count_for_guard(*rules, true, what.released);
        if (!guard)
            co_return std::unexpected(guard.error());
        if (!workflows::guard_allows(rules->policy, guard->counts)) {
            look_again(now + guard_pause);
            reason += "; the guard lets no more leavers through: their accounts are still open, and are looked at "
                      "again at " +
                      to_rfc3339(now + guard_pause);
            co_return result<void>{};
        }
    }
    auto contained = co_await contain(meant, accounts, into);
    if (!contained)
        co_return std::unexpected(contained.error());
    for (const auto& account : contained->foreign)
        reason += "; " + account + " is known here as somebody else's and stays as it is";
    if (!contained->begun.empty())
        reason += "; runs of 'contain' keep everybody out of the others, what becomes of them a person decides";
    co_return result<void>{};
}

} // namespace jmld::daemon
