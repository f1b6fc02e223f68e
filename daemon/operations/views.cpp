// Absent is null; an event stands by its own id.
#include "daemon/operations/views.hpp"

#include "daemon/operations/common.hpp"
#include "engine/json/json.hpp"

namespace jmld::daemon {

using engine::value;

value alarm_value(const runtime::alarm_row& row, const value& subject)
{
    return value::map({{"id", row.id.text},
                       {"at", to_rfc3339(row.at)},
                       {"kind", row.kind},
                       {"message", row.message},
                       {"subject", subject},
                       {"run", text_or_null(row.run.text)},
                       {"event", text_or_null(row.event.id)},
                       {"count", row.count}});
}

value timer_value(const runtime::timer_row& row, const value& subject)
{
    return value::map({{"id", row.id.text},
                       {"kind", row.kind},
                       {"at", to_rfc3339(row.at)},
                       {"state", row.state},
                       {"subject", subject},
                       {"event", text_or_null(row.event.id)},
                       {"run", text_or_null(row.run.text)},
                       {"step", text_or_null(row.step)},
                       {"rule", row.rule_date.empty()
                                    ? value()
                                    : value::map({{"date", row.rule_date}, {"zone", text_or_null(row.rule_zone)}})}});
}

value hold_value(const runtime::hold_row& row)
{
    value_list_builder events;
    for (const auto& key : row.events)
        events.add(key.id);
    return value::map(
        {{"id", row.id.text},
         {"guard", row.guard},
         {"state", row.state},
         {"reason", row.reason},
         {"since", to_rfc3339(row.since)},
         {"events", events.take()},
         {"decided", row.decided.empty() ? value() : engine::json::parse(row.decided).value_or(value())}});
}

} // namespace jmld::daemon
