// Everybody who left: those with evidence, then events that wait for their run, then runs that left no evidence. In
// this order nobody is missed who moves on meanwhile; somebody may stand there twice.
#include "daemon/evidence/log_supplement.hpp"
#include "daemon/reports/leaver_rows.hpp"
#include "daemon/reports/record_pages.hpp"

#include "engine/runtime/evidence_chain.hpp"

#include <algorithm>
#include <array>
#include <utility>

namespace jmld::daemon {

namespace asio = boost::asio;
using engine::value;
using engine::value_list;

namespace {

/// What one report goes by from its beginning to its end.
struct leavers_asked
{
    report_services with;
    report_request asked;
    rule_book_pointer rules;
    bool until_now; ///< the period ends no earlier than the report begins

    time_point now() const { return with.time.now(); }
};

bool closed_somebody(std::string_view state) { return state == "succeeded" || state == "closed_with_residue"; }

/// Whether an earlier run of the same event had closed the person: then this one took away what came back.
runtime::awaitable_result<bool> follows_another(const leavers_asked& with, run_id run, std::string event)
{
    if (event.empty())
        co_return false;
    runtime::run_query query;
    query.event_id = std::move(event);
    query.limit = report_page;
    auto found = co_await with.with.store.runs(std::move(query));
    if (!found)
        co_return std::unexpected(found.error());
    const auto own = std::ranges::find(*found, run, &runtime::run_row::id);
    co_return own != found->end() && std::ranges::any_of(*found, [&](const runtime::run_row& other) {
        return other.event == own->event && other.id.text < run.text && closed_somebody(other.state) &&
               other.direction == "revoke" && closes_leavers(*with.rules, other.workflow);
    });
}

/// Leavers that have ended, with their evidence.
class proved_leavers
{
public:
    explicit proved_leavers(leavers_asked with) : with_(std::move(with)), records_(with_.with, with_.asked) {}

    asio::awaitable<report_piece> next()
    {
        auto records = co_await records_.next();
        if (!records || !*records)
            co_return records;
        value_list rows;
        for (const auto& record : **records) {
            if (record["direction"].text_or() != "revoke" ||
                !closes_leavers(*with_.rules, record["workflow"].text_or()))
                continue;
            auto follows = co_await follows_another(with_, {record["run"].text_or()}, record["event"]["id"].text_or());
            if (!follows)
                co_return std::unexpected(follows.error());
            if (!*follows)
                rows.push_back(leaver_row(record, with_.asked, with_.now()));
        }
        co_return rows;
    }
    std::uint64_t newest() const { return records_.newest(); }

private:
    leavers_asked with_;
    record_pages records_;
};

/// Events that should have closed somebody and have started nothing: nobody decided about them, a guard holds them,
/// they wait for a person, or their moment has passed unnoticed.
class waiting_events
{
public:
    explicit waiting_events(leavers_asked with) : with_(std::move(with)) { begin(); }

    asio::awaitable<report_piece> next()
    {
        if (at_ == decisions.size())
            co_return std::nullopt;
        auto found = co_await with_.with.store.events(query_);
        if (!found)
            co_return std::unexpected(found.error());
        value_list rows;
        for (const auto& event : *found) {
            query_.after = event.key.source + "~" + event.key.id;
            if (belongs(event))
                rows.push_back(leaver_row(event, *with_.rules, with_.asked, with_.now()));
        }
        if (found->size() < static_cast<std::size_t>(report_page)) {
            ++at_;
            begin();
        }
        co_return rows;
    }

private:
    static constexpr std::array<std::string_view, 4> decisions{"", "held", "parked", "scheduled"};

    void begin()
    {
        query_ = {};
        query_.limit = report_page;
        if (at_ < decisions.size())
            query_.decision = std::string(decisions[at_]);
        query_.undecided_only = query_.decision.empty();
    }
    bool belongs(const runtime::event_record& event) const
    {
        if (!begins_leaving(*with_.rules, event.type) || event.received_at >= with_.asked.to)
            return false;
        const auto effective = effective_at(event, with_.rules->policy);
        const auto passed = effective && *effective < std::min(with_.asked.to, with_.now());
        return passed || (!effective && event.decision != "scheduled");
    }

    leavers_asked with_;
    runtime::event_query query_;
    std::size_t at_ = 0;
};

/// Leavers that are under way, those that ended before they had read their person, and those that ended while this
/// report was made.
class unproved_leavers
{
public:
    explicit unproved_leavers(leavers_asked with) : with_(std::move(with))
    {
        query_.limit = report_page;
        if (!with_.until_now)
            query_.until = with_.asked.to;
    }

    /// `newest`: of the records that have a row already.
    asio::awaitable<report_piece> next(std::uint64_t newest)
    {
        if (over_)
            co_return std::nullopt;
        auto found = co_await with_.with.store.runs(query_);
        if (!found)
            co_return std::unexpected(found.error());
        over_ = found->size() < static_cast<std::size_t>(report_page);
        value_list rows;
        for (const auto& run : *found) {
            query_.after = run.id.text;
            if (!belongs(run))
                continue;
            auto row = co_await row_of(run, newest);
            if (!row)
                co_return std::unexpected(row.error());
            if (!row->is_null())
                rows.push_back(std::move(*row));
        }
        co_return rows;
    }

private:
    bool belongs(const runtime::run_row& run) const
    {
        const bool in_period = run.open || (run.ended_at && *run.ended_at >= with_.asked.from &&
                                            (with_.until_now || *run.ended_at < with_.asked.to));
        return in_period && run.direction == "revoke" && closes_leavers(*with_.rules, run.workflow);
    }

    struct proof
    {
        bool there = false;
        value shown; ///< null: it has a row already
    };
    /// Its last record; those that only add Okta's log to one are none.
    runtime::awaitable_result<proof> proof_of(run_id run, std::uint64_t newest)
    {
        runtime::evidence_query query;
        query.run = std::move(run);
        query.limit = report_page;
        auto found = co_await with_.with.store.evidence(std::move(query));
        if (!found)
            co_return std::unexpected(found.error());
        for (const auto& record : *found) {
            auto shown = runtime::shown_evidence(record, true);
            if (!shown)
                co_return std::unexpected(shown.error());
            if (!is_supplement(*shown))
                co_return proof{true, record.seq <= newest ? value() : std::move(*shown)};
        }
        co_return proof{};
    }

    /// Null where there is a row already, or is none to be.
    runtime::awaitable_result<value> row_of(const runtime::run_row& run, std::uint64_t newest)
    {
        auto follows = co_await follows_another(with_, run.id, run.event.id);
        if (!follows)
            co_return std::unexpected(follows.error());
        if (*follows)
            co_return value();
        if (!run.open) {
            auto record = co_await proof_of(run.id, newest);
            if (!record)
                co_return std::unexpected(record.error());
            if (record->there)
                co_return record->shown.is_null() ? value() : leaver_row(record->shown, with_.asked, with_.now());
        }
        auto event = co_await with_.with.store.event(run.event); // a run by hand has none
        co_return leaver_row(run, event ? &*event : nullptr, *with_.rules, with_.asked, with_.now());
    }

    leavers_asked with_;
    runtime::run_query query_;
    bool over_ = false;
};

struct leavers_state
{
    explicit leavers_state(const leavers_asked& with) : proved(with), waiting(with), unproved(with) {}

    proved_leavers proved;
    waiting_events waiting;
    unproved_leavers unproved;
};

} // namespace

report_source leavers_report(report_services with, report_request asked)
{
    const auto now =
        std::make_shared<leavers_state>(leavers_asked{with, asked, with.rules.current, asked.to >= with.time.now()});
    return [now]() -> asio::awaitable<report_piece> {
        const auto mine = now; // outlives the closure
        auto rows = co_await mine->proved.next();
        if (!rows || *rows)
            co_return rows;
        rows = co_await mine->waiting.next();
        if (!rows || *rows)
            co_return rows;
        rows = co_await mine->unproved.next(mine->proved.newest());
        co_return rows;
    };
}

} // namespace jmld::daemon
