// What may start now, in the definition's order. Every stage emits the facts of what it starts in the same breath, so that one commit
// holds an outcome and everything that follows from it.
#include "engine/machine.hpp"

#include "engine/overloaded.hpp"

#include <algorithm>

namespace jmld::engine {

machine::machine(const workflow_definition& definition, run_state state, time_point now, random_source& random,
                 const environment& around)
    : definition_(definition), state_(std::move(state)), now_(now), random_(random), around_(around)
{}

void machine::emit(happening what)
{
    fact happened{state_.last_seq + 1, now_, std::move(what)};
    apply(definition_, state_, happened);
    facts_.push_back(std::move(happened));
    roots_.erase("steps");
    roots_.erase("vars");
}

transition machine::result() && { return {std::move(facts_), std::move(commands_), std::move(state_)}; }

void machine::settle()
{
    const auto not_begun = [this] { return state_.status == run_status::queued || state_.status == run_status::scheduled; };
    if (not_begun() && state_.stop)
        end(state_.stop->kind == stop_kind::preempt ? run_status::superseded : run_status::cancelled,
            state_.stop->kind == stop_kind::preempt ? state_.stop->by : std::string());
    while (!has_ended(state_.status) && !not_begun()) {
        if (state_.status == run_status::paused) // being stopped by a person or another run has ended the pause before
            return;
        if (state_.stop) {
            if (!stop_now())
                return;
            continue;
        }
        if (start_due())
            continue;
        finish_forward();
        return;
    }
}

// One thing that starts or settles; false when nothing more follows by itself.
bool machine::start_due()
{
    if (finish_for_each())
        return true;
    for (std::size_t i = 0; i < state_.steps.size(); ++i)
        if (state_.steps[i].status == step_status::unknown && start_probe(state_.steps[i].id))
            return true;
    if (state_.subject_needed)
        return start_subject();
    for (std::size_t i = 0; i < state_.steps.size(); ++i) {
        const auto id = state_.steps[i].id; // starting may insert children: only the id survives
        if (start_step(id))
            return true;
    }
    return false;
}

bool machine::start_subject()
{
    if (state_.subject_in_flight || (state_.subject_due && *state_.subject_due > now_))
        return false;
    emit(subject_requested{});
    commands_.push_back(read_subject{});
    return true;
}

// needs that are done let it start; one that failed blocks it, unless the workflow revokes and it does not read its outputs.
bool machine::ready(const step_record& step, std::string& blocked_by) const
{
    const auto& definition = definition_of(step);
    for (const auto& need : definition.needs) {
        const auto* needed = state_.find(need);
        if (needed == nullptr || !is_final(needed->status))
            return false;
        const bool failed = needed->status == step_status::failed || needed->status == step_status::cancelled || needed->blocked;
        if (!failed)
            continue;
        const bool reads = std::find(definition.reads_from.begin(), definition.reads_from.end(), need) != definition.reads_from.end();
        if (reads || definition_.dir != direction::revoke)
            blocked_by = need;
    }
    return true;
}

int machine::children_in_flight(const step_record& child) const
{
    return static_cast<int>(std::count_if(state_.steps.begin(), state_.steps.end(), [&](const step_record& other) {
        return other.child && other.definition == child.definition && other.in_flight;
    }));
}

bool machine::start_step(const std::string& id)
{
    auto& step = at(id);
    const auto& definition = definition_of(step);
    switch (step.status) {
    case step_status::pending: {
        std::string blocked_by;
        if (!ready(step, blocked_by))
            return false;
        if (!blocked_by.empty()) {
            emit(step_skipped{id, "it needs '" + blocked_by + "', which failed", true});
            return true;
        }
        if (definition.condition) {
            const auto wanted = holds(*definition.condition, step);
            if (!wanted) {
                exhausted(id, failure_kind::invalid, "if: " + wanted.error().what, {});
                return true;
            }
            if (!*wanted) {
                emit(step_skipped{id, "its condition is false", false});
                return true;
            }
        }
        if (definition.for_each && !step.child)
            return !step.expanded && expand(id);
        return definition.uses == "core.wait" ? start_wait(id) : start_action(id);
    }
    case step_status::ready:
        if (definition.max_parallel > 0 && step.child && children_in_flight(step) >= definition.max_parallel)
            return false;
        return definition.uses == "core.wait" ? start_wait(id) : start_action(id);
    case step_status::backing_off:
    case step_status::throttled:
        if (!step.due || *step.due > now_)
            return false;
        return start_action(id);
    case step_status::waiting:
        if (!step.due || *step.due > now_)
            return false;
        emit(step_succeeded{.step = id, .changed = true, .outputs = value::map({{"until", value(*step.due)}})});
        return true;
    case step_status::running:
    case step_status::unknown:
    case step_status::succeeded:
    case step_status::failed:
    case step_status::skipped:
    case step_status::cancelled:
    case step_status::compensating:
    case step_status::compensated:
    case step_status::compensation_failed:
    case step_status::not_compensable: return false;
    }
    return false;
}

bool machine::expand(const std::string& id)
{
    auto& step = at(id);
    const auto items = expression::evaluate(*definition_of(step).for_each, scope_of(step));
    if (!items || !items->is_list()) {
        exhausted(id, failure_kind::invalid, items ? "for_each: the expression is no list" : "for_each: " + items.error().what, {});
        return true;
    }
    if (items->items().empty())
        emit(step_succeeded{.step = id, .changed = false, .outputs = value(value_list{})});
    else
        emit(step_expanded{id, *items});
    return true;
}

bool machine::start_wait(const std::string& id)
{
    auto& step = at(id);
    const auto inputs = evaluate(definition_of(step).with, step);
    if (!inputs) {
        exhausted(id, failure_kind::invalid, inputs.error().what, {});
        return true;
    }
    step_waiting wait{id, now_, {}, {}};
    const auto& until = (*inputs)["until"];
    if (const auto* instant = until.if_timestamp()) {
        wait.until = *instant;
    } else if (const auto* day = until.if_date()) {
        wait.rule_date = jmld::to_text(*day);
        wait.rule_zone = state_.context["event"]["zone"].text_or("UTC");
        wait.until = around_.first_instant(*day, wait.rule_zone);
    } else if (const auto* length = (*inputs)["for"].if_duration()) {
        wait.until = now_ + *length;
    } else {
        exhausted(id, failure_kind::invalid, "core.wait: `until` takes a timestamp or a date, `for` a duration", {});
        return true;
    }
    if (wait.until <= now_) // past means now
        emit(step_succeeded{.step = id, .changed = false, .outputs = value::map({{"until", value(wait.until)}})});
    else
        emit(std::move(wait));
    return true;
}

bool machine::start_action(const std::string& id)
{
    auto& step = at(id);
    if (step.in_flight)
        return false;
    const auto& definition = definition_of(step);
    auto inputs = evaluate(definition.with, step);
    if (!inputs) {
        exhausted(id, failure_kind::invalid, inputs.error().what, {});
        return true;
    }
    auto target = target_of(definition, *inputs);
    attempt(id, std::move(*inputs), std::move(target));
    return true;
}

void machine::attempt(const std::string& id, value inputs, action_target target)
{
    const auto& step = at(id);
    const int number = static_cast<int>(step.attempts.size()) + 1;
    const auto& definition = definition_of(step);
    emit(attempt_started{id, number, inputs, std::move(target)});
    commands_.push_back(send_attempt{id, definition.uses, number, std::move(inputs), now_, definition.timeout});
}

bool machine::start_probe(const std::string& id)
{
    auto& step = at(id);
    if (step.in_flight || (step.due && *step.due > now_))
        return false;
    const auto& definition = definition_of(step);
    emit(probe_started{id});
    const auto& probed = at(id);
    const auto& last = probed.attempts.back();
    commands_.push_back(send_probe{id, definition.uses, last.number, probed.inputs, probed.before, last.started_at, definition.timeout});
    return true;
}

// A for_each is done when all its children are.
bool machine::finish_for_each()
{
    for (std::size_t i = 0; i < state_.steps.size(); ++i) {
        const auto& parent = state_.steps[i];
        if (!parent.expanded || is_final(parent.status))
            continue;
        bool done = true, failed = false, changed = false;
        value_list outputs;
        for (std::size_t child = i + 1; child < state_.steps.size() && state_.steps[child].child; ++child) {
            const auto& one = state_.steps[child];
            done &= is_final(one.status);
            failed |= one.status == step_status::failed || one.status == step_status::cancelled;
            changed |= one.changed;
            outputs.push_back(one.outputs);
        }
        if (!done)
            continue;
        if (failed)
            emit(step_failed{parent.id, failure_kind::invalid, "one of its parts failed", {}});
        else
            emit(step_succeeded{.step = parent.id, .changed = changed, .outputs = value(std::move(outputs))});
        return true;
    }
    return false;
}

// Nothing starts any more: either something is still out or due, or the run is through.
void machine::finish_forward()
{
    for (const auto& step : state_.steps)
        if (!is_final(step.status))
            return;
    if (state_.anything_in_flight() || state_.subject_needed)
        return;
    auto residue = run_residue();
    const bool left = !residue.items().empty();
    end(definition_.dir == direction::revoke && left ? run_status::closed_with_residue : run_status::succeeded, {}, std::move(residue));
}

// What verification found, and what failed for good: names of groups, apps, roles; else the step.
value machine::run_residue() const
{
    auto all = state_.residue.items();
    if (definition_.dir == direction::revoke) {
        for (const auto& step : state_.steps) {
            if (step.status != step_status::failed || step.expanded)
                continue;
            const bool named = !step.target.name.empty() && step.target.kind != "user";
            const auto item = named ? value::map({{step.target.kind, step.target.name}}) : value::map({{"step", step.id}});
            if (std::find(all.begin(), all.end(), item) == all.end())
                all.push_back(item);
        }
    }
    return value(std::move(all));
}

void machine::end(run_status status, std::string superseded_by, value residue)
{
    emit(run_ended{status, std::move(superseded_by), std::move(residue), state_.review});
    commands_.push_back(finish{});
}

} // namespace jmld::engine
