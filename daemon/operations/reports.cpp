// The first piece is read before anything is answered, so that a report that cannot be made at all is a problem with
// its status. One that breaks off later says so in its last line: half a report must not pass for a whole one.
#include "daemon/operations/reports.hpp"

#include "daemon/operations/common.hpp"
#include "daemon/reports/writing.hpp"
#include "engine/json/json.hpp"

#include <spdlog/spdlog.h>

#include <utility>

namespace jmld::daemon {

namespace asio = boost::asio;
using engine::value;
using engine::value_list;

namespace {

/// One report while it is sent.
struct writing_state
{
    const report_kind* kind = nullptr;
    report_request asked;
    report_source source;
    std::optional<value_list> ahead; ///< the first piece
    bool csv = false, begun = false, over = false, any = false;
};

std::string head_of(writing_state& now)
{
    now.begun = true;
    if (now.csv)
        return csv_line(now.kind->columns);
    return "{\"report\":" + engine::json::write(value(std::string(now.kind->name))) +
           ",\"from\":" + engine::json::write(value(to_rfc3339(now.asked.from))) +
           ",\"to\":" + engine::json::write(value(to_rfc3339(now.asked.to))) + ",\"rows\":[";
}

std::string rows_of(writing_state& now, const value_list& rows)
{
    std::string text;
    for (const auto& row : rows) {
        text += now.csv ? csv_row(row, now.kind->columns)
                        : std::string(now.any ? ",\n" : "\n") + json_row(row, now.kind->columns);
        now.any = true;
    }
    return text;
}

std::string end_of(writing_state& now, const std::string& broken_off)
{
    now.over = true;
    if (now.csv)
        return broken_off.empty() ? std::string() : csv_line({csv_field(value("INCOMPLETE: " + broken_off))});
    return "\n],\"complete\":" + std::string(broken_off.empty() ? "true" : "false") +
           (broken_off.empty() ? "" : ",\"why\":" + engine::json::write(value(broken_off))) + "}\n";
}

asio::awaitable<std::optional<std::string>> next_text(std::shared_ptr<writing_state> now)
{
    if (now->over)
        co_return std::nullopt;
    if (!now->begun) {
        auto text = head_of(*now);
        if (const auto first = std::exchange(now->ahead, std::nullopt))
            text += rows_of(*now, *first);
        else
            text += end_of(*now, {});
        co_return text;
    }
    // An empty chunk would end the answer.
    for (;;) {
        auto more = co_await now->source();
        if (!more) {
            spdlog::warn("a report of {} breaks off: {}", now->kind->name, more.error().what);
            co_return end_of(*now, more.error().what);
        }
        if (!*more) {
            auto text = end_of(*now, {});
            if (text.empty())
                co_return std::nullopt;
            co_return text;
        }
        auto text = rows_of(*now, **more);
        if (!text.empty())
            co_return text;
    }
}

result<report_request> request_in(const call& asked, time_point now)
{
    const auto from = instant_of(asked, "from");
    const auto to = from ? instant_of(asked, "to") : std::unexpected(from.error());
    if (!to)
        return std::unexpected(to.error());
    report_request made;
    made.to = to->value_or(now);
    made.from = from->value_or(made.to - std::chrono::hours(24 * 30));
    if (made.from >= made.to)
        return failure(errc::invalid_input, "from: must be before 'to'");
    if (const auto* text = asked.find("sla")) {
        const auto sla = parse_duration(*text);
        if (!sla || *sla <= duration::zero())
            return failure(errc::invalid_input, "sla: a duration such as 24h or 60m");
        made.sla = *sla;
    }
    return made;
}

asio::awaitable<http::reply> write_report(report_services with, call asked)
{
    const auto* kind = find_report(asked.param("name"));
    if (kind == nullptr)
        co_return problem(404, "no such report", "GET /v1/reports lists them");
    const auto* format = asked.find("format");
    if (format != nullptr && *format != "csv" && *format != "json")
        co_return problem(failure(errc::invalid_input, "format: csv or json").error());
    auto request = request_in(asked, with.time.now());
    if (!request)
        co_return problem(request.error());
    const auto now = std::make_shared<writing_state>();
    now->kind = kind;
    now->asked = *request;
    now->csv = format != nullptr && *format == "csv";
    now->source = kind->open(with, *request);
    auto first = co_await now->source();
    if (!first)
        co_return problem(first.error());
    now->ahead = std::move(*first);
    http::reply answer;
    const std::string type = now->csv ? "text/csv; charset=utf-8" : "application/json";
    answer.message.headers = {{"Content-Type", type}, {"Cache-Control", "no-store"}};
    if (now->csv)
        answer.message.headers.emplace_back("Content-Disposition",
                                            "attachment; filename=\"" + std::string(kind->name) + ".csv\"");
    answer.stream = [now] { return next_text(now); };
    co_return answer;
}

asio::awaitable<http::reply> list_reports(report_services, call)
{
    value_list_builder items;
    for (const auto& one : all_reports()) {
        value_list_builder columns;
        for (const auto& column : one.columns)
            columns.add(column);
        items.add(value::map(
            {{"name", std::string(one.name)}, {"says", std::string(one.says)}, {"columns", columns.take()}}));
    }
    co_return json_answer(value::map({{"reports", items.take()}}));
}

} // namespace

result<void> add_report_routes(router& routes, report_services services)
{
    const auto bound = [&services](auto work) -> endpoint {
        return [services, work](call asked) { return work(services, std::move(asked)); };
    };
    return routes.add_all({
        {"GET", "/v1/reports", role::viewer, {}, "The reports that there are, with their columns", bound(list_reports)},
        {"GET",
         "/v1/reports/{name}",
         role::operator_,
         {"from", "to", "format", "sla"},
         "One report over a period as CSV or JSON; it names people",
         bound(write_report)},
    });
}

} // namespace jmld::daemon
