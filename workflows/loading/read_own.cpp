// What a step brings of its own: the call that undoes it, and names for what it answers. Both read the action's answer
// under `outputs`.
#include "workflows/loading/draft.hpp"
#include "workflows/loading/keys.hpp"
#include "workflows/loading/shapes.hpp"

#include <fmt/format.h>

#include <algorithm>

namespace jmld::workflows::loading {

using engine::expression::shape;

namespace {

shape with_answer(const shape& roots, const step_draft& step)
{
    shape made = roots;
    made.members["outputs"] = step_shape(step.step, {}, false).members["outputs"];
    return made;
}

} // namespace

void read_undo(reading& in, const shape& roots, step_draft& into)
{
    const yaml::node* given = into.compensate_given;
    if (given == nullptr || given->text == "none")
        return;
    if (!given->is_map()) {
        in.problems.error(*given,
                          "compensate is none, or the action that undoes the step: '{ uses: …, with: … }'; left "
                          "out, the action's own inverse is used");
        return;
    }
    if (!check_keys(in.problems, *given, "compensate", undo_keys()))
        return;
    const yaml::node* uses = given->find("uses");
    const engine::action_description* action =
        uses != nullptr && uses->is_scalar() ? in.catalogue.find(uses->text) : nullptr;
    if (action == nullptr) {
        in.problems.error(uses != nullptr ? *uses : *given,
                          uses != nullptr ? fmt::format("unknown action '{}'{}", uses->text,
                                                        suggestion(uses->text, action_names(in.catalogue)))
                                          : std::string("compensate needs the action that undoes the step: 'uses'"));
        return;
    }
    step_draft undo; // read as a step, so that its parameters are checked like any other's
    const yaml::node::entry as_step{into.entry->key, into.entry->key_where, *given};
    undo.entry = &as_step;
    undo.step.uses = uses->text;
    undo.step.action = action;
    read_with(in, with_answer(roots, into), undo);
    for (path_read& read : undo.reads)
        if (!read.path.empty() && read.path.front() == "steps")
            in.problems.error(*uses, "compensate reads the step's own answer as outputs.NAME, no other step's");
    into.step.compensate = engine::compensation_rule::written;
    into.step.undo = engine::written_undo{undo.step.uses, undo.step.action, std::move(undo.step.with)};
}

void read_outputs(reading& in, const shape& roots, step_draft& into)
{
    const yaml::node* outputs = into.find("outputs");
    if (outputs == nullptr)
        return;
    if (!outputs->is_map()) {
        in.problems.error(*outputs, "outputs is a map of names to values: 'user_id: ${{ outputs.id }}'");
        return;
    }
    const shape answer = step_shape(into.step, {}, false).members["outputs"];
    for (const yaml::node::entry& entry : outputs->entries) {
        if (!is_identifier(entry.key))
            in.problems.error_at_key(
                entry, fmt::format("'{}' is no name for an output; names are letters, digits and _", entry.key));
        else if (answer.members.contains(entry.key))
            in.problems.error_at_key(
                entry, fmt::format("'{}' answers '{}' already; choose another name", into.step.uses, entry.key));
        else if (auto content = read_template(in, entry.content, with_answer(roots, into), into.reads))
            into.step.outputs.emplace_back(entry.key, std::move(*content));
    }
}

} // namespace jmld::workflows::loading
