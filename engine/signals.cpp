// What people, other runs and restarts say to a run. Whether a word applies is asked first (refuses), so that here it always does.
#include "engine/machine.hpp"

#include "engine/overloaded.hpp"

namespace jmld::engine {

void machine::take(const stimulus& cause)
{
    if (has_ended(state_.status))
        return;
    std::visit([this](const auto& what) { take_one(what); }, cause);
}

void machine::take_one(const begin&)
{
    if (state_.status == run_status::queued || state_.status == run_status::scheduled)
        emit(run_started{});
}

// Not a fact: nothing has happened to the run. What was out is asked for again or looked at.
void machine::take_one(const recovered&)
{
    if (state_.subject_in_flight)
        commands_.push_back(read_subject{});
    for (std::size_t i = 0; i < state_.steps.size(); ++i)
        if (state_.steps[i].in_flight)
            recover_step(state_.steps[i]);
}

void machine::recover_step(step_record& step)
{
    const auto& definition = definition_of(step);
    const auto begun = step.attempts.empty() ? now_ : step.attempts.back().started_at;
    if (step.status == step_status::compensating) { // an undo compares before it changes anything
        commands_.push_back(send_undo{step.id, definition.uses, step.inputs, step.before, step.outputs, begun, definition.timeout});
        return;
    }
    const int number = step.attempts.back().number;
    if (step.status == step_status::unknown) {
        commands_.push_back(send_probe{step.id, definition.uses, number, step.inputs, step.before, begun, definition.timeout});
        return;
    }
    const bool harmless = definition.action == nullptr || definition.action->repeat == repeatability::idempotent ||
                          definition.action->repeat == repeatability::converges;
    if (harmless || !definition.action->has_probe) {
        commands_.push_back(send_attempt{step.id, definition.uses, number, step.inputs, begun, definition.timeout});
        return;
    }
    emit(outcome_unknown{step.id, number, "the process ended before the answer came", {}, {}, true}); // settle() sends the probe
}

void machine::take_one(const preempted& by)
{
    if (state_.stop && state_.stop->kind == stop_kind::preempt)
        return;
    emit(stop_requested{stop_kind::preempt, by.by, "another run needs this person"});
}

void machine::take_one(const wait_rescheduled& moved)
{
    for (const auto& step : state_.steps) {
        if (step.status != step_status::waiting)
            continue;
        emit(wait_moved{step.id, moved.until, moved.by});
        return;
    }
}

void machine::take_one(const operator_signal& word)
{
    if (refuses(state_, word))
        return;
    switch (word.what) {
    case verb::pause: emit(run_paused{"operator", {}, word.by, word.reason, {}}); return;
    case verb::resume: emit(run_resumed{word.by, word.reason}); return;
    case verb::retry: {
        const bool all = word.step.empty();
        if (all)
            emit(budget_renewed{{}, word.by});
        for (std::size_t i = 0; i < state_.steps.size(); ++i) {
            const auto& step = state_.steps[i];
            const bool stuck = step.status == step_status::failed || step.status == step_status::backing_off ||
                               step.status == step_status::throttled || step.status == step_status::unknown;
            if (stuck && !step.expanded && (all || step.id == word.step))
                emit(budget_renewed{step.id, word.by});
        }
        if (state_.status == run_status::paused)
            emit(run_resumed{word.by, word.reason});
        return;
    }
    case verb::cancel: emit(stop_requested{stop_kind::cancel, word.by, word.reason}); return;
    case verb::terminate: emit(stop_requested{stop_kind::terminate, word.by, word.reason}); return;
    case verb::rollback: emit(stop_requested{stop_kind::rollback, word.by, word.reason}); return;
    }
}

std::optional<std::string> refuses(const run_state& state, const operator_signal& word)
{
    const std::string now = "the run is " + std::string(to_text(state.shown_status()));
    if (has_ended(state.status))
        return now;
    const bool stopping = state.stop && state.stop->kind != stop_kind::preempt;
    if (state.stop && state.stop->kind == stop_kind::preempt)
        return now + " and is being stopped for " + state.stop->by;
    switch (word.what) {
    case verb::pause:
        if (state.status == run_status::paused)
            return now;
        return std::nullopt;
    case verb::resume:
        if (state.status != run_status::paused)
            return now + ", not paused";
        return std::nullopt;
    case verb::retry:
        if (!word.step.empty() && state.find(word.step) == nullptr)
            return "there is no step '" + word.step + "'";
        if (state.status == run_status::queued)
            return now + ": nothing of it has been tried yet";
        return std::nullopt;
    case verb::cancel:
    case verb::terminate:
    case verb::rollback: break;
    }
    if (word.what == verb::rollback && state.dir == direction::revoke)
        return std::string("a run that revokes is never rolled back");
    if (word.what == verb::rollback && state.pivot_passed)
        return std::string("its pivot has passed: it only goes forward");
    if (stopping && word.what != verb::terminate)
        return now + " and is stopping already";
    return std::nullopt;
}

} // namespace jmld::engine
