// One row of the report of leavers, from what is known: a record of evidence, a run without one, an event without a
// run. What is not known is null, never "late". It reads nothing.
#pragma once

#include "daemon/reports/report.hpp"
#include "daemon/rule_book.hpp"

#include <string_view>

namespace jmld::daemon {

/// A workflow that events start to close somebody. One that is not in force any more counts: rather one too many.
bool closes_leavers(const rule_book& rules, std::string_view workflow);
/// Whether an event of this type starts one.
bool begins_leaving(const rule_book& rules, std::string_view event_type);
/// From the event, where it can still be read. When it should have happened stands in its decision; of one that waits
/// without a decision of its own it is computed.
std::optional<time_point> effective_at(const runtime::event_record& event, const workflows::policy& rules);

engine::value leaver_row(const engine::value& record, const report_request& asked, time_point now);
/// `event`: nullptr where a person started it.
engine::value leaver_row(const runtime::run_row& run, const runtime::event_record* event, const rule_book& rules,
                         const report_request& asked, time_point now);
engine::value leaver_row(const runtime::event_record& event, const rule_book& rules, const report_request& asked,
                         time_point now);

} // namespace jmld::daemon
