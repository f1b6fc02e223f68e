// Evidence of a period as reports read it: newest first, page by page, with the words about the person that every row
// begins with. It keeps no page.
#pragma once

#include "daemon/reports/report.hpp"

namespace jmld::daemon {

inline constexpr int report_page = 100; ///< rows of the store read at once

class record_pages
{
public:
    record_pages(report_services with, const report_request& asked);
    /// The next records as shown; nothing at the end.
    boost::asio::awaitable<report_piece> next();
    /// Of the first record read; what is written later is newer. 0: there was none.
    std::uint64_t newest() const { return newest_; }

private:
    report_services with_;
    runtime::evidence_query query_;
    std::uint64_t newest_ = 0;
    bool over_ = false;
};

/// Who a record is about, its run, its event, its end.
engine::value_map person_in(const engine::value& record);

} // namespace jmld::daemon
