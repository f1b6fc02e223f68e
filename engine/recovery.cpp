// After a restart of the process: what was in flight is sent again, or looked at, or waits. It costs no attempt. Looks
// and undos leave no fact: for them nothing is different from having been sent once.
#include "engine/machine.hpp"

namespace jmld::engine {

namespace {
constexpr auto process_ended = "the process ended before the answer came";

bool hands_over(const std::optional<stop_requested>& stop)
{
    return stop && (stop->kind == stop_kind::preempt || stop->kind == stop_kind::terminate);
}
} // namespace

void machine::take_one(const recovered&)
{
    if (state_.subject_in_flight && (is_paused() || state_.stop))
        emit(subject_failed{failure_kind::cancelled, false, now_, process_ended, {}});
    else if (state_.subject_in_flight)
        commands_.push_back(read_subject{});
    for (std::size_t i = 0; i < state_.steps.size(); ++i) {
        const auto id = state_.steps[i].id;
        if (!state_.steps[i].in_flight)
            continue;
        if (state_.steps[i].status == step_status::compensating)
            recover_undo(id);
        else if (state_.steps[i].status == step_status::unknown)
            recover_probe(id);
        else
            recover_attempt(id);
    }
}

// An undo compares before it changes anything: sending it again is safe, unless the run sends nothing any more.
void machine::recover_undo(const std::string& id)
{
    const auto& undo = definition_of(at(id)).undo;
    if (undo && undo->action != nullptr && undo->action->repeat == repeatability::side_effect) {
        emit(compensation_attempt_failed{id, failure_kind::unknown_outcome, true, process_ended, {}});
        emit(compensation_given_up{id, failure_kind::unknown_outcome, process_ended});
        return;
    }
    if (!is_paused() && !hands_over(state_.stop)) {
        send_undo_of(id);
        return;
    }
    emit(compensation_attempt_failed{id, failure_kind::cancelled, false, process_ended, {}});
    emit(compensation_retry{id, now_});
}

void machine::recover_probe(const std::string& id)
{
    const auto& step = at(id);
    if (is_paused()) {
        emit(probe_failed{id, now_, failure_kind::cancelled});
        return;
    }
    const auto& definition = definition_of(step);
    const auto& last = step.attempts.back();
    commands_.push_back(
        send_probe{id, definition.uses, last.number, step.inputs, step.before, last.started_at, definition.timeout});
}

void machine::recover_attempt(const std::string& id)
{
    const auto& step = at(id);
    const auto& definition = definition_of(step);
    const auto& last = step.attempts.back();
    const bool sends_nothing = is_paused() || hands_over(state_.stop);
    if (definition.kind() == step_kind::run) {
        commands_.push_back(watch_child{id, last.number, step.inputs, !is_paused() && !state_.stop});
        return;
    }
    if (is_harmless(definition) && !sends_nothing) {
        emit(attempt_resent{id, last.number});
        commands_.push_back(
            send_attempt{id, definition.uses, last.number, step.inputs, last.started_at, definition.timeout});
        return;
    }
    if (is_harmless(definition) && is_paused()) {
        emit(attempt_resent{id, last.number});
        emit(attempt_failed_fact{id, last.number, failure_kind::cancelled, false, process_ended, {}, {}});
        return;
    }
    lost(id, {id, last.number, process_ended, {}, {}, true, {}});
}

} // namespace jmld::engine
