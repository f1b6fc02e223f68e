// The rules that keep a workflow undoable, and a leaver going forward: pivots, compensation, probes, granting steps,
// scopes. Everything here is said before anything runs.
#include "workflows/loading/draft.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <set>

namespace jmld::workflows::loading {
namespace {

using engine::direction;
using engine::effect_class;
using engine::repeatability;

/// By id, for each step: every step that must have ended before it begins.
using ancestors = std::vector<std::set<std::string>>;

/// The steps stand in an order that satisfies their needs.
ancestors find_ancestors(const workflow_draft& draft)
{
    ancestors before(draft.steps.size());
    for (std::size_t i = 0; i < draft.steps.size(); ++i)
        for (const std::string& need : draft.steps[i].step.needs) {
            before[i].insert(need);
            if (const std::size_t at = draft.index_of(need); at < i)
                before[i].insert(before[at].begin(), before[at].end());
        }
    return before;
}

struct saga
{
    reading& in;
    const workflow_draft& draft;
    ancestors before;
    std::vector<std::size_t> pivots;

    bool is_before(std::size_t earlier, std::size_t later) const
    {
        return before[later].contains(draft.steps[earlier].step.id);
    }
    bool is_past_pivot(std::size_t step) const
    {
        return std::ranges::any_of(pivots, [&](std::size_t pivot) { return is_before(pivot, step); });
    }
    bool is_ordered_to_a_pivot(std::size_t step) const
    {
        return std::ranges::any_of(pivots, [&](std::size_t pivot) {
            return pivot == step || is_before(pivot, step) || is_before(step, pivot);
        });
    }
};

const yaml::node& uses_of(const step_draft& step) { return *step.find("uses"); }

void check_revoke_pivots(const saga& of)
{
    for (const std::size_t at : of.pivots)
        of.in.problems.error(*of.draft.steps[at].find("pivot"),
                             "a revoke workflow has no pivot: it never goes back, so nothing turns it");
}

void check_two_pivots(const saga& of)
{
    for (const std::size_t later : of.pivots)
        for (const std::size_t earlier : of.pivots)
            if (of.is_before(earlier, later))
                of.in.problems.error(*of.draft.steps[later].find("pivot"),
                                     fmt::format("a second pivot on one path: '{}' turns the run before '{}' begins",
                                                 of.draft.steps[earlier].step.id, of.draft.steps[later].step.id));
}

/// Once the pivot has passed nothing is undone, so what may still be going on beside it could never be.
void check_work_beside_pivot(const saga& of)
{
    if (of.pivots.empty())
        return;
    for (std::size_t i = 0; i < of.draft.steps.size(); ++i) {
        const step_draft& step = of.draft.steps[i];
        const bool writes =
            step.step.kind() == engine::step_kind::run || (step.step.action != nullptr && step.step.action->writes());
        const bool undoable = writes && step.step.compensate != engine::compensation_rule::none && !step.step.at_end;
        if (!undoable || of.is_ordered_to_a_pivot(i))
            continue;
        const step_draft& pivot = of.draft.steps[of.pivots.front()];
        of.in.problems.error(
            *pivot.find("pivot"),
            fmt::format("the pivot '{}' may pass before '{}', whose work could then not be undone; add "
                        "'{}' to the needs of '{}', or '{}' to those of '{}'",
                        pivot.step.id, step.step.id, step.step.id, pivot.step.id, pivot.step.id, step.step.id));
    }
}

void check_rollback_past_pivot(const saga& of, std::size_t at)
{
    const step_draft& step = of.draft.steps[at];
    if (step.on_exhausted_given != nullptr && step.step.exhausted == engine::on_exhausted::rollback &&
        of.is_past_pivot(at))
        of.in.problems.error(
            *step.on_exhausted_given,
            fmt::format("'{}' stands past the pivot, where nothing is rolled back; accepted are pause, continue "
                        "and fail",
                        step.step.id));
}

void check_late_past_pivot(const saga& of, std::size_t at)
{
    const step_draft& step = of.draft.steps[at];
    if (step.step.late == engine::on_exhausted::rollback && of.is_past_pivot(at))
        of.in.problems.error(
            *step.on_timeout_given,
            fmt::format("'{}' stands past the pivot, where nothing is rolled back; accepted are pause, "
                        "continue and fail",
                        step.step.id));
}

/// It does no harm, but people must not believe that it does something.
void warn_of_rollback_in_revoke(const saga& of, const step_draft& step)
{
    if (step.on_exhausted_given != nullptr && step.step.exhausted == engine::on_exhausted::rollback)
        of.in.problems.warning(step.on_exhausted_given->where,
                               "a revoke workflow never rolls back; a failed step leaves residue and the others go on",
                               8);
}

void check_compensation(const saga& of, std::size_t at)
{
    const step_draft& step = of.draft.steps[at];
    const engine::action_description& action = *step.step.action;
    if (!action.writes() || action.has_inverse || step.step.compensate != engine::compensation_rule::by_action)
        return;
    if (step.step.at_end || step.step.pivot || of.is_past_pivot(at))
        return;
    of.in.problems.error(
        uses_of(step),
        fmt::format("'{}' cannot be undone{}{}; write 'compensate: none' to accept that or 'compensate: {{ uses: … }}' "
                    "to undo it by another action, or let it stand at or past the pivot",
                    action.name, action.no_inverse_reason.empty() ? "" : ": ", action.no_inverse_reason));
}

/// A leaver gives nothing back.
void check_written_undo(const saga& of, const step_draft& step)
{
    if (!step.step.undo || step.step.undo->action == nullptr)
        return;
    const engine::action_description& action = *step.step.undo->action;
    if (action.effect == effect_class::grants && of.draft.definition.dir == direction::revoke)
        of.in.problems.error(*step.compensate_given->find("uses"),
                             fmt::format("a granting compensation ('{}') in a revoke workflow: it would give access "
                                         "back to somebody who leaves",
                                         action.name));
    if (!action.writes())
        of.in.problems.error(*step.compensate_given->find("uses"),
                             fmt::format("'{}' only reads: it undoes nothing", action.name));
}

void check_grants(const saga& of, const step_draft& step)
{
    if (of.draft.definition.dir == direction::revoke && step.step.action->effect == effect_class::grants)
        of.in.problems.error(uses_of(step),
                             fmt::format("'{}' grants access, and this is a revoke workflow", step.step.action->name));
}

void check_probe(const saga& of, const step_draft& step)
{
    const engine::action_description& action = *step.step.action;
    const bool harmful = action.repeat == repeatability::side_effect || action.repeat == repeatability::read_first;
    if (harmful && !action.has_probe)
        of.in.problems.error(uses_of(step),
                             fmt::format("repeating '{}' could do harm, and it has no probe that finds out whether "
                                         "a lost call took effect",
                                         action.name));
}

void check_scope(const saga& of, const step_draft& step)
{
    const engine::action_description& action = *step.step.action;
    if (action.scope.empty() || !of.in.options.granted_scopes ||
        holds_scope(*of.in.options.granted_scopes, action.scope))
        return;
    const std::string what =
        fmt::format("'{}' needs the scope '{}', which the daemon does not hold; add it to okta.scopes in "
                    "jmld.yaml and grant it in Okta",
                    action.name, action.scope);
    if (of.in.options.missing_scopes_only_warn)
        of.in.problems.warning(uses_of(step).where, what, action.name.size());
    else
        of.in.problems.error(uses_of(step), what);
}

} // namespace

bool holds_scope(const std::vector<std::string>& held, const std::string& wanted)
{
    constexpr std::string_view read = ".read";
    if (std::ranges::find(held, wanted) != held.end())
        return true;
    return wanted.ends_with(read) &&
           std::ranges::find(held, wanted.substr(0, wanted.size() - read.size()) + ".manage") != held.end();
}

void check_saga(reading& in, const workflow_draft& checked)
{
    saga of{in, checked, find_ancestors(checked), {}};
    for (std::size_t i = 0; i < checked.steps.size(); ++i)
        if (checked.steps[i].step.pivot)
            of.pivots.push_back(i);
    const bool revokes = checked.definition.dir == direction::revoke;
    if (revokes) {
        check_revoke_pivots(of);
    } else {
        check_two_pivots(of);
        check_work_beside_pivot(of);
    }
    for (std::size_t i = 0; i < checked.steps.size(); ++i) {
        const step_draft& step = checked.steps[i];
        check_written_undo(of, step);
        if (revokes)
            warn_of_rollback_in_revoke(of, step);
        else
            check_rollback_past_pivot(of, i);
        check_late_past_pivot(of, i);
        if (step.step.action == nullptr)
            continue;
        if (!revokes)
            check_compensation(of, i);
        check_grants(of, step);
        check_probe(of, step);
        check_scope(of, step);
    }
}

} // namespace jmld::workflows::loading
