// Facts of undoing: the plan, and what became of each of its steps.
#include "engine/recorder.hpp"

namespace jmld::engine {

namespace {

void keep_calls(step_record& step, const value& calls)
{
    step.undo_calls.insert(step.undo_calls.end(), calls.items().begin(), calls.items().end());
}

} // namespace

void recorder::take(const compensation_planned& f)
{
    state_.undo_planned = true;
    state_.undo_order = f.steps;
    state_.status = run_status::compensating;
    for (const auto& id : f.steps) {
        auto& step = at(id);
        step.status = step_status::compensating;
        step.setbacks = 0;
        step.undo_spent = 0;
        step.undo_conflict = false;
        step.undo_detail.clear();
        step.due.reset();
    }
    for (const auto& id : f.impossible)
        at(id).status = step_status::not_compensable;
}

void recorder::take(const compensation_started& f)
{
    auto& step = at(f.step);
    step.in_flight = true;
    step.undo_attempts = f.attempt;
    step.due.reset();
}

void recorder::take(const compensation_succeeded& f)
{
    auto& step = at(f.step);
    step.in_flight = false;
    step.undo_conflict = f.conflict;
    step.undo_detail = f.detail;
    keep_calls(step, f.calls);
    step.status = f.conflict ? step_status::compensation_failed : step_status::compensated;
}

void recorder::take(const compensation_attempt_failed& f)
{
    auto& step = at(f.step);
    step.in_flight = false;
    step.undo_spent += f.spends ? 1 : 0;
    if (f.kind != failure_kind::rate_limited && f.kind != failure_kind::cancelled)
        ++step.setbacks;
    step.undo_detail = f.detail;
    keep_calls(step, f.calls);
}

void recorder::take(const compensation_retry& f) { at(f.step).due = f.at; }

void recorder::take(const compensation_given_up& f)
{
    auto& step = at(f.step);
    step.status = step_status::compensation_failed;
    step.in_flight = false;
    step.due.reset();
    step.undo_detail = f.detail;
}

} // namespace jmld::engine
