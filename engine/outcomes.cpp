// Answers of the world: what each means for its step, by kind and policy alone.
#include "engine/machine.hpp"

#include "engine/overloaded.hpp"
#include "engine/retry.hpp"

#include <algorithm>

namespace jmld::engine {

namespace {
// Revoking work and undoing try at least this often while Okta answers nobody.
constexpr duration revoke_outage_cap{60'000};
const retry_policy reading_policy{};

attempt_failed lost_without_effect()
{
    attempt_failed lost;
    lost.kind = failure_kind::unavailable;
    lost.detail = "the answer was lost; it had not taken effect";
    return lost;
}
} // namespace

duration machine::outage_cap() const
{
    return definition_.dir == direction::revoke || state_.undo_planned ? revoke_outage_cap : duration::max();
}

void machine::pause(std::string kind, const std::string& step, const std::string& detail, const call_mark& mark)
{
    if (state_.status != run_status::paused && !state_.stop)
        emit(run_paused{std::move(kind), step, {}, detail, mark});
}

void machine::take_one(const subject_answer& answer)
{
    if (!state_.subject_in_flight)
        return;
    const bool first = !state_.subject_known;
    emit(subject_read{answer.person, answer.access, answer.image, answer.unknown_names});
    if (!first || answer.unknown_names.empty())
        return;
    std::string detail = "access.yaml names what Okta does not have:";
    for (const auto& name : answer.unknown_names)
        detail += " " + name;
    pause("needs_person", {}, detail);
}

void machine::take_one(const subject_refused& answer)
{
    if (!state_.subject_in_flight)
        return;
    const auto& failure = answer.failure;
    const auto pause_length = backoff(reading_policy, state_.subject_setbacks + 1, outage_cap(), random_);
    auto at = now_ + pause_length;
    if (failure.kind == failure_kind::rate_limited && failure.retry_at)
        at = std::max(now_, *failure.retry_at);
    emit(subject_failed{failure.kind, failure.outage, at, failure.detail, failure.mark});
    const bool gives_up = !is_transient(failure.kind) ||
                          (!failure.outage && failure.kind != failure_kind::rate_limited &&
                           state_.subject_setbacks >= reading_policy.max_attempts && definition_.dir != direction::revoke);
    if (gives_up)
        pause(std::string(to_text(failure.kind)), {}, "reading the person: " + failure.detail, failure.mark);
}

void machine::take_one(const attempt_answer& answer)
{
    const auto* step = state_.find(answer.step);
    const bool current = step != nullptr && step->in_flight && step->status == step_status::running &&
                         !step->attempts.empty() && step->attempts.back().number == answer.attempt;
    if (!current)
        return; // a late answer of an attempt that was settled otherwise
    std::visit(overloaded{[&](const attempt_succeeded& good) {
                              emit(step_succeeded{answer.step, answer.attempt, good.changed, good.outputs, good.before, good.calls, good.mark});
                          },
                          [&](const attempt_failed& bad) { attempt_failure(at(answer.step), answer, bad); }},
               answer.outcome);
}

void machine::attempt_failure(step_record& step, const attempt_answer& answer, const attempt_failed& failure)
{
    const auto id = step.id;
    if (failure.kind == failure_kind::unknown_outcome) {
        const auto* action = definition_of(step).action;
        emit(outcome_unknown{id, answer.attempt, failure.detail, failure.before, failure.mark});
        if (action == nullptr || !action->has_probe)
            pause("needs_person", id, "the answer was lost and nothing can tell whether it took effect: " + failure.detail, failure.mark);
        return;
    }
    const bool free = failure.kind == failure_kind::rate_limited || failure.kind == failure_kind::cancelled || failure.outage;
    emit(attempt_failed_fact{id, answer.attempt, failure.kind, !free, failure.detail, failure.mark, failure.calls});
    if (failure.mark.code == "SYNC_ERROR") { // assigned, but the application refused the account: a person must look
        pause("provisioning", id, failure.detail, failure.mark);
        return;
    }
    try_again_or_give_up(id, failure);
}

void machine::try_again_or_give_up(const std::string& id, const attempt_failed& failure)
{
    auto& step = at(id);
    const auto& definition = definition_of(step);
    if (failure.kind == failure_kind::cancelled)
        return; // it never left: still ready, and whoever took it back decides
    if (failure.kind == failure_kind::rate_limited) {
        const auto when = std::max(now_ + duration(1), failure.retry_at.value_or(now_ + backoff(definition.retry, step.setbacks, duration::max(), random_)));
        if (when - step.throttled_since.value_or(now_) > definition.retry.max_throttle)
            pause("throttled_too_long", id, "Okta's limit would hold it for longer than max_throttle", failure.mark);
        else
            emit(retry_scheduled{id, when, true});
        return;
    }
    const bool spent = step.spent >= definition.retry.max_attempts;
    const bool late = definition.deadline && step.budget_began && now_ - *step.budget_began >= *definition.deadline;
    if (is_transient(failure.kind) && (failure.outage || (!spent && !late))) {
        const auto cap = failure.outage ? outage_cap() : duration::max();
        emit(retry_scheduled{id, now_ + backoff(definition.retry, step.setbacks, cap, random_), false});
        return;
    }
    exhausted(id, failure.kind, failure.detail, failure.mark);
}

// No further attempt: the definition says what follows, but a revoke never turns back and a passed pivot only parks.
void machine::exhausted(const std::string& id, failure_kind kind, const std::string& detail, const call_mark& mark)
{
    const auto choice = definition_of(at(id)).exhausted;
    emit(step_failed{id, kind, detail, mark});
    if (definition_.dir == direction::revoke)
        return;
    switch (choice) {
    case on_exhausted::proceed: return;
    case on_exhausted::pause: pause(std::string(to_text(kind)), id, detail, mark); return;
    case on_exhausted::fail: emit(stop_requested{stop_kind::fail, "engine", id}); return;
    case on_exhausted::rollback:
        if (state_.pivot_passed)
            pause(std::string(to_text(kind)), id, detail, mark);
        else if (!state_.stop)
            emit(stop_requested{stop_kind::rollback, "engine", id});
        return;
    }
}

void machine::take_one(const probe_answer& answer)
{
    const auto* step = state_.find(answer.step);
    if (step == nullptr || step->status != step_status::unknown || !step->in_flight)
        return;
    const int number = step->attempts.back().number;
    const auto& policy = definition_of(*step).retry;
    std::visit(overloaded{[&](const attempt_failed& failed) {
                              auto when = now_ + backoff(policy, step->setbacks + 1, outage_cap(), random_);
                              if (failed.kind == failure_kind::rate_limited && failed.retry_at)
                                  when = std::max(now_ + duration(1), *failed.retry_at);
                              const auto id = answer.step;
                              if (state_.stop && !is_transient(failed.kind)) {
                                  emit(probe_answered{id, number, probe_verdict::cannot_tell, failed.detail});
                                  return;
                              }
                              emit(probe_failed{id, when, failed.kind});
                              if (!is_transient(failed.kind))
                                  pause("needs_person", id, "whether it took effect cannot be found out: " + failed.detail, failed.mark);
                          },
                          [&](const probe_settled& settled) {
                              emit(probe_answered{answer.step, number, settled.verdict, settled.detail});
                              if (settled.verdict == probe_verdict::done)
                                  emit(step_succeeded{answer.step, 0, settled.changed, settled.outputs, settled.before, {}, settled.mark});
                              else if (settled.verdict == probe_verdict::cannot_tell)
                                  pause("needs_person", answer.step, "the answer was lost, and looking does not tell: " + settled.detail, settled.mark);
                              else if (settled.verdict == probe_verdict::not_done && !state_.stop)
                                  try_again_or_give_up(answer.step, lost_without_effect());
                          }},
               answer.outcome);
}

} // namespace jmld::engine
