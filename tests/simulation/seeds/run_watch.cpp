// Every question is answered by the running process, so that what is followed is what an operator could ask.
#include "tests/simulation/seeds/run_watch.hpp"

namespace jmld::simulation {

namespace asio = boost::asio;

std::vector<runtime::run_row> run_watch::rows() const
{
    return world_.ask<std::vector<runtime::run_row>>(
        [](daemon::core& work) -> asio::awaitable<std::vector<runtime::run_row>> {
            runtime::run_query all;
            all.limit = 1'000'000;
            auto found = co_await work.store().runs(all);
            co_return found ? *found : std::vector<runtime::run_row>();
        });
}

const watched_run* run_watch::follow(const runtime::run_row& row)
{
    auto& known = known_[row.id];
    if (!known.definition)
        known.definition = world_.ask<engine::definition_pointer>(
            [text = row.definition_sha256](daemon::core& work) -> asio::awaitable<engine::definition_pointer> {
                auto found = co_await work.definitions().definition(text);
                co_return found ? *found : engine::definition_pointer();
            });
    const auto fresh = world_.ask<std::vector<runtime::stored_fact>>(
        [id = row.id,
         after = known.state.last_seq](daemon::core& work) -> asio::awaitable<std::vector<runtime::stored_fact>> {
            const auto wanted = id;
            auto found = co_await work.store().history(wanted, after);
            co_return found ? *found : std::vector<runtime::stored_fact>();
        });
    for (const auto& stored : fresh) {
        auto happened = runtime::from_stored(stored);
        if (!happened || !known.definition || happened->seq != known.state.last_seq + 1)
            return nullptr;
        engine::apply(*known.definition, known.state, *happened);
        known.facts.push_back(std::move(*happened));
    }
    return known.state.last_seq == row.last_seq ? &known : nullptr;
}

std::optional<engine::run_state> run_watch::folded(const run_id& id) const
{
    return world_.ask<std::optional<engine::run_state>>(
        [id](daemon::core& work) -> asio::awaitable<std::optional<engine::run_state>> {
            const auto wanted = id;
            auto loaded = co_await runtime::load_run(work.store(), work.definitions(), wanted);
            co_return loaded ? std::optional(std::move(loaded->state)) : std::nullopt;
        });
}

std::optional<engine::run_state> run_watch::held(const run_id& id) const
{
    return world_.ask<std::optional<engine::run_state>>(
        [id](daemon::core& work) -> asio::awaitable<std::optional<engine::run_state>> {
            const auto* state = work.runs().held(id);
            co_return state == nullptr ? std::nullopt : std::optional(*state);
        });
}

bool run_watch::has_armed_timer(const run_id& id, time_point& at) const
{
    const auto rows = world_.ask<std::vector<runtime::timer_row>>(
        [id](daemon::core& work) -> asio::awaitable<std::vector<runtime::timer_row>> {
            const auto wanted = id;
            auto found = co_await work.store().timers({}, wanted);
            co_return found ? *found : std::vector<runtime::timer_row>();
        });
    for (const auto& timer : rows)
        if (timer.state == "armed") {
            at = timer.at;
            return true;
        }
    return false;
}

} // namespace jmld::simulation
