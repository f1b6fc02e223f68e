// What the rest of the world learns from a run's facts: alarms that commit with them, and metrics after. Pure functions
// of a change.
#pragma once

#include "daemon/metrics.hpp"
#include "engine/random_source.hpp"
#include "engine/runtime/runner.hpp"

#include <vector>

namespace jmld::daemon {

/// Alarms that this change raises, one for each cause.
std::vector<runtime::alarm_row> alarms_of(const runtime::run_change& change, time_point now, random_source& random);

void measure(const runtime::run_change& change, metrics& counters);

/// The log's lines of a change: begin, failures with Okta's code and request id, pauses, the end. Ids and states only,
/// no person.
void log_change(const runtime::run_change& change);

} // namespace jmld::daemon
