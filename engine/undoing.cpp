// Stopping and undoing: nothing new goes forward, what is out comes back first, and the plan for undoing is written down before its
// first call. A run that revokes never comes here to undo.
#include "engine/machine.hpp"

#include "engine/overloaded.hpp"
#include "engine/retry.hpp"

#include <algorithm>

namespace jmld::engine {

namespace {

value left_behind(const step_record& step)
{
    auto name = step.target.name.empty() ? step.target.id : step.target.name;
    if (step.target.kind.empty() || step.target.kind == "user" || name.empty())
        return value::map({{"step", step.id}});
    return value::map({{step.target.kind, name}});
}

} // namespace

// One step of stopping; false when it has to wait for an answer or for time.
bool machine::stop_now()
{
    const auto kind = state_.stop->kind;
    if (state_.undo_planned && kind != stop_kind::preempt && kind != stop_kind::terminate)
        return undo_next();
    for (auto& step : state_.steps) { // what may have happened is found out before anything is undone or handed over
        if (step.status == step_status::unknown && !step.in_flight) {
            const bool cannot_tell = !step.attempts.empty() && step.attempts.back().probe == "cannot_tell";
            const auto* action = definition_of(step).action;
            if (cannot_tell || action == nullptr || !action->has_probe) {
                emit(step_failed{step.id, failure_kind::unknown_outcome, step.detail, step.mark});
                return true;
            }
            if (start_probe(step.id))
                return true;
        }
    }
    if (state_.anything_in_flight())
        return false;
    for (const auto& step : state_.steps) {
        if (step.status == step_status::unknown)
            return false; // its probe is due later
    }
    for (const auto& step : state_.steps) {
        if (!is_final(step.status)) {
            emit(step_cancelled{step.id});
            return true;
        }
    }
    switch (kind) {
    case stop_kind::preempt: end(run_status::superseded, state_.stop->by); return true;
    case stop_kind::terminate: end(run_status::terminated); return true;
    case stop_kind::fail: end(run_status::failed, {}, run_residue()); return true;
    case stop_kind::cancel:
    case stop_kind::rollback: break;
    }
    if (definition_.dir == direction::revoke || state_.pivot_passed) {
        end(run_status::cancelled, {}, run_residue());
        return true;
    }
    plan_undo();
    return true;
}

// Reverse order of effects: later effects were built on earlier ones, so this is also reverse topological.
void machine::plan_undo()
{
    std::vector<const step_record*> done;
    for (const auto& step : state_.steps) {
        const auto* action = definition_of(step).action;
        if (step.status == step_status::succeeded && step.changed && !step.expanded && action != nullptr && action->writes())
            done.push_back(&step);
    }
    std::sort(done.begin(), done.end(), [](const auto* left, const auto* right) { return left->succeeded_seq > right->succeeded_seq; });
    compensation_planned plan;
    for (const auto* step : done) {
        const auto& definition = definition_of(*step);
        const bool possible = definition.action->has_inverse && definition.compensate == compensation_rule::by_action;
        (possible ? plan.steps : plan.impossible).push_back(step->id);
    }
    if (done.empty() && state_.stop->kind == stop_kind::cancel) {
        end(run_status::cancelled);
        return;
    }
    emit(std::move(plan));
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
        const auto& definition = definition_of(step);
        emit(compensation_started{id, step.undo_attempts + 1});
        const auto& undone = at(id);
        const auto begun = undone.attempts.empty() ? now_ : undone.attempts.back().started_at;
        commands_.push_back(send_undo{id, definition.uses, undone.inputs, undone.before, undone.outputs, begun, definition.timeout});
        return true;
    }
    finish_undo();
    return true;
}

void machine::finish_undo()
{
    int undone = 0;
    value_list left;
    for (const auto& step : state_.steps) {
        undone += step.status == step_status::compensated ? 1 : 0;
        if (step.status == step_status::compensation_failed || step.status == step_status::not_compensable)
            left.push_back(left_behind(step));
    }
    auto status = run_status::rolled_back;
    if (!left.empty())
        status = undone > 0 ? run_status::rolled_back_partial : run_status::rollback_failed;
    end(status, {}, value(std::move(left)));
}

void machine::take_one(const undo_answer& answer)
{
    const auto* step = state_.find(answer.step);
    if (step == nullptr || step->status != step_status::compensating || !step->in_flight)
        return;
    const auto id = answer.step;
    std::visit(overloaded{[&](const undo_succeeded& good) {
                              emit(compensation_succeeded{id, good.changed, good.conflict, good.detail, good.mark, good.calls});
                          },
                          [&](const attempt_failed& bad) {
                              const bool free = bad.kind == failure_kind::rate_limited || bad.kind == failure_kind::cancelled || bad.outage;
                              emit(compensation_attempt_failed{id, bad.kind, !free, bad.detail, bad.mark});
                              const auto& policy = definition_of(at(id)).retry;
                              const auto& tried = at(id);
                              const bool again = bad.kind == failure_kind::cancelled || is_transient(bad.kind);
                              if (!again || (!free && tried.undo_spent >= policy.max_attempts)) {
                                  emit(compensation_given_up{id, bad.kind, bad.detail});
                                  return;
                              }
                              auto when = now_ + backoff(policy, tried.setbacks, outage_cap(), random_);
                              if (bad.kind == failure_kind::rate_limited && bad.retry_at)
                                  when = std::max(now_ + duration(1), *bad.retry_at);
                              emit(compensation_retry{id, when});
                          }},
               answer.outcome);
}

} // namespace jmld::engine
