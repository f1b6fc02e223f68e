// Facts of one step: attempts, their outcomes, waiting, and how it ended.
#include "engine/recorder.hpp"

#include <iterator>

namespace jmld::engine {

attempt_record* recorder::last(step_record& step, int number)
{
    return !step.attempts.empty() && step.attempts.back().number == number ? &step.attempts.back() : nullptr;
}

void recorder::close(attempt_record& attempt, std::string outcome, const call_mark& mark, const value& calls,
                     std::string detail) const
{
    attempt.ended_at = at_;
    attempt.outcome = std::move(outcome);
    attempt.mark = mark;
    attempt.calls = calls;
    attempt.detail = std::move(detail);
}

void recorder::take(const step_expanded& f)
{
    auto& parent = at(f.step);
    parent.expanded = true;
    std::vector<step_record> children;
    for (const auto& item : f.items.items()) {
        step_record child;
        child.id = f.step + "." + std::to_string(children.size());
        child.definition = parent.definition;
        child.child = true;
        child.item = item;
        child.status = step_status::ready;
        children.push_back(std::move(child));
    }
    const auto behind = state_.steps.begin() + (&parent - state_.steps.data()) + 1;
    state_.steps.insert(behind, std::make_move_iterator(children.begin()), std::make_move_iterator(children.end()));
}

void recorder::take(const step_skipped& f)
{
    auto& step = at(f.step);
    step.status = step_status::skipped;
    step.blocked = f.blocked;
    step.detail = f.reason;
    step.due.reset();
}

void recorder::take(const attempt_started& f)
{
    auto& step = at(f.step);
    step.status = step_status::running;
    step.in_flight = true;
    step.inputs = f.inputs;
    step.target = f.target;
    step.due.reset();
    if (!step.budget_began)
        step.budget_began = at_;
    attempt_record attempt;
    attempt.number = f.attempt;
    attempt.started_seq = seq_;
    attempt.started_at = at_;
    step.attempts.push_back(std::move(attempt));
    first_call();
}

void recorder::take(const step_succeeded& f)
{
    auto& step = at(f.step);
    const auto& definition = definition_of(step);
    if (step.status == step_status::waiting)
        state_.subject_needed = true; // the world may have moved while it waited
    step.status = step_status::succeeded;
    step.in_flight = false;
    step.due.reset();
    step.throttled_since.reset();
    step.changed = f.changed;
    step.outputs = f.outputs;
    if (f.attempt > 0 || !f.before.is_null()) // a probe that does not say leaves what the attempt read
        step.before = f.before;
    step.succeeded_seq = seq_;
    step.mark = f.mark;
    step.detail.clear();
    step.progress = {};
    if (auto* attempt = last(step, f.attempt))
        close(*attempt, "succeeded", f.mark, f.calls, {});
    if (definition.pivot)
        state_.pivot_passed = true;
    for (const auto& item : f.outputs["residue"].items())
        note_residue(item);
    for (const auto& item : f.outputs["review"].items())
        note_review(item);
}

void recorder::take(const attempt_failed_fact& f)
{
    auto& step = at(f.step);
    step.in_flight = false;
    step.failure = f.kind;
    step.detail = f.detail;
    step.mark = f.mark;
    step.status = step_status::ready;
    step.spent += f.spends ? 1 : 0;
    step.refused_looks += f.spends && f.kind == failure_kind::conflict ? 1 : 0;
    if (f.spends)
        step.progress = {}; // the next one begins anew
    if (f.kind != failure_kind::rate_limited &&
        f.kind != failure_kind::cancelled) // those say nothing about how ill it is
        ++step.setbacks;
    if (auto* attempt = last(step, f.attempt))
        close(*attempt, std::string(to_text(f.kind)), f.mark, f.calls, f.detail);
}

// It was answered, so whatever troubled it before is over; that it was looked for in vain before still counts.
void recorder::take(const attempt_pending_fact& f)
{
    auto& step = at(f.step);
    step.status = step_status::waiting;
    step.in_flight = false;
    step.due = f.until;
    step.progress = f.progress;
    step.mark = f.mark;
    step.detail = f.detail;
    step.spent = step.refused_looks;
    step.setbacks = step.refused_looks;
    step.throttled_since.reset();
    if (auto* attempt = last(step, f.attempt))
        close(*attempt, "pending", f.mark, f.calls, f.detail);
}

void recorder::take(const retry_scheduled& f)
{
    auto& step = at(f.step);
    // An attempt that waited for its turn among others waited for no limit: the beginning moves on by as much.
    if (f.throttled && step.throttled_since && !step.attempts.empty())
        *step.throttled_since += std::max(duration(0), at_ - step.attempts.back().started_at);
    step.status = f.throttled ? step_status::throttled : step_status::backing_off;
    step.due = f.at;
    if (f.throttled && !step.throttled_since)
        step.throttled_since = at_;
    if (!f.throttled)
        step.throttled_since.reset();
}

void recorder::take(const outcome_unknown& f)
{
    auto& step = at(f.step);
    step.status = step_status::unknown;
    step.in_flight = false;
    step.detail = f.detail;
    step.failure = failure_kind::unknown_outcome;
    step.lost_by_restart = f.restart;
    step.mark = f.mark;
    if (!f.before.is_null())
        step.before = f.before;
    step.setbacks = 0; // its probe begins anew
    if (auto* attempt = last(step, f.attempt))
        close(*attempt, "unknown_outcome", f.mark, f.calls, f.detail);
}

void recorder::take(const probe_started& f)
{
    auto& step = at(f.step);
    step.in_flight = true;
    step.due.reset();
    if (auto* attempt = last(step, step.attempts.back().number))
        attempt->probe.clear();
}

void recorder::take(const probe_failed& f)
{
    auto& step = at(f.step);
    step.in_flight = false;
    step.due = f.retry_at;
    ++step.setbacks;
}

void recorder::take(const probe_answered& f)
{
    auto& step = at(f.step);
    step.in_flight = false;
    step.due.reset();
    step.setbacks = 0;
    if (auto* attempt = last(step, f.attempt))
        attempt->probe = to_text(f.verdict);
    if (f.verdict == probe_verdict::not_done) {
        step.status = step_status::ready;
        step.spent += step.lost_by_restart ? 0 : 1;
        step.setbacks = step.spent;
    }
    if (f.verdict == probe_verdict::cannot_tell)
        step.detail = f.detail;
}

void recorder::take(const step_waiting& f)
{
    auto& step = at(f.step);
    step.status = step_status::waiting;
    step.due = f.until;
    step.rule_date = f.rule_date;
    step.rule_zone = f.rule_zone;
}

void recorder::take(const wait_moved& f)
{
    auto& step = at(f.step);
    step.moved = f.until;
    step.rule_date = f.rule_date;
    step.rule_zone = f.rule_zone;
    if (step.status == step_status::waiting)
        step.due = f.until;
}

void recorder::take(const step_failed& f)
{
    auto& step = at(f.step);
    step.status = step_status::failed;
    step.in_flight = false;
    step.due.reset();
    step.failure = f.kind;
    step.detail = f.detail;
    step.mark = f.mark;
}

void recorder::take(const step_cancelled& f)
{
    auto& step = at(f.step);
    step.status = step_status::cancelled;
    step.due.reset();
    step.in_flight = false;
}

// What became of the step is the next fact; here only that its failure is no longer the last word.
void recorder::take(const step_ruled& f)
{
    auto& step = at(f.step);
    step.evidence = f.evidence;
    if (step.status == step_status::failed)
        reopen(step);
}

void recorder::take(const attempt_resent& f)
{
    if (auto* attempt = last(at(f.step), f.attempt))
        attempt->resent = true;
}

} // namespace jmld::engine
