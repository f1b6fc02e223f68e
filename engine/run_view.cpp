// Absent is null; times are RFC 3339 in UTC. The order of steps is the definition's, children behind their parent's
// place.
#include "engine/run_view.hpp"

#include "engine/approvals.hpp"
#include "engine/run_secrets.hpp"

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

value step_value(const workflow_definition& definition, const step_record& step)
{
    const auto& defined = definition.steps[step.definition];
    value_list attempts;
    for (const auto& attempt : step.attempts)
        attempts.push_back(attempt_value(attempt));
    return value::map(
        {{"id", step.id},
         {"action", defined.uses},
         {"state", to_text(step.status)},
         {"changed", step.succeeded_seq > 0 ? value(step.changed) : value()},
         {"target", target_value(step.target)},
         {"attempts", value(std::move(attempts))},
         {"compensation", compensation_value(step)},
         {"detail", text(step.status == step_status::failed || step.status == step_status::skipped ? step.detail
                                                                                                   : std::string())},
         {"inputs", shown_inputs(definition, defined, step.inputs)},
         {"outputs", shown_outputs(defined, step.outputs)},
         {"evidence", step.evidence},
         {"finally", defined.at_end ? value(true) : value()}});
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

} // namespace jmld::engine
