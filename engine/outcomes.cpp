// Answers of the world: what each means for its step, by kind and policy alone. Lost answers stand in unknowns.cpp.
#include "engine/machine.hpp"

#include "engine/overloaded.hpp"
#include "engine/retry.hpp"
#include "engine/words.hpp"

#include <algorithm>

namespace jmld::engine {

namespace {

// Revoking work and undoing try at least this often while nobody gets an answer.
constexpr duration revoke_outage_cap{60'000};
constexpr duration no_cap = duration::max();
const retry_policy reading_policy{};

int refused_in_a_row(const step_record& step)
{
    const auto told_to_wait = [](const attempt_record& one) {
        return one.outcome == to_text(failure_kind::rate_limited);
    };
    const auto other = std::find_if_not(step.attempts.rbegin(), step.attempts.rend(), told_to_wait);
    return static_cast<int>(other - step.attempts.rbegin());
}

// Not to be let in is mended outside the run; a leaver goes on asking meanwhile, so that it ends without another word.
bool is_locked_out(const attempt_failed& failure)
{
    return failure.kind == failure_kind::unauthorized || failure.kind == failure_kind::forbidden;
}

// Says nothing about the call itself, so it spends nothing.
bool is_free(const attempt_failed& failure)
{
    return failure.kind == failure_kind::rate_limited || failure.kind == failure_kind::cancelled || failure.outage;
}

} // namespace

duration machine::outage_cap() const { return revokes() || state_.undo_planned ? revoke_outage_cap : no_cap; }

void machine::take_one(const subject_answer& answer)
{
    if (!state_.subject_in_flight)
        return;
    emit(subject_read{answer.person, answer.access, answer.image, answer.unknown_names});
    if (state_.subject_known)
        return;
    std::string detail = "these names do not exist in the organisation:";
    for (const auto& name : answer.unknown_names)
        detail += " '" + name + "'";
    pause("needs_person", {}, detail);
}

void machine::take_one(const subject_refused& answer)
{
    if (!state_.subject_in_flight)
        return;
    const auto& failure = answer.failure;
    const bool throttled = failure.kind == failure_kind::rate_limited && failure.retry_at;
    const bool asks_on = revokes() && is_locked_out(failure);
    const auto cap = failure.outage || asks_on ? outage_cap() : no_cap;
    const auto when = throttled ? std::max(now_ + easing(state_.subject_setbacks + 1, random_), *failure.retry_at)
                                : now_ + backoff(reading_policy, state_.subject_setbacks + 1, cap, random_);
    emit(subject_failed{failure.kind, failure.outage, when, failure.detail, failure.mark});
    if (throttled && when - now_ > reading_policy.max_throttle) {
        pause(throttled_too_long, {}, "reading the person: the limit holds it for too long", failure.mark);
        return;
    }
    const bool hopeless = !is_transient(failure.kind);
    const bool spent = state_.subject_spent >= reading_policy.max_attempts && !revokes();
    if (!is_free(failure) && !asks_on && (hopeless || spent))
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
                              succeed(step_succeeded{answer.step, answer.attempt, good.changed, good.outputs,
                                                     good.before, good.calls, good.mark});
                          },
                          [&](const attempt_failed& bad) { attempt_failure(answer.step, answer.attempt, bad); },
                          [&](const attempt_pending& open) {
                              emit(attempt_pending_fact{answer.step, answer.attempt,
                                                        std::max(now_ + duration(1), open.look_again), open.progress,
                                                        open.detail, open.mark, open.calls});
                          }},
               answer.outcome);
}

void machine::attempt_failure(const std::string& id, int attempt, const attempt_failed& failure)
{
    const auto& definition = definition_of(at(id));
    const bool repeatable = is_harmless(definition) && !can_be_probed(definition);
    if (failure.kind == failure_kind::unknown_outcome && !repeatable) {
        lost(id, {id, attempt, failure.detail, failure.before, failure.mark, false, failure.calls});
        return;
    }
    emit(
        attempt_failed_fact{id, attempt, failure.kind, !is_free(failure), failure.detail, failure.mark, failure.calls});
    if (failure.mark.code == "SYNC_ERROR" && !revokes() && !definition.at_end)
    { // assigned, but the application refused the account
        pause("provisioning", id, failure.detail, failure.mark);
        return;
    }
    retry_or_give_up(id, failure);
}

void machine::retry_or_give_up(const std::string& id, const attempt_failed& failure)
{
    const auto& step = at(id);
    const auto& definition = definition_of(step);
    if (failure.kind == failure_kind::cancelled)
        return; // it never left: still ready, and whoever took it back decides
    if (failure.kind == failure_kind::rate_limited) {
        wait_for_limit(id, failure);
        return;
    }
    const auto cap = failure.outage ? outage_cap() : no_cap;
    const auto when = now_ + backoff(definition.retry, step.setbacks, cap, random_);
    const bool spent = step.spent >= definition.retry.max_attempts;
    const auto end = deadline_of(step);
    const bool late = end && when >= *end;
    const bool goes_on = failure.outage ? !late || revokes() : !spent && !late;
    if (is_transient(failure.kind) && goes_on)
        emit(retry_scheduled{id, when, false});
    else
        exhausted(id, failure.kind, failure.detail, failure.mark, late && is_transient(failure.kind));
}

std::optional<time_point> machine::deadline_of(const step_record& step) const
{
    const auto& length = definition_of(step).deadline;
    return length && step.budget_began ? std::optional(*step.budget_began + *length) : std::nullopt;
}

// What a step answers under names of its own is worked out while its answer is at hand. A name that cannot be is
// missing for whoever reads it; the step has succeeded all the same.
void machine::succeed(step_succeeded what)
{
    const auto id = what.step;
    std::string wrong;
    const auto answered = what.outputs;
    for (const auto& [name, content] : definition_of(at(id)).outputs) {
        auto computed = content.evaluate(scope_with(at(id), answered));
        if (computed)
            what.outputs = what.outputs.with(name, std::move(*computed));
        else if (!computed.error().missing)
            wrong = "outputs." + name + ": " + computed.error().what;
    }
    emit(std::move(what));
    if (!wrong.empty())
        pause(std::string(to_text(failure_kind::invalid)), id, wrong);
}

// As long as the server says, never clipped by max_interval; but not for ever.
void machine::wait_for_limit(const std::string& id, const attempt_failed& failure)
{
    const auto& step = at(id);
    const auto& policy = definition_of(step).retry;
    const auto told = failure.retry_at.value_or(now_ + backoff(policy, step.setbacks + 1, no_cap, random_));
    const auto when = std::max(now_ + easing(refused_in_a_row(step), random_), told);
    const auto end = deadline_of(step);
    if (end && when >= *end && !revokes()) {
        exhausted(id, failure.kind, "the limit holds it beyond its deadline: " + failure.detail, failure.mark, true);
        return;
    }
    emit(retry_scheduled{id, when, true});
    if (when - at(id).throttled_since.value_or(now_) > policy.max_throttle)
        pause(throttled_too_long, id, "the limit holds it for longer than max_throttle", failure.mark);
}

// No further attempt by itself.
void machine::exhausted(const std::string& id, failure_kind kind, const std::string& detail, const call_mark& mark,
                        bool late)
{
    emit(step_failed{id, kind, detail, mark});
    const auto& definition = definition_of(at(id));
    consequences(id, late ? definition.late.value_or(definition.exhausted) : definition.exhausted);
}

// The definition says what follows, but what revokes never turns back, and a passed pivot only parks.
void machine::consequences(const std::string& id, on_exhausted choice)
{
    const auto step = at(id);
    if (revokes() || definition_of(step).at_end)
        return;
    switch (choice) {
    case on_exhausted::proceed:
        return;
    case on_exhausted::pause:
        pause(std::string(to_text(step.failure)), id, step.detail, step.mark);
        return;
    case on_exhausted::fail:
        if (!state_.stop)
            emit(stop_requested{stop_kind::fail, "engine", "a step failed", id});
        return;
    case on_exhausted::rollback:
        if (state_.pivot_passed)
            pause(std::string(to_text(step.failure)), id, step.detail, step.mark);
        else if (!state_.stop)
            emit(stop_requested{stop_kind::rollback, "engine", "a step failed", id});
        return;
    }
}

} // namespace jmld::engine
