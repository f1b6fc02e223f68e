// Reports for auditors: a list of them, and one of them as CSV or JSON, streamed. What stands in which report is
// daemon/reports.
#pragma once

#include "daemon/http/router.hpp"
#include "daemon/reports/report.hpp"

namespace jmld::daemon {

result<void> add_report_routes(router& routes, report_services services);

} // namespace jmld::daemon
