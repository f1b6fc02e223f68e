// Facts of the run as a whole: its beginning, the person it is about, pauses, words of operators, its end.
#include "engine/recorder.hpp"

#include <algorithm>

namespace jmld::engine {

namespace {

void add_once(value& list, const value& item)
{
    auto items = list.items();
    if (std::find(items.begin(), items.end(), item) != items.end())
        return;
    items.push_back(item);
    list = value(std::move(items));
}

bool stopped_by_failure(run_status status)
{
    return status == run_status::failed || status == run_status::closed_with_residue;
}

} // namespace

void recorder::take(const run_created& f)
{
    state_.run = f.run;
    state_.workflow = f.workflow;
    state_.definition_sha256 = f.definition_sha256;
    state_.by = f.by;
    state_.subject = f.subject;
    state_.event = f.event;
    state_.dir = f.dir;
    state_.priority = f.priority;
    state_.context = f.context;
    state_.created_at = at_;
    state_.status = run_status::queued;
    for (std::size_t i = 0; i < definition_.steps.size(); ++i) {
        step_record step;
        step.id = definition_.steps[i].id;
        step.definition = i;
        state_.steps.push_back(std::move(step));
    }
}

void recorder::take(const run_started&)
{
    state_.status = run_status::running;
    if (!state_.began_at) // one that is undone after its end has begun long before
        state_.began_at = at_;
}

void recorder::take(const subject_requested&)
{
    state_.subject_in_flight = true;
    state_.subject_due.reset();
    first_call();
}

void recorder::take(const subject_read& f)
{
    state_.subject_in_flight = false;
    state_.subject_setbacks = 0;
    state_.subject_spent = 0;
    state_.person = f.person;
    state_.image = f.image;
    if (state_.first_image.is_null())
        state_.first_image = f.image;
    if (!state_.subject_known) // what it is to do is fixed at its beginning; a wait renews only what is there
        state_.access = f.access;
    // A name that does not exist there: read again once a person has seen to it. What takes access away needs no names.
    const bool complete = state_.subject_known || f.unknown_names.empty() || state_.dir == direction::revoke;
    state_.subject_needed = !complete;
    state_.subject_known = complete;
    for (const auto& item : f.access["review"].items())
        note_review(item);
}

void recorder::take(const subject_failed& f)
{
    state_.subject_in_flight = false;
    state_.subject_due = f.retry_at;
    ++state_.subject_setbacks;
    const bool free = f.outage || f.kind == failure_kind::rate_limited || f.kind == failure_kind::cancelled;
    state_.subject_spent += free ? 0 : 1;
}

void recorder::take(const run_paused& f)
{
    state_.status = run_status::paused;
    const bool gave_up_turning_back = state_.stop && !state_.undo_planned && f.by.empty();
    if (gave_up_turning_back) // the pivot passed while what was out came back: people decide
        state_.stop.reset();
    if (state_.stop && !state_.why.empty()) // why it stops is worth more than that it was paused on the way
        return;
    state_.why = {f.kind, f.detail, f.step, f.mark, {}};
    if (const auto* step = state_.find(f.step))
        state_.why.target = step->target;
}

void recorder::take(const run_resumed&)
{
    state_.status = state_.undo_planned ? run_status::compensating : run_status::running;
    if (!state_.stop)
        state_.why = {};
}

void recorder::take(const budget_renewed& f)
{
    if (f.step.empty()) { // reading the person
        state_.subject_setbacks = 0;
        state_.subject_spent = 0;
        state_.subject_due.reset();
        return;
    }
    auto& step = at(f.step);
    step.spent = 0;
    step.refused_looks = 0;
    step.setbacks = 0;
    step.undo_spent = 0;
    step.throttled_since.reset();
    step.budget_began.reset();
    step.progress = {};
    step.due.reset();
    const auto* action = definition_of(step).action;
    const bool unanswerable = step.status == step_status::unknown && (action == nullptr || !action->has_probe);
    if (step.status == step_status::failed)
        reopen(step);
    if (unanswerable || step.status == step_status::backing_off || step.status == step_status::throttled)
        step.status = step_status::ready;
}

// A part that is tried again opens its whole again, and whatever was skipped because it had failed.
void recorder::reopen(step_record& step)
{
    const auto* action = definition_of(step).action;
    const bool still_to_be_looked_at = step.failure == failure_kind::unknown_outcome && action != nullptr &&
                                       action->has_probe && !step.attempts.empty();
    if (still_to_be_looked_at)
        step.status = step_status::unknown;
    else
        step.status = step.child || !step.attempts.empty() ? step_status::ready : step_status::pending;
    for (auto& other : state_.steps) {
        if (step.child && other.expanded && other.definition == step.definition && other.status == step_status::failed)
            other.status = step_status::pending;
        if (other.status == step_status::skipped && other.blocked) {
            other.status = step_status::pending;
            other.blocked = false;
            other.detail.clear();
        }
    }
}

void recorder::take(const stop_requested& f)
{
    state_.stop = f;
    if (const auto* step = state_.find(f.step))
        remember_failure(*step);
    else if (state_.why.empty() || state_.why.kind == "operator")
        state_.why = {f.kind == stop_kind::preempt ? "preempted" : "operator", f.reason, {}, {}, {}};
    const bool asked_from_outside = f.step.empty(); // a failure that comes in while a person has paused the run waits
    if (state_.status == run_status::paused && asked_from_outside)
        state_.status = state_.undo_planned ? run_status::compensating : run_status::running;
}

void recorder::take(const run_ending& f)
{
    state_.ending = f.status;
    state_.ending_residue = f.residue;
}

// What was done stays on record; only that it had ended is no longer so.
void recorder::take(const run_reopened&)
{
    state_.status = run_status::queued;
    state_.reopened = true;
    state_.ended_at.reset();
    state_.ending.reset();
    state_.stop.reset();
    state_.undo_planned = false;
    state_.undo_order.clear();
    state_.why = {};
    state_.residue = value(value_list{});
}

void recorder::take(const run_scheduled& f)
{
    state_.status = run_status::scheduled;
    state_.begin_due = f.at;
}

void recorder::take(const run_due&)
{
    state_.status = run_status::queued;
    state_.begin_due.reset();
}

void recorder::take(const run_ended& f)
{
    state_.status = f.status;
    state_.ended_at = at_;
    state_.superseded_by = f.superseded_by;
    state_.residue = f.residue;
    state_.review = f.review;
    for (auto& step : state_.steps) {
        step.due.reset();
        step.in_flight = false;
        if (step.status == step_status::compensating) // it was not undone any more: its effect stands
            step.status = step.succeeded_seq > 0 ? step_status::succeeded : step_status::failed;
        if (!is_final(step.status))
            step.status = step_status::cancelled;
        const bool failed = step.status == step_status::failed && !step.expanded && !definition_of(step).at_end;
        if (stopped_by_failure(f.status) && state_.why.empty() && failed)
            remember_failure(step);
    }
    state_.subject_in_flight = false;
    state_.subject_due.reset();
    state_.begin_due.reset();
}

void recorder::first_call()
{
    if (!state_.first_call_at)
        state_.first_call_at = at_;
}

// What a person wants to read first.
void recorder::remember_failure(const step_record& step)
{
    state_.why = {std::string(to_text(step.failure)), step.detail, step.id, step.mark, step.target};
}

void recorder::note_residue(const value& item) { add_once(state_.residue, item); }
void recorder::note_review(const value& item) { add_once(state_.review, item); }

void apply(const workflow_definition& definition, run_state& state, const fact& happened)
{
    recorder writing(definition, state, happened.at, happened.seq);
    std::visit([&](const auto& what) { writing.take(what); }, happened.what);
    state.last_seq = happened.seq;
}

} // namespace jmld::engine
