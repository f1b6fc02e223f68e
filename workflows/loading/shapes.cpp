// Closed shapes for the roots of a run. They carry names only: what kind of value stands there is known when it is
// evaluated.
#include "workflows/loading/shapes.hpp"

#include "workflows/loading/core_actions.hpp"
#include "workflows/people/roots.hpp"

namespace jmld::workflows::loading {

using engine::expression::shape;

known_roots default_roots() { return {event_shape(), person_shape(), access_shape(), policy_shape(), run_shape()}; }

shape run_shape() { return shape::closed({{"id", {}}, {"workflow", {}}, {"by", {}}, {"outcome", {}}}); }

const std::vector<engine::parameter_description>& outputs_of(const engine::step_definition& step)
{
    static const std::vector<engine::parameter_description> nothing;
    if (step.action != nullptr)
        return step.action->outputs;
    const core_action* own = find_core_action(step.uses);
    return own != nullptr ? own->outputs : nothing;
}

shape step_shape(const engine::step_definition& step, const std::vector<std::string>& own_names, bool for_each)
{
    std::map<std::string, shape> members;
    for (const engine::parameter_description& output : outputs_of(step))
        members.emplace(output.name, shape::any());
    for (const std::string& name : own_names)
        members.emplace(name, shape::any());
    shape outputs = shape::closed(std::move(members));
    if (for_each) {
        shape list;
        list.element = std::make_shared<const shape>(std::move(outputs));
        outputs = std::move(list);
    }
    return shape::closed({{"outputs", std::move(outputs)}, {"state", {}}});
}

shape at_path(const shape& roots, const std::vector<std::string>& path)
{
    const shape* at = &roots;
    for (const std::string& name : path) {
        const auto member = at->members.find(name);
        if (member == at->members.end())
            return shape::any();
        at = &member->second;
    }
    return *at;
}

shape element_of(const shape& list) { return list.element ? *list.element : shape::any(); }

} // namespace jmld::workflows::loading
