// What people and other runs say to a run. Whether a word applies is asked first (refuses), so that here it always
// does.
#include "engine/machine.hpp"
#include "engine/words.hpp"

#include <algorithm>

namespace jmld::engine {

bool is_parked(const workflow_definition& definition, const step_record& step)
{
    const auto& its = definition.steps[step.definition];
    const bool late = step.failure == failure_kind::timeout && its.late.has_value();
    const auto choice = late ? *its.late : its.exhausted;
    const bool goes_on = definition.dir == direction::revoke || its.at_end || choice == on_exhausted::proceed;
    return step.status == step_status::failed && !step.expanded && !goes_on;
}

void machine::take_one(const begin&)
{
    if (state_.status == run_status::queued)
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
        emit(stop_requested{stop_kind::rollback, word.by, word.reason, {}, word.to_step});
        return;
    case verb::reschedule:
        reschedule(word);
        return;
    case verb::approve:
    case verb::deny:
        decide(word);
        return;
    case verb::skip:
    case verb::complete:
    case verb::fail:
        rule(word);
        return;
    }
}

// It has ended; only undoing it is still possible. It waits for its person first, like a new one.
void machine::reopen(const operator_signal& word)
{
    if (refuses(state_, word))
        return;
    emit(run_reopened{word.by, word.reason});
    emit(stop_requested{stop_kind::rollback, word.by, word.reason, {}, word.to_step});
}

// One that has not begun begins then; in one that has, what waits for a moment waits for that one.
void machine::reschedule(const operator_signal& word)
{
    if (state_.status == run_status::queued || state_.status == run_status::scheduled) {
        if (*word.at > now_)
            emit(run_scheduled{*word.at, word.by, word.reason});
        else if (state_.status == run_status::scheduled)
            emit(run_due{});
        return;
    }
    for (std::size_t i = 0; i < state_.steps.size(); ++i) {
        const auto& step = state_.steps[i];
        const bool meant = word.step.empty() || names(word.step, step);
        if (meant && waits_for_a_moment(step))
            emit(wait_moved{step.id, *word.at, word.by});
    }
}

// What parked it gets a fresh budget, of attempts or of patience, or it would only park again.
void machine::go_on(const operator_signal& word)
{
    const bool held_too_long = state_.why.kind == throttled_too_long;
    for (std::size_t i = 0; i < state_.steps.size(); ++i) {
        const bool held = held_too_long && state_.steps[i].status == step_status::throttled;
        if (held || is_parked(definition_, state_.steps[i]))
            emit(budget_renewed{state_.steps[i].id, word.by});
    }
    if (!state_.subject_known || (held_too_long && state_.subject_due))
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
    emit(step_ruled{id, std::string(to_text(word.what)), word.by, word.reason, word.evidence});
    if (word.what == verb::skip) {
        emit(step_skipped{id, "skipped by a person", false});
    } else if (word.what == verb::complete) { // done by hand: not ours to undo
        emit(step_succeeded{.step = id, .changed = false, .outputs = word.outputs});
    } else {
        emit(step_failed{id, failure_kind::cancelled, "declared failed: " + word.reason, {}});
        const auto choice = definition_of(at(id)).exhausted;
        const bool parks = choice == on_exhausted::pause || (choice == on_exhausted::rollback && state_.pivot_passed);
        if (choice == on_exhausted::proceed || revokes() || state_.stop || definition_of(at(id)).at_end)
            return;
        const bool ends = parks || choice == on_exhausted::fail; // a person has looked already: it is not parked again
        emit(stop_requested{ends ? stop_kind::fail : stop_kind::rollback, word.by, word.reason});
    }
}

} // namespace jmld::engine
