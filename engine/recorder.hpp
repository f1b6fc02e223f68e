// Writes one fact into a state: one function for each fact, grouped in apply.cpp (the run), apply_steps.cpp and
// apply_undoing.cpp. Internal to the engine; whether something may happen was decided by advance().
#pragma once

#include "engine/run_state.hpp"

namespace jmld::engine {

class recorder
{
public:
    recorder(const workflow_definition& definition, run_state& state, time_point at, std::uint64_t seq)
        : definition_(definition), state_(state), at_(at), seq_(seq)
    {}

    // apply.cpp
    void take(const run_created& f);
    void take(const run_started& f);
    void take(const subject_requested& f);
    void take(const subject_read& f);
    void take(const subject_failed& f);
    void take(const run_paused& f);
    void take(const run_resumed& f);
    void take(const budget_renewed& f);
    void take(const stop_requested& f);
    void take(const run_ending& f);
    void take(const run_reopened& f);
    void take(const run_scheduled& f);
    void take(const run_due& f);
    void take(const run_ended& f);

    // apply_steps.cpp
    void take(const step_expanded& f);
    void take(const step_skipped& f);
    void take(const attempt_started& f);
    void take(const step_succeeded& f);
    void take(const attempt_failed_fact& f);
    void take(const attempt_pending_fact& f);
    void take(const retry_scheduled& f);
    void take(const outcome_unknown& f);
    void take(const probe_started& f);
    void take(const probe_failed& f);
    void take(const probe_answered& f);
    void take(const step_waiting& f);
    void take(const wait_moved& f);
    void take(const step_failed& f);
    void take(const step_cancelled& f);
    void take(const step_ruled& f);
    void take(const attempt_resent& f);

    // apply_approvals.cpp
    void take(const approval_requested& f);
    void take(const approval_given& f);
    void take(const approval_escalated& f);

    // apply_undoing.cpp
    void take(const compensation_planned& f);
    void take(const compensation_started& f);
    void take(const compensation_succeeded& f);
    void take(const compensation_attempt_failed& f);
    void take(const compensation_retry& f);
    void take(const compensation_given_up& f);

private:
    // A fact names only steps that exist: advance() made it from this very state, or follow() has looked.
    step_record& at(const std::string& id) { return *state_.find(id); }
    const step_definition& definition_of(const step_record& step) const { return definition_.steps[step.definition]; }
    attempt_record* last(step_record& step, int number);
    void close(attempt_record& attempt, std::string outcome, const call_mark& mark, const value& calls,
               std::string detail) const;
    void first_call();
    void reopen(step_record& step);
    void remember_failure(const step_record& step);
    void note_residue(const value& item);
    void note_review(const value& item);

    const workflow_definition& definition_;
    run_state& state_;
    time_point at_;
    std::uint64_t seq_;
};

} // namespace jmld::engine
