// Rows as people and programs see them: the keys of alarms[], timers[] and holds[] of the contract, for the operations
// API and for rehearsals alike. Runs and events have their views beside their routes.
#pragma once

#include "engine/runtime/journal.hpp"
#include "engine/value.hpp"

namespace jmld::daemon {

/// `subject`: who it is about as the caller may show it, or null.
engine::value alarm_value(const runtime::alarm_row& row, const engine::value& subject);
engine::value timer_value(const runtime::timer_row& row, const engine::value& subject);
engine::value hold_value(const runtime::hold_row& row);

} // namespace jmld::daemon
