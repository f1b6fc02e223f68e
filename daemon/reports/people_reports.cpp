// Leavers and movers, from the evidence that each run left when it ended; runs that have not ended stand at the end, so
// that the population is complete.
#include "daemon/reports/report.hpp"

#include "daemon/evidence/log_supplement.hpp"
#include "daemon/evidence/moments.hpp"
#include "engine/json/json.hpp"
#include "engine/runtime/evidence_chain.hpp"

#include <algorithm>

namespace jmld::daemon {

namespace asio = boost::asio;
using engine::value;
using engine::value_list;

namespace {

constexpr int piece = 100;

/// Records of the period, newest first, page by page.
class evidence_pages
{
public:
    evidence_pages(report_services with, const report_request& asked) : with_(with)
    {
        query_.since = asked.from;
        query_.until = asked.to;
        query_.limit = piece;
    }

    /// Nothing at the end.
    asio::awaitable<report_piece> next()
    {
        if (over_)
            co_return std::nullopt;
        auto found = co_await with_.store.evidence(query_);
        if (!found)
            co_return std::unexpected(found.error());
        over_ = found->size() < static_cast<std::size_t>(piece);
        value_list shown;
        for (const auto& record : *found) {
            auto one = runtime::shown_evidence(record, true);
            if (!one)
                co_return std::unexpected(one.error());
            if (!is_supplement(*one))
                shown.push_back(std::move(*one));
            query_.before = record.seq;
        }
        co_return shown;
    }

private:
    report_services with_;
    runtime::evidence_query query_;
    bool over_ = false;
};

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

/// Who took longest, when it was late at all.
value who_was_late(const value& late_ms)
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

value leaver_row(const value& record, duration sla)
{
    auto row = person_in(record);
    const auto effective = record["effective"]["at"].is_null() ? record["received_at"] : record["effective"]["at"];
    const auto contained = seconds_between(effective, record["contained_at"]);
    const auto* took = contained.if_integer();
    const bool within = took != nullptr && *took <= sla.count() / 1000;
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
                {"sla_s", sla.count() / 1000},
                {"within_sla", within},
                {"late_by", within ? value() : who_was_late(late)},
                {"late_hr_s", seconds(late["hr"])},
                {"late_delivery_s", seconds(late["delivery"])},
                {"late_jmld_s", seconds(late["jmld"])},
                {"late_okta_s", seconds(late["okta"])},
                {"residue", static_cast<std::int64_t>(record["residue"].items().size())}});
    return value(std::move(row));
}

/// Leavers that are under way: nothing of them is proved yet.
class open_leavers
{
public:
    open_leavers(report_services with, const report_request& asked) : with_(with), asked_(asked)
    {
        query_.open_only = true;
        query_.until = asked.to;
        query_.limit = piece;
    }

    asio::awaitable<report_piece> next()
    {
        if (over_)
            co_return std::nullopt;
        auto found = co_await with_.store.runs(query_);
        if (!found)
            co_return std::unexpected(found.error());
        over_ = found->size() < static_cast<std::size_t>(piece);
        value_list rows;
        for (const auto& run : *found) {
            query_.after = run.id.text;
            if (run.direction != "revoke")
                continue;
            auto event = co_await with_.store.event(run.event); // a run by hand has none
            rows.push_back(row_of(run, event ? &*event : nullptr));
        }
        co_return rows;
    }

private:
    // When it should have happened is proved at its end; until then it counts from when the run was made.
    value row_of(const runtime::run_row& run, const runtime::event_record* event) const
    {
        const bool in_time = with_.time.now() - run.created_at <= asked_.sla;
        return value::map({{"run", run.id.text},
                           {"event", run.event.id},
                           {"type", event != nullptr ? value(event->type) : value()},
                           {"state", run.state},
                           {"entered_at", event != nullptr ? moment_value(event->entered_at) : value()},
                           {"received_at", event != nullptr ? value(to_rfc3339(event->received_at)) : value()},
                           {"sla_s", asked_.sla.count() / 1000},
                           {"within_sla", in_time ? value() : value(false)}});
    }

    report_services with_;
    report_request asked_;
    runtime::run_query query_;
    bool over_ = false;
};

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

report_source leavers_report(report_services with, report_request asked)
{
    const auto ended = std::make_shared<evidence_pages>(with, asked);
    const auto open = std::make_shared<open_leavers>(with, asked);
    return [ended, open, asked]() -> asio::awaitable<report_piece> {
        const auto of_ended = ended; // outlives the closure
        const auto of_open = open;
        const auto sla = asked.sla;
        auto records = co_await of_ended->next();
        if (!records)
            co_return records;
        if (!*records) {
            auto rows = co_await of_open->next();
            co_return rows;
        }
        value_list rows;
        for (const auto& record : **records)
            if (record["direction"].text_or() == "revoke")
                rows.push_back(leaver_row(record, sla));
        co_return rows;
    };
}

report_source movers_report(report_services with, report_request asked)
{
    const auto ended = std::make_shared<evidence_pages>(with, asked);
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
