// What the guard against mass terminations must know before a leaver is decided: how many left lately and how many
// people there are. It counts; what follows from the numbers is decided by workflows/people.
#pragma once

#include "daemon/people/people_directory.hpp"
#include "daemon/rule_book.hpp"
#include "engine/runtime/action_port.hpp"
#include "engine/runtime/clock.hpp"
#include "engine/runtime/journal.hpp"
#include "workflows/people/decide.hpp"

#include <optional>

namespace jmld::daemon {

/// Event loop's thread only.
class leaver_guard
{
public:
    leaver_guard(runtime::journal& store, people_directory& directory, runtime::clock& time)
        : store_(store), directory_(directory), time_(time)
    {}

    /// Before the counting is locked against other leavers: asks Okta for the population where the plain number may be
    /// used up and the percentage may allow more. Errors: unavailable (ask again later), or the journal's.
    runtime::awaitable_result<void> prepare(const rule_book& rules);
    /// The numbers as they are now; never waits for Okta, and does not look for holds.
    runtime::awaitable_result<workflows::guard_counts> count(const rule_book& rules, bool released);
    /// The same for moves that may take groups, as far as the policy limits them.
    runtime::awaitable_result<workflows::guard_counts> count_movers(const rule_book& rules, bool released);

private:
    struct counted_people
    {
        int count;        ///< users that are not DEPROVISIONED, or `up_to`
        int up_to;        ///< where counting stopped
        time_point until; ///< how long it is believed
    };
    /// Of one workflow, begun within the guard's window.
    runtime::awaitable_result<std::vector<runtime::run_row>> recent_runs(const rule_book& rules, std::string workflow);
    runtime::awaitable_result<int> leavers_in_window(const rule_book& rules);

    runtime::journal& store_;
    people_directory& directory_;
    runtime::clock& time_;
    std::optional<counted_people> people_;
};

} // namespace jmld::daemon
