// Words that people wrote stand in `payload`, one slot each; everything else is a plain row.
#include "store/operator_rows.hpp"

#include "engine/runtime/audit_chain.hpp"
#include "store/payloads.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <limits>

namespace jmld::store {

namespace {

struct last_in_chain
{
    std::uint64_t seq = 0;
    std::string hash;
};

result<last_in_chain> find_last(connection& db)
{
    auto query = db.use("SELECT n, hash FROM audit ORDER BY n DESC LIMIT 1");
    const auto row = query.step();
    if (!row)
        return std::unexpected(row.error());
    if (!*row)
        return last_in_chain{};
    return last_in_chain{static_cast<std::uint64_t>(query.integer(0)), query.digest(1)};
}

result<payload_reference> add_words(connection& db, const std::string& words)
{
    if (words.empty())
        return payload_reference{};
    const runtime::payload slot{words};
    return add_payload(db, pack({&slot}));
}

// Emptied, not deleted: for a row that others may refer to, SQLite would look through all of them.
result<void> forget_payload(connection& db, std::int64_t id)
{
    auto empty = db.use("UPDATE payload SET bytes = x'' WHERE id = ?1");
    return empty.bind(id).run();
}

// One statement for each: a payload may go only when nothing refers to it any more.
result<void> forget_answer(connection& db, const std::string& principal, const std::string& key_sha256)
{
    auto remove = db.use("DELETE FROM answer WHERE principal = ?1 AND key_sha256 = ?2 RETURNING payload");
    std::optional<std::int64_t> payload;
    const auto row = remove.bind(principal, digest_text{key_sha256}).step();
    if (!row)
        return std::unexpected(row.error());
    if (*row && !remove.is_null(0))
        payload = remove.integer(0);
    if (*row)
        if (auto done = remove.run(); !done)
            return done;
    return payload ? forget_payload(db, *payload) : result<void>{};
}

result<void> forget_old_answers(connection& db, time_point now)
{
    std::vector<std::pair<std::string, std::string>> old;
    {
        auto list = db.use("SELECT principal, key_sha256 FROM answer WHERE kept_until <= ?1 LIMIT 100");
        list.bind(now);
        for (;;) {
            const auto row = list.step();
            if (!row)
                return std::unexpected(row.error());
            if (!*row)
                break;
            old.emplace_back(list.text(0), list.digest(1));
        }
    }
    for (const auto& [principal, key] : old)
        if (auto done = forget_answer(db, principal, key); !done)
            return done;
    return {};
}

} // namespace

result<void> add_audit(connection& db, const runtime::audit_row& row)
{
    auto last = find_last(db);
    if (!last)
        return std::unexpected(last.error());
    const auto record = runtime::chained(row, last->seq + 1, std::move(last->hash));
    const auto words = add_words(db, row.reason);
    if (!words)
        return std::unexpected(words.error());
    auto insert = db.use("INSERT INTO audit (n, at, principal, action, object, reason, payload, reason_sha256, "
                         "previous_hash, hash) VALUES (?1, ?2, ?3, ?4, ?5, '', ?6, ?7, ?8, ?9)");
    return insert
        .bind(record.seq, row.at, row.principal, row.action, row.object, words->id, digest_text{record.reason_sha256},
              digest_text{record.previous_hash}, digest_text{record.hash})
        .run();
}

result<std::vector<runtime::audit_record>> read_audit(connection& db, std::optional<std::uint64_t> before, int limit)
{
    auto list = db.use("SELECT a.n, a.at, a.principal, a.action, a.object, a.reason, a.reason_sha256, a.previous_hash, "
                       "a.hash, a.payload, p.bytes FROM audit AS a LEFT JOIN payload AS p ON p.id = a.payload "
                       "WHERE a.n < ?1 ORDER BY a.n DESC LIMIT ?2");
    constexpr auto everything = std::numeric_limits<std::int64_t>::max();
    list.bind(before ? static_cast<std::int64_t>(*before) : everything, std::max(limit, 0));
    std::vector<runtime::audit_record> records;
    for (;;) {
        const auto row = list.step();
        if (!row)
            return std::unexpected(row.error());
        if (!*row)
            return records;
        runtime::audit_record record;
        record.seq = static_cast<std::uint64_t>(list.integer(0));
        record.row = {list.instant(1), list.text(2), list.text(3), list.text(4), list.text(5)};
        record.reason_sha256 = list.digest(6);
        record.previous_hash = list.digest(7);
        record.hash = list.digest(8);
        if (!list.is_null(9)) {
            // Not held to a digest here: that the words do not fit is for whoever checks the chain to say.
            auto slots = unpack(list.bytes(10));
            record.row.reason = slots && !slots->empty() ? std::move(slots->front().bytes) : std::string("unreadable");
        }
        records.push_back(std::move(record));
    }
}

result<void> keep_answer(connection& db, const runtime::kept_answer& kept)
{
    auto forgotten = forget_old_answers(db, kept.at);
    if (forgotten)
        forgotten = forget_answer(db, kept.principal, kept.key_sha256);
    if (!forgotten)
        return forgotten;
    const auto words = add_words(db, kept.answer.bytes);
    if (!words)
        return std::unexpected(words.error());
    auto insert = db.use("INSERT INTO answer (principal, key_sha256, request_sha256, at, kept_until, payload, "
                         "payload_sha256) VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7)");
    return insert
        .bind(kept.principal, digest_text{kept.key_sha256}, digest_text{kept.request_sha256}, kept.at, kept.kept_until,
              words->id, words->digest())
        .run();
}

result<runtime::kept_answer> read_answer(connection& db, const std::string& principal, const std::string& key_sha256)
{
    auto query =
        db.use("SELECT a.request_sha256, a.at, a.kept_until, a.payload, a.payload_sha256, p.bytes FROM answer AS a "
               "LEFT JOIN payload AS p ON p.id = a.payload WHERE a.principal = ?1 AND a.key_sha256 = ?2");
    const auto row = query.bind(principal, digest_text{key_sha256}).step();
    if (!row)
        return std::unexpected(row.error());
    if (!*row)
        return failure(errc::not_found, "no answer is kept for this key");
    auto slots = verified(query.bytes(5), query.bytes(4), query.is_null(3), "a kept answer");
    if (!slots)
        return std::unexpected(slots.error());
    slots->resize(1);
    return runtime::kept_answer{principal,        key_sha256,       query.digest(0),
                                query.instant(1), query.instant(2), std::move(slots->front())};
}

result<void> put_setting(connection& db, const runtime::setting_row& row)
{
    auto put = db.use("INSERT INTO setting (name, content) VALUES (?1, ?2) "
                      "ON CONFLICT (name) DO UPDATE SET content = excluded.content");
    return put.bind(row.name, row.content).run();
}

result<std::string> read_setting(connection& db, const std::string& name)
{
    auto query = db.use("SELECT content FROM setting WHERE name = ?1");
    const auto row = query.bind(name).step();
    if (!row)
        return std::unexpected(row.error());
    return *row ? query.text(0) : std::string();
}

} // namespace jmld::store
