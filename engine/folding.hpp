// apply() for a history that was read and not just made: a damaged file may say anything, and then the fold ends with
// an error. What it lets through is no proof that the history is true, only that the engine can go on from it.
#pragma once

#include "engine/result.hpp"
#include "engine/run_state.hpp"

namespace jmld::engine {

/// Errors: corrupt, naming the fact and what is wrong with it; the state is then of no more use.
result<void> follow(const workflow_definition& definition, run_state& state, const fact& happened);

} // namespace jmld::engine
