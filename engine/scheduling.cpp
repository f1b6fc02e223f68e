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

bool may_write(const step_definition& step)
{
    return step.kind() == step_kind::run || (step.action != nullptr && step.action->writes());
}

bool can_be_undone(const step_definition& step)
{
    if (step.compensate == compensation_rule::none)
        return false;
    const bool by_itself = step.kind() == step_kind::run || (step.action != nullptr && step.action->has_inverse);
    return step.undo.has_value() || by_itself;
}

// Everything it needs is final.
bool machine::ready(const step_record& step, std::optional<obstacle>& in_the_way) const
{
    for (const auto& need : definition_of(step).needs) {
        const auto* needed = state_.find(need);
        if (needed == nullptr || !is_final(needed->status))
            return false;
        if (auto found = unmet(step, need))
            in_the_way = std::move(found);
    }
    return true;
}

// One that failed blocks it, unless its definition says otherwise, or the workflow revokes and it does not read its
// outputs. One that ended well, but not as it was wanted, only makes it superfluous.
std::optional<machine::obstacle> machine::unmet(const step_record& step, const std::string& need) const
{
    const auto& definition = definition_of(step);
    const auto& needed = *state_.find(need);
    const bool succeeded = needed.status == step_status::succeeded;
    const bool skipped = needed.status == step_status::skipped && !needed.blocked;
    const auto condition = std::ranges::find(definition.conditions, need, &need_condition::step);
    if (condition == definition.conditions.end()) {
        if (definition.at_end && !definition_of(needed).at_end)
            return std::nullopt; // it runs whatever became of the others
        const bool reads = std::ranges::find(definition.reads_from, need) != definition.reads_from.end();
        if (succeeded || skipped || (!reads && revokes()))
            return std::nullopt;
        return obstacle{"it needs '" + need + "', which did not succeed", true};
    }
    const auto said = "'" + need + "' " + std::string(to_text(needed.status));
    switch (condition->wanted) {
    case need_result::done:
        return std::nullopt;
    case need_result::succeeded:
        return succeeded ? std::nullopt
                         : std::optional(obstacle{"it is for when " + need + " succeeded, and " + said, !skipped});
    case need_result::failed:
        return needed.status == step_status::failed
                   ? std::nullopt
                   : std::optional(obstacle{"it is for when '" + need + "' fails, and " + said, false});
    case need_result::skipped:
        return needed.status == step_status::skipped
                   ? std::nullopt
                   : std::optional(obstacle{"it is for when '" + need + "' is skipped, and " + said, false});
    }
    return std::nullopt;
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
        if (!due)
            return false;
        if (step.approval)
            return end_approval(id);
        if (step.attempts.empty())
            return end_wait(id);
        return has_room(step) && start_action(id); // it looks again
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
    std::optional<obstacle> in_the_way;
    if (step.expanded || !ready(step, in_the_way))
        return false;
    if (in_the_way) {
        emit(step_skipped{id, in_the_way->reason, in_the_way->blocked});
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
    switch (definition_of(at(id)).kind()) {
    case step_kind::wait:
        return start_wait(id);
    case step_kind::approval:
        return start_approval(id);
    case step_kind::fail:
        return start_fail(id);
    case step_kind::run:
    case step_kind::action:
        return start_action(id);
    }
    return false;
}

// core.fail: somebody wrote down that it must not go on from here.
bool machine::start_fail(const std::string& id)
{
    const auto& step = at(id);
    const auto inputs = evaluate(definition_of(step).with, step);
    exhausted(id, failure_kind::invalid, inputs ? (*inputs)["message"].text_or("core.fail") : inputs.error().what, {});
    return true;
}

bool machine::past_deadline(const std::string& id)
{
    const auto end = deadline_of(at(id));
    if (!end || now_ < *end)
        return false;
    const auto step = at(id);
    const auto why = step.detail.empty() ? std::string() : ": " + step.detail;
    exhausted(id, failure_kind::timeout, "its deadline has passed" + why, step.mark, true);
    return true;
}

// No attempt is given more time than is left.
duration machine::time_for(const step_record& step) const
{
    const auto& definition = definition_of(step);
    const auto end = deadline_of(step);
    const auto left = end ? *end - now_ : definition.deadline.value_or(definition.timeout);
    return std::min(definition.timeout, left);
}

bool machine::start_action(const std::string& id)
{
    if (past_deadline(id))
        return true;
    const auto& step = at(id);
    const auto& definition = definition_of(step);
    auto inputs = evaluate(definition.with, step);
    if (!inputs) {
        exhausted(id, failure_kind::invalid, inputs.error().what, {});
        return true;
    }
    if (definition.kind() == step_kind::run) // its child has a name before it exists: a restart finds it by that
        inputs = inputs->with("run", make_id<run_id>("run", now_, random_).text);
    const int number = static_cast<int>(step.attempts.size()) + 1;
    const auto length = time_for(step);
    emit(attempt_started{id, number, *inputs, target_of(definition, *inputs)});
    commands_.push_back(send_attempt{id, definition.uses, number, std::move(*inputs), now_, length});
    return true;
}

bool machine::start_probe(const std::string& id)
{
    const auto& step = at(id);
    const auto& definition = definition_of(step);
    if (step.in_flight || (step.due && *step.due > now_) || (!state_.stop && !has_room(step)))
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
