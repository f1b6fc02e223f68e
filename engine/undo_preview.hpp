// What undoing a run would do, before anything is done: the plan with everything that each undo is made from. The calls
// themselves are the connector's to say.
#pragma once

#include "engine/command.hpp"
#include "engine/definition.hpp"
#include "engine/run_state.hpp"

#include <string>
#include <vector>

namespace jmld::engine {

struct planned_undo
{
    std::string step, action;
    action_target target;
    value before;
    bool possible = true;
    std::string why_not;
    send_undo command; ///< as it would leave; only when possible
};
struct undo_preview
{
    std::vector<planned_undo> steps;  ///< in the order in which they would be undone
    std::vector<std::string> staying; ///< with `to_step`: what had its effect before
};
/// `to_step` as in operator_signal. Nothing is decided and nothing changes.
undo_preview preview_undo(const workflow_definition& definition, const run_state& state, const std::string& to_step,
                          time_point now);

} // namespace jmld::engine
