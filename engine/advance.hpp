// The pure core: what follows from a stimulus. No clock, no I/O, no chance of its own; the same function runs live, in
// recovery, in rehearsals and in tests.
#pragma once

#include "engine/command.hpp"
#include "engine/definition.hpp"
#include "engine/history.hpp"
#include "engine/random_source.hpp"
#include "engine/run_state.hpp"
#include "engine/stimulus.hpp"

#include <functional>
#include <optional>
#include <string>
#include <vector>

namespace jmld::engine {

struct transition
{
    std::vector<fact> facts;       ///< what is now true; committed first
    std::vector<command> commands; ///< what to do about it; released after the commit
    run_state after;               ///< fold of everything so far: the state once the facts are durable
};

/// What the engine cannot know by itself.
struct environment
{
    /// The first instant of a local day in a named zone.
    std::function<time_point(date, const std::string& zone)> first_instant;
};

/// Runs to quiescence: what an outcome makes ready starts in the same transition.
transition advance(const workflow_definition& definition, const run_state& state, const stimulus& cause, time_point now,
                   random_source& random, const environment& around);

/// The first facts of a new run. `state` of the answer is `queued`, or `scheduled` when it is to begin later.
transition create_run(const workflow_definition& definition, run_created what, time_point now,
                      std::optional<time_point> begin_at = {});

/// A run that has not begun ends without a call.
transition supersede(const workflow_definition& definition, const run_state& state, std::string by, time_point now);

/// Why an operator's word does not apply now (409); nothing = it does.
std::optional<std::string> refuses(const run_state& state, const operator_signal& word);

} // namespace jmld::engine
