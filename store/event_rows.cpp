// Writing side of events. Conditions are looked up first and judged elsewhere; here one statement is one row.
#include "store/event_rows.hpp"

#include "store/accepting.hpp"
#include "store/other_rows.hpp"
#include "store/payloads.hpp"
#include "store/tally.hpp"

#include <fmt/format.h>

namespace jmld::store {

namespace {

std::optional<std::string_view> none_if_empty(const std::string& text)
{
    return text.empty() ? std::nullopt : std::optional<std::string_view>(text);
}

class stored_events final : public accept_lookup
{
public:
    explicit stored_events(connection& db) : db_(db) {}

    result<std::optional<known_event>> find(const event_key& key) override
    {
        auto query = db_.use("SELECT identity_sha256, decision, person FROM event WHERE id = ?1 AND source = ?2");
        const auto row = query.bind(key.id, key.source).step();
        if (!row)
            return std::unexpected(row.error());
        if (!*row)
            return std::nullopt;
        return known_event{query.digest(0), query.text(1), {query.text(2)}};
    }

    result<bool> used_for_another_body(const runtime::delivery_record& delivery) override
    {
        auto first = uses(
            db_.use("SELECT body_sha256 = ?3 OR id = ?4 FROM event WHERE webhook_id = ?1 AND source = ?2"), delivery);
        if (!first || *first == use::fitting)
            return first ? result<bool>(false) : std::unexpected(first.error());
        auto later = uses(db_.use("SELECT body_sha256 = ?3 OR event_id = ?4 FROM delivery "
                                  "WHERE webhook_id = ?1 AND source = ?2 AND status <> 'conflict'"),
                          delivery);
        if (!later)
            return std::unexpected(later.error());
        return *later != use::fitting && (*first == use::other || *later == use::other);
    }

private:
    enum class use : std::uint8_t { none, other, fitting };

    static result<use> uses(statement query, const runtime::delivery_record& delivery)
    {
        query.bind(delivery.webhook_id, delivery.event.source, digest_text{delivery.body_sha256}, delivery.event.id);
        auto found = use::none;
        for (auto row = query.step(); found != use::fitting; row = query.step()) {
            if (!row)
                return std::unexpected(row.error());
            if (!*row)
                break;
            found = query.integer(0) != 0 ? use::fitting : use::other;
        }
        return found;
    }

    connection& db_;
};

result<void> insert_delivery(connection& db, const runtime::delivery_record& delivery)
{
    auto insert = db.use("INSERT INTO delivery (event_id, source, webhook_id, at, http_status, status, body_sha256) "
                         "VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7)");
    return insert
        .bind(delivery.event.id, delivery.event.source, none_if_empty(delivery.webhook_id), delivery.at,
              delivery.http_status, delivery.status, digest_text{delivery.body_sha256})
        .run();
}

std::string packed_slots(const runtime::event_record& event)
{
    if (event.body.bytes.empty() && event.headers.bytes.empty() && event.canonical.bytes.empty())
        return {};
    return pack({&event.body, &event.headers, &event.canonical});
}

} // namespace

result<void> insert_event(connection& db, const runtime::event_record& event, const runtime::delivery_record* first)
{
    const auto packed = packed_slots(event);
    const auto kept = add_payload(db, packed);
    if (!kept)
        return std::unexpected(kept.error());
    auto insert = db.use(
        "INSERT INTO event (id, source, type, received_at, entered_at, process_id, action, corrects, rescinds, person, "
        "details, decision, reason, decided_by, run, identity_sha256, payload, payload_sha256, webhook_id, "
        "delivered_at, http_status, delivery_status, body_sha256) VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, "
        "?11, ?12, ?13, ?14, ?15, ?16, ?17, ?18, ?19, ?20, ?21, ?22, ?23) ON CONFLICT (id, source) DO NOTHING");
    insert.bind(event.key.id, event.key.source, event.type, event.received_at, event.entered_at, event.process_id,
                event.action, event.corrects, event.rescinds, event.person.text, event.details, event.decision,
                event.reason, event.by, event.run.text, digest_text{event.identity_sha256}, kept->id, kept->digest(),
                first ? none_if_empty(first->webhook_id) : std::nullopt,
                first ? std::optional(first->at) : std::nullopt,
                first ? std::optional(first->http_status) : std::nullopt,
                first ? std::optional<std::string_view>(first->status) : std::nullopt,
                first ? std::optional(digest_text{first->body_sha256}) : std::nullopt);
    const auto done = insert.run();
    if (done && db.changed() == 0)
        return failure(errc::conflict,
                       fmt::format("event {} of source {} exists already", event.key.id, event.key.source));
    return done ? count_new(db, tallied::event, event.decision) : done;
}

namespace {

result<void> keep_refused(connection& db, const judgement& verdict)
{
    for (const auto& delivery : verdict.deliveries)
        if (auto done = insert_delivery(db, delivery); !done)
            return done;
    for (const auto& alarm : verdict.alarms)
        if (auto done = raise_alarm(db, alarm); !done)
            return done;
    return {};
}

} // namespace

result<std::vector<runtime::accept_answer>> accept_events(connection& db,
                                                          const std::vector<runtime::incoming_event>& batch)
{
    stored_events stored(db);
    auto verdict = judge(batch, stored);
    if (!verdict)
        return std::unexpected(verdict.error());
    for (const auto index : verdict->to_store)
        if (auto done = insert_event(db, batch[index].event, &batch[index].delivery); !done)
            return std::unexpected(done.error());
    if (auto done = keep_refused(db, *verdict); !done)
        return std::unexpected(done.error());
    return std::move(verdict->answers);
}

namespace {

struct stored_event
{
    std::optional<std::int64_t> payload;
    std::string payload_sha256, decision;
};

result<stored_event> stored_as(connection& db, const event_key& key)
{
    auto query = db.use("SELECT payload, payload_sha256, decision FROM event WHERE id = ?1 AND source = ?2");
    const auto row = query.bind(key.id, key.source).step();
    if (!row)
        return std::unexpected(row.error());
    if (!*row)
        return failure(errc::conflict, fmt::format("event {} of source {} is not known", key.id, key.source));
    return stored_event{query.is_null(0) ? std::nullopt : std::optional(query.integer(0)), query.text(1),
                        query.text(2)};
}

// An event is cancelled by a person only, so the reason is that person's own words and may hold personal data.
bool brings_words(const runtime::event_update& update) { return update.decision == "cancelled" && update.reason; }
bool takes_words_away(const stored_event& old, const runtime::event_update& update)
{
    return old.decision == "cancelled" && update.reason.has_value();
}

// Body and headers stay; the canonical form is exchanged (a replay after the mapping was mended), and so are the words.
result<payload_reference> exchange_slots(connection& db, const stored_event& old, const runtime::event_update& update)
{
    std::vector<runtime::payload> slots(event_slots);
    if (old.payload) {
        auto query = db.use("SELECT bytes FROM payload WHERE id = ?1");
        const auto row = query.bind(*old.payload).step();
        if (!row)
            return std::unexpected(row.error());
        auto read = verified(query.bytes(0), old.payload_sha256, false, "event " + update.key.id);
        if (!read) // this row's own trouble, not the file's
            return failure(errc::conflict, read.error().what, read.error().remedy);
        slots = std::move(*read);
        slots.resize(event_slots);
    }
    if (update.canonical)
        slots[2] = *update.canonical;
    slots[3].bytes = brings_words(update) ? *update.reason : takes_words_away(old, update) ? "" : slots[3].bytes;
    const auto packed = slots[3].bytes.empty() ? pack({&slots[0], &slots[1], &slots[2]})
                                               : pack({&slots[0], &slots[1], &slots[2], &slots[3]});
    return old.payload ? replace_payload(db, *old.payload, packed) : add_payload(db, packed);
}

template <class Id> std::optional<std::string_view> text_of(const std::optional<Id>& id)
{
    return id ? std::optional<std::string_view>(id->text) : std::nullopt;
}

} // namespace

result<void> update_event(connection& db, const runtime::event_update& update)
{
    const auto old = stored_as(db, update.key);
    if (!old)
        return std::unexpected(old.error());
    payload_reference kept;
    const bool words = brings_words(update);
    if (update.canonical || words || takes_words_away(*old, update)) {
        auto exchanged = exchange_slots(db, *old, update);
        if (!exchanged)
            return std::unexpected(exchanged.error());
        kept = std::move(*exchanged);
    }
    if (update.decision)
        if (auto counted = count_moved(db, tallied::event, old->decision, *update.decision); !counted)
            return counted;
    auto change = db.use(
        "UPDATE event SET person = coalesce(?3, person), decision = coalesce(?4, decision), "
        "reason = coalesce(?5, reason), decided_by = coalesce(?6, decided_by), details = coalesce(?7, details), "
        "run = coalesce(?8, run), type = coalesce(?9, type), payload = coalesce(?10, payload), "
        "payload_sha256 = coalesce(?11, payload_sha256), process_id = coalesce(?12, process_id), "
        "action = coalesce(?13, action), corrects = coalesce(?14, corrects), rescinds = coalesce(?15, rescinds), "
        "entered_at = coalesce(?16, entered_at) WHERE id = ?1 AND source = ?2");
    return change
        .bind(update.key.id, update.key.source, text_of(update.person), update.decision,
              words ? std::optional<std::string>("") : update.reason, update.by, update.details, text_of(update.run),
              update.type, kept.id, kept.digest(), update.process_id, update.action, update.corrects, update.rescinds,
              update.entered_at)
        .run();
}

} // namespace jmld::store
