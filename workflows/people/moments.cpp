// When an event takes effect, by its type, the policy and the person's own calendar; and the event as expressions see
// it. Nothing here looks at other events.
#include "workflows/people/dates.hpp"
#include "workflows/people/decide.hpp"

#include <algorithm>
#include <utility>

namespace jmld::workflows {

namespace {

std::optional<date> starts_on(const canonical_event& event)
{
    return event.subject.start ? event.subject.start : event.effective_on;
}

std::optional<date> ends_on(const canonical_event& event, last_day_rule rule)
{
    const auto& termination = event.subject.end;
    const auto& worked = event.subject.last_day;
    if (!termination && !worked)
        return event.effective_at ? std::nullopt : event.effective_on;
    if (!termination || !worked)
        return termination ? termination : worked;
    switch (rule) {
    case last_day_rule::earlier:
        return std::min(*termination, *worked);
    case last_day_rule::termination_date:
        return termination;
    case last_day_rule::last_day_of_work:
        return worked;
    }
    return termination;
}

/// The date that counts for this type; nothing when only an instant, or nothing, was said.
std::optional<date> counting_date(const canonical_event& event, const policy& rules)
{
    if (begins_employment(event.type))
        return starts_on(event);
    if (ends_employment(event.type))
        return ends_on(event, rules.last_day);
    return event.effective_on;
}

} // namespace

bool is_urgent(const canonical_event& event, const policy& rules)
{
    return event.urgent || (!event.reason.id.empty() && rules.is_urgent_reason(event.reason.id));
}

effective_moment effective_of(const canonical_event& event, const policy& rules, const worker& known)
{
    const auto zone = zone_of(merge(known, event.subject), rules).name;
    const auto day = counting_date(event, rules);
    if (!day && event.effective_at)
        return {jmld::to_text(local_day(*event.effective_at, zone)), zone, event.effective_at};
    if (!day)
        return {{}, zone, std::nullopt};
    return {jmld::to_text(*day), zone,
            ends_employment(event.type) ? end_of_day(*day, zone) : first_instant(*day, zone)};
}

engine::value event_for_expressions(const canonical_event& event, const policy& rules, const worker& known)
{
    auto content = to_value(event).with("zone", zone_of(merge(known, event.subject), rules).name);
    if (begins_employment(event.type)) {
        if (const auto day = starts_on(event))
            content = content.with("start", *day);
        if (!event.effective_on && !event.effective_at && event.subject.start)
            content = content.with("effective_on", *event.subject.start);
    }
    if (ends_employment(event.type))
        if (const auto day = ends_on(event, rules.last_day))
            content = content.with("ends_on", *day);
    return content;
}

} // namespace jmld::workflows
