// What a run would still do, for people who want to see it before: each step with its inputs as far as they are known.
// What depends on an answer that is not there yet says so.
#pragma once

#include "engine/definition.hpp"
#include "engine/run_state.hpp"

namespace jmld::engine {

/// A list of {step, action, inputs, open}; `open` says why inputs are not known yet. Steps whose condition is false are
/// left out.
value planned_steps(const workflow_definition& definition, const run_state& state);

/// Of a run that does not exist: `context` as in runtime::new_run, `person` and `access` as they would be read.
value planned_steps(const workflow_definition& definition, const value& context, const value& person,
                    const value& access);

} // namespace jmld::engine
