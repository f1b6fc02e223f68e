// The doors of the core; the work stands in scheduling, outcomes, undoing and signals.
#include "engine/advance.hpp"

#include "engine/machine.hpp"

namespace jmld::engine {

namespace {

// For transitions that neither draw nor look at a calendar.
class no_chance final : public random_source
{
public:
    std::uint64_t next() override { return 0; }
};
const environment no_surroundings{};

} // namespace

transition advance(const workflow_definition& definition, const run_state& state, const stimulus& cause, time_point now,
                   random_source& random, const environment& around)
{
    machine work(definition, state, now, random, around);
    work.take(cause);
    work.settle();
    return std::move(work).result();
}

transition create_run(const workflow_definition& definition, run_created what, time_point now,
                      std::optional<time_point> begin_at)
{
    no_chance random;
    machine work(definition, {}, now, random, no_surroundings);
    const auto by = what.by;
    work.emit(std::move(what));
    if (begin_at && *begin_at > now)
        work.emit(run_scheduled{*begin_at, by, {}});
    return std::move(work).result();
}

transition supersede(const workflow_definition& definition, const run_state& state, std::string by, time_point now)
{
    no_chance random;
    machine work(definition, state, now, random, no_surroundings);
    work.emit(run_ended{run_status::superseded, std::move(by), value(value_list{}), value(value_list{})});
    return std::move(work).result();
}

} // namespace jmld::engine
