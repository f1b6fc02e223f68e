// Asks for what apply() and advance() take for granted: names of steps that exist, attempts that were begun, a list
// where parts are made of one. Everything else a fact says is taken as it stands.
#include "engine/folding.hpp"

#include "engine/fact_codec.hpp"

#include <algorithm>
#include <concepts>

namespace jmld::engine {

namespace {

using misfit = std::optional<std::string>;

/// Of a fact that is about the run as a whole, unless it names a step.
template <class Fact>
concept may_name_a_step =
    std::same_as<Fact, run_paused> || std::same_as<Fact, stop_requested> || std::same_as<Fact, budget_renewed>;

/// They speak of the step's last attempt.
template <class Fact>
concept of_an_attempt = requires(const Fact& f) { f.attempt; } && !std::same_as<Fact, attempt_started> &&
                        !std::same_as<Fact, compensation_started>;

class looking
{
public:
    looking(const workflow_definition& definition, const run_state& state) : definition_(definition), state_(state) {}

    template <class Fact> misfit at(const Fact& f) const
    {
        if constexpr (requires { f.step; }) {
            if (may_name_a_step<Fact> && f.step.empty())
                return std::nullopt;
            const auto* step = state_.find(f.step);
            if (step == nullptr)
                return "there is no step '" + f.step + "'";
            return at_step(f, *step);
        } else {
            return at_run(f);
        }
    }

private:
    template <class Fact> static misfit at_step(const Fact&, const step_record&) { return std::nullopt; }
    template <of_an_attempt Fact> static misfit at_step(const Fact& f, const step_record& step)
    {
        if (f.attempt == 0 && std::same_as<Fact, step_succeeded>) // a person said so, or there was nothing to do
            return std::nullopt;
        if (!step.attempts.empty() && step.attempts.back().number == f.attempt)
            return std::nullopt;
        return "attempt " + std::to_string(f.attempt) + " of '" + f.step + "' is not its last";
    }
    static misfit at_step(const attempt_started& f, const step_record& step)
    {
        if (static_cast<std::size_t>(f.attempt) == step.attempts.size() + 1)
            return std::nullopt;
        return "attempt " + std::to_string(f.attempt) + " of '" + f.step + "' does not come after the others";
    }
    static misfit at_step(const probe_started& f, const step_record& step)
    {
        return step.attempts.empty() ? misfit("'" + f.step + "' has no attempt that could be looked for") : misfit();
    }
    static misfit at_step(const compensation_started& f, const step_record& step)
    {
        return step.status != step_status::compensating ? misfit("'" + f.step + "' is not being undone") : misfit();
    }
    misfit at_step(const step_expanded& f, const step_record& step) const
    {
        if (step.child || step.expanded || !definition_.steps[step.definition].for_each)
            return "'" + f.step + "' cannot have parts";
        return f.items.items().empty() ? misfit("'" + f.step + "' has no list of parts") : misfit();
    }

    template <class Fact> static misfit at_run(const Fact&) { return std::nullopt; }
    static misfit at_run(const run_ending& f) { return end_with(f.status); }
    static misfit at_run(const run_ended& f) { return end_with(f.status); }
    misfit at_run(const compensation_planned& f) const
    {
        for (const auto* steps : {&f.steps, &f.impossible})
            for (const auto& id : *steps)
                if (state_.find(id) == nullptr)
                    return "there is no step '" + id + "'";
        return std::nullopt;
    }
    static misfit end_with(run_status status)
    {
        return has_ended(status) ? misfit() : misfit("no run ends '" + std::string(to_text(status)) + "'");
    }

    const workflow_definition& definition_;
    const run_state& state_;
};

misfit before(const workflow_definition& definition, const run_state& state, const fact& happened)
{
    if (happened.seq != state.last_seq + 1)
        return "the one before it is missing";
    if (std::holds_alternative<run_created>(happened.what) != (happened.seq == 1))
        return happened.seq == 1 ? "a history begins with run_created" : "a run is made once";
    const looking look(definition, state);
    return std::visit([&](const auto& f) { return look.at(f); }, happened.what);
}

/// Whoever takes the run up asks such a step for its last attempt.
bool lacks_an_attempt(const step_record& step)
{
    const bool out = step.in_flight && step.status != step_status::compensating;
    return (out || step.status == step_status::unknown) && step.attempts.empty();
}

misfit after(const run_state& state)
{
    const auto found = std::ranges::find_if(state.steps, lacks_an_attempt);
    return found == state.steps.end() ? misfit() : misfit("it leaves '" + found->id + "' out without an attempt");
}

} // namespace

result<void> follow(const workflow_definition& definition, run_state& state, const fact& happened)
{
    auto wrong = before(definition, state, happened);
    if (!wrong) {
        apply(definition, state, happened);
        wrong = after(state);
    }
    if (!wrong)
        return {};
    return failure(errc::corrupt, "fact " + std::to_string(happened.seq) + " '" + std::string(kind_of(happened)) +
                                      "' does not fit: " + *wrong);
}

} // namespace jmld::engine
