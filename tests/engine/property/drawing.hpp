// Random workflows for the property test of the pure core: every feature of a step may be drawn. What the loader would
// refuse is not drawn.
#pragma once

#include "tests/support/engine_run.hpp"

#include <string>
#include <vector>

namespace jmld::testing {

class dice
{
public:
    explicit dice(std::uint64_t seed) : random_(seed) {}
    int below(int bound) { return static_cast<int>(random_.next() % static_cast<std::uint64_t>(bound)); }
    bool one_in(int n) { return below(n) == 0; }
    template <class T> const T& of(const std::vector<T>& all)
    {
        return all[static_cast<std::size_t>(below(static_cast<int>(all.size())))];
    }

private:
    seeded_random random_;
};

inline std::string some_action(dice& chance, const std::vector<std::string>& actions)
{
    switch (chance.below(24)) {
    case 0:
    case 1:
    case 2:
        return "core.wait";
    case 3:
        return "core.approval";
    case 4:
        return "core.run";
    case 5:
        return chance.one_in(3) ? "core.fail" : chance.of(actions);
    }
    return chance.of(actions);
}

inline void ask(dice& chance, a_step& step)
{
    static const std::vector<undecided> choices = {undecided::deny, undecided::approve, undecided::escalate};
    if (chance.one_in(2))
        step.taking("approvers", "${{ ['alice', 'bob', 'carol'] }}");
    step.taking("required", "${{ " + std::to_string(1 + chance.below(2)) + " }}");
    if (chance.one_in(2))
        step.taking("timeout", "${{ duration('" + std::to_string(1 + chance.below(30)) + "h') }}");
    step.when_undecided(chance.of(choices));
}

inline definition_pointer some_workflow(dice& chance)
{
    static const std::vector<std::string> actions = {"t.make",   "t.add",  "t.assign", "t.mail",
                                                     "t.remove", "t.look", "t.once"};
    static const std::vector<on_exhausted> choices = {on_exhausted::rollback, on_exhausted::rollback,
                                                      on_exhausted::pause, on_exhausted::proceed, on_exhausted::fail};
    const auto dir = chance.of(std::vector{direction::grant, direction::grant, direction::change, direction::revoke});
    const int count = 1 + chance.below(7);
    const int pivot = dir != direction::revoke && chance.one_in(3) ? chance.below(count) : -1;
    std::vector<a_step> steps;
    static const std::vector<need_result> results = {need_result::succeeded, need_result::failed, need_result::skipped,
                                                     need_result::done};
    for (int i = 0; i < count; ++i) {
        const auto uses = some_action(chance, actions);
        const bool waits = uses == "core.wait" || uses == "core.approval" || uses == "core.fail";
        a_step step("s" + std::to_string(i), uses);
        if (uses == "core.wait")
            step.taking("for", "${{ duration('" + std::to_string(chance.below(50)) + "h') }}");
        if (uses == "core.approval")
            ask(chance, step);
        if (uses == "core.run")
            step.taking("workflow", "other");
        for (int need = 0; need < i; ++need) {
            if (chance.one_in(12))
                step.needing("s" + std::to_string(need), chance.of(results));
            else if (chance.one_in(3))
                step.needing("s" + std::to_string(need));
        }
        if (!waits && chance.one_in(6))
            step.with_deadline(std::chrono::minutes(1 + chance.below(200))).when_late(chance.of(choices));
        if (!waits && chance.one_in(6))
            step.answering("own", chance.one_in(3) ? "${{ outputs.id + 1 }}" : "${{ outputs.id + '!' }}");
        if (!waits && chance.one_in(8))
            step.undone_by(chance.one_in(2) ? "t.remove" : "t.mail", "${{ outputs.id }}");
        if (i > 0 && !waits && chance.one_in(4))
            step.taking("user", "${{ coalesce(steps.s" + std::to_string(chance.below(i)) + ".outputs.id, 'x') }}");
        if (!waits && chance.one_in(4))
            step.for_each("access.lists.l" + std::to_string(chance.below(4)), chance.below(3))
                .taking("item", "${{ item }}");
        if (chance.one_in(10))
            step.not_compensated();
        if (chance.one_in(8))
            step.provided("'x' == 'y'");
        if (i == pivot)
            step.as_pivot();
        steps.push_back(step.or_else(chance.of(choices)).attempts(1 + chance.below(4)).with_jitter());
    }
    for (int i = 0; chance.one_in(3) && i < 3; ++i) {
        a_step step("last" + std::to_string(i), chance.of(actions));
        if (i > 0 && chance.one_in(2))
            step.needing("last" + std::to_string(i - 1));
        steps.push_back(step.at_the_end().attempts(1 + chance.below(3)).with_jitter());
    }
    return a_workflow(dir, steps);
}

} // namespace jmld::testing
