// From stimulus to quiescence: every fact is applied as it is made, so that one transition holds an outcome and all
// that follows from it. What may start is asked in the definition's order.
#include "engine/machine.hpp"

#include <algorithm>
#include <iterator>

namespace jmld::engine {

machine::machine(const workflow_definition& definition, run_state state, time_point now, random_source& random,
                 const environment& around)
    : definition_(definition), state_(std::move(state)), now_(now), random_(random), around_(around)
{}

void machine::take(const stimulus& cause)
{
    if (has_ended(state_.status)) {
        if (const auto* word = std::get_if<operator_signal>(&cause))
            reopen(*word);
        return;
    }
    std::visit([this](const auto& what) { take_one(what); }, cause);
}

void machine::emit(happening what)
{
    fact happened{state_.last_seq + 1, now_, std::move(what)};
    apply(definition_, state_, happened);
    facts_.push_back(std::move(happened));
    roots_.erase("steps");
    roots_.erase("vars");
    roots_.erase("run");
}

transition machine::result() && { return {std::move(facts_), std::move(commands_), std::move(state_)}; }

void machine::settle()
{
    if (state_.status == run_status::scheduled && state_.begin_due && *state_.begin_due <= now_ && !state_.stop)
        emit(run_due{});
    const bool begun = state_.status != run_status::queued && state_.status != run_status::scheduled;
    const bool waits_to_turn_back = state_.reopened && state_.stop && state_.stop->kind == stop_kind::rollback;
    if (!begun && state_.stop && !waits_to_turn_back)
        stopped(state_.stop->kind);
    const auto already_asked = commands_.size();
    while (begun && !has_ended(state_.status) && !is_paused()) { // a stop from outside has ended the pause before
        if (state_.ending) {
            if (!last_steps())
                break;
            continue;
        }
        if (state_.stop) {
            take_back(already_asked);
            if (!stop_now())
                return;
            continue;
        }
        if (!start_due() && !finish_forward())
            return;
    }
    if (is_paused())
        take_back(0);
}

// Commands of this very transition have not left yet: what was started before a failure stopped the run never leaves.
void machine::take_back(std::size_t from)
{
    std::vector<command> taken(commands_.begin() + static_cast<std::ptrdiff_t>(from), commands_.end());
    commands_.resize(from);
    const auto stays = [this](const command& one) { // a look and an undo belong to stopping
        if (std::holds_alternative<watch_child>(one))
            return true; // it only asks
        return !is_paused() && !std::holds_alternative<send_attempt>(one) && !std::holds_alternative<read_subject>(one);
    };
    std::ranges::copy_if(taken, std::back_inserter(commands_), stays);
    std::erase_if(taken, stays);
    for (const auto& one : taken)
        std::visit([this](const auto& what) { never_left(what); }, one);
}

namespace {
constexpr auto taken_back = "taken back before it left";
}

void machine::never_left(const read_subject&)
{
    emit(subject_failed{failure_kind::cancelled, false, now_, taken_back, {}});
}
void machine::never_left(const send_attempt& attempt)
{
    emit(attempt_failed_fact{attempt.step, attempt.attempt, failure_kind::cancelled, false, taken_back, {}, {}});
}
void machine::never_left(const send_probe& probe) { emit(probe_failed{probe.step, now_, failure_kind::cancelled}); }
void machine::never_left(const send_undo& undo)
{
    emit(compensation_attempt_failed{undo.step, failure_kind::cancelled, false, taken_back, {}});
    emit(compensation_retry{undo.step, now_});
}
void machine::never_left(const watch_child&) {}
void machine::never_left(const finish&) {}

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
        if (!definition_of(state_.steps[i]).at_end && start_step(id))
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
bool machine::finish_forward()
{
    const bool through = std::ranges::all_of(
        state_.steps, [this](const auto& step) { return is_final(step.status) || definition_of(step).at_end; });
    if (!through || state_.anything_in_flight() || state_.subject_needed)
        return false;
    auto residue = run_residue();
    const bool left = revokes() && !residue.items().empty();
    end(left ? run_status::closed_with_residue : run_status::succeeded, {}, std::move(residue));
    return true;
}

// What verification found, and what could not be done for good: names of groups, apps, roles; else the step.
value machine::run_residue() const
{
    auto all = state_.residue.items();
    if (!revokes())
        return value(std::move(all));
    for (const auto& step : state_.steps) {
        const bool left = (step.status == step_status::failed && !step.expanded) || step.blocked;
        if (!left || definition_of(step).at_end)
            continue;
        const bool named = !step.target.name.empty() && step.target.kind != "user";
        auto item = named ? value::map({{step.target.kind, step.target.name}}) : value::map({{"step", step.id}});
        if (std::ranges::find(all, item) == all.end())
            all.push_back(std::move(item));
    }
    return value(std::move(all));
}

// A run that is being stopped is not parked. A failure says more than the operator's pause that it comes into.
void machine::pause(std::string kind, const std::string& step, const std::string& detail, const call_mark& mark)
{
    const bool parked = is_paused() && state_.why.kind != "operator";
    if (!parked && !state_.stop && !state_.ending)
        emit(run_paused{std::move(kind), step, {}, detail, mark});
}

} // namespace jmld::engine
