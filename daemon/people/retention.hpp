// When a closed account is to be looked at again because the policy keeps it only for a time. It decides nothing: what
// becomes of the account is asked when the timer is due.
#pragma once

#include "engine/runtime/journal.hpp"
#include "engine/runtime/runner.hpp"
#include "workflows/people/policy.hpp"

#include <optional>

namespace jmld::daemon {

/// The timer that the end of this run arms; nothing when it closed no account, or accounts are kept for good.
std::optional<runtime::timer_row> deletion_timer(const runtime::run_change& change, const workflows::policy& rules,
                                                 time_point now, random_source& random);

/// This change is the end of the run, and nothing of it is undone.
bool ends_standing(const runtime::run_change& change);
/// The account's status as a step read it last, else as the run found it.
std::string last_status(const engine::run_state& state);

} // namespace jmld::daemon
