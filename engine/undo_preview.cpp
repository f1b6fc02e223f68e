// The same plan as in earnest, made on a copy of the state that is thrown away.
#include "engine/undo_preview.hpp"

#include "engine/machine.hpp"

namespace jmld::engine {

namespace {

class no_chance final : public random_source
{
public:
    std::uint64_t next() override { return 0; }
};

std::string why_it_stays(const step_definition& step)
{
    if (step.compensate == compensation_rule::none)
        return "the workflow accepts that it cannot be undone";
    return step.action == nullptr || step.action->no_inverse_reason.empty() ? "it has no inverse"
                                                                            : step.action->no_inverse_reason;
}

} // namespace

undo_preview machine::preview_undo(const std::string& to_step)
{
    state_.stop = stop_requested{stop_kind::rollback, {}, {}, {}, to_step};
    state_.status = run_status::running;
    state_.ending.reset();
    state_.undo_planned = false;
    state_.undo_order.clear();
    undo_preview all;
    for (const auto& id : staying())
        if (const auto& step = at(id); step.status == step_status::succeeded && step.changed && !step.expanded)
            all.staying.push_back(id);
    plan_undo();
    const auto* plan = facts_.empty() ? nullptr : std::get_if<compensation_planned>(&facts_.front().what);
    if (plan == nullptr)
        return all;
    const auto planned = *plan;
    for (const auto& id : planned.steps) {
        const auto& step = at(id);
        planned_undo one{id, definition_of(step).uses, step.target, step.before, true, {}, {}};
        const auto made = commands_.size();
        send_undo_of(id);
        if (commands_.size() > made) {
            one.command = std::get<send_undo>(commands_.back());
        } else {
            one.possible = false;
            one.why_not = at(id).undo_detail;
        }
        all.steps.push_back(std::move(one));
    }
    for (const auto& id : planned.impossible) {
        const auto& step = at(id);
        all.steps.push_back(
            {id, definition_of(step).uses, step.target, step.before, false, why_it_stays(definition_of(step)), {}});
    }
    return all;
}

undo_preview preview_undo(const workflow_definition& definition, const run_state& state, const std::string& to_step,
                          time_point now)
{
    no_chance random;
    const environment nowhere{};
    return machine(definition, state, now, random, nowhere).preview_undo(to_step);
}

} // namespace jmld::engine
