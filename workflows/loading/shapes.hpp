// What expressions in a workflow file may read, root by root, so that an unknown name is found before anything runs.
// The roots about people come from workflows/people/roots; here stand those of a run: `steps`, `vars`, `item`, `run`.
#pragma once

#include "engine/action.hpp"
#include "engine/definition.hpp"
#include "engine/expression/expression.hpp"

#include <string>
#include <vector>

namespace jmld::workflows::loading {

/// The roots that do not depend on the file. The defaults are the closed shapes of contract §7.
struct known_roots
{
    engine::expression::shape event, person, access, policy, run;
};
known_roots default_roots();

/// `run`: id, workflow, by (who or what started it), outcome (under `finally`: how it will end).
engine::expression::shape run_shape();

/// What `steps.<id>` holds: `outputs` (of a `for_each` step a list of them), those under names of its own included, and
/// `state`.
engine::expression::shape step_shape(const engine::step_definition& step, const std::vector<std::string>& own_names,
                                     bool for_each);
/// What an action, or one of the engine's own, answers.
const std::vector<engine::parameter_description>& outputs_of(const engine::step_definition& step);

/// The shape at a dotted path below a root, as far as it is known; open when it is not. `access.groups.add` → a list.
engine::expression::shape at_path(const engine::expression::shape& roots, const std::vector<std::string>& path);
/// Of the items of a list; open when unknown.
engine::expression::shape element_of(const engine::expression::shape& list);

} // namespace jmld::workflows::loading
