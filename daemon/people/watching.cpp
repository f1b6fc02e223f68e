// What was read back last is how the account was left; where nothing was read back, what was there at the beginning is
// not news.
#include "daemon/people/watching.hpp"

#include "daemon/people/retention.hpp"

namespace jmld::daemon {

namespace {

using engine::value;

bool closes(const runtime::run_change& change)
{
    const auto status = last_status(change.state);
    if (change.definition.dir == engine::direction::revoke)
        return !change.definition.trigger.events.empty() && !status.empty(); // others: a person goes on from there
    return status == "SUSPENDED" && change.state.context["event"]["type"].text_or() == "worker.leave_started";
}

} // namespace

std::optional<runtime::timer_row> drift_timer(const runtime::run_change& change, const workflows::policy& rules,
                                              time_point now, random_source& random)
{
    const bool by_a_look = !change.state.context["follows"].is_null();
    if (change.state.event.empty() || by_a_look || !ends_standing(change) || !closes(change))
        return std::nullopt;
    const auto at = workflows::next_drift_look(now, now, rules.verify);
    if (!at)
        return std::nullopt;
    runtime::timer_row row;
    row.id = make_id<timer_id>("tmr", now, random);
    row.kind = workflows::timer_kind_drift;
    row.at = *at;
    row.subject = change.state.subject;
    row.event = change.state.event;
    return row;
}

workflows::closing_run closing_run_of(const engine::workflow_definition& definition, const engine::run_state& state)
{
    workflows::closing_run closing;
    closing.id = state.run;
    closing.workflow = definition.name;
    closing.ended_at = state.ended_at.value_or(state.created_at);
    closing.status_only = definition.dir != engine::direction::revoke;
    closing.left = state.image;
    for (const auto& step : state.steps)
        if (step.outputs["seen"].is_map())
            closing.left = step.outputs["seen"];
    closing.left = closing.left.with("user", value::map({{"status", last_status(state)}}));
    return closing;
}

} // namespace jmld::daemon
