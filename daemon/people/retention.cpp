// Reads off a run's last facts whether it closed the account.
#include "daemon/people/retention.hpp"

#include "workflows/people/decide.hpp"

#include <algorithm>

namespace jmld::daemon {

bool ends_standing(const runtime::run_change& change)
{
    return std::ranges::any_of(change.facts, [](const engine::fact& happened) {
        const auto* ended = std::get_if<engine::run_ended>(&happened.what);
        return ended != nullptr && (ended->status == engine::run_status::succeeded ||
                                    ended->status == engine::run_status::closed_with_residue);
    });
}

std::string last_status(const engine::run_state& state)
{
    auto status = state.image["user"]["status"].text_or();
    for (const auto& step : state.steps)
        status = step.outputs["status"].text_or(status);
    return status;
}

std::optional<runtime::timer_row> deletion_timer(const runtime::run_change& change, const workflows::policy& rules,
                                                 time_point now, random_source& random)
{
    const bool closes = change.definition.dir == engine::direction::revoke &&
                        change.definition.name != workflows::workflow_of_retention;
    const bool by_a_look = !change.state.context["follows"].is_null(); // the timer of the first run stands
    if (!rules.delete_after || !closes || by_a_look || change.state.event.empty() || !ends_standing(change) ||
        last_status(change.state) != "DEPROVISIONED")
        return std::nullopt;
    runtime::timer_row row;
    row.id = make_id<timer_id>("tmr", now, random);
    row.kind = workflows::timer_kind_delete;
    row.at = now + *rules.delete_after;
    row.subject = change.state.subject;
    row.event = change.state.event;
    return row;
}

} // namespace jmld::daemon
