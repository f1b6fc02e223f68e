// core.run: what one workflow says of another can only be checked over the whole set — that it exists, brings what the
// other wants, does not run itself in a circle, and keeps the promises of its direction.
#include "workflows/loading/draft.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <map>
#include <set>

namespace jmld::workflows::loading {

using engine::direction;

namespace {

using file_set = std::vector<std::pair<report*, const workflow_draft*>>;

const yaml::node* parameter(const step_draft& step, std::string_view name)
{
    const yaml::node* with = step.find("with");
    return with != nullptr ? with->find(name) : nullptr;
}

struct workflow_set
{
    std::map<std::string, const workflow_draft*> by_name;

    const workflow_draft* find(const std::string& name) const
    {
        const auto found = by_name.find(name);
        return found == by_name.end() ? nullptr : found->second;
    }
    /// Whether a run of `from` leads to one of `to`.
    bool leads_to(const workflow_draft& from, const std::string& to, std::set<std::string>& seen) const
    {
        for (const step_draft& step : from.steps) {
            const yaml::node* name = step.step.kind() == engine::step_kind::run ? parameter(step, "workflow") : nullptr;
            if (name == nullptr)
                continue;
            if (name->text == to)
                return true;
            const workflow_draft* next = find(name->text);
            if (next != nullptr && seen.insert(name->text).second && leads_to(*next, to, seen))
                return true;
        }
        return false;
    }
};

void check_direction(report& problems, const yaml::node& name, const workflow_draft& parent,
                     const workflow_draft& child)
{
    const bool parent_revokes = parent.definition.dir == direction::revoke;
    const bool child_revokes = child.definition.dir == direction::revoke;
    if (parent_revokes && !child_revokes)
        problems.error(name, fmt::format("'{}' is no revoke workflow: a leaver grants nothing, not in its parts either",
                                         name.text));
    if (!parent_revokes && child_revokes)
        problems.error(name, fmt::format("'{}' revokes, and is never undone: it cannot be a part of a {} workflow",
                                         name.text, to_text(parent.definition.dir)));
}

/// Past its child's pivot the parent cannot go back either.
void check_pivot(report& problems, const yaml::node& name, const workflow_draft& parent, const step_draft& step,
                 const workflow_draft& child)
{
    const bool turns = std::ranges::any_of(child.steps, [](const step_draft& one) { return one.step.pivot; });
    const bool said = step.step.pivot || step.step.compensate == engine::compensation_rule::none;
    if (turns && !said && parent.definition.dir != direction::revoke)
        problems.error(name, fmt::format("'{}' has a pivot, past which it is not undone; say 'pivot: true' of this "
                                         "step, or 'compensate: none'",
                                         name.text));
}

void check_inputs(report& problems, const yaml::node& name, const step_draft& step, const workflow_draft& child)
{
    const yaml::node* given = parameter(step, "inputs");
    if (given != nullptr && !given->is_map())
        return; // computed: looked at when it runs
    for (const engine::input_description& input : child.definition.inputs)
        if (input.required && input.otherwise.is_null() && (given == nullptr || given->find(input.name) == nullptr))
            problems.error(name, fmt::format("'{}' requires the input '{}'", name.text, input.name));
    for (const yaml::node::entry& entry : given != nullptr ? given->entries : std::vector<yaml::node::entry>{})
        if (std::ranges::find(child.input_names, entry.key) == child.input_names.end())
            problems.error_at_key(entry, fmt::format("'{}' has no input '{}'{}", name.text, entry.key,
                                                     suggestion(entry.key, child.input_names)));
}

void check_step(report& problems, const workflow_set& set, const workflow_draft& parent, const step_draft& step)
{
    const yaml::node* name = parameter(step, "workflow");
    if (name == nullptr || has_expression(name->text))
        return;
    const workflow_draft* child = set.find(name->text);
    if (child == nullptr) {
        std::vector<std::string> names;
        for (const auto& [known, draft] : set.by_name)
            names.push_back(known);
        problems.error(*name, fmt::format("unknown workflow '{}'{}", name->text, suggestion(name->text, names)));
        return;
    }
    std::set<std::string> seen;
    if (child == &parent || set.leads_to(*child, parent.definition.name, seen))
        problems.error(
            *name, fmt::format("'{}' would run '{}' again: it would never end", name->text, parent.definition.name));
    check_direction(problems, *name, parent, *child);
    check_pivot(problems, *name, parent, step, *child);
    check_inputs(problems, *name, step, *child);
}

} // namespace

void check_children(const file_set& set)
{
    workflow_set all;
    for (const auto& [problems, draft] : set)
        all.by_name.emplace(draft->definition.name, draft);
    for (const auto& [problems, draft] : set)
        for (const step_draft& step : draft->steps)
            if (step.step.kind() == engine::step_kind::run)
                check_step(*problems, all, *draft, step);
}

} // namespace jmld::workflows::loading
