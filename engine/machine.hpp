// The working copy of one advance(): a state that facts are applied to as they are made, and the commands that go with
// them. Internal to the engine; each stage of the core is one group of its functions in a file of its own.
#pragma once

#include "engine/advance.hpp"
#include "engine/undo_preview.hpp"

#include <map>
#include <optional>
#include <set>
#include <string>

namespace jmld::engine {

class machine
{
public:
    using path_list = std::vector<expression::path>;
    machine(const workflow_definition& definition, run_state state, time_point now, random_source& random,
            const environment& around);

    void take(const stimulus& cause);
    /// Starts whatever may start, until nothing more follows by itself.
    void settle();
    void emit(happening what);
    transition result() &&;
    /// On a copy that is thrown away: it changes the state.
    undo_preview preview_undo(const std::string& to_step);
    /// What comes after a step (all that is still to come, when empty), as far as it can be known now.
    value planned_steps(const std::string& after);

private:
    // machine.cpp
    void take_back(std::size_t from);
    void never_left(const read_subject&);
    void never_left(const send_attempt& attempt);
    void never_left(const send_probe& probe);
    void never_left(const send_undo& undo);
    void never_left(const watch_child&);
    void never_left(const finish&);
    bool start_due();
    bool start_subject();
    bool finish_forward();
    value run_residue() const;
    void end(run_status status, std::string superseded_by = {}, value residue = value_list{});
    void pause(std::string kind, const std::string& step, const std::string& detail, const call_mark& mark = {});

    // closing.cpp
    bool wants_last_steps(run_status status) const;
    bool last_steps();
    bool cut_short();
    void end_now();

    // scheduling.cpp
    bool start_step(const std::string& id);
    bool start_pending(const std::string& id);
    /// What keeps a step whose needs have all ended from starting.
    struct obstacle
    {
        std::string reason;
        bool blocked = false; ///< a failure did, so it comes back when that is mended
    };
    bool ready(const step_record& step, std::optional<obstacle>& in_the_way) const;
    std::optional<obstacle> unmet(const step_record& step, const std::string& need) const;
    bool has_room(const step_record& step) const;
    bool start_now(const std::string& id);
    bool start_action(const std::string& id);
    bool start_fail(const std::string& id);
    bool past_deadline(const std::string& id);
    duration time_for(const step_record& step) const;
    bool start_probe(const std::string& id);
    bool expand(const std::string& id);
    bool finish_for_each();

    // planning.cpp
    void plan_one(const step_definition& definition, step_record step, value_list& into);
    std::set<std::string, std::less<>> followers_of(const std::string& id) const;

    // approving.cpp
    bool start_approval(const std::string& id);
    bool end_approval(const std::string& id);
    std::string plan_digest(const value& plan) const;
    step_record* find_approval(const operator_signal& word);
    void decide(const operator_signal& word);

    // waiting.cpp
    bool start_wait(const std::string& id);
    bool end_wait(const std::string& id);
    void take_one(const wait_rescheduled& moved);

    // outcomes.cpp
    void take_one(const subject_answer& answer);
    void take_one(const subject_refused& answer);
    void take_one(const attempt_answer& answer);
    void attempt_failure(const std::string& id, int attempt, const attempt_failed& failure);
    void retry_or_give_up(const std::string& id, const attempt_failed& failure);
    void wait_for_limit(const std::string& id, const attempt_failed& failure);
    void exhausted(const std::string& id, failure_kind kind, const std::string& detail, const call_mark& mark,
                   bool late = false);
    void consequences(const std::string& id, on_exhausted choice);
    void succeed(step_succeeded what);
    std::optional<time_point> deadline_of(const step_record& step) const;

    // unknowns.cpp
    void lost(const std::string& id, outcome_unknown what);
    void nobody_knows(const std::string& id, const std::string& detail, const call_mark& mark);
    void take_one(const probe_answer& answer);
    void probe_failure(const std::string& id, int attempt, const attempt_failed& failure);
    void probe_verdict_on(const std::string& id, int attempt, const probe_settled& settled);

    // signals.cpp
    void take_one(const begin&);
    void take_one(const tick&) {}
    void take_one(const preempted& by);
    void take_one(const operator_signal& word);
    void renew(const operator_signal& word);
    void go_on(const operator_signal& word);
    void rule(const operator_signal& word);
    void rule_one(const std::string& id, const operator_signal& word);
    void reopen(const operator_signal& word);
    void reschedule(const operator_signal& word);

    // recovery.cpp
    void take_one(const recovered&);
    void recover_attempt(const std::string& id);
    void recover_undo(const std::string& id);
    void recover_probe(const std::string& id);

    // undoing.cpp
    void take_one(const undo_answer& answer);
    void undo_failure(const std::string& id, const attempt_failed& failure);
    bool stop_now();
    bool settle_unknown_ones();
    void stopped(stop_kind kind);
    void plan_undo();
    bool undo_next();
    void finish_undo();
    value left_behind() const;
    std::set<std::string, std::less<>> staying() const;
    run_status undone_as(const value& left) const;
    void send_undo_of(const std::string& id);

    // scope.cpp
    using evaluation_error = expression::evaluation_error;
    std::expected<value, evaluation_error> evaluate(const expression::value_template& what, const step_record& step);
    std::expected<value, evaluation_error> evaluate(const expression::program& what, const step_record& step);
    std::expected<bool, evaluation_error> holds(const expression::program& what, const step_record& step);
    expression::scope scope_of(const step_record& step);
    expression::scope scope_with(const step_record& step, const value& outputs);
    /// A var that could not be computed is no absent one: whoever reads it fails.
    std::optional<evaluation_error> broken_var(const path_list& reads) const;
    const value* root(std::string_view name, const step_record& step);
    const value* vars_root(const step_record& step);
    evaluation_error explained(evaluation_error wrong, const path_list& reads) const;

    bool revokes() const { return definition_.dir == direction::revoke; }
    bool is_paused() const { return state_.status == run_status::paused; }
    const step_definition& definition_of(const step_record& step) const { return definition_.steps[step.definition]; }
    duration outage_cap() const;
    step_record& at(const std::string& id) { return *state_.find(id); }

    const workflow_definition& definition_;
    run_state state_;
    time_point now_;
    random_source& random_;
    const environment& around_;
    std::vector<fact> facts_;
    std::vector<command> commands_;
    std::map<std::string, value, std::less<>> roots_; ///< made on demand; forgotten whenever a fact changes them
    struct broken
    {
        std::string what;
        bool missing = false; ///< it reads what was not said
    };
    std::map<std::string, broken, std::less<>> broken_vars_; ///< why one of the vars could not be computed
};

/// What a step acts on, from its evaluated inputs and its action's parameter types.
action_target target_of(const step_definition& step, const value& inputs);
/// Sending it once more does no harm by itself (facts: classes idempotent and converges).
bool is_harmless(const step_definition& step);
bool can_be_probed(const step_definition& step);
/// Undoing it is possible at all.
bool can_be_undone(const step_definition& step);
/// Undoing takes it into account: it may have changed the world outside.
bool may_write(const step_definition& step);
/// It failed for good and waits for a person: the definition does not let the run go on without it.
bool is_parked(const workflow_definition& definition, const step_record& step);

} // namespace jmld::engine
