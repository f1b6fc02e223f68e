// A run as a step of another run (core.run): what its end means for the step. Beginning it and hearing of its end is
// the runner's part.
#pragma once

#include "engine/action.hpp"
#include "engine/definition.hpp"
#include "engine/run_state.hpp"
#include "engine/stimulus.hpp"

#include <functional>
#include <optional>

namespace jmld::engine {

/// Whose step a run is; empty for a run of its own.
run_id parent_of(const run_state& state);
std::string parent_step_of(const run_state& state);
/// The child of a `core.run` step by its inputs.
run_id child_of(const value& inputs);

/// Of a run that has ended. Outputs: {run, state, steps: {ID: outputs}}.
attempt_outcome outcome_as_step(const run_state& ended);
/// Of a child that was to be undone and has ended again.
undo_outcome undone_as_step(const run_state& ended);

/// Whether all that is out of a run are runs of other workflows, each of them watched: their ends wake it.
bool only_waits_for_runs(const workflow_definition& definition, const run_state& state,
                         const std::function<bool(const run_id&)>& watched);

/// What a parent that stops, pauses or goes on says to a child under way; nothing = it goes on by itself.
std::optional<stimulus> word_for_child(const run_state& parent, direction of_child);

} // namespace jmld::engine
