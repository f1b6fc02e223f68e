// The sequence number of the last record leads to the next page, so that records written meanwhile do not shift it.
#include "daemon/reports/record_pages.hpp"

#include "daemon/evidence/log_supplement.hpp"
#include "engine/runtime/evidence_chain.hpp"

#include <algorithm>
#include <utility>

namespace jmld::daemon {

namespace asio = boost::asio;
using engine::value;
using engine::value_list;

record_pages::record_pages(report_services with, const report_request& asked) : with_(with)
{
    query_.since = asked.from;
    query_.until = asked.to;
    query_.limit = report_page;
}

asio::awaitable<report_piece> record_pages::next()
{
    if (over_)
        co_return std::nullopt;
    auto found = co_await with_.store.evidence(query_);
    if (!found)
        co_return std::unexpected(found.error());
    over_ = found->size() < static_cast<std::size_t>(report_page);
    value_list shown;
    for (const auto& record : *found) {
        auto one = runtime::shown_evidence(record, true);
        if (!one)
            co_return std::unexpected(one.error());
        if (!is_supplement(*one))
            shown.push_back(std::move(*one));
        newest_ = std::max(newest_, record.seq);
        query_.before = record.seq;
    }
    co_return shown;
}

engine::value_map person_in(const value& record)
{
    const auto& who = record["subject"];
    const bool erased = record["erased"] == value(true);
    return {{"worker_id", who["worker_id"]},
            {"universal_id", who["universal_id"]},
            {"name", erased ? value("(erased)") : who["name"]},
            {"login", who["login"]},
            {"okta_id", who["okta_id"]},
            {"run", record["run"]},
            {"event", record["event"]["id"]},
            {"ended_at", record["ended_at"]},
            {"evidence", record["id"]}};
}

} // namespace jmld::daemon
