// Movers, from the evidence that each run left when it ended: what is still there though no rule gives it.
#include "daemon/reports/record_pages.hpp"

namespace jmld::daemon {

namespace asio = boost::asio;
using engine::value;
using engine::value_list;

namespace {

/// Of what is shown as a name, or as an object with one.
value name_of(const value& what)
{
    for (const auto* key : {"name", "label", "type"})
        if (!what[key].is_null())
            return what[key];
    return what;
}

void add_left(value_list& rows, const value& record, std::string_view list, std::string_view why)
{
    for (const auto& left : record[list].items())
        for (const auto* kind : {"group", "app", "role"})
            if (!left[kind].is_null()) {
                auto row = person_in(record);
                row.insert(row.end(),
                           {{"why", why}, {"kind", kind}, {"what", name_of(left[kind])}, {"owner", left["owner"]}});
                rows.emplace_back(std::move(row));
            }
}

} // namespace

report_source movers_report(report_services with, report_request asked)
{
    const auto ended = std::make_shared<record_pages>(with, asked);
    return [ended]() -> asio::awaitable<report_piece> {
        const auto of_ended = ended;
        auto records = co_await of_ended->next();
        if (!records || !*records)
            co_return records;
        value_list rows;
        for (const auto& record : **records)
            if (record["direction"].text_or() == "change") {
                add_left(rows, record, "review", "kept for review");
                add_left(rows, record, "residue", "could not be taken away");
            }
        co_return rows;
    };
}

} // namespace jmld::daemon
