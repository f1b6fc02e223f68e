// A hold's events are compared with what is stored and only the new ones written: in a storm it grows by one, ten
// thousand times.
#include "store/other_rows.hpp"

#include "store/payloads.hpp"

#include <algorithm>

namespace jmld::store {

result<void> raise_alarm(connection& db, const runtime::alarm_row& alarm)
{
    auto put =
        db.use("INSERT INTO alarm (id, cause, kind, at, message, subject, run, event_source, event_id, count) "
               "VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10) ON CONFLICT (cause) DO UPDATE SET count = count + 1");
    return put
        .bind(alarm.id.text, alarm.cause, alarm.kind, alarm.at, alarm.message, alarm.subject.text, alarm.run.text,
              alarm.event.source, alarm.event.id, alarm.count)
        .run();
}

namespace {

result<std::vector<event_key>> events_of(connection& db, std::int64_t hold)
{
    auto list = db.use("SELECT source, id FROM hold_event WHERE hold = ?1 ORDER BY position");
    list.bind(hold);
    std::vector<event_key> events;
    for (;;) {
        const auto row = list.step();
        if (!row)
            return std::unexpected(row.error());
        if (!*row)
            return events;
        events.push_back({list.text(0), list.text(1)});
    }
}

result<std::int64_t> put_hold_row(connection& db, const runtime::hold_row& hold)
{
    const runtime::payload words{hold.decided};
    const auto kept = add_payload(db, hold.decided.empty() ? std::string() : pack({&words}));
    if (!kept)
        return std::unexpected(kept.error());
    auto put = db.use(
        "INSERT INTO hold (id, guard, state, reason, since, decided, payload, payload_sha256) "
        "VALUES (?1, ?2, ?3, ?4, ?5, '', ?6, ?7) "
        "ON CONFLICT (id) DO UPDATE SET guard = excluded.guard, state = excluded.state, reason = excluded.reason, "
        "since = excluded.since, decided = '', payload = excluded.payload, payload_sha256 = excluded.payload_sha256 "
        "RETURNING n");
    const auto row =
        put.bind(hold.id.text, hold.guard, hold.state, hold.reason, hold.since, kept->id, kept->digest()).step();
    if (!row)
        return std::unexpected(row.error());
    const auto n = put.integer(0);
    if (auto done = put.run(); !done)
        return std::unexpected(done.error());
    return n;
}

} // namespace

result<void> put_hold(connection& db, const runtime::hold_row& hold)
{
    const auto n = put_hold_row(db, hold);
    if (!n)
        return std::unexpected(n.error());
    auto stored = events_of(db, *n);
    if (!stored)
        return std::unexpected(stored.error());
    const auto [kept, wanted] = std::mismatch(stored->begin(), stored->end(), hold.events.begin(), hold.events.end());
    const auto same = kept - stored->begin();
    if (kept != stored->end()) {
        auto drop = db.use("DELETE FROM hold_event WHERE hold = ?1 AND position >= ?2");
        if (auto done = drop.bind(*n, static_cast<std::int64_t>(same)).run(); !done)
            return done;
    }
    auto position = static_cast<std::int64_t>(same);
    for (auto event = wanted; event != hold.events.end(); ++event) {
        auto add = db.use("INSERT INTO hold_event (hold, position, source, id) VALUES (?1, ?2, ?3, ?4)");
        if (auto done = add.bind(*n, position++, event->source, event->id).run(); !done)
            return done;
    }
    return {};
}

result<void> add_definition(connection& db, const runtime::definition_text& definition)
{
    auto insert =
        db.use("INSERT INTO definition (sha256, name, text) VALUES (?1, ?2, ?3) ON CONFLICT (sha256) DO NOTHING");
    return insert.bind(definition.sha256, definition.name, definition.text).run();
}

result<std::vector<runtime::alarm_row>> read_alarms(connection& db, int limit)
{
    auto list = db.use("SELECT id, cause, kind, at, message, subject, run, event_source, event_id, count FROM alarm "
                       "ORDER BY n DESC LIMIT ?1");
    list.bind(std::max(limit, 0));
    std::vector<runtime::alarm_row> rows;
    for (;;) {
        const auto row = list.step();
        if (!row)
            return std::unexpected(row.error());
        if (!*row)
            return rows;
        rows.push_back({{list.text(0)},
                        list.text(1),
                        list.text(2),
                        list.instant(3),
                        list.text(4),
                        {list.text(5)},
                        {list.text(6)},
                        {list.text(7), list.text(8)},
                        static_cast<int>(list.integer(9))});
    }
}

result<std::vector<runtime::hold_row>> read_holds(connection& db, const std::string& state)
{
    auto list = state.empty()
                    ? db.use("SELECT hold.n, hold.id, hold.guard, hold.state, hold.reason, hold.since, hold.decided, "
                             "hold.payload, hold.payload_sha256, "
                             "p.bytes FROM hold LEFT JOIN payload AS p ON p.id = hold.payload ORDER BY hold.n")
                    : db.use("SELECT hold.n, hold.id, hold.guard, hold.state, hold.reason, hold.since, hold.decided, "
                             "hold.payload, hold.payload_sha256, "
                             "p.bytes FROM hold LEFT JOIN payload AS p ON p.id = hold.payload WHERE hold.state = ?1 "
                             "ORDER BY hold.n");
    if (!state.empty())
        list.bind(state);
    std::vector<runtime::hold_row> rows;
    for (;;) {
        const auto row = list.step();
        if (!row)
            return std::unexpected(row.error());
        if (!*row)
            return rows;
        auto events = events_of(db, list.integer(0));
        if (!events)
            return std::unexpected(events.error());
        auto words = verified(list.bytes(9), list.bytes(8), list.is_null(7), "hold " + list.text(1));
        if (!words)
            return std::unexpected(words.error());
        rows.push_back({{list.text(1)},
                        list.text(2),
                        list.text(3),
                        list.text(4),
                        list.instant(5),
                        std::move(*events),
                        words->empty() ? list.text(6) : std::move(words->front().bytes)});
    }
}

result<runtime::definition_text> read_definition(connection& db, const std::string& sha256)
{
    auto query = db.use("SELECT sha256, name, text FROM definition WHERE sha256 = ?1");
    const auto row = query.bind(sha256).step();
    if (!row)
        return std::unexpected(row.error());
    if (!*row)
        return failure(errc::not_found, "no definition with the SHA-256 " + sha256);
    return runtime::definition_text{query.text(0), query.text(1), query.text(2)};
}

} // namespace jmld::store
