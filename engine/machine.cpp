// From stimulus to quiescence: every fact is applied as it is made, so that one transition holds an outcome and all
// that follows from it. What may start is asked in the definition's order.
#include "engine/machine.hpp"

#include <algorithm>

namespace jmld::engine {

machine::machine(const workflow_definition& definition, run_state state, time_point now, random_source& random,
                 const environment& around)
    : definition_(definition), state_(std::move(state)), now_(now), random_(random), around_(around)
{}

void machine::take(const stimulus& cause)
{
    if (has_ended(state_.status))
        return;
    std::visit([this](const auto& what) { take_one(what); }, cause);
}

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
    const bool begun = state_.status != run_status::queued && state_.status != run_status::scheduled;
    if (!begun && state_.stop)
        stopped(state_.stop->kind);
    if (!begun)
        return;
    while (!has_ended(state_.status) && !is_paused()) { // a stop asked for from outside has ended the pause before
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
    for (std::size_t i = 0; i < state_.steps.size(); ++i) {
        if (state_.steps[i].status == step_status::unknown && start_probe(state_.steps[i].id))
            return true;
    }
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

// Nothing starts any more: either something is still out or due, or the run is through.
void machine::finish_forward()
{
    const bool through = std::ranges::all_of(state_.steps, [](const auto& step) { return is_final(step.status); });
    if (!through || state_.anything_in_flight() || state_.subject_needed)
        return;
    auto residue = run_residue();
    const bool left = revokes() && !residue.items().empty();
    end(left ? run_status::closed_with_residue : run_status::succeeded, {}, std::move(residue));
}

// What verification found, and what could not be done for good: names of groups, apps, roles; else the step.
value machine::run_residue() const
{
    auto all = state_.residue.items();
    if (!revokes())
        return value(std::move(all));
    for (const auto& step : state_.steps) {
        const bool left = (step.status == step_status::failed && !step.expanded) || step.blocked;
        if (!left)
            continue;
        const bool named = !step.target.name.empty() && step.target.kind != "user";
        auto item = named ? value::map({{step.target.kind, step.target.name}}) : value::map({{"step", step.id}});
        if (std::ranges::find(all, item) == all.end())
            all.push_back(std::move(item));
    }
    return value(std::move(all));
}

void machine::end(run_status status, std::string superseded_by, value residue)
{
    emit(run_ended{status, std::move(superseded_by), std::move(residue), state_.review});
    commands_.push_back(finish{});
}

// A run that is being stopped is not parked. A failure says more than the operator's pause that it comes into.
void machine::pause(std::string kind, const std::string& step, const std::string& detail, const call_mark& mark)
{
    const bool parked = is_paused() && state_.why.kind != "operator";
    if (!parked && !state_.stop)
        emit(run_paused{std::move(kind), step, {}, detail, mark});
}

} // namespace jmld::engine
