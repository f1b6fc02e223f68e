// Everything counts from the moment at which somebody should have been out; where nobody knows it, nothing was late.
#include "daemon/reports/leaver_rows.hpp"

#include "daemon/evidence/moments.hpp"
#include "daemon/people/person_loading.hpp"
#include "daemon/reports/record_pages.hpp"
#include "engine/json/json.hpp"
#include "workflows/people/decide.hpp"

#include <algorithm>
#include <array>

namespace jmld::daemon {

using engine::value;
using engine::value_map;

namespace {

value seconds_between(const value& from, const value& to)
{
    const auto begin = moment_in(from), end = moment_in(to);
    return begin && end ? value(std::max<std::int64_t>(0, (*end - *begin).count()) / 1000) : value();
}

value seconds(const value& milliseconds)
{
    const auto* number = milliseconds.if_integer();
    return number == nullptr ? value() : value(*number / 1000);
}

/// Who took longest.
value longest(const value& late_ms)
{
    value name;
    std::int64_t most = 0;
    for (const auto& [who, milliseconds] : late_ms.entries())
        if (const auto* number = milliseconds.if_integer(); number != nullptr && *number > most) {
            most = *number;
            name = who;
        }
    return name;
}

/// The work did not end well, or has not ended, so somebody may still be in. Whoever gave way to another event, or was
/// taken back, did not have to go.
bool may_still_be_in(std::string_view state)
{
    constexpr std::array<std::string_view, 3> settled{"succeeded", "superseded", "cancelled"};
    return std::ranges::find(settled, state) == settled.end();
}

/// False once the time is over, null before: nothing shows that somebody is out.
value not_yet(std::string_view state, const std::optional<time_point>& since, const report_request& asked,
              time_point now)
{
    return since && may_still_be_in(state) && now - *since > asked.sla ? value(false) : value();
}

value text(const std::string& content) { return content.empty() ? value() : value(content); }

/// As the event tells it: nothing that was asked of Okta.
value_map told_in(const runtime::event_record& event)
{
    value_map row{{"event", event.key.id},
                  {"type", event.type},
                  {"entered_at", moment_value(event.entered_at)},
                  {"received_at", to_rfc3339(event.received_at)}};
    const auto meant = canonical_of(event);
    if (!meant)
        return row;
    const auto& who = meant->subject;
    const auto family = who.family_name.empty() ? std::string() : " " + who.family_name;
    row.insert(row.end(), {{"worker_id", text(who.id)},
                           {"universal_id", text(who.universal_id)},
                           {"name", text(who.given_name + family)},
                           {"reason", text(meant->reason.id)}});
    return row;
}

} // namespace

bool closes_leavers(const rule_book& rules, std::string_view workflow)
{
    const auto definition = rules.find(workflow);
    return !definition || (definition->dir == engine::direction::revoke && !definition->trigger.events.empty());
}

bool begins_leaving(const rule_book& rules, std::string_view event_type)
{
    return std::ranges::any_of(rules.workflows, [&](const engine::definition_pointer& definition) {
        return definition->dir == engine::direction::revoke &&
               std::ranges::find(definition->trigger.events, event_type) != definition->trigger.events.end();
    });
}

std::optional<time_point> effective_at(const runtime::event_record& event, const workflows::policy& rules)
{
    const auto details = engine::json::parse(event.details).value_or(value());
    if (const auto at = moment_in(details["effective"]["at"]))
        return at;
    if (event.decision != "parked" && !event.decision.empty())
        return std::nullopt;
    const auto meant = canonical_of(event);
    return meant ? workflows::effective_of(*meant, rules, meant->subject).at : std::nullopt;
}

value leaver_row(const value& record, const report_request& asked, time_point now)
{
    auto row = person_in(record);
    const auto effective = record["effective"]["at"].is_null() ? record["received_at"] : record["effective"]["at"];
    const auto contained = seconds_between(effective, record["contained_at"]);
    const auto* took = contained.if_integer();
    const auto within = took != nullptr ? value(*took <= asked.sla.count() / 1000)
                                        : not_yet(record["state"].text_or(), moment_in(effective), asked, now);
    const auto& late = record["late_ms"];
    row.insert(row.end(),
               {{"type", record["event_type"]},
                {"reason", record["reason"]["id"]},
                {"state", record["state"]},
                {"effective_at", effective},
                {"entered_at", record["entered_at"]},
                {"received_at", record["received_at"]},
                {"contained_at", record["contained_at"]},
                {"closed_at", record["closed_at"]},
                {"verified_at", record["verified_at"]},
                {"contained_after_s", contained},
                {"contained_after_receipt_s", seconds_between(record["received_at"], record["contained_at"])},
                {"closed_after_s", seconds_between(effective, record["closed_at"])},
                {"verified_after_s", seconds_between(effective, record["verified_at"])},
                {"sla_s", asked.sla.count() / 1000},
                {"within_sla", within},
                {"late_by", within == value(false) ? longest(late) : value()},
                {"late_hr_s", seconds(late["hr"])},
                {"late_delivery_s", seconds(late["delivery"])},
                {"late_jmld_s", seconds(late["jmld"])},
                {"late_okta_s", seconds(late["okta"])},
                {"residue", static_cast<std::int64_t>(record["residue"].items().size())}});
    return value(std::move(row));
}

value leaver_row(const runtime::run_row& run, const runtime::event_record* event, const rule_book& rules,
                 const report_request& asked, time_point now)
{
    auto row = event != nullptr ? told_in(*event) : value_map{{"event", text(run.event.id)}};
    const auto effective = event != nullptr ? effective_at(*event, rules.policy) : std::nullopt;
    row.insert(row.end(), {{"run", run.id.text},
                           {"state", run.state},
                           {"effective_at", moment_value(effective)},
                           {"ended_at", moment_value(run.ended_at)},
                           {"sla_s", asked.sla.count() / 1000},
                           {"within_sla", not_yet(run.state, effective ? *effective : run.created_at, asked, now)},
                           {"why", text(run.error)}});
    return value(std::move(row));
}

value leaver_row(const runtime::event_record& event, const rule_book& rules, const report_request& asked,
                 time_point now)
{
    auto row = told_in(event);
    const auto effective = effective_at(event, rules.policy);
    const auto state = event.decision.empty() ? std::string("undecided") : event.decision;
    row.insert(row.end(), {{"state", state},
                           {"effective_at", moment_value(effective)},
                           {"sla_s", asked.sla.count() / 1000},
                           {"within_sla", not_yet(state, effective, asked, now)},
                           {"why", text(event.reason)}});
    return value(std::move(row));
}

} // namespace jmld::daemon
