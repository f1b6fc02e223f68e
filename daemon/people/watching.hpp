// From a run's last facts: whether it closed an account that is to be looked at again, and how it left it. It asks
// nobody and decides nothing; what a look means, workflows/people/drift says.
#pragma once

#include "engine/runtime/journal.hpp"
#include "engine/runtime/runner.hpp"
#include "workflows/people/drift.hpp"

#include <optional>

namespace jmld::daemon {

/// The timer of the first look; nothing when the run closed no account, when it was begun by such a look itself, or
/// when nothing is to look on.
std::optional<runtime::timer_row> drift_timer(const runtime::run_change& change, const workflows::policy& rules,
                                              time_point now, random_source& random);

/// Of a run that has ended.
workflows::closing_run closing_run_of(const engine::workflow_definition& definition, const engine::run_state& state);

} // namespace jmld::daemon
