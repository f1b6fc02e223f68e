// What expressions see: event, policy, person, access, steps, item, vars, run. Roots are made when first read and kept
// while no fact changes them.
#include "engine/machine.hpp"

#include <utility>

namespace jmld::engine {

namespace {

value step_view(const step_record& step)
{
    return value::map({{"outputs", step.outputs}, {"state", to_text(step.status)}});
}

// A for_each shows the list of its children's outputs; null stands for a child that has none.
value steps_view(const run_state& state)
{
    value_map all;
    for (std::size_t i = 0; i < state.steps.size(); ++i) {
        const auto& step = state.steps[i];
        if (step.child)
            continue;
        if (!step.expanded) {
            all.emplace_back(step.id, step_view(step));
            continue;
        }
        value_list outputs;
        for (std::size_t child = i + 1; child < state.steps.size() && state.steps[child].child; ++child)
            outputs.push_back(state.steps[child].outputs);
        all.emplace_back(step.id,
                         value::map({{"outputs", value(std::move(outputs))}, {"state", to_text(step.status)}}));
    }
    return value(std::move(all));
}

} // namespace

const value* machine::root(std::string_view name, const step_record& step)
{
    if (name == "item")
        return &step.item;
    if (name == "person")
        return &state_.person;
    if (name == "access")
        return &state_.access;
    if (name == "event" || name == "policy" || name == "inputs")
        return state_.context.find(name);
    if (const auto known = roots_.find(name); known != roots_.end())
        return &known->second;
    if (name == "steps")
        return &roots_.emplace("steps", steps_view(state_)).first->second;
    if (name == "run")
        return &roots_
                    .emplace("run", value::map({{"id", state_.run.text},
                                                {"workflow", state_.workflow},
                                                {"by", state_.by},
                                                {"outcome", state_.ending ? value(to_text(*state_.ending)) : value()}}))
                    .first->second;
    return name == "vars" ? vars_root(step) : nullptr;
}

// Later ones may read earlier ones. One that reads what is not there is missing, like what it reads; one that cannot be
// computed fails whoever reads it.
const value* machine::vars_root(const step_record& step)
{
    broken_vars_.clear();
    roots_.emplace("vars", value::map({}));
    for (const auto& [variable, content] : definition_.vars) {
        auto computed = content.evaluate(scope_of(step));
        const auto broken = broken_var(content.reads());
        if (computed && !broken)
            roots_["vars"] = roots_["vars"].with(variable, std::move(*computed));
        else
            broken_vars_[variable] = {broken ? broken->what : computed.error().what,
                                      !broken && computed.error().missing};
    }
    return &roots_["vars"];
}

expression::scope machine::scope_of(const step_record& step)
{
    return [this, &step](std::string_view name) { return root(name, step); };
}

// While a step's own outputs are read under `outputs`.
expression::scope machine::scope_with(const step_record& step, const value& outputs)
{
    return [this, &step, &outputs](std::string_view name) { return name == "outputs" ? &outputs : root(name, step); };
}

std::optional<expression::evaluation_error> machine::broken_var(const path_list& reads) const
{
    for (const auto& path : reads) {
        if (path.size() < 2 || path.front() != "vars")
            continue;
        const auto found = broken_vars_.find(path[1]);
        if (found != broken_vars_.end() && !found->second.missing)
            return evaluation_error{"vars." + path[1] + ": " + found->second.what, false, 0};
    }
    return std::nullopt;
}

std::expected<value, expression::evaluation_error> machine::evaluate(const expression::value_template& what,
                                                                     const step_record& step)
{
    auto computed = what.evaluate(scope_of(step));
    const auto reads = what.reads();
    if (auto broken = broken_var(reads))
        return std::unexpected(std::move(*broken));
    return computed ? computed : std::unexpected(explained(std::move(computed.error()), reads));
}

std::expected<value, expression::evaluation_error> machine::evaluate(const expression::program& what,
                                                                     const step_record& step)
{
    auto computed = expression::evaluate(what, scope_of(step));
    if (auto broken = broken_var(what.reads()))
        return std::unexpected(std::move(*broken));
    return computed ? computed : std::unexpected(explained(std::move(computed.error()), what.reads()));
}

std::expected<bool, expression::evaluation_error> machine::holds(const expression::program& what,
                                                                 const step_record& step)
{
    auto computed = expression::evaluate_condition(what, scope_of(step));
    if (auto broken = broken_var(what.reads()))
        return std::unexpected(std::move(*broken));
    return computed ? computed : std::unexpected(explained(std::move(computed.error()), what.reads()));
}

// Why a var that it reads is not there.
expression::evaluation_error machine::explained(evaluation_error wrong, const path_list& reads) const
{
    for (const auto& path : reads)
        if (path.size() > 1 && path.front() == "vars")
            if (const auto found = broken_vars_.find(path[1]); found != broken_vars_.end())
                wrong.what += " (vars." + path[1] + ": " + found->second.what + ")";
    return wrong;
}

action_target target_of(const step_definition& step, const value& inputs)
{
    action_target target;
    if (step.action == nullptr)
        return target;
    for (const auto& parameter : step.action->parameters) {
        const auto kind = parameter.type;
        const bool thing = kind == parameter_type::group || kind == parameter_type::app ||
                           kind == parameter_type::role || kind == parameter_type::factor;
        const bool person = kind == parameter_type::user && target.kind.empty();
        const auto* given = inputs.find(parameter.name);
        if ((!thing && !person) || given == nullptr || given->is_null())
            continue;
        target.kind = to_text(kind);
        target.id = given->is_text() ? *given->if_text() : (*given)["id"].text_or();
        target.name = (*given)["name"].text_or((*given)["label"].text_or((*given)["type"].text_or()));
    }
    return target;
}

} // namespace jmld::engine
