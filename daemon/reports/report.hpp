// What an auditor asks for as rows: read piece by piece, so that a report over years costs no more memory than one page
// of it. It writes nothing down and changes nothing.
#pragma once

#include "connectors/okta/client.hpp"
#include "daemon/rule_book.hpp"
#include "daemon/webhooks/source_set.hpp"
#include "engine/runtime/journal.hpp"

#include <boost/asio/awaitable.hpp>

#include <functional>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace jmld::daemon {

struct report_services
{
    runtime::journal& store;
    runtime::clock& time;
    okta::client& okta;
    const source_set_pointer& sources; ///< the set in force
    const rule_book_holder& rules;
};

/// What was asked; `from` ≤ moment < `to`.
struct report_request
{
    time_point from{}, to{};
    duration sla{24 * 3'600'000LL}; ///< within which somebody who leaves must be contained
};

/// The next rows, each a map of the report's columns; nothing at the end. A piece may be empty.
using report_piece = result<std::optional<engine::value_list>>;
using report_source = std::function<boost::asio::awaitable<report_piece>()>;

struct report_kind
{
    std::string_view name;
    std::string_view says;
    std::vector<std::string> columns;
    report_source (*open)(report_services with, report_request asked);
};
/// leavers, movers, orphans, failed-sign-ins, memberships.
const std::vector<report_kind>& all_reports();
/// nullptr when there is none of that name.
const report_kind* find_report(std::string_view name);

report_source leavers_report(report_services with, report_request asked);
report_source movers_report(report_services with, report_request asked);
report_source orphans_report(report_services with, report_request asked);
report_source sign_ins_report(report_services with, report_request asked);
report_source memberships_report(report_services with, report_request asked);

} // namespace jmld::daemon
