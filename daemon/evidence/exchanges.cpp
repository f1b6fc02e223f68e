// Okta's request id is what leads from here to the System Log.
#include "daemon/evidence/exchanges.hpp"

#include "daemon/evidence/moments.hpp"

#include <algorithm>
#include <tuple>

namespace jmld::daemon {

using engine::value;
using engine::value_list;

namespace {

bool is_read(const value& call) { return call["method"].text_or() == "GET"; }

value attributed(const value& call, const engine::step_record& step, value attempt, bool undo)
{
    return call.with("step", step.id).with("attempt", std::move(attempt)).with("undo", undo);
}

} // namespace

value calls_of(const engine::workflow_definition& definition, const engine::run_state& state)
{
    struct placed
    {
        time_point at{};
        std::size_t order;
        value call;
    };
    std::vector<placed> all;
    const auto put = [&](value call) {
        const auto at = moment_in(call["at"]).value_or(time_point{});
        all.push_back({at, all.size(), std::move(call)});
    };
    for (const auto& step : state.steps) {
        for (const auto& attempt : step.attempts)
            for (const auto& call : attempt.calls.items())
                if (!is_verification(definition, step) || !is_read(call))
                    put(attributed(call, step, attempt.number, false));
        for (const auto& call : step.undo_calls)
            put(attributed(call, step, value(), true));
    }
    // Two of one instant stay in the order of their steps.
    std::ranges::sort(all, [](const placed& left, const placed& right) {
        return std::tie(left.at, left.order) < std::tie(right.at, right.order);
    });
    value_list out;
    for (auto& one : all)
        out.push_back(std::move(one.call));
    return value(std::move(out));
}

value reads_of(const engine::workflow_definition& definition, const engine::run_state& state)
{
    value_list out;
    for (const auto& step : state.steps) {
        if (!is_verification(definition, step))
            continue;
        for (const auto& attempt : step.attempts) {
            value_list requests;
            for (const auto& call : attempt.calls.items())
                if (is_read(call))
                    requests.push_back(call["request_id"]);
            const bool last = &attempt == &step.attempts.back();
            out.push_back(value::map(
                {{"step", step.id},
                 {"at", moment_value(attempt.ended_at ? attempt.ended_at : std::optional(attempt.started_at))},
                 {"outcome", attempt.outcome},
                 {"detail", attempt.detail.empty() ? value() : value(attempt.detail)},
                 {"clean", last ? step.outputs["clean"] : value()},
                 {"status", last ? step.outputs["status"] : value()},
                 {"request_id", attempt.mark.request_id.empty() ? value() : value(attempt.mark.request_id)},
                 {"request_ids", value(std::move(requests))}}));
        }
    }
    return value(std::move(out));
}

} // namespace jmld::daemon
