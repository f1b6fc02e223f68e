// Which step comes after which: explicit needs, needs implied by reading another step, cycles, and an order that
// satisfies all of them while keeping the file's own wherever it is free.
#include "workflows/loading/draft.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <set>

namespace jmld::workflows::loading {
namespace {

using edges = std::vector<std::set<std::size_t>>; ///< step → the steps it needs, by index in the file

std::vector<std::string> step_names(const workflow_draft& draft)
{
    std::vector<std::string> names;
    for (const step_draft& step : draft.steps)
        names.push_back(step.step.id);
    return names;
}

/// A step that stops the run when it fails has no successors in that case.
void check_need(reading& in, const workflow_draft& draft, std::size_t at, std::size_t target, const explicit_need& need)
{
    const engine::step_definition& needed = draft.steps[target].step;
    const bool goes_on = needed.exhausted == engine::on_exhausted::proceed || needed.at_end ||
                         draft.steps[at].step.at_end || draft.definition.dir == engine::direction::revoke;
    if (need.wanted == engine::need_result::failed && !goes_on)
        in.problems.error(*need.scalar,
                          fmt::format("when '{}' fails the run does not go on (on_exhausted: {}), so '{}' could never "
                                      "begin; give '{}' 'on_exhausted: continue'",
                                      need.id, to_text(needed.exhausted), draft.steps[at].step.id, need.id));
}

void add_explicit(reading& in, const workflow_draft& draft, std::size_t at, edges& needs)
{
    for (const explicit_need& need : draft.steps[at].needs) {
        const std::size_t target = draft.index_of(need.id);
        if (target == draft.steps.size())
            in.problems.error(*need.scalar,
                              fmt::format("unknown step '{}'{}", need.id, suggestion(need.id, step_names(draft))));
        else if (target == at)
            in.problems.error(*need.scalar, fmt::format("step '{}' needs itself", need.id));
        else if (draft.steps[target].step.at_end && !draft.steps[at].step.at_end)
            in.problems.error(*need.scalar, fmt::format("'{}' stands under finally: nothing comes after it", need.id));
        else {
            needs[at].insert(target);
            check_need(in, draft, at, target, need);
        }
    }
}

/// `steps.apps.outputs.id` of a for_each step: there is one `outputs` for each item.
void check_list_outputs(reading& in, const step_draft& target, const path_read& read)
{
    const auto is_index = [](std::string_view text) {
        return text.find_first_not_of("0123456789") == std::string_view::npos;
    };
    if (target.find("for_each") == nullptr || read.path.size() < 4 || read.path[2] != "outputs" ||
        is_index(read.path[3]))
        return;
    in.problems.error_in(
        *read.scalar, joined(read.path, "."),
        fmt::format("'{}' has for_each, so steps.{}.outputs is a list; write steps.{}.outputs.map(o, o.{})",
                    target.step.id, target.step.id, target.step.id, read.path[3]));
}

void add_implied(reading& in, workflow_draft& draft, std::size_t at, edges& needs)
{
    step_draft& step = draft.steps[at];
    for (const path_read& read : step.reads) {
        if (read.path.empty() || read.path.front() != "steps")
            continue;
        if (read.path.size() == 1) {
            in.problems.error_in(*read.scalar, "steps", "which step is read must stand there: steps.NAME.outputs.KEY");
            continue;
        }
        const std::size_t target = draft.index_of(read.path[1]);
        if (target == draft.steps.size())
            continue; // the expression was refused for it already
        if (target == at) {
            in.problems.error_in(*read.scalar, "steps." + read.path[1],
                                 fmt::format("step '{}' reads itself; it has no outputs before it ends", read.path[1]));
            continue;
        }
        check_list_outputs(in, draft.steps[target], read);
        needs[at].insert(target);
        const bool outputs = read.path.size() == 2 || read.path[2] == "outputs";
        if (outputs && std::ranges::find(step.step.reads_from, read.path[1]) == step.step.reads_from.end())
            step.step.reads_from.push_back(read.path[1]);
    }
}

enum class mark : std::uint8_t { fresh, open, done };

/// Follows needs from `at`; a step met again while it is open closes a cycle, told once by its full path.
void find_cycles(reading& in, const workflow_draft& draft, const edges& needs, std::size_t at, std::vector<mark>& marks,
                 std::vector<std::size_t>& path)
{
    marks[at] = mark::open;
    path.push_back(at);
    for (const std::size_t next : needs[at]) {
        if (marks[next] == mark::fresh) {
            find_cycles(in, draft, needs, next, marks, path);
        } else if (marks[next] == mark::open) {
            std::vector<std::string> names;
            for (auto step = std::ranges::find(path, next); step != path.end(); ++step)
                names.push_back(draft.steps[*step].step.id);
            names.push_back(draft.steps[next].step.id);
            in.problems.error_at_key(
                *draft.steps[next].entry,
                fmt::format("a cycle of needs: {}; none of these could ever begin", joined(names, " -> ")));
        }
    }
    path.pop_back();
    marks[at] = mark::done;
}

/// Of the steps whose needs are met, always the one that stands first in the file.
std::vector<std::size_t> stable_order(const edges& needs)
{
    std::vector<std::size_t> order;
    std::vector<bool> placed(needs.size());
    while (order.size() < needs.size()) {
        std::size_t next = 0;
        while (next < needs.size() &&
               (placed[next] || !std::ranges::all_of(needs[next], [&](std::size_t need) { return placed[need]; })))
            ++next;
        if (next == needs.size())
            return {}; // a cycle, told already
        placed[next] = true;
        order.push_back(next);
    }
    return order;
}

} // namespace

void order_steps(reading& in, workflow_draft& into)
{
    edges needs(into.steps.size());
    for (std::size_t i = 0; i < into.steps.size(); ++i) {
        add_explicit(in, into, i, needs);
        for (const explicit_need& need : into.steps[i].needs)
            if (need.wanted)
                into.steps[i].step.conditions.push_back({need.id, *need.wanted});
        add_implied(in, into, i, needs);
        for (const std::size_t need : needs[i])
            into.steps[i].step.needs.push_back(into.steps[need].step.id);
    }
    std::vector<mark> marks(into.steps.size(), mark::fresh);
    std::vector<std::size_t> path;
    for (std::size_t i = 0; i < into.steps.size(); ++i)
        if (marks[i] == mark::fresh)
            find_cycles(in, into, needs, i, marks, path);
    const std::vector<std::size_t> order = stable_order(needs);
    if (order.empty())
        return;
    std::vector<step_draft> ordered;
    for (const std::size_t i : order)
        ordered.push_back(std::move(into.steps[i]));
    into.steps = std::move(ordered);
}

} // namespace jmld::workflows::loading
