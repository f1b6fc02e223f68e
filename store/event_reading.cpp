// Reading side of events: one column list, a few orders of rows, every payload held against its digest.
#include "store/event_rows.hpp"
#include "store/payloads.hpp"

#include <fmt/format.h>

#include <limits>

namespace jmld::store {

namespace {

#define JMLD_EVENT_COLUMNS                                                                                             \
    "SELECT e.id, e.source, e.type, e.received_at, e.entered_at, e.process_id, e.action, e.corrects, e.rescinds, "     \
    "e.person, "                                                                                                       \
    "e.details, e.decision, e.reason, e.decided_by, e.run, e.identity_sha256, e.payload, e.payload_sha256, p.bytes "   \
    "FROM event AS e LEFT JOIN payload AS p ON p.id = e.payload "

runtime::event_record row_of(const statement& row)
{
    runtime::event_record event;
    event.key = {row.text(1), row.text(0)};
    event.type = row.text(2);
    event.received_at = row.instant(3);
    event.entered_at = row.optional_instant(4);
    event.process_id = row.text(5);
    event.action = row.text(6);
    event.corrects = row.text(7);
    event.rescinds = row.text(8);
    event.person.text = row.text(9);
    event.details = row.text(10);
    event.decision = row.text(11);
    event.reason = row.text(12);
    event.by = row.text(13);
    event.run.text = row.text(14);
    event.identity_sha256 = row.digest(15);
    return event;
}

result<runtime::event_record> event_at(const statement& row)
{
    auto event = row_of(row);
    auto slots = verified(row.bytes(18), row.bytes(17), row.is_null(16), "event " + event.key.id);
    if (!slots)
        return std::unexpected(slots.error());
    slots->resize(event_slots);
    event.body = std::move((*slots)[0]);
    event.headers = std::move((*slots)[1]);
    event.canonical = std::move((*slots)[2]);
    if (!(*slots)[3].bytes.empty())
        event.reason = std::move((*slots)[3].bytes);
    return event;
}

result<std::vector<runtime::event_record>> all_of(statement& query)
{
    std::vector<runtime::event_record> events;
    for (;;) {
        const auto row = query.step();
        if (!row)
            return std::unexpected(row.error());
        if (!*row)
            return events;
        // One damaged payload must not hide all the others; it is not handed on either.
        auto event = event_at(query);
        events.push_back(event ? std::move(*event) : row_of(query));
    }
}

/// Number of the event after which the next page begins; none: from the newest.
result<std::int64_t> position(connection& db, const std::string& after)
{
    if (after.empty())
        return std::numeric_limits<std::int64_t>::max();
    const auto split = after.find('~');
    const auto source = after.substr(0, split);
    const auto id = split == std::string::npos ? std::string() : after.substr(split + 1);
    auto query = db.use("SELECT n FROM event WHERE id = ?1 AND source = ?2");
    const auto row = query.bind(id, source).step();
    if (!row)
        return std::unexpected(row.error());
    if (!*row)
        return failure(errc::not_found, "the list has no event " + after + " to go on from");
    return query.integer(0);
}

// Each is the same list, led by the index that makes it short.
constexpr const char* by_id = JMLD_EVENT_COLUMNS "WHERE e.id = ?6 AND e.n < ?1 AND (?2 = '' OR e.source = ?2) AND (?3 "
                                                 "= '' OR e.type = ?3) AND (?4 IS NULL OR e.decision = ?4) "
                                                 "AND (?5 = '' OR e.person = ?5) ORDER BY e.n DESC LIMIT ?7";
constexpr const char* by_person = JMLD_EVENT_COLUMNS
    "WHERE e.person = ?5 AND e.person <> '' AND e.n < ?1 AND (?2 = '' OR e.source = ?2) AND (?3 = '' OR e.type = ?3) "
    "AND (?4 IS NULL OR e.decision = ?4) AND (?6 = '' OR e.id = ?6) ORDER BY e.n DESC LIMIT ?7";
constexpr const char* by_decision =
    JMLD_EVENT_COLUMNS "WHERE e.decision = ?4 AND e.n < ?1 AND (?2 = '' OR e.source = ?2) AND (?3 = '' OR e.type = ?3) "
                       "AND (?5 = '' OR e.person = ?5) AND (?6 = '' OR e.id = ?6) ORDER BY e.n DESC LIMIT ?7";
constexpr const char* by_arrival = JMLD_EVENT_COLUMNS
    "WHERE e.n < ?1 AND (?2 = '' OR e.source = ?2) AND (?3 = '' OR e.type = ?3) AND (?4 IS NULL OR e.decision = ?4) "
    "AND (?5 = '' OR e.person = ?5) AND (?6 = '' OR e.id = ?6) ORDER BY e.n DESC LIMIT ?7";

} // namespace

result<runtime::event_record> read_event(connection& db, const event_key& key)
{
    auto query = db.use(JMLD_EVENT_COLUMNS "WHERE e.id = ?1 AND e.source = ?2");
    const auto row = query.bind(key.id, key.source).step();
    if (!row)
        return std::unexpected(row.error());
    if (!*row)
        return failure(errc::not_found, fmt::format("no event {} of source {}", key.id, key.source));
    return event_at(query);
}

result<std::vector<runtime::event_record>> read_events(connection& db, const runtime::event_query& query)
{
    const auto before = position(db, query.after);
    if (!before)
        return std::unexpected(before.error());
    std::optional<std::string> decision;
    if (query.undecided_only || !query.decision.empty())
        decision = query.undecided_only ? std::string() : query.decision;
    if (query.undecided_only && !query.decision.empty())
        return std::vector<runtime::event_record>{};
    const char* led_by = !query.id.empty()       ? by_id
                         : !query.person.empty() ? by_person
                         : decision              ? by_decision
                                                 : by_arrival;
    auto list = db.use(led_by);
    list.bind(*before, query.source, query.type, decision, query.person.text, query.id, std::max(query.limit, 0));
    return all_of(list);
}

result<std::vector<runtime::event_record>> read_undecided(connection& db, int limit)
{
    auto list = db.use(JMLD_EVENT_COLUMNS "WHERE e.decision = '' ORDER BY e.n LIMIT ?1");
    list.bind(std::max(limit, 0));
    return all_of(list);
}

result<std::vector<runtime::delivery_record>> read_deliveries(connection& db, const event_key& key)
{
    auto list = db.use("SELECT webhook_id, delivered_at, http_status, delivery_status, body_sha256 FROM event "
                       "WHERE id = ?1 AND source = ?2 AND delivery_status IS NOT NULL UNION ALL "
                       "SELECT * FROM (SELECT webhook_id, at, http_status, status, body_sha256 FROM delivery "
                       "WHERE event_id = ?1 AND source = ?2 ORDER BY n)");
    list.bind(key.id, key.source);
    std::vector<runtime::delivery_record> deliveries;
    for (;;) {
        const auto row = list.step();
        if (!row)
            return std::unexpected(row.error());
        if (!*row)
            return deliveries;
        deliveries.push_back(
            {key, list.text(0), list.instant(1), static_cast<int>(list.integer(2)), list.text(3), list.digest(4)});
    }
}

} // namespace jmld::store
