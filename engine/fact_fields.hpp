// Every fact's fields, named once: encoding, decoding and showing walk the same list. `plain` fields are free of
// personal data and stand in the text; `sealed` ones may hold it and become payloads.
#pragma once

#include "engine/history.hpp"

namespace jmld::engine {

template <class Walk> void fields(Walk& w, run_created& f)
{
    w.plain("run", f.run.text);
    w.plain("workflow", f.workflow);
    w.plain("definition", f.definition_sha256);
    w.plain("subject", f.subject.text);
    w.plain("source", f.event.source);
    w.plain("event", f.event.id);
    w.plain("direction", f.dir);
    w.plain("priority", f.priority);
    w.plain("by", f.by);
    w.sealed("context", f.context);
}
template <class Walk> void fields(Walk&, run_started&) {}
template <class Walk> void fields(Walk&, subject_requested&) {}
template <class Walk> void fields(Walk& w, subject_read& f)
{
    w.sealed("person", f.person);
    w.sealed("access", f.access);
    w.sealed("image", f.image);
    w.plain("unknown_names", f.unknown_names);
}
template <class Walk> void fields(Walk& w, subject_failed& f)
{
    w.plain("kind", f.kind);
    w.plain("outage", f.outage);
    w.plain("retry_at", f.retry_at);
    w.sealed("detail", f.detail);
    w.plain("mark", f.mark);
}
template <class Walk> void fields(Walk& w, run_paused& f)
{
    w.plain("kind", f.kind);
    w.plain("step", f.step);
    w.plain("by", f.by);
    w.sealed("detail", f.detail);
    w.plain("mark", f.mark);
}
template <class Walk> void fields(Walk& w, run_resumed& f)
{
    w.plain("by", f.by);
    w.sealed("reason", f.reason);
}
template <class Walk> void fields(Walk& w, budget_renewed& f)
{
    w.plain("step", f.step);
    w.plain("by", f.by);
}
template <class Walk> void fields(Walk& w, stop_requested& f)
{
    w.plain("stop", f.kind);
    w.plain("by", f.by);
    w.sealed("reason", f.reason);
    w.plain("step", f.step);
    w.plain("to_step", f.to_step);
}
template <class Walk> void fields(Walk& w, run_ending& f)
{
    w.plain("state", f.status);
    w.sealed("residue", f.residue);
}
template <class Walk> void fields(Walk& w, run_reopened& f)
{
    w.plain("by", f.by);
    w.sealed("reason", f.reason);
}
template <class Walk> void fields(Walk& w, run_scheduled& f)
{
    w.plain("at", f.at);
    w.plain("by", f.by);
    w.sealed("reason", f.reason);
}
template <class Walk> void fields(Walk&, run_due&) {}
template <class Walk> void fields(Walk& w, run_ended& f)
{
    w.plain("state", f.status);
    w.plain("superseded_by", f.superseded_by);
    w.sealed("residue", f.residue);
    w.sealed("review", f.review);
}
template <class Walk> void fields(Walk& w, step_expanded& f)
{
    w.plain("step", f.step);
    w.sealed("items", f.items);
}
template <class Walk> void fields(Walk& w, step_skipped& f)
{
    w.plain("step", f.step);
    w.plain("reason", f.reason);
    w.plain("blocked", f.blocked);
}
template <class Walk> void fields(Walk& w, attempt_started& f)
{
    w.plain("step", f.step);
    w.plain("attempt", f.attempt);
    w.sealed("inputs", f.inputs);
    w.plain("target_kind", f.target.kind);
    w.sealed("target_id", f.target.id);
    w.sealed("target_name", f.target.name);
}
template <class Walk> void fields(Walk& w, step_succeeded& f)
{
    w.plain("step", f.step);
    w.plain("attempt", f.attempt);
    w.plain("changed", f.changed);
    w.sealed("outputs", f.outputs);
    w.sealed("before", f.before);
    w.sealed("calls", f.calls);
    w.plain("mark", f.mark);
}
template <class Walk> void fields(Walk& w, attempt_failed_fact& f)
{
    w.plain("step", f.step);
    w.plain("attempt", f.attempt);
    w.plain("kind", f.kind);
    w.plain("spends", f.spends);
    w.sealed("detail", f.detail);
    w.plain("mark", f.mark);
    w.sealed("calls", f.calls);
}
template <class Walk> void fields(Walk& w, attempt_pending_fact& f)
{
    w.plain("step", f.step);
    w.plain("attempt", f.attempt);
    w.plain("until", f.until);
    w.sealed("progress", f.progress);
    w.sealed("detail", f.detail);
    w.plain("mark", f.mark);
    w.sealed("calls", f.calls);
}
template <class Walk> void fields(Walk& w, retry_scheduled& f)
{
    w.plain("step", f.step);
    w.plain("at", f.at);
    w.plain("throttled", f.throttled);
}
template <class Walk> void fields(Walk& w, outcome_unknown& f)
{
    w.plain("step", f.step);
    w.plain("attempt", f.attempt);
    w.sealed("detail", f.detail);
    w.sealed("before", f.before);
    w.plain("mark", f.mark);
    w.plain("restart", f.restart);
    w.sealed("calls", f.calls);
}
template <class Walk> void fields(Walk& w, probe_started& f) { w.plain("step", f.step); }
template <class Walk> void fields(Walk& w, probe_failed& f)
{
    w.plain("step", f.step);
    w.plain("retry_at", f.retry_at);
    w.plain("kind", f.kind);
}
template <class Walk> void fields(Walk& w, probe_answered& f)
{
    w.plain("step", f.step);
    w.plain("attempt", f.attempt);
    w.plain("verdict", f.verdict);
    w.sealed("detail", f.detail);
    w.plain("mark", f.mark);
}
template <class Walk> void fields(Walk& w, step_waiting& f)
{
    w.plain("step", f.step);
    w.plain("until", f.until);
    w.plain("date", f.rule_date);
    w.plain("zone", f.rule_zone);
}
template <class Walk> void fields(Walk& w, wait_moved& f)
{
    w.plain("step", f.step);
    w.plain("until", f.until);
    w.plain("by", f.by);
    w.plain("date", f.rule_date);
    w.plain("zone", f.rule_zone);
}
template <class Walk> void fields(Walk& w, step_failed& f)
{
    w.plain("step", f.step);
    w.plain("kind", f.kind);
    w.sealed("detail", f.detail);
    w.plain("mark", f.mark);
}
template <class Walk> void fields(Walk& w, step_cancelled& f) { w.plain("step", f.step); }
template <class Walk> void fields(Walk& w, step_ruled& f)
{
    w.plain("step", f.step);
    w.plain("verb", f.verb);
    w.plain("by", f.by);
    w.sealed("reason", f.reason);
    w.sealed("evidence", f.evidence);
}
template <class Walk> void fields(Walk& w, approval_requested& f)
{
    w.plain("step", f.step);
    w.plain("approval", f.approval.text);
    w.plain("plan_digest", f.plan_sha256);
    w.plain("approvers", f.approvers);
    w.plain("required", f.required);
    w.plain("until", f.until);
    w.sealed("plan", f.plan);
}
template <class Walk> void fields(Walk& w, approval_given& f)
{
    w.plain("step", f.step);
    w.plain("approval", f.approval.text);
    w.plain("verdict", f.verdict);
    w.plain("by", f.by);
    w.sealed("reason", f.reason);
}
template <class Walk> void fields(Walk& w, approval_escalated& f)
{
    w.plain("step", f.step);
    w.plain("approval", f.approval.text);
}
template <class Walk> void fields(Walk& w, compensation_planned& f)
{
    w.plain("steps", f.steps);
    w.plain("impossible", f.impossible);
}
template <class Walk> void fields(Walk& w, compensation_started& f)
{
    w.plain("step", f.step);
    w.plain("attempt", f.attempt);
}
template <class Walk> void fields(Walk& w, compensation_succeeded& f)
{
    w.plain("step", f.step);
    w.plain("changed", f.changed);
    w.plain("conflict", f.conflict);
    w.sealed("detail", f.detail);
    w.plain("mark", f.mark);
    w.sealed("calls", f.calls);
}
template <class Walk> void fields(Walk& w, compensation_attempt_failed& f)
{
    w.plain("step", f.step);
    w.plain("kind", f.kind);
    w.plain("spends", f.spends);
    w.sealed("detail", f.detail);
    w.plain("mark", f.mark);
    w.sealed("calls", f.calls);
}
template <class Walk> void fields(Walk& w, compensation_retry& f)
{
    w.plain("step", f.step);
    w.plain("at", f.at);
}
template <class Walk> void fields(Walk& w, compensation_given_up& f)
{
    w.plain("step", f.step);
    w.plain("kind", f.kind);
    w.sealed("detail", f.detail);
}
template <class Walk> void fields(Walk& w, attempt_resent& f)
{
    w.plain("step", f.step);
    w.plain("attempt", f.attempt);
}

} // namespace jmld::engine
