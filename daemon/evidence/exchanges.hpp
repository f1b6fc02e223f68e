// Every exchange of a run with Okta, as evidence lists them: calls by step and attempt, and the looks of the read-back
// by themselves. It leaves out no call that was written down.
#pragma once

#include "engine/run_state.hpp"

namespace jmld::daemon {

/// [{step, attempt, undo, method, path, status, request_id, at}] in order of time. The reads of a read-back stand in
/// reads_of().
engine::value calls_of(const engine::workflow_definition& definition, const engine::run_state& state);
/// [{step, at, clean, outcome, status, request_id, request_ids[]}], one for each look at the whole person.
engine::value reads_of(const engine::workflow_definition& definition, const engine::run_state& state);

} // namespace jmld::daemon
