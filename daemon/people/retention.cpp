// Reads off a run's last facts whether it closed the account.
#include "daemon/people/retention.hpp"

#include "workflows/people/decide.hpp"

#include <algorithm>

namespace jmld::daemon {

namespace {

bool just_ended(const runtime::run_change& change)
{
    return std::ranges::any_of(change.facts, [](const engine::fact& happened) {
        const auto* ended = std::get_if<engine::run_ended>(&happened.what);
        return ended != nullptr && (ended->status == engine::run_status::succeeded ||
                                    ended->status == engine::run_status::closed_with_residue);
    });
}

bool left_it_closed(const engine::run_state& state)
{
    auto status = state.image["user"]["status"].text_or();
    for (const auto& step : state.steps)
        status = step.outputs["status"].text_or(status);
    return status == "DEPROVISIONED";
}

} // namespace

std::optional<runtime::timer_row> deletion_timer(const runtime::run_change& change, const workflows::policy& rules,
                                                 time_point now, random_source& random)
{
    const bool closes = change.definition.dir == engine::direction::revoke &&
                        change.definition.name != workflows::workflow_of_retention;
    if (!rules.delete_after || !closes || change.state.event.empty() || !just_ended(change) ||
        !left_it_closed(change.state))
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
