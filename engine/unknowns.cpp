// Lost answers: the request may have left, and nobody said what became of it. A look at the world settles it, or a
// person does.
#include "engine/machine.hpp"

#include "engine/overloaded.hpp"
#include "engine/retry.hpp"

#include <algorithm>

namespace jmld::engine {

// settle() sends the probe in the same transition, when there is one.
void machine::lost(const std::string& id, outcome_unknown what)
{
    const auto detail = what.detail;
    const auto mark = what.mark;
    emit(std::move(what));
    if (!can_be_probed(definition_of(at(id))) && (!state_.stop || state_.ending))
        nobody_knows(id, "nothing can tell whether it took effect: " + detail, mark);
}

// Parks the run; what revokes goes on with its other branches and lists the step.
void machine::nobody_knows(const std::string& id, const std::string& detail, const call_mark& mark)
{
    if (revokes() || state_.stop || state_.ending)
        emit(step_failed{id, failure_kind::unknown_outcome, detail, mark});
    else
        pause("needs_person", id, detail, mark);
}

void machine::take_one(const probe_answer& answer)
{
    const auto* step = state_.find(answer.step);
    if (step == nullptr || step->status != step_status::unknown || !step->in_flight)
        return;
    const int attempt = step->attempts.back().number;
    std::visit(overloaded{[&](const attempt_failed& failed) { probe_failure(answer.step, attempt, failed); },
                          [&](const probe_settled& settled) { probe_verdict_on(answer.step, attempt, settled); }},
               answer.outcome);
}

// Looking again costs nothing, so only an answer that repeating cannot change ends it.
void machine::probe_failure(const std::string& id, int attempt, const attempt_failed& failure)
{
    const auto& step = at(id);
    const bool hopeless = !is_transient(failure.kind) && failure.kind != failure_kind::cancelled && !failure.outage;
    const auto detail = "whether it took effect cannot be found out: " + failure.detail;
    if (hopeless && (state_.stop || revokes() || state_.ending)) {
        emit(probe_answered{id, attempt, probe_verdict::cannot_tell, failure.detail, failure.mark});
        nobody_knows(id, detail, failure.mark);
        return;
    }
    auto when = now_ + backoff(definition_of(step).retry, step.setbacks + 1, outage_cap(), random_);
    if (failure.kind == failure_kind::rate_limited && failure.retry_at)
        when = std::max(now_ + duration(1), *failure.retry_at);
    emit(probe_failed{id, when, failure.kind});
    if (hopeless)
        nobody_knows(id, detail, failure.mark);
}

void machine::probe_verdict_on(const std::string& id, int attempt, const probe_settled& settled)
{
    emit(probe_answered{id, attempt, settled.verdict, settled.detail, settled.mark});
    switch (settled.verdict) {
    case probe_verdict::done:
        succeed(step_succeeded{id, 0, settled.changed, settled.outputs, settled.before, {}, settled.mark});
        return;
    case probe_verdict::cannot_tell:
        nobody_knows(id, "the answer was lost, and looking does not tell: " + settled.detail, settled.mark);
        return;
    case probe_verdict::not_done:
        if ((state_.stop && !state_.ending) || at(id).lost_by_restart)
            return; // ready: goes again at once, or is cancelled
        attempt_failed nothing_happened;
        nothing_happened.kind = failure_kind::unavailable;
        nothing_happened.detail = "the answer was lost; it had not taken effect";
        nothing_happened.mark = at(id).mark;
        retry_or_give_up(id, nothing_happened);
        return;
    }
}

} // namespace jmld::engine
