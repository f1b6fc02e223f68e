// Reading side of runs: lists led by the index that makes them short, histories held against their digests.
#include "store/payloads.hpp"
#include "store/run_rows.hpp"
#include "store/tally.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <limits>

namespace jmld::store {

namespace {

#define JMLD_RUN_COLUMNS                                                                                               \
    "SELECT id, workflow, definition_sha256, direction, state, subject, event_source, event_id, priority, "            \
    "created_at, started_at, "                                                                                         \
    "ended_at, superseded_by, step_states, error, attempts_max, next_attempt_at, last_seq, open FROM run "

runtime::run_row run_at(const statement& at)
{
    runtime::run_row row;
    row.id.text = at.text(0);
    row.workflow = at.text(1);
    row.definition_sha256 = at.digest(2);
    row.direction = at.text(3);
    row.state = at.text(4);
    row.subject.text = at.text(5);
    row.event = {at.text(6), at.text(7)};
    row.priority = static_cast<int>(at.integer(8));
    row.created_at = at.instant(9);
    row.started_at = at.optional_instant(10);
    row.ended_at = at.optional_instant(11);
    row.superseded_by = at.text(12);
    row.step_states = at.text(13);
    row.error = at.text(14);
    row.attempts_max = static_cast<int>(at.integer(15));
    row.next_attempt_at = at.optional_instant(16);
    row.last_seq = static_cast<std::uint64_t>(at.integer(17));
    row.open = at.integer(18) != 0;
    return row;
}

result<std::int64_t> position(connection& db, const std::string& after)
{
    if (after.empty())
        return std::numeric_limits<std::int64_t>::max();
    auto query = db.use("SELECT n FROM run WHERE id = ?1");
    const auto row = query.bind(after).step();
    if (!row)
        return std::unexpected(row.error());
    if (!*row)
        return failure(errc::not_found, "the list has no run " + after + " to go on from");
    return query.integer(0);
}

// The filters every list has; what leads stands before them.
#define JMLD_RUN_FILTERS                                                                                               \
    "n < ?1 AND (?2 = '' OR state = ?2) AND (?3 = '' OR workflow = ?3) "                                               \
    "AND (?4 = '' OR instr(' ' || step_states || ' ', ' ' || ?4 || ' ') > 0) AND (?5 = '' OR error = ?5) AND (?6 = "   \
    "'' OR subject = ?6) "                                                                                             \
    "AND (?7 = '' OR event_id = ?7) AND (?8 IS NULL OR attempts_max >= ?8) AND (?9 IS NULL OR next_attempt_at < ?9) "  \
    "AND (?10 IS NULL OR created_at >= ?10) AND (?11 IS NULL OR created_at < ?11) AND (?12 = 0 OR open = 1) "          \
    "ORDER BY n DESC LIMIT ?13"

constexpr const char* by_event = JMLD_RUN_COLUMNS "WHERE event_id = ?7 AND event_id <> '' AND " JMLD_RUN_FILTERS;
constexpr const char* by_subject = JMLD_RUN_COLUMNS "WHERE subject = ?6 AND subject <> '' AND " JMLD_RUN_FILTERS;
constexpr const char* by_openness = JMLD_RUN_COLUMNS "WHERE open = 1 AND " JMLD_RUN_FILTERS;
constexpr const char* by_state = JMLD_RUN_COLUMNS "WHERE state = ?2 AND " JMLD_RUN_FILTERS;
constexpr const char* by_creation = JMLD_RUN_COLUMNS "WHERE " JMLD_RUN_FILTERS;

const char* led_by(const runtime::run_query& query)
{
    if (!query.event_id.empty())
        return by_event;
    if (!query.subject.empty())
        return by_subject;
    if (!query.state.empty())
        return by_state;
    return query.open_only ? by_openness : by_creation;
}

} // namespace

result<runtime::run_row> read_run(connection& db, const run_id& id)
{
    auto query = db.use(JMLD_RUN_COLUMNS "WHERE id = ?1");
    const auto row = query.bind(id.text).step();
    if (!row)
        return std::unexpected(row.error());
    if (!*row)
        return failure(errc::not_found, "no run " + id.text);
    return run_at(query);
}

result<std::vector<runtime::run_row>> read_runs(connection& db, const runtime::run_query& query)
{
    const auto before = position(db, query.after);
    if (!before)
        return std::unexpected(before.error());
    auto list = db.use(led_by(query));
    list.bind(*before, query.state, query.workflow, query.step_state, query.error, query.subject.text, query.event_id,
              query.attempt_gte, query.next_attempt_before, query.since, query.until, query.open_only,
              std::max(query.limit, 0));
    std::vector<runtime::run_row> rows;
    for (;;) {
        const auto row = list.step();
        if (!row)
            return std::unexpected(row.error());
        if (!*row)
            return rows;
        rows.push_back(run_at(list));
    }
}

result<std::vector<runtime::stored_fact>> read_history(connection& db, const run_id& id, std::uint64_t after)
{
    auto list =
        db.use("SELECT f.seq, f.kind, f.version, f.at, f.text, f.payload, f.payload_sha256, p.bytes FROM run AS r "
               "JOIN fact AS f ON f.run = r.n LEFT JOIN payload AS p ON p.id = f.payload "
               "WHERE r.id = ?1 AND f.seq > ?2 ORDER BY f.seq");
    list.bind(id.text, after);
    std::vector<runtime::stored_fact> facts;
    for (;;) {
        const auto row = list.step();
        if (!row)
            return std::unexpected(row.error());
        if (!*row)
            return facts;
        runtime::stored_fact fact{static_cast<std::uint64_t>(list.integer(0)),
                                  list.text(1),
                                  static_cast<int>(list.integer(2)),
                                  list.instant(3),
                                  list.text(4),
                                  {}};
        auto slots =
            verified(list.bytes(7), list.bytes(6), list.is_null(5), fmt::format("fact {} of {}", fact.seq, id.text));
        if (!slots)
            return std::unexpected(slots.error());
        fact.payloads = std::move(*slots);
        facts.push_back(std::move(fact));
    }
}

result<runtime::journal_counts> read_counts(connection& db)
{
    runtime::journal_counts counts;
    auto runs = read_tally(db, tallied::run);
    if (!runs)
        return std::unexpected(runs.error());
    auto events = read_tally(db, tallied::event);
    if (!events)
        return std::unexpected(events.error());
    auto oldest = db.use("SELECT created_at FROM run WHERE open = 1 ORDER BY n LIMIT 1");
    const auto waiting = oldest.step();
    if (!waiting)
        return std::unexpected(waiting.error());
    if (*waiting)
        counts.oldest_waiting = oldest.instant(0);
    const auto armed = db.number("SELECT count(*) FROM timer WHERE state = 'armed'");
    if (!armed)
        return std::unexpected(armed.error());
    counts.runs_by_state = std::move(*runs);
    counts.events_by_decision = std::move(*events);
    counts.armed_timers = *armed;
    return counts;
}

} // namespace jmld::store
