// What a rehearsal came to, as one document with the fixed keys of the contract: the same script and seed give the same
// bytes twice.
#pragma once

#include "daemon/rehearsal/rehearsal.hpp"
#include "engine/value.hpp"

namespace jmld::daemon::scenario {

/// {clock, org, ledger, runs, events, holds, alarms, timers, evidence}; lists oldest first, nothing masked.
engine::value outcome_of(rehearsal& world);

} // namespace jmld::daemon::scenario
