// A child's end is an attempt's outcome; what it did to the person is undone by undoing the child, not by an inverse.
#include "engine/children.hpp"

#include <algorithm>

namespace jmld::engine {

run_id parent_of(const run_state& state) { return run_id{state.context["parent"]["run"].text_or()}; }
std::string parent_step_of(const run_state& state) { return state.context["parent"]["step"].text_or(); }
run_id child_of(const value& inputs) { return run_id{inputs["run"].text_or()}; }

attempt_outcome outcome_as_step(const run_state& ended)
{
    if (ended.status != run_status::succeeded && ended.status != run_status::closed_with_residue) {
        attempt_failed failed;
        const auto kind = parse_failure_kind(ended.why.kind);
        failed.kind = kind && !is_transient(*kind) && *kind != failure_kind::cancelled ? *kind : failure_kind::invalid;
        failed.detail = "run " + ended.run.text + " ended " + std::string(to_text(ended.status)) +
                        (ended.why.detail.empty() ? std::string() : ": " + ended.why.detail);
        failed.mark = ended.why.mark;
        return failed;
    }
    attempt_succeeded good;
    value_map outputs;
    good.changed = false;
    for (const auto& step : ended.steps) {
        good.changed |= step.changed;
        if (!step.child && !step.outputs.is_null())
            outputs.emplace_back(step.id, step.outputs);
    }
    good.outputs = value::map({{"run", ended.run.text},
                               {"state", to_text(ended.status)},
                               {"residue", ended.residue},
                               {"review", ended.review},
                               {"steps", value(std::move(outputs))}});
    return good;
}

undo_outcome undone_as_step(const run_state& ended)
{
    if (ended.status == run_status::rolled_back)
        return undo_succeeded{};
    attempt_failed failed;
    failed.kind = failure_kind::invalid;
    failed.detail = "run " + ended.run.text + " ended " + std::string(to_text(ended.status));
    return failed;
}

bool only_waits_for_runs(const workflow_definition& definition, const run_state& state,
                         const std::function<bool(const run_id&)>& watched)
{
    return !state.subject_in_flight && std::ranges::all_of(state.steps, [&](const step_record& step) {
        return !step.in_flight ||
               (definition.steps[step.definition].kind() == step_kind::run && watched(child_of(step.inputs)));
    });
}

std::optional<stimulus> word_for_child(const run_state& parent, direction of_child)
{
    operator_signal word;
    word.by = "run " + parent.run.text;
    if (!parent.stop) {
        word.what = parent.status == run_status::paused ? verb::pause : verb::resume;
        return word;
    }
    word.reason = parent.stop->reason;
    switch (parent.stop->kind) {
    case stop_kind::preempt:
        return preempted{parent.stop->by};
    case stop_kind::terminate:
        word.what = verb::terminate;
        return word;
    case stop_kind::cancel:
        word.what = verb::cancel;
        return word;
    case stop_kind::rollback:
        word.what = of_child == direction::revoke ? verb::cancel : verb::rollback;
        return word;
    case stop_kind::fail:
        return std::nullopt; // what is out comes back; it is not undone
    }
    return std::nullopt;
}

} // namespace jmld::engine
