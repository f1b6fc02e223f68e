// Words only; each list is that of the contract.
#include "store/row_rules.hpp"

#include "engine/definition.hpp"
#include "engine/run_state.hpp"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <array>
#include <string_view>

namespace jmld::store {

namespace {

using namespace std::string_view_literals;

constexpr std::array decisions{""sv,          "acted"sv, "scheduled"sv, "superseded"sv,  "coalesced"sv, "duplicate"sv,
                               "tombstone"sv, "held"sv,  "parked"sv,    "quarantined"sv, "ignored"sv,   "cancelled"sv};
constexpr std::array delivery_statuses{"accepted"sv, "quarantined"sv, "ignored"sv, "duplicate"sv, "conflict"sv};
constexpr std::array timer_states{"armed"sv, "fired"sv, "cancelled"sv};
constexpr std::array hold_states{"held"sv, "released"sv, "rejected"sv};

template <std::size_t Count>
result<void> one_of(const std::array<std::string_view, Count>& words, std::string_view word, std::string_view what,
                    std::string_view id)
{
    if (std::find(words.begin(), words.end(), word) != words.end())
        return {};
    return failure(errc::invalid_input,
                   fmt::format("{} of {} is '{}'; accepted: '{}'", what, id, word, fmt::join(words, "', '")));
}

result<void> named(bool is_named, std::string_view what)
{
    if (is_named)
        return {};
    return failure(errc::invalid_input, fmt::format("{} without an id", what));
}

result<void> check_event(const runtime::event_record& event)
{
    if (auto has_id = named(!event.key.source.empty() && !event.key.id.empty(), "an event"); !has_id)
        return has_id;
    return one_of(decisions, event.decision, "decision", event.key.id);
}

result<void> check_run(const runtime::run_append& append)
{
    const auto& row = append.row;
    if (auto has_id = named(!row.id.empty(), "a run"); !has_id)
        return has_id;
    if (!engine::parse_run_status(row.state))
        return failure(errc::invalid_input,
                       fmt::format("state of {} is '{}', which is no state of a run", row.id.text, row.state));
    return {};
}

template <class Rows, class Check> result<void> each(const Rows& rows, Check check)
{
    for (const auto& row : rows)
        if (auto fits = check(row); !fits)
            return fits;
    return {};
}

} // namespace

result<void> check(const std::vector<runtime::incoming_event>& batch)
{
    return each(batch, [](const runtime::incoming_event& one) -> result<void> {
        if (auto fits = check_event(one.event); !fits)
            return fits;
        return one_of(delivery_statuses, one.delivery.status, "delivery status", one.event.key.id);
    });
}

result<void> check(const runtime::transaction& work)
{
    auto fits = each(work.new_events, check_event);
    if (fits)
        fits = each(work.events, [](const runtime::event_update& update) {
            return one_of(decisions, update.decision.value_or(""), "decision", update.key.id);
        });
    if (fits)
        fits = each(work.runs, check_run);
    if (fits)
        fits = each(work.timers, [](const runtime::timer_row& row) {
            auto has_id = named(!row.id.empty(), "a timer");
            return has_id ? one_of(timer_states, row.state, "state", row.id.text) : has_id;
        });
    if (fits)
        fits = each(work.people, [](const runtime::person_row& row) { return named(!row.key.empty(), "a person"); });
    if (fits)
        fits = each(work.alarms,
                    [](const runtime::alarm_row& row) { return named(!row.cause.empty(), "an alarm's cause"); });
    if (fits)
        fits = each(work.holds, [](const runtime::hold_row& row) {
            auto has_id = named(!row.id.empty(), "a hold");
            return has_id ? one_of(hold_states, row.state, "state", row.id.text) : has_id;
        });
    return fits;
}

} // namespace jmld::store
