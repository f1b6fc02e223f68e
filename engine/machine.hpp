// The working copy of one advance(): a state that facts are applied to as they are made, and the commands that go with them.
// Internal to the engine; each stage of the core is one group of its functions in a file of its own.
#pragma once

#include "engine/advance.hpp"

#include <map>
#include <optional>
#include <string>

namespace jmld::engine {

class machine
{
public:
    machine(const workflow_definition& definition, run_state state, time_point now, random_source& random, const environment& around);

    void take(const stimulus& cause);
    /// Starts whatever may start, until nothing more follows by itself.
    void settle();
    void emit(happening what);
    transition result() &&;

private:
    // outcomes.cpp
    void take_one(const subject_answer& answer);
    void take_one(const subject_refused& answer);
    void take_one(const attempt_answer& answer);
    void take_one(const probe_answer& answer);
    void attempt_failure(step_record& step, const attempt_answer& answer, const attempt_failed& failure);
    void try_again_or_give_up(const std::string& id, const attempt_failed& failure);
    void exhausted(const std::string& id, failure_kind kind, const std::string& detail, const call_mark& mark);
    void pause(std::string kind, const std::string& step, const std::string& detail, const call_mark& mark = {});

    // signals.cpp
    void take_one(const begin&);
    void take_one(const tick&) {}
    void take_one(const recovered&);
    void take_one(const preempted& by);
    void take_one(const operator_signal& word);
    void take_one(const wait_rescheduled& moved);
    void recover_step(step_record& step);

    // scheduling.cpp
    bool start_due();
    bool start_subject();
    bool start_step(const std::string& id);
    bool ready(const step_record& step, std::string& blocked_by) const;
    bool start_action(const std::string& id);
    bool start_wait(const std::string& id);
    bool expand(const std::string& id);
    void attempt(const std::string& id, value inputs, action_target target);
    bool start_probe(const std::string& id);
    bool finish_for_each();
    void finish_forward();
    value run_residue() const;
    int children_in_flight(const step_record& child) const;

    // undoing.cpp
    void take_one(const undo_answer& answer);
    bool stop_now();
    void plan_undo();
    bool undo_next();
    void finish_undo();
    void end(run_status status, std::string superseded_by = {}, value residue = value_list{});

    // scope.cpp
    std::expected<value, expression::evaluation_error> evaluate(const expression::value_template& what, const step_record& step);
    std::expected<bool, expression::evaluation_error> holds(const expression::program& what, const step_record& step);
    expression::scope scope_of(const step_record& step);
    const value* root(std::string_view name, const step_record& step);

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
};

/// What a step acts on, from its evaluated inputs and its action's parameter types.
action_target target_of(const step_definition& step, const value& inputs);

} // namespace jmld::engine
