// A step that a person declared done proves nothing: only an answer of Okta makes a moment.
#include "daemon/evidence/moments.hpp"

#include <algorithm>

namespace jmld::daemon {

using engine::value;

namespace {

std::optional<time_point> answered_at(const engine::step_record& step)
{
    if (step.status != engine::step_status::succeeded || step.attempts.empty())
        return std::nullopt;
    return step.attempts.back().ended_at;
}

// The first success of an action.
std::optional<time_point> done_at(const engine::workflow_definition& definition, const engine::run_state& state,
                                  std::string_view action, std::string_view status = {})
{
    std::optional<time_point> first;
    for (const auto& step : state.steps) {
        if (definition.steps[step.definition].uses != action)
            continue;
        const auto at = answered_at(step);
        const bool fits = status.empty() || step.outputs["status"].text_or() == status;
        if (at && fits && (!first || *at < *first))
            first = at;
    }
    return first;
}

std::optional<time_point> earlier(const std::optional<time_point>& left, const std::optional<time_point>& right)
{
    if (!left || !right)
        return left ? left : right;
    return std::min(*left, *right);
}

value span(const std::optional<time_point>& from, const std::optional<time_point>& to)
{
    if (!from || !to)
        return {};
    return std::max<std::int64_t>(0, (*to - *from).count());
}

std::optional<time_point> later(const std::optional<time_point>& left, const std::optional<time_point>& right)
{
    if (!left || !right)
        return left ? left : right;
    return std::max(*left, *right);
}

} // namespace

bool is_verification(const engine::workflow_definition& definition, const engine::step_record& step)
{
    return definition.steps[step.definition].uses == "okta.verify_access";
}

read_back last_read_back(const engine::workflow_definition& definition, const engine::run_state& state)
{
    read_back last;
    for (const auto& step : state.steps)
        if (is_verification(definition, step) && step.outputs["seen"].is_map())
            last = {step.outputs["seen"], answered_at(step)};
    return last;
}

std::optional<time_point> moment_in(const value& shown)
{
    if (const auto* at = shown.if_timestamp())
        return *at;
    return parse_rfc3339(shown.text_or());
}

value moment_value(const std::optional<time_point>& at) { return at ? value(to_rfc3339(*at)) : value(); }

run_moments moments_of(const engine::workflow_definition& definition, const engine::run_state& state)
{
    run_moments out;
    out.effective_at = moment_in(state.context["cause"]["effective"]["at"]);
    out.received_at = moment_in(state.context["cause"]["received_at"]);
    out.entered_at = moment_in(state.context["event"]["entered_at"]);

    const auto found = state.first_image["user"]["status"].text_or();
    const bool was_closed = found == "DEPROVISIONED" && state.dir == engine::direction::revoke;
    const bool could_sign_in = found != "SUSPENDED" && found != "DEPROVISIONED" && found != "STAGED";
    out.closed_at = was_closed ? state.began_at : done_at(definition, state, "okta.users.deactivate", "DEPROVISIONED");
    const auto blocked = could_sign_in
                             ? earlier(done_at(definition, state, "okta.users.suspend", "SUSPENDED"), out.closed_at)
                             : state.began_at;
    const auto revoked = done_at(definition, state, "okta.users.revoke_sessions");
    if (blocked && revoked)
        out.contained_at = std::max(*blocked, *revoked);
    for (const auto& step : state.steps)
        if (is_verification(definition, step) && step.outputs["clean"] == value(true))
            out.verified_at = later(out.verified_at, answered_at(step));
    return out;
}

value lateness_of(const run_moments& moments, const engine::run_state& state)
{
    const auto& effective = moments.effective_at;
    const auto could_be_sent = later(effective, moments.entered_at);
    const auto could_begin = later(effective, moments.received_at);
    const auto reached = moments.contained_at ? moments.contained_at : moments.verified_at;
    return value::map({{"hr", span(effective, moments.entered_at)},
                       {"delivery", span(could_be_sent, moments.received_at)},
                       {"jmld", span(could_begin, state.first_call_at)},
                       {"okta", span(state.first_call_at, reached)}});
}

} // namespace jmld::daemon
