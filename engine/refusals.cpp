// Whether a word of a person applies to a run as it stands, and if not, why: what is answered with 409. Nothing is done
// here.
#include "engine/approvals.hpp"
#include "engine/words.hpp"

#include <algorithm>

namespace jmld::engine {

bool names(const std::string& wanted, const step_record& step)
{
    if (wanted == step.id)
        return true; // of a for_each's name every child is meant
    return step.child && step.id.size() > wanted.size() && step.id.starts_with(wanted) && step.id[wanted.size()] == '.';
}

bool names_no_step(const run_state& state, const std::string& wanted)
{
    const auto meant = [&](const step_record& step) { return names(wanted, step); };
    return !wanted.empty() && !state.steps.empty() && std::ranges::none_of(state.steps, meant);
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

namespace {

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

// One that has ended well, or badly, may still be undone by a person; not one that gave way, nor one that revoked.
std::optional<std::string> refuses_after_the_end(const run_state& state, const operator_signal& word,
                                                 const std::string& now)
{
    const bool over = state.status == run_status::superseded || state.status == run_status::rolled_back;
    if (word.what != verb::rollback || over)
        return now;
    return state.dir == direction::revoke ? std::optional<std::string>("a run that revokes is never rolled back")
                                          : std::nullopt;
}

std::optional<std::string> refuses_rollback(const run_state& state, const operator_signal& word, const std::string& now)
{
    if (has_ended(state.status)) {
        if (auto why = refuses_after_the_end(state, word, now))
            return why;
    } else if (auto why = refuses_turning_back(state, now)) {
        return why;
    }
    if (word.to_step.empty())
        return std::nullopt;
    const auto done = [&](const step_record& step) {
        return step.status == step_status::succeeded || step.status == step_status::skipped;
    };
    return refuses_step(state, word.to_step, done);
}

std::optional<std::string> refuses_decision(const run_state& state, const operator_signal& word)
{
    for (const auto& one : approvals_of(state)) {
        if (one.what.id != word.approval)
            continue;
        if (one.state != "open")
            return "the approval is " + one.state + " already";
        if (!word.plan_sha256.empty() && word.plan_sha256 != one.what.plan_sha256)
            return "it is another plan that waits for approval: its digest is " + one.what.plan_sha256;
        return may_not_decide(state, one.what, word.by, word.admin);
    }
    return "the run has no approval '" + word.approval.text + "'";
}

std::optional<std::string> refuses_reschedule(const run_state& state, const operator_signal& word, bool begun,
                                              const std::string& now)
{
    if (!word.at)
        return "reschedule needs the new moment";
    if (state.stop)
        return now + stopped_for(*state.stop);
    if (!begun)
        return std::nullopt;
    if (!word.step.empty())
        return refuses_step(state, word.step, waits_for_a_moment);
    return std::ranges::any_of(state.steps, waits_for_a_moment)
               ? std::nullopt
               : std::optional(now + " and no step of it waits for a moment");
}

std::optional<std::string> refuses_to_end(const run_state& state, const operator_signal& word, const std::string& now)
{
    if (word.what == verb::terminate && state.stop && state.stop->kind != stop_kind::terminate)
        return std::nullopt;
    if (state.ending && word.what == verb::terminate && !state.stop)
        return std::nullopt;
    if (state.ending)
        return now + " and is at its last steps";
    return state.stop ? std::optional(now + stopped_for(*state.stop)) : std::nullopt;
}

} // namespace

std::optional<std::string> refuses(const run_state& state, const operator_signal& word)
{
    auto now = "the run is " + std::string(to_text(state.shown_status()));
    const bool begun = state.status != run_status::queued && state.status != run_status::scheduled;
    const bool paused = state.status == run_status::paused;
    if (has_ended(state.status))
        return word.what == verb::rollback ? refuses_rollback(state, word, now) : std::optional(now);
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
    case verb::terminate:
        return refuses_to_end(state, word, now);
    case verb::rollback:
        return state.ending ? refuses_to_end(state, word, now) : refuses_rollback(state, word, now);
    case verb::reschedule:
        return refuses_reschedule(state, word, begun, now);
    case verb::approve:
    case verb::deny:
        return refuses_decision(state, word);
    case verb::skip:
    case verb::complete:
    case verb::fail:
        if (state.stop)
            return now + stopped_for(*state.stop);
        return begun ? refuses_step(state, word.step, is_open) : std::optional(now);
    }
    return std::nullopt;
}

} // namespace jmld::engine
