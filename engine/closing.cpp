// The last steps of a run: how it ends is settled, and what stands under `finally` comes before the end. They cannot
// change the outcome. A run that hands its person over, or is terminated, does not run them.
#include "engine/machine.hpp"

#include <algorithm>

namespace jmld::engine {

bool machine::wants_last_steps(run_status status) const
{
    if (state_.ending || !state_.began_at || status == run_status::superseded || status == run_status::terminated)
        return false;
    return std::ranges::any_of(
        state_.steps, [this](const step_record& step) { return definition_of(step).at_end && !is_final(step.status); });
}

void machine::end(run_status status, std::string superseded_by, value residue)
{
    if (wants_last_steps(status)) {
        emit(run_ending{status, std::move(residue)});
        return;
    }
    emit(run_ended{status, std::move(superseded_by), std::move(residue), state_.review});
    commands_.push_back(finish{});
}

// One of the last steps goes on; false when nothing more follows by itself.
bool machine::last_steps()
{
    const auto stop = state_.stop ? state_.stop->kind : stop_kind::fail;
    if (stop == stop_kind::preempt || stop == stop_kind::terminate) // said since: else there would be no last steps
        return cut_short();
    if (finish_for_each())
        return true;
    for (std::size_t i = 0; i < state_.steps.size(); ++i) {
        const auto id = state_.steps[i].id; // starting may insert children: only the id survives
        if (!definition_of(at(id)).at_end)
            continue;
        if (at(id).status == step_status::unknown ? start_probe(id) : start_step(id))
            return true;
    }
    const bool through = std::ranges::all_of(
        state_.steps, [this](const auto& step) { return !definition_of(step).at_end || is_final(step.status); });
    if (!through || state_.anything_in_flight())
        return false;
    end_now();
    return true;
}

// Another run needs the person, or somebody has had enough: what is out comes back, the rest does not start.
bool machine::cut_short()
{
    if (settle_unknown_ones())
        return true;
    if (state_.anything_in_flight())
        return false;
    for (const auto& step : state_.steps) {
        if (is_final(step.status))
            continue;
        if (step.status == step_status::unknown)
            return false; // its look is due later
        emit(step_cancelled{step.id});
        return true;
    }
    end_now();
    return true;
}

void machine::end_now()
{
    emit(run_ended{*state_.ending, {}, state_.ending_residue, state_.review});
    commands_.push_back(finish{});
}

} // namespace jmld::engine
