// Due timers are looked up priority by priority, so that the index alone gives the order and nothing not yet due is
// touched.
#include "store/timer_rows.hpp"

#include <algorithm>
#include <limits>

namespace jmld::store {

namespace {

#define JMLD_TIMER_COLUMNS                                                                                             \
    "SELECT id, kind, at, state, subject, event_source, event_id, run, step, rule_date, rule_zone, priority FROM "     \
    "timer "

result<bool> collect(statement& query, std::vector<runtime::timer_row>& rows)
{
    for (;;) {
        const auto row = query.step();
        if (!row || !*row)
            return row;
        rows.push_back({{query.text(0)},
                        query.text(1),
                        query.instant(2),
                        query.text(3),
                        {query.text(4)},
                        {query.text(5), query.text(6)},
                        {query.text(7)},
                        query.text(8),
                        query.text(9),
                        query.text(10),
                        static_cast<int>(query.integer(11))});
    }
}

/// The lowest priority number above `above` that has an armed timer.
result<std::optional<std::int64_t>> next_priority(connection& db, std::int64_t above)
{
    auto query = db.use("SELECT priority FROM timer WHERE state = 'armed' AND priority > ?1 ORDER BY priority LIMIT 1");
    const auto row = query.bind(above).step();
    if (!row)
        return std::unexpected(row.error());
    return *row ? std::optional(query.integer(0)) : std::nullopt;
}

constexpr std::int64_t below_all = std::numeric_limits<std::int64_t>::min();

} // namespace

result<void> put_timer(connection& db, const runtime::timer_row& timer)
{
    // Settling or moving a timer leaves its owner alone: two of its three indexes are then not touched.
    auto settle = db.use("UPDATE timer SET kind = ?4, at = ?5, state = ?6, event_source = ?7, event_id = ?8, step = "
                         "?9, rule_date = ?10, "
                         "rule_zone = ?11, priority = ?12 WHERE id = ?1 AND subject = ?2 AND run = ?3");
    const auto settled =
        settle
            .bind(timer.id.text, timer.subject.text, timer.run.text, timer.kind, timer.at, timer.state,
                  timer.event.source, timer.event.id, timer.step, timer.rule_date, timer.rule_zone, timer.priority)
            .run();
    if (!settled || db.changed() > 0)
        return settled;
    auto insert = db.use(
        "INSERT INTO timer (id, kind, at, state, subject, event_source, event_id, run, step, rule_date, rule_zone, "
        "priority) VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11, ?12) "
        "ON CONFLICT (id) DO UPDATE SET kind = excluded.kind, at = excluded.at, state = excluded.state, "
        "subject = excluded.subject, event_source = excluded.event_source, event_id = excluded.event_id, "
        "run = excluded.run, step = excluded.step, rule_date = excluded.rule_date, rule_zone = excluded.rule_zone, "
        "priority = excluded.priority");
    return insert
        .bind(timer.id.text, timer.kind, timer.at, timer.state, timer.subject.text, timer.event.source, timer.event.id,
              timer.run.text, timer.step, timer.rule_date, timer.rule_zone, timer.priority)
        .run();
}

result<std::vector<runtime::timer_row>> read_due_timers(connection& db, time_point until, int limit)
{
    std::vector<runtime::timer_row> rows;
    auto priority = next_priority(db, below_all);
    while (priority && *priority && std::cmp_less(rows.size(), limit)) {
        auto list =
            db.use(JMLD_TIMER_COLUMNS "WHERE state = 'armed' AND priority = ?1 AND at <= ?2 ORDER BY at, id LIMIT ?3");
        list.bind(**priority, until, limit - static_cast<int>(rows.size()));
        if (auto done = collect(list, rows); !done)
            return std::unexpected(done.error());
        priority = next_priority(db, **priority);
    }
    if (!priority)
        return std::unexpected(priority.error());
    return rows;
}

result<std::optional<time_point>> read_next_timer(connection& db)
{
    std::optional<time_point> next;
    auto priority = next_priority(db, below_all);
    while (priority && *priority) {
        auto first = db.use("SELECT at FROM timer WHERE state = 'armed' AND priority = ?1 ORDER BY at LIMIT 1");
        const auto row = first.bind(**priority).step();
        if (!row)
            return std::unexpected(row.error());
        if (*row)
            next = std::min(next.value_or(first.instant(0)), first.instant(0));
        priority = next_priority(db, **priority);
    }
    if (!priority)
        return std::unexpected(priority.error());
    return next;
}

result<std::vector<runtime::timer_row>> read_timers(connection& db, const person_key& subject, const run_id& run)
{
    auto list = subject.empty() ? db.use(JMLD_TIMER_COLUMNS "WHERE run = ?1 AND run <> '' ORDER BY at, id")
                                : db.use(JMLD_TIMER_COLUMNS "WHERE subject = ?1 AND subject <> '' ORDER BY at, id");
    list.bind(subject.empty() ? run.text : subject.text);
    std::vector<runtime::timer_row> rows;
    if (auto done = collect(list, rows); !done)
        return std::unexpected(done.error());
    return rows;
}

} // namespace jmld::store
