// What a run would still do, as far as it can be known now: for approvals and for people who ask before they start.
// Nothing is decided and nothing changes.
#include "engine/planning.hpp"

#include "engine/machine.hpp"

#include <algorithm>

namespace jmld::engine {

// The step itself is not among them. Steps stand in an order that satisfies needs.
std::set<std::string, std::less<>> machine::followers_of(const std::string& id) const
{
    std::set<std::string, std::less<>> all{id};
    for (const auto& step : definition_.steps)
        if (std::ranges::any_of(step.needs, [&](const std::string& need) { return all.contains(need); }))
            all.insert(step.id);
    all.erase(id);
    return all;
}

value machine::planned_steps(const std::string& after)
{
    const auto followers = followers_of(after);
    value_list all;
    for (std::size_t i = 0; i < state_.steps.size(); ++i) {
        const auto step = state_.steps[i];
        const auto& definition = definition_of(step);
        if (is_final(step.status) || step.expanded || (!after.empty() && !followers.contains(definition.id)))
            continue;
        plan_one(definition, step, all);
    }
    return value(std::move(all));
}

void machine::plan_one(const step_definition& definition, step_record step, value_list& into)
{
    const auto add = [&](const std::string& id, const value& inputs, const std::string& open) {
        into.push_back(value::map({{"step", id},
                                   {"action", definition.uses},
                                   {"inputs", inputs},
                                   {"open", open.empty() ? value() : value(open)}}));
    };
    if (definition.condition) {
        const auto wanted = holds(*definition.condition, step);
        if (!wanted)
            return add(step.id, {}, wanted.error().what);
        if (!*wanted)
            return;
    }
    const auto inputs_of = [&](const step_record& one) {
        const auto inputs = evaluate(definition.with, one);
        add(one.id, inputs ? *inputs : value(), inputs ? std::string() : inputs.error().what);
    };
    if (!definition.for_each || step.child)
        return inputs_of(step);
    const auto items = evaluate(*definition.for_each, step);
    if (!items)
        return add(step.id, {}, items.error().what);
    for (std::size_t i = 0; i < items->items().size(); ++i) {
        auto child = step;
        child.id += "." + std::to_string(i);
        child.item = items->items()[i];
        inputs_of(child);
    }
}

value planned_steps(const workflow_definition& definition, const run_state& state)
{
    seeded_random random(1); // nothing draws from it
    const environment nowhere{};
    machine looking(definition, state, {}, random, nowhere);
    return looking.planned_steps({});
}

value planned_steps(const workflow_definition& definition, const value& context, const value& person,
                    const value& access)
{
    run_created first;
    first.workflow = definition.name;
    first.dir = definition.dir;
    first.context = context;
    auto state = create_run(definition, std::move(first), {}).after;
    state.person = person;
    state.access = access;
    return planned_steps(definition, state);
}

} // namespace jmld::engine
