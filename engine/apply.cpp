// One small function for each fact. It only writes down; whether something may happen was decided by advance().
#include "engine/overloaded.hpp"
#include "engine/run_state.hpp"

#include <algorithm>

namespace jmld::engine {

namespace {

class recorder
{
public:
    recorder(const workflow_definition& definition, run_state& state, time_point at, std::uint64_t seq)
        : definition_(definition), state_(state), at_(at), seq_(seq)
    {}

    void take(const run_created& f)
    {
        state_.run = f.run;
        state_.workflow = f.workflow;
        state_.definition_sha256 = f.definition_sha256;
        state_.by = f.by;
        state_.subject = f.subject;
        state_.event = f.event;
        state_.dir = f.dir;
        state_.priority = f.priority;
        state_.context = f.context;
        state_.created_at = at_;
        state_.status = run_status::queued;
        for (std::size_t i = 0; i < definition_.steps.size(); ++i) {
            step_record step;
            step.id = definition_.steps[i].id;
            step.definition = i;
            state_.steps.push_back(std::move(step));
        }
    }
    void take(const run_started&)
    {
        state_.status = run_status::running;
        state_.began_at = at_;
    }
    void take(const subject_requested&)
    {
        state_.subject_in_flight = true;
        state_.subject_due.reset();
        first_call();
    }
    void take(const subject_read& f)
    {
        state_.subject_in_flight = false;
        state_.subject_needed = false;
        state_.subject_setbacks = 0;
        state_.person = f.person;
        state_.image = f.image;
        if (!state_.subject_known) // what it is to do is fixed at its beginning; a wait renews only what is there
            state_.access = f.access;
        state_.subject_known = true;
        for (const auto& item : f.access["review"].items())
            note_review(item);
    }
    void take(const subject_failed& f)
    {
        state_.subject_in_flight = false;
        state_.subject_due = f.retry_at;
        ++state_.subject_setbacks;
    }
    void take(const run_paused& f)
    {
        state_.status = run_status::paused;
        state_.why = {f.kind, f.detail, f.step, f.mark, {}};
        if (const auto* step = state_.find(f.step))
            state_.why.target = step->target;
    }
    void take(const run_resumed&)
    {
        state_.status = state_.undo_planned ? run_status::compensating : run_status::running;
        state_.why = {};
    }
    void take(const budget_renewed& f)
    {
        if (f.step.empty()) { // reading the person
            state_.subject_setbacks = 0;
            state_.subject_due.reset();
            return;
        }
        auto& step = at(f.step);
        step.spent = 0;
        step.setbacks = 0;
        step.throttled_since.reset();
        step.budget_began.reset();
        step.due.reset();
        if (step.status == step_status::failed || step.status == step_status::backing_off || step.status == step_status::throttled)
            step.status = step_status::ready;
        for (auto& parent : state_.steps) // a part that is tried again opens its whole again
            if (step.child && parent.definition == step.definition && parent.expanded && parent.status == step_status::failed)
                parent.status = step_status::pending;
    }
    void take(const stop_requested& f)
    {
        state_.stop = f;
        if (f.kind == stop_kind::rollback || f.kind == stop_kind::fail)
            remember_why(f.reason);
        if (state_.status == run_status::paused)
            state_.status = state_.undo_planned ? run_status::compensating : run_status::running;
    }
    void take(const run_ended& f)
    {
        state_.status = f.status;
        state_.ended_at = at_;
        state_.superseded_by = f.superseded_by;
        state_.residue = f.residue;
        state_.review = f.review;
        for (auto& step : state_.steps) {
            step.due.reset();
            step.in_flight = false;
            if (!is_final(step.status))
                step.status = step_status::cancelled;
        }
        state_.subject_in_flight = false;
        state_.subject_due.reset();
    }
    void take(const step_expanded& f)
    {
        auto& parent = at(f.step);
        parent.expanded = true;
        const auto definition = parent.definition;
        auto where = state_.steps.begin() + (&parent - state_.steps.data()) + 1;
        std::vector<step_record> children;
        for (std::size_t i = 0; i < f.items.items().size(); ++i) {
            step_record child;
            child.id = f.step + "." + std::to_string(i);
            child.definition = definition;
            child.child = true;
            child.item = f.items.items()[i];
            child.status = step_status::ready;
            children.push_back(std::move(child));
        }
        state_.steps.insert(where, std::make_move_iterator(children.begin()), std::make_move_iterator(children.end()));
    }
    void take(const step_skipped& f)
    {
        auto& step = at(f.step);
        step.status = step_status::skipped;
        step.blocked = f.blocked;
        step.detail = f.reason;
    }
    void take(const attempt_started& f)
    {
        auto& step = at(f.step);
        step.status = step_status::running;
        step.in_flight = true;
        step.inputs = f.inputs;
        step.target = f.target;
        step.due.reset();
        if (!step.budget_began)
            step.budget_began = at_;
        attempt_record attempt;
        attempt.number = f.attempt;
        attempt.started_at = at_;
        step.attempts.push_back(std::move(attempt));
        first_call();
    }
    void take(const step_succeeded& f)
    {
        auto& step = at(f.step);
        step.status = step_status::succeeded;
        step.in_flight = false;
        step.due.reset();
        step.throttled_since.reset();
        step.changed = f.changed;
        step.outputs = f.outputs;
        if (!f.before.is_null() || step.before.is_null())
            step.before = f.before;
        step.succeeded_seq = seq_;
        step.mark = f.mark;
        if (auto* attempt = last(step, f.attempt))
            close(*attempt, "succeeded", f.mark, f.calls, {});
        const auto& definition = definition_.steps[step.definition];
        if (definition.pivot)
            state_.pivot_passed = true;
        for (const auto& item : f.outputs["residue"].items())
            note_residue(item);
        for (const auto& item : f.outputs["review"].items())
            note_review(item);
        if (definition.uses == "core.wait" && f.changed)
            state_.subject_needed = true; // the world may have moved while it waited
    }
    void take(const attempt_failed_fact& f)
    {
        auto& step = at(f.step);
        step.in_flight = false;
        step.failure = f.kind;
        step.detail = f.detail;
        step.mark = f.mark;
        step.status = step_status::ready;
        step.spent += f.spends ? 1 : 0;
        ++step.setbacks;
        if (auto* attempt = last(step, f.attempt))
            close(*attempt, std::string(to_text(f.kind)), f.mark, f.calls, f.detail);
    }
    void take(const retry_scheduled& f)
    {
        auto& step = at(f.step);
        step.status = f.throttled ? step_status::throttled : step_status::backing_off;
        step.due = f.at;
        if (f.throttled && !step.throttled_since)
            step.throttled_since = at_;
        if (!f.throttled)
            step.throttled_since.reset();
    }
    void take(const outcome_unknown& f)
    {
        auto& step = at(f.step);
        step.status = step_status::unknown;
        step.in_flight = false;
        step.detail = f.detail;
        step.failure = failure_kind::unknown_outcome;
        step.lost_by_restart = f.restart;
        step.mark = f.mark;
        if (!f.before.is_null())
            step.before = f.before;
        if (auto* attempt = last(step, f.attempt))
            close(*attempt, "unknown_outcome", f.mark, {}, f.detail);
    }
    void take(const probe_started& f)
    {
        auto& step = at(f.step);
        step.in_flight = true;
        step.due.reset();
    }
    void take(const probe_failed& f)
    {
        auto& step = at(f.step);
        step.in_flight = false;
        step.due = f.retry_at;
        ++step.setbacks;
    }
    void take(const probe_answered& f)
    {
        auto& step = at(f.step);
        step.in_flight = false;
        step.setbacks = 0;
        if (auto* attempt = last(step, f.attempt))
            attempt->probe = to_text(f.verdict);
        if (f.verdict == probe_verdict::not_done) {
            step.status = step_status::ready;
            step.spent += step.lost_by_restart ? 0 : 1;
        }
        if (f.verdict == probe_verdict::cannot_tell) {
            step.detail = f.detail;
            step.due.reset();
        }
    }
    void take(const step_waiting& f)
    {
        auto& step = at(f.step);
        step.status = step_status::waiting;
        step.due = f.until;
        step.rule_date = f.rule_date;
        step.rule_zone = f.rule_zone;
    }
    void take(const wait_moved& f) { at(f.step).due = f.until; }
    void take(const step_failed& f)
    {
        auto& step = at(f.step);
        step.status = step_status::failed;
        step.in_flight = false;
        step.due.reset();
        step.failure = f.kind;
        step.detail = f.detail;
        step.mark = f.mark;
    }
    void take(const step_cancelled& f)
    {
        auto& step = at(f.step);
        step.status = step_status::cancelled;
        step.due.reset();
        step.in_flight = false;
    }
    void take(const compensation_planned& f)
    {
        state_.undo_planned = true;
        state_.undo_order = f.steps;
        state_.status = run_status::compensating;
        for (const auto& id : f.steps) {
            auto& step = at(id);
            step.status = step_status::compensating;
            step.setbacks = 0;
            step.due.reset();
        }
        for (const auto& id : f.impossible)
            at(id).status = step_status::not_compensable;
    }
    void take(const compensation_started& f)
    {
        auto& step = at(f.step);
        step.in_flight = true;
        step.undo_attempts = f.attempt;
        step.due.reset();
    }
    void take(const compensation_succeeded& f)
    {
        auto& step = at(f.step);
        step.in_flight = false;
        step.undo_conflict = f.conflict;
        step.undo_detail = f.detail;
        step.status = f.conflict ? step_status::compensation_failed : step_status::compensated;
    }
    void take(const compensation_attempt_failed& f)
    {
        auto& step = at(f.step);
        step.in_flight = false;
        step.undo_spent += f.spends ? 1 : 0;
        ++step.setbacks;
        step.undo_detail = f.detail;
    }
    void take(const compensation_retry& f) { at(f.step).due = f.at; }
    void take(const compensation_given_up& f)
    {
        auto& step = at(f.step);
        step.status = step_status::compensation_failed;
        step.due.reset();
        step.undo_detail = f.detail;
    }

private:
    // A fact names only steps that exist: advance() made it from this very state.
    step_record& at(const std::string& id) { return *state_.find(id); }

    attempt_record* last(step_record& step, int number)
    {
        return !step.attempts.empty() && step.attempts.back().number == number ? &step.attempts.back() : nullptr;
    }
    void close(attempt_record& attempt, std::string outcome, const call_mark& mark, const value& calls, std::string detail) const
    {
        attempt.ended_at = at_;
        attempt.outcome = std::move(outcome);
        attempt.mark = mark;
        attempt.calls = calls;
        attempt.detail = std::move(detail);
    }
    void first_call()
    {
        if (!state_.first_call_at)
            state_.first_call_at = at_;
    }
    // Of the step that failed last: what a person wants to read first.
    void remember_why(const std::string& step_id)
    {
        if (const auto* step = state_.find(step_id))
            state_.why = {std::string(to_text(step->failure)), step->detail, step->id, step->mark, step->target};
    }
    static void add_once(value& list, const value& item)
    {
        auto items = list.items();
        if (std::find(items.begin(), items.end(), item) != items.end())
            return;
        items.push_back(item);
        list = value(std::move(items));
    }
    void note_residue(const value& item) { add_once(state_.residue, item); }
    void note_review(const value& item) { add_once(state_.review, item); }

    const workflow_definition& definition_;
    run_state& state_;
    time_point at_;
    std::uint64_t seq_;
};

} // namespace

void apply(const workflow_definition& definition, run_state& state, const fact& happened)
{
    recorder writing(definition, state, happened.at, happened.seq);
    std::visit([&](const auto& what) { writing.take(what); }, happened.what);
    state.last_seq = happened.seq;
}

} // namespace jmld::engine
