// Identities stand in a table of their own, by which a person is found and where they are listed. A digest is 32 bytes
// there; before schema 3 it was written as text, so both spellings are looked for.
#include "store/person_rows.hpp"

#include "store/erasing.hpp"
#include "store/event_rows.hpp"
#include "store/payloads.hpp"
#include "store/run_rows.hpp"
#include "store/timer_rows.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <set>

namespace jmld::store {

namespace {

struct stored_person
{
    std::int64_t n = 0;
    std::uint64_t version = 0;
    std::optional<std::int64_t> payload;
};

result<std::optional<stored_person>> find_row(connection& db, const person_key& key)
{
    auto query = db.use("SELECT n, version, payload FROM person WHERE key = ?1");
    const auto row = query.bind(key.text).step();
    if (!row)
        return std::unexpected(row.error());
    if (!*row)
        return std::nullopt;
    return stored_person{query.integer(0), static_cast<std::uint64_t>(query.integer(1)),
                         query.is_null(2) ? std::nullopt : std::optional(query.integer(2))};
}

result<std::optional<person_key>> owner_of(connection& db, const std::string& digest)
{
    auto query = db.use("SELECT p.key FROM identity AS i JOIN person AS p ON p.n "
                        "= i.person WHERE i.digest IN (?1, ?2)");
    const auto row = query.bind(digest_text{digest}, digest).step();
    if (!row)
        return std::unexpected(row.error());
    return *row ? std::optional(person_key{query.text(0)}) : std::nullopt;
}

result<std::vector<std::string>> identities_of(connection& db, std::int64_t person)
{
    auto list = db.use("SELECT digest FROM identity WHERE person = ?1");
    list.bind(person);
    std::vector<std::string> digests;
    for (;;) {
        const auto row = list.step();
        if (!row)
            return std::unexpected(row.error());
        if (!*row)
            break;
        digests.push_back(list.digest(0));
    }
    std::sort(digests.begin(), digests.end());
    return digests;
}

result<void> remove_identity(connection& db, std::int64_t person, const std::string& digest)
{
    auto remove = db.use("DELETE FROM identity WHERE digest IN (?1, ?2) AND person = ?3");
    return remove.bind(digest_text{digest}, digest, person).run();
}

result<void> add_identity(connection& db, const person_key& key, std::int64_t person, const std::string& digest)
{
    const auto owner = owner_of(db, digest);
    if (!owner)
        return std::unexpected(owner.error());
    if (*owner)
        return failure(errc::conflict, fmt::format("an identity of {} belongs to {}", key.text, (*owner)->text));
    auto add = db.use("INSERT INTO identity (digest, person) VALUES (?1, ?2)");
    return add.bind(digest_text{digest}, person).run();
}

result<void> put_identities(connection& db, const runtime::person_row& person, std::int64_t n)
{
    const auto stored = identities_of(db, n);
    if (!stored)
        return std::unexpected(stored.error());
    const std::set<std::string> wanted(person.identities.begin(), person.identities.end());
    for (const auto& digest : *stored)
        if (!wanted.contains(digest))
            if (auto done = remove_identity(db, n, digest); !done)
                return done;
    for (const auto& digest : wanted)
        if (!std::binary_search(stored->begin(), stored->end(), digest))
            if (auto done = add_identity(db, person.key, n, digest); !done)
                return done;
    return {};
}

} // namespace

result<void> put_person(connection& db, const runtime::person_row& person)
{
    const auto known = find_row(db, person.key);
    if (!known)
        return std::unexpected(known.error());
    const auto stored = known->value_or(stored_person{});
    if (stored.version != person.version)
        return failure(errc::conflict, fmt::format("{} has version {}, {} was handed in", person.key.text,
                                                   stored.version, person.version));
    const auto packed = pack({&person.record});
    const auto kept = stored.payload ? replace_payload(db, *stored.payload, packed) : add_payload(db, packed);
    if (!kept)
        return std::unexpected(kept.error());
    auto put = db.use("INSERT INTO person (key, version, payload, "
                      "payload_sha256) VALUES (?1, ?2, ?3, ?4) "
                      "ON CONFLICT (key) DO UPDATE SET version = "
                      "excluded.version, payload = excluded.payload, "
                      "payload_sha256 = excluded.payload_sha256");
    if (auto done = put.bind(person.key.text, person.version + 1, kept->id, kept->digest()).run(); !done)
        return done;
    auto done = put_identities(db, person, *known ? stored.n : db.last_row());
    if (done && asks_for_erasure(person))
        done = erase(db, person.key);
    return done;
}

result<runtime::person_row> read_person(connection& db, const person_key& key)
{
    auto query = db.use("SELECT r.n, r.version, r.payload, r.payload_sha256, p.bytes FROM "
                        "person AS r "
                        "LEFT JOIN payload AS p ON p.id = r.payload WHERE r.key = ?1");
    const auto row = query.bind(key.text).step();
    if (!row)
        return std::unexpected(row.error());
    if (!*row)
        return failure(errc::not_found, "no person " + key.text);
    auto slots = verified(query.bytes(4), query.bytes(3), query.is_null(2), "person " + key.text);
    if (!slots)
        return std::unexpected(slots.error());
    slots->resize(1);
    auto identities = identities_of(db, query.integer(0));
    if (!identities)
        return std::unexpected(identities.error());
    return runtime::person_row{key, static_cast<std::uint64_t>(query.integer(1)), std::move(*identities),
                               std::move(slots->front())};
}

result<runtime::person_row> find_person(connection& db, const std::vector<std::string>& identities)
{
    std::optional<person_key> found;
    for (const auto& digest : identities) {
        const auto owner = owner_of(db, digest);
        if (!owner)
            return std::unexpected(owner.error());
        if (*owner && found && **owner != *found)
            return failure(errc::conflict,
                           fmt::format("these identities belong to {} and {}", found->text, (*owner)->text));
        if (*owner)
            found = *owner;
    }
    if (!found)
        return failure(errc::not_found, "no person has one of these identities");
    return read_person(db, *found);
}

result<runtime::person_past> read_past(connection& db, const person_key& key, int each_max)
{
    runtime::event_query events;
    events.person = key;
    events.limit = each_max;
    auto of_events = read_events(db, events);
    if (!of_events)
        return std::unexpected(of_events.error());
    runtime::run_query runs;
    runs.subject = key;
    runs.limit = each_max;
    auto of_runs = read_runs(db, runs);
    if (!of_runs)
        return std::unexpected(of_runs.error());
    auto of_timers = read_timers(db, key, {});
    if (!of_timers)
        return std::unexpected(of_timers.error());
    auto row = read_person(db, key);
    if (!row && row.error().code != errc::not_found)
        return std::unexpected(row.error());
    return runtime::person_past{row ? std::optional(std::move(*row)) : std::nullopt, std::move(*of_events),
                                std::move(*of_runs), std::move(*of_timers)};
}

} // namespace jmld::store
