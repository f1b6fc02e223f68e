// Absent is null; times are RFC 3339 in UTC. The order of steps is the definition's, children behind their parent's
// place.
#include "engine/run_view.hpp"

#include "engine/approvals.hpp"

#include <algorithm>

namespace jmld::engine {

namespace {

value text(std::string_view content) { return content.empty() ? value() : value(content); }
value instant(const std::optional<time_point>& at) { return at ? value(to_rfc3339(*at)) : value(); }
value status_value(const call_mark& mark) { return mark.status == 0 ? value() : value(mark.status); }

value target_value(const action_target& target)
{
    if (target.kind.empty())
        return {};
    return value::map({{"kind", target.kind}, {"id", text(target.id)}, {"name", text(target.name)}});
}

value attempt_value(const attempt_record& attempt)
{
    return value::map({{"number", attempt.number},
                       {"started_at", to_rfc3339(attempt.started_at)},
                       {"ended_at", instant(attempt.ended_at)},
                       {"outcome", text(attempt.outcome)},
                       {"status", status_value(attempt.mark)},
                       {"okta_code", text(attempt.mark.code)},
                       {"request_id", text(attempt.mark.request_id)},
                       {"probe", text(attempt.probe)},
                       {"detail", text(attempt.detail)},
                       {"calls", attempt.calls}});
}

value compensation_value(const step_record& step)
{
    switch (step.status) {
    case step_status::compensating:
    case step_status::compensated:
    case step_status::compensation_failed:
    case step_status::not_compensable:
        return value::map({{"state", to_text(step.status)},
                           {"attempts", step.undo_attempts},
                           {"conflict", step.undo_conflict},
                           {"detail", text(step.undo_detail)}});
    case step_status::pending:
    case step_status::ready:
    case step_status::running:
    case step_status::backing_off:
    case step_status::throttled:
    case step_status::waiting:
    case step_status::unknown:
    case step_status::succeeded:
    case step_status::failed:
    case step_status::skipped:
    case step_status::cancelled:
        return {};
    }
    return {};
}

/// What an action's description calls secret is not shown to anybody.
value without_secrets(const value& content, const std::vector<parameter_description>& described)
{
    auto shown = content;
    for (const auto& one : described)
        if (one.secret && !content[one.name].is_null())
            shown = shown.with(one.name, "***");
    return shown;
}

/// What a start by hand brought, without what goes into a step that takes something secret: rather one too many than
/// one too few.
value without_secret_inputs(const workflow_definition& definition, const value& context)
{
    auto inputs = context["inputs"];
    for (const auto& step : definition.steps) {
        const auto* action = step.action;
        if (action == nullptr || std::ranges::none_of(action->parameters, &parameter_description::secret))
            continue;
        for (const auto& path : step.with.reads())
            if (path.size() > 1 && path.front() == "inputs" && !inputs[path[1]].is_null())
                inputs = inputs.with(path[1], "***");
    }
    return inputs.is_map() ? context.with("inputs", inputs) : context;
}

value step_value(const workflow_definition& definition, const step_record& step)
{
    const auto* action = definition.steps[step.definition].action;
    const auto inputs = action != nullptr ? without_secrets(step.inputs, action->parameters) : step.inputs;
    const auto outputs = action != nullptr ? without_secrets(step.outputs, action->outputs) : step.outputs;
    value_list attempts;
    for (const auto& attempt : step.attempts)
        attempts.push_back(attempt_value(attempt));
    return value::map(
        {{"id", step.id},
         {"action", definition.steps[step.definition].uses},
         {"state", to_text(step.status)},
         {"changed", step.succeeded_seq > 0 ? value(step.changed) : value()},
         {"target", target_value(step.target)},
         {"attempts", value(std::move(attempts))},
         {"compensation", compensation_value(step)},
         {"detail", text(step.status == step_status::failed || step.status == step_status::skipped ? step.detail
                                                                                                   : std::string())},
         {"inputs", inputs},
         {"outputs", outputs},
         {"evidence", step.evidence},
         {"finally", definition.steps[step.definition].at_end ? value(true) : value()}});
}

std::string waiting_for(const run_state& state)
{
    if (has_ended(state.status))
        return {};
    if (state.status == run_status::queued)
        return "another run of this person";
    if (state.status == run_status::paused)
        return "a person";
    if (state.anything_in_flight())
        return "an answer";
    for (const auto& step : state.steps)
        if (step.approval && step.status == step_status::waiting)
            return "an approval";
    return state.next_due() ? "time" : "";
}

} // namespace

value describe(const reason_why& why)
{
    if (why.empty())
        return {};
    return value::map({{"kind", why.kind},
                       {"detail", text(why.detail)},
                       {"step", text(why.step)},
                       {"okta_code", text(why.mark.code)},
                       {"status", status_value(why.mark)},
                       {"request_id", text(why.mark.request_id)},
                       {"target", target_value(why.target)}});
}

value describe(const workflow_definition& definition, const run_state& state)
{
    value_list steps, timers, approvals;
    for (const auto& approval : approvals_of(state))
        approvals.push_back(describe(approval, true));
    for (const auto& step : state.steps)
        if (!step.expanded) // a for_each shows its children only
            steps.push_back(step_value(definition, step));
    for (const auto& timer : timers_of(state))
        timers.push_back(value::map(
            {{"kind", timer.kind},
             {"step", text(timer.step)},
             {"at", to_rfc3339(timer.at)},
             {"state", "armed"},
             {"rule", timer.rule_date.empty() ? value()
                                              : value::map({{"date", timer.rule_date}, {"zone", timer.rule_zone}})}}));
    return value::map(
        {{"id", state.run.text},
         {"workflow", state.workflow},
         {"definition", state.definition_sha256},
         {"direction", to_text(state.dir)},
         {"state", to_text(state.shown_status())},
         {"subject", value::map({{"key", state.subject.text}})},
         {"event",
          state.event.empty() ? value() : value::map({{"source", state.event.source}, {"id", state.event.id}})},
         {"event_id", text(state.event.id)},
         {"created_at", to_rfc3339(state.created_at)},
         {"started_at", instant(state.first_call_at)},
         {"ended_at", instant(state.ended_at)},
         {"why", describe(state.why)},
         {"superseded_by", text(state.superseded_by)},
         {"residue", state.residue},
         {"review", state.review},
         {"steps", value(std::move(steps))},
         {"timers", value(std::move(timers))},
         {"approvals", value(std::move(approvals))},
         {"ending", state.ending && !has_ended(state.status) ? value(to_text(*state.ending)) : value()},
         {"parent", state.context["parent"]},
         {"waiting_for", text(waiting_for(state))}});
}

value without_secrets(const workflow_definition& definition, const value& fact)
{
    if (const auto& context = fact["context"]; context.is_map())
        return fact.with("context", without_secret_inputs(definition, context));
    const auto id = fact["step"].text_or();
    const auto* step = definition.find(id.substr(0, id.find('.'))); // a child is of the kind of its step
    if (step == nullptr || step->action == nullptr)
        return fact;
    auto shown = fact;
    if (const auto& inputs = fact["inputs"]; inputs.is_map())
        shown = shown.with("inputs", without_secrets(inputs, step->action->parameters));
    if (const auto& outputs = fact["outputs"]; outputs.is_map())
        shown = shown.with("outputs", without_secrets(outputs, step->action->outputs));
    return shown;
}

} // namespace jmld::engine
