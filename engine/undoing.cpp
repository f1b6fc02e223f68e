// Stopping and undoing: nothing new goes forward, what is out comes back first, and the plan for undoing is written
// down before its first call. A run that revokes never comes here to undo.
#include "engine/machine.hpp"

#include "engine/overloaded.hpp"
#include "engine/retry.hpp"

#include <algorithm>
#include <functional>
#include <map>
#include <utility>

namespace jmld::engine {

namespace {

value name_of(const step_record& step)
{
    auto name = step.target.name.empty() ? step.target.id : step.target.name;
    if (step.target.kind.empty() || step.target.kind == "user" || name.empty())
        return value::map({{"step", step.id}});
    return value::map({{step.target.kind, name}});
}

// Not succeeded, but one of its calls may have changed the world: an answer was lost and no look settled it, a
// restart sent it twice, or the
// application refused what had been assigned already.
bool may_have_changed(const step_record& step)
{
    const bool without_success =
        step.status == step_status::failed || step.status == step_status::cancelled ||
        ((step.status == step_status::compensation_failed || step.status == step_status::not_compensable) &&
         step.succeeded_seq == 0);
    if (!without_success)
        return false;
    return std::ranges::any_of(step.attempts, [](const attempt_record& attempt) {
        const bool lost = attempt.outcome == to_text(failure_kind::unknown_outcome) && attempt.probe != "not_done";
        return lost || attempt.resent || attempt.mark.code == "SYNC_ERROR";
    });
}

// When the world changed: the last call of the attempt that was no look; else when the attempt began. Answers come back
// in any order, so the order of success would not do.
time_point effect_at(const step_record& step)
{
    if (step.attempts.empty())
        return {};
    const auto& attempt = step.attempts.back();
    auto at = attempt.started_at;
    for (const auto& call : attempt.calls.items()) {
        const auto* sent = call["at"].if_timestamp();
        if (sent != nullptr && call["method"].text_or() != "GET")
            at = *sent;
    }
    return at;
}

// An answer tells; without one the call may have been under way for as long as it was waited for.
time_point done_by_end_of(const attempt_record& attempt, duration timeout)
{
    const bool answered = attempt.ended_at && attempt.outcome == "succeeded" && attempt.probe.empty();
    return answered ? *attempt.ended_at : attempt.started_at + timeout;
}

struct undoable
{
    const step_record* step;
    time_point at;
    std::uint64_t seq; ///< of the attempt: decides within a millisecond
};

// In the order of their effects. A step's effect is never before one of those it needs, whatever the clock did
// meanwhile.
std::vector<undoable> in_order_of_effect(const workflow_definition& definition, const run_state& state)
{
    std::map<std::string, time_point, std::less<>> latest;
    std::vector<undoable> all;
    for (const auto& step : state.steps) { // in an order that satisfies needs
        const auto& its = definition.steps[step.definition];
        auto at = effect_at(step);
        for (const auto& need : its.needs)
            at = std::max(at, latest[need]);
        latest[its.id] = std::max(latest[its.id], at);
        const bool stands = step.status == step_status::succeeded || step.status == step_status::compensation_failed ||
                            step.status == step_status::not_compensable; // the latter two when it is undone again
        const bool succeeded = stands && step.succeeded_seq > 0 && step.changed && !step.expanded;
        if ((succeeded || may_have_changed(step)) && may_write(its) && !its.at_end)
            all.push_back({&step, at, step.attempts.empty() ? step.succeeded_seq : step.attempts.back().started_seq});
    }
    std::ranges::sort(all, std::less{}, [](const undoable& one) { return std::pair(one.at, one.seq); });
    return all;
}

} // namespace

// One step of stopping; false when it has to wait for an answer or for time.
bool machine::stop_now()
{
    const auto stop = *state_.stop;
    const bool hands_over = stop.kind == stop_kind::preempt || stop.kind == stop_kind::terminate;
    if (state_.undo_planned && !hands_over)
        return undo_next();
    if (finish_for_each() || settle_unknown_ones())
        return true;
    const auto unknown = [](const step_record& step) { return step.status == step_status::unknown; };
    if (state_.anything_in_flight() || std::ranges::any_of(state_.steps, unknown))
        return false;
    if (stop.kind == stop_kind::rollback && !stop.step.empty() && state_.pivot_passed) {
        const auto step = at(stop.step); // the pivot was out while this one failed: no way back any more
        emit(run_paused{std::string(to_text(step.failure)), step.id, {}, step.detail, step.mark});
        return true;
    }
    for (const auto& step : state_.steps) {
        if (is_final(step.status) || definition_of(step).at_end)
            continue;
        emit(step_cancelled{step.id});
        return true;
    }
    stopped(stop.kind);
    return true;
}

// What may have happened is found out before anything is undone or handed over.
bool machine::settle_unknown_ones()
{
    for (const auto& step : state_.steps) {
        if (step.status != step_status::unknown || step.in_flight)
            continue;
        const bool looked = !step.attempts.empty() && step.attempts.back().probe == "cannot_tell";
        if (looked || !can_be_probed(definition_of(step))) {
            emit(step_failed{step.id, failure_kind::unknown_outcome, step.detail, step.mark});
            return true;
        }
        if (start_probe(step.id))
            return true;
    }
    return false;
}

// Everything has come back: what becomes of the run.
void machine::stopped(stop_kind kind)
{
    const auto residue = state_.undo_planned ? left_behind() : run_residue();
    switch (kind) {
    case stop_kind::preempt:
        end(run_status::superseded, state_.stop->by, residue);
        return;
    case stop_kind::terminate:
        end(run_status::terminated, {}, residue);
        return;
    case stop_kind::fail:
        end(run_status::failed, {}, residue);
        return;
    case stop_kind::cancel:
        if (!state_.began_at || revokes() || state_.pivot_passed)
            end(run_status::cancelled, {}, residue);
        else
            plan_undo();
        return;
    case stop_kind::rollback:
        if (!state_.began_at || revokes())
            end(run_status::cancelled, {}, residue);
        else
            plan_undo();
        return;
    }
}

// Reverse order of effects: later effects were built on earlier ones, so this is also reverse topological.
void machine::plan_undo()
{
    const auto done = in_order_of_effect(definition_, state_);
    const auto stays = staying();
    compensation_planned plan;
    for (auto one = done.rbegin(); one != done.rend(); ++one)
        if (!stays.contains(one->step->id))
            (can_be_undone(definition_of(*one->step)) ? plan.steps : plan.impossible).push_back(one->step->id);
    const bool nothing = done.empty() && left_behind().items().empty();
    if (nothing && state_.stop->kind == stop_kind::cancel)
        end(run_status::cancelled);
    else
        emit(std::move(plan));
}

// With `to_step`: what had its effect no later than that step.
std::set<std::string, std::less<>> machine::staying() const
{
    std::set<std::string, std::less<>> stays;
    const auto& last = state_.stop ? state_.stop->to_step : std::string();
    std::uint64_t until = 0;
    for (const auto& step : state_.steps)
        if (!last.empty() && (step.id == last || (step.child && definition_of(step).id == last)))
            until = std::max({until, step.succeeded_seq, step.attempts.empty() ? 0 : step.attempts.back().started_seq});
    for (const auto& step : state_.steps)
        if (const auto begun = step.attempts.empty() ? step.succeeded_seq : step.attempts.back().started_seq;
            begun <= until && begun > 0)
            stays.insert(step.id);
    return stays;
}

// One at a time, in the planned order; one that must wait holds up those that come after it.
bool machine::undo_next()
{
    for (const auto& id : state_.undo_order) {
        const auto& step = at(id);
        if (step.status != step_status::compensating)
            continue;
        if (step.in_flight || (step.due && *step.due > now_))
            return false;
        emit(compensation_started{id, step.undo_attempts + 1});
        send_undo_of(id);
        return true;
    }
    finish_undo();
    return true;
}

void machine::send_undo_of(const std::string& id)
{
    const auto& step = at(id);
    const auto& definition = definition_of(step);
    const auto begun = step.attempts.empty() ? now_ : step.attempts.back().started_at;
    const auto done_by = step.attempts.empty() ? now_ : done_by_end_of(step.attempts.back(), definition.timeout);
    if (!definition.undo) {
        commands_.push_back(send_undo{id, definition.uses, false, step.inputs, step.before, step.outputs, begun,
                                      done_by, definition.timeout});
        return;
    }
    const auto inputs = definition.undo->with.evaluate(scope_with(step, step.outputs));
    if (inputs)
        commands_.push_back(
            send_undo{id, definition.undo->uses, true, *inputs, {}, step.outputs, begun, done_by, definition.timeout});
    else
        emit(compensation_given_up{id, failure_kind::invalid, "compensate: " + inputs.error().what});
}

value machine::left_behind() const
{
    const auto stays = staying();
    value_list left;
    for (const auto& step : state_.steps) {
        const bool stands = step.status == step_status::compensation_failed ||
                            step.status == step_status::not_compensable || step.status == step_status::compensating;
        const bool kept = stays.contains(step.id) && step.status == step_status::succeeded && step.changed &&
                          !step.expanded && may_write(definition_of(step));
        if (stands || kept || (may_have_changed(step) && may_write(definition_of(step))))
            left.push_back(name_of(step));
    }
    return value(std::move(left));
}

run_status machine::undone_as(const value& left) const
{
    if (left.items().empty())
        return run_status::rolled_back;
    const auto has = [&](step_status status) {
        return std::ranges::any_of(state_.steps, [&](const step_record& step) { return step.status == status; });
    };
    const bool nothing_worked = has(step_status::compensation_failed) && !has(step_status::compensated);
    return nothing_worked ? run_status::rollback_failed : run_status::rolled_back_partial;
}

void machine::finish_undo()
{
    auto left = left_behind();
    const auto status = undone_as(left);
    end(status, {}, std::move(left));
}

void machine::take_one(const undo_answer& answer)
{
    const auto* step = state_.find(answer.step);
    if (step == nullptr || step->status != step_status::compensating || !step->in_flight)
        return;
    std::visit(overloaded{[&](const undo_succeeded& good) {
                              emit(compensation_succeeded{answer.step, good.changed, good.conflict, good.detail,
                                                          good.mark, good.calls});
                          },
                          [&](const attempt_failed& bad) { undo_failure(answer.step, bad); }},
               answer.outcome);
}

// Given up only for good reasons; the others of the plan go on.
void machine::undo_failure(const std::string& id, const attempt_failed& failure)
{
    const bool taken_back = failure.kind == failure_kind::cancelled;
    const bool limited = failure.kind == failure_kind::rate_limited;
    const bool free = limited || taken_back || failure.outage;
    emit(compensation_attempt_failed{id, failure.kind, !free, failure.detail, failure.mark, failure.calls});
    const auto& step = at(id);
    const auto& policy = definition_of(step).retry;
    const auto& written = definition_of(step).undo;
    const bool may_be_done =
        failure.kind == failure_kind::unknown_outcome && written &&
        written->action->repeat == repeatability::side_effect; // nothing can tell, so no second one
    if (!free && (may_be_done || !is_transient(failure.kind) || step.undo_spent >= policy.max_attempts)) {
        emit(compensation_given_up{id, failure.kind, failure.detail});
        return;
    }
    auto when = now_ + backoff(policy, step.setbacks, outage_cap(), random_);
    if (limited && failure.retry_at)
        when = std::max(now_ + easing(step.undo_attempts, random_), *failure.retry_at);
    if (taken_back)
        when = now_;
    emit(compensation_retry{id, when});
}

} // namespace jmld::engine
