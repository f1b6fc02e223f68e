// Counts runs in the journal and users in Okta, the latter rarely and only as far as a decision could depend on it.
#include "daemon/people/leaver_guard.hpp"

#include "workflows/people/containment.hpp"

#include <algorithm>
#include <cmath>
#include <set>

namespace jmld::daemon {

namespace {

constexpr duration population_believed{600'000};
constexpr int least_population_of_interest = 500; // below it only the plain number counts
constexpr int runs_read_max = 100'000;

// How many users there must be so that twice as many leavers as now could be allowed by percentage.
int worth_counting(int leavers, double percent)
{
    const double needed = std::ceil((2.0 * leavers + 2) * 100 / std::max(percent, 0.01));
    return std::max(least_population_of_interest, static_cast<int>(std::min(needed, 1e7)));
}

} // namespace

runtime::awaitable_result<std::vector<runtime::run_row>> leaver_guard::recent_runs(const rule_book& rules,
                                                                                   std::string workflow)
{
    runtime::run_query query;
    query.workflow = std::move(workflow);
    query.since = time_.now() - rules.policy.guard.window;
    query.limit = runs_read_max;
    auto recent = co_await store_.runs(std::move(query));
    co_return recent;
}

runtime::awaitable_result<int> leaver_guard::leavers_in_window(const rule_book& rules)
{
    int count = 0;
    std::set<event_key> counted; // what came back of somebody who left, or a second account, is no further leaver
    for (const auto& definition : rules.workflows) {
        // What no event starts closes nobody: the deletion of accounts that were closed long ago.
        const bool contains = definition->name == workflows::workflow_of_containment;
        if (definition->dir != engine::direction::revoke || (definition->trigger.events.empty() && !contains))
            continue;
        auto recent = co_await recent_runs(rules, definition->name);
        if (!recent)
            co_return std::unexpected(recent.error());
        count += static_cast<int>(std::ranges::count_if(*recent, [&](const runtime::run_row& run) {
            return run.priority != static_cast<int>(runtime::priority::urgent_leaver) &&
                   (run.event.empty() || counted.insert(run.event).second);
        }));
    }
    co_return count;
}

runtime::awaitable_result<void> leaver_guard::prepare(const rule_book& rules)
{
    const auto& guard = rules.policy.guard;
    auto leavers = co_await leavers_in_window(rules);
    if (!leavers)
        co_return std::unexpected(leavers.error());
    if (*leavers < guard.max_leavers || guard.max_percent <= 0)
        co_return result<void>{};
    const bool fresh = people_ && time_.now() < people_->until;
    const bool far_enough =
        fresh && (people_->count < people_->up_to || *leavers < std::floor(people_->count * guard.max_percent / 100));
    if (far_enough)
        co_return result<void>{};
    const int enough = worth_counting(*leavers, guard.max_percent);
    auto counted = co_await directory_.population(enough);
    if (const auto* failed = std::get_if<engine::attempt_failed>(&counted)) {
        if (engine::is_transient(failed->kind))
            co_return failure(errc::unavailable, "Okta does not say how many people there are (" +
                                                     std::string(engine::to_text(failed->kind)) + ")");
        people_.reset(); // it may not be known to us: the plain number counts
        co_return result<void>{};
    }
    people_ = counted_people{std::get<int>(counted), enough, time_.now() + population_believed};
    co_return result<void>{};
}

runtime::awaitable_result<workflows::guard_counts> leaver_guard::count(const rule_book& rules, bool released)
{
    auto leavers = co_await leavers_in_window(rules);
    if (!leavers)
        co_return std::unexpected(leavers.error());
    workflows::guard_counts counts;
    counts.leavers_in_window = *leavers;
    if (people_)
        counts.population = people_->count;
    counts.released = released;
    co_return counts;
}

runtime::awaitable_result<workflows::guard_counts> leaver_guard::count_movers(const rule_book& rules, bool released)
{
    workflows::guard_counts counts;
    counts.released = released;
    for (const auto& definition : rules.workflows) {
        const auto& events = definition->trigger.events;
        if (std::ranges::find(events, "worker.changed") == events.end())
            continue;
        auto recent = co_await recent_runs(rules, definition->name);
        if (!recent)
            co_return std::unexpected(recent.error());
        counts.movers_in_window += static_cast<int>(recent->size());
    }
    co_return counts;
}

} // namespace jmld::daemon
