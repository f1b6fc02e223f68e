// What people and other runs say to a run. Whether a word applies is asked first (refuses), so that here it always
// does.
#include "engine/machine.hpp"

#include <algorithm>

namespace jmld::engine {

namespace {

bool names(const std::string& wanted, const step_record& step)
{
    if (wanted == step.id)
        return true; // of a for_each's name every child is meant
    return step.child && step.id.size() > wanted.size() && step.id.starts_with(wanted) && step.id[wanted.size()] == '.';
}

// A new try means something to it.
bool is_stuck(const run_state& state, const step_record& step)
{
    if (step.expanded || step.in_flight)
        return false;
    if (step.status == step_status::compensating)
        return step.due.has_value();
    return !state.stop && (step.status == step_status::failed || step.status == step_status::backing_off ||
                           step.status == step_status::throttled || step.status == step_status::unknown);
}

// A person may decide about it: it is neither out nor done.
bool is_open(const step_record& step)
{
    return !step.expanded && !step.in_flight && (!is_final(step.status) || step.status == step_status::failed);
}

template <class Suits>
std::optional<std::string> refuses_step(const run_state& state, const std::string& wanted, Suits suits)
{
    bool known = false;
    std::string states;
    for (const auto& step : state.steps) {
        if (!names(wanted, step))
            continue;
        known = true;
        if (suits(step))
            return std::nullopt;
        states = std::string(to_text(step.status)) + (step.in_flight ? " and a call of it is out" : "");
    }
    return known ? "step '" + wanted + "' is " + states : "there is no step '" + wanted + "'";
}

std::string stopped_for(const stop_requested& stop)
{
    return stop.kind == stop_kind::preempt ? " and is being stopped for " + stop.by : " and is stopping already";
}

std::optional<std::string> refuses_retry(const run_state& state, const operator_signal& word, const std::string& now)
{
    if (state.stop && !state.undo_planned)
        return now + stopped_for(*state.stop);
    const auto stuck = [&](const step_record& step) { return is_stuck(state, step); };
    const bool something =
        state.status == run_status::paused || state.subject_due.has_value() || std::ranges::any_of(state.steps, stuck);
    if (word.step.empty())
        return something ? std::nullopt
                         : std::optional(now + ": nothing of it has failed or is waiting to be tried again");
    const auto suits = [&](const step_record& step) {
        return is_stuck(state, step) || step.status == step_status::ready;
    };
    return refuses_step(state, word.step, suits);
}

std::optional<std::string> refuses_turning_back(const run_state& state, const std::string& now)
{
    if (state.dir == direction::revoke)
        return "a run that revokes is never rolled back";
    return state.stop ? std::optional(now + stopped_for(*state.stop)) : std::nullopt;
}

} // namespace

std::optional<std::string> refuses(const run_state& state, const operator_signal& word)
{
    auto now = "the run is " + std::string(to_text(state.shown_status()));
    const bool begun = state.status != run_status::queued && state.status != run_status::scheduled;
    const bool paused = state.status == run_status::paused;
    if (has_ended(state.status))
        return now;
    if (state.stop && state.stop->kind == stop_kind::preempt)
        return now + stopped_for(*state.stop);
    switch (word.what) {
    case verb::pause:
        return paused || !begun ? std::optional(now) : std::nullopt;
    case verb::resume:
        return paused ? std::nullopt : std::optional(now + ", not paused");
    case verb::retry:
        return begun ? refuses_retry(state, word, now) : std::optional(now + ": nothing of it has been tried yet");
    case verb::cancel:
        return state.stop ? std::optional(now + stopped_for(*state.stop)) : std::nullopt;
    case verb::terminate:
        return state.stop && state.stop->kind == stop_kind::terminate ? std::optional(now + stopped_for(*state.stop))
                                                                      : std::nullopt;
    case verb::rollback:
        return refuses_turning_back(state, now);
    case verb::skip:
    case verb::complete:
    case verb::fail:
        if (state.stop)
            return now + stopped_for(*state.stop);
        return begun ? refuses_step(state, word.step, is_open) : std::optional(now);
    }
    return std::nullopt;
}

bool is_parked(const workflow_definition& definition, const step_record& step)
{
    const bool goes_on =
        definition.dir == direction::revoke || definition.steps[step.definition].exhausted == on_exhausted::proceed;
    return step.status == step_status::failed && !step.expanded && !goes_on;
}

void machine::take_one(const begin&)
{
    if (state_.status == run_status::queued || state_.status == run_status::scheduled)
        emit(run_started{});
}

void machine::take_one(const preempted& by)
{
    if (!state_.stop || state_.stop->kind != stop_kind::preempt)
        emit(stop_requested{stop_kind::preempt, by.by, "another run needs this person"});
}

void machine::take_one(const operator_signal& word)
{
    if (refuses(state_, word))
        return;
    switch (word.what) {
    case verb::pause:
        emit(run_paused{"operator", {}, word.by, word.reason, {}});
        return;
    case verb::resume:
        go_on(word);
        return;
    case verb::retry:
        renew(word);
        return;
    case verb::cancel:
        emit(stop_requested{stop_kind::cancel, word.by, word.reason});
        return;
    case verb::terminate:
        emit(stop_requested{stop_kind::terminate, word.by, word.reason});
        return;
    case verb::rollback:
        emit(stop_requested{stop_kind::rollback, word.by, word.reason});
        return;
    case verb::skip:
    case verb::complete:
    case verb::fail:
        rule(word);
        return;
    }
}

// What parked it gets a fresh budget, or it would only park again.
void machine::go_on(const operator_signal& word)
{
    for (std::size_t i = 0; i < state_.steps.size(); ++i) {
        if (is_parked(definition_, state_.steps[i]))
            emit(budget_renewed{state_.steps[i].id, word.by});
    }
    if (!state_.subject_known)
        emit(budget_renewed{{}, word.by});
    emit(run_resumed{word.by, word.reason});
}

void machine::renew(const operator_signal& word)
{
    const bool all = word.step.empty();
    for (std::size_t i = 0; i < state_.steps.size(); ++i) {
        const auto& step = state_.steps[i];
        const bool meant = all || names(word.step, step);
        if (meant && (is_stuck(state_, step) || (!all && step.status == step_status::ready)))
            emit(budget_renewed{step.id, word.by});
    }
    if (all && state_.subject_due)
        emit(budget_renewed{{}, word.by});
    if (is_paused())
        go_on(word);
}

void machine::rule(const operator_signal& word)
{
    for (std::size_t i = 0; i < state_.steps.size(); ++i) {
        const auto id = state_.steps[i].id;
        if (names(word.step, state_.steps[i]) && is_open(state_.steps[i]))
            rule_one(id, word);
    }
    const bool parked = std::ranges::any_of(state_.steps, [&](const step_record& step) {
        return is_parked(definition_, step) || step.status == step_status::unknown;
    });
    if (is_paused() && state_.why.kind != "operator" && state_.subject_known && !parked)
        emit(run_resumed{word.by, word.reason});
}

void machine::rule_one(const std::string& id, const operator_signal& word)
{
    emit(step_ruled{id, std::string(to_text(word.what)), word.by, word.reason});
    if (word.what == verb::skip) {
        emit(step_skipped{id, "skipped by a person", false});
    } else if (word.what == verb::complete) { // done by hand: not ours to undo
        emit(step_succeeded{.step = id, .changed = false, .outputs = word.outputs});
    } else {
        emit(step_failed{id, failure_kind::cancelled, "declared failed: " + word.reason, {}});
        const auto choice = definition_of(at(id)).exhausted;
        const bool parks = choice == on_exhausted::pause || (choice == on_exhausted::rollback && state_.pivot_passed);
        if (choice == on_exhausted::proceed || revokes() || state_.stop)
            return;
        const bool ends = parks || choice == on_exhausted::fail; // a person has looked already: it is not parked again
        emit(stop_requested{ends ? stop_kind::fail : stop_kind::rollback, word.by, word.reason});
    }
}

} // namespace jmld::engine
