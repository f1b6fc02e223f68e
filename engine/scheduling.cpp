// Which step may start, and starting it. A step that starts writes its fact first; its command leaves after the commit.
#include "engine/machine.hpp"

#include <algorithm>

namespace jmld::engine {

bool is_harmless(const step_definition& step)
{
    return step.action == nullptr || step.action->repeat == repeatability::idempotent ||
           step.action->repeat == repeatability::converges;
}

bool can_be_probed(const step_definition& step) { return step.action != nullptr && step.action->has_probe; }

// Everything it needs is final. One that failed blocks it, unless the workflow revokes and it does not read its
// outputs.
bool machine::ready(const step_record& step, std::string& blocked_by) const
{
    const auto& definition = definition_of(step);
    for (const auto& need : definition.needs) {
        const auto* needed = state_.find(need);
        if (needed == nullptr || !is_final(needed->status))
            return false;
        const bool done =
            needed->status == step_status::succeeded || (needed->status == step_status::skipped && !needed->blocked);
        const bool reads = std::ranges::find(definition.reads_from, need) != definition.reads_from.end();
        if (!done && (reads || !revokes()))
            blocked_by = need;
    }
    return true;
}

bool machine::has_room(const step_record& step) const
{
    const int limit = definition_of(step).max_parallel;
    if (limit <= 0 || !step.child)
        return true;
    const auto out = std::ranges::count_if(state_.steps, [&](const step_record& other) {
        return other.child && other.definition == step.definition && other.in_flight;
    });
    return out < limit;
}

bool machine::start_step(const std::string& id)
{
    const auto& step = at(id);
    const bool due = step.due && *step.due <= now_;
    switch (step.status) {
    case step_status::pending:
        return start_pending(id);
    case step_status::ready:
        return has_room(step) && start_now(id);
    case step_status::backing_off:
    case step_status::throttled:
        return due && has_room(step) && start_now(id);
    case step_status::waiting:
        return due && end_wait(id);
    case step_status::running:
    case step_status::unknown:
    case step_status::succeeded:
    case step_status::failed:
    case step_status::skipped:
    case step_status::cancelled:
    case step_status::compensating:
    case step_status::compensated:
    case step_status::compensation_failed:
    case step_status::not_compensable:
        return false;
    }
    return false;
}

bool machine::start_pending(const std::string& id)
{
    const auto& step = at(id);
    const auto& definition = definition_of(step);
    std::string blocked_by;
    if (step.expanded || !ready(step, blocked_by))
        return false;
    if (!blocked_by.empty()) {
        emit(step_skipped{id, "it needs '" + blocked_by + "', which did not succeed", true});
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
    return definition.for_each ? expand(id) : start_now(id);
}

bool machine::start_now(const std::string& id)
{
    return definition_of(at(id)).uses == "core.wait" ? start_wait(id) : start_action(id);
}

bool machine::start_action(const std::string& id)
{
    const auto& step = at(id);
    const auto& definition = definition_of(step);
    auto inputs = evaluate(definition.with, step);
    if (!inputs) {
        exhausted(id, failure_kind::invalid, inputs.error().what, {});
        return true;
    }
    const int number = static_cast<int>(step.attempts.size()) + 1;
    emit(attempt_started{id, number, *inputs, target_of(definition, *inputs)});
    commands_.push_back(send_attempt{id, definition.uses, number, std::move(*inputs), now_, definition.timeout});
    return true;
}

bool machine::start_probe(const std::string& id)
{
    const auto& step = at(id);
    const auto& definition = definition_of(step);
    if (step.in_flight || (step.due && *step.due > now_))
        return false;
    if (!can_be_probed(definition)) { // somebody let the run go on without deciding about it
        nobody_knows(id, step.detail, step.mark);
        return true;
    }
    emit(probe_started{id});
    const auto& last = step.attempts.back();
    commands_.push_back(
        send_probe{id, definition.uses, last.number, step.inputs, step.before, last.started_at, definition.timeout});
    return true;
}

bool machine::expand(const std::string& id)
{
    const auto& step = at(id);
    const auto items = evaluate(*definition_of(step).for_each, step);
    if (!items || !items->is_list()) {
        const auto why = items ? "the expression gives no list" : items.error().what;
        exhausted(id, failure_kind::invalid, "for_each: " + why, {});
        return true;
    }
    if (items->items().empty())
        emit(step_succeeded{.step = id, .changed = false, .outputs = value(value_list{})});
    else
        emit(step_expanded{id, *items});
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

} // namespace jmld::engine
