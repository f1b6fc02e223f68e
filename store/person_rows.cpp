// Identities stand twice: in `identity`, where a person is found by them, and as lines in the person's row, where they
// are listed.
#include "store/person_rows.hpp"

#include "store/event_rows.hpp"
#include "store/payloads.hpp"
#include "store/run_rows.hpp"
#include "store/timer_rows.hpp"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <set>
#include <sstream>

namespace jmld::store {

namespace {

std::vector<std::string> lines_of(const std::string& text)
{
    std::vector<std::string> lines;
    std::istringstream stream(text);
    for (std::string line; std::getline(stream, line);)
        lines.push_back(line);
    return lines;
}

struct stored_person
{
    std::uint64_t version = 0;
    std::string identities;
    std::optional<std::int64_t> payload;
};

result<std::optional<stored_person>> find_row(connection& db, const person_key& key)
{
    auto query = db.use("SELECT version, identities, payload FROM person WHERE key = ?1");
    const auto row = query.bind(key.text).step();
    if (!row)
        return std::unexpected(row.error());
    if (!*row)
        return std::nullopt;
    return stored_person{static_cast<std::uint64_t>(query.integer(0)), query.text(1),
                         query.is_null(2) ? std::nullopt : std::optional(query.integer(2))};
}

result<std::optional<person_key>> owner_of(connection& db, const std::string& digest)
{
    auto query = db.use("SELECT person FROM identity WHERE digest = ?1");
    const auto row = query.bind(digest).step();
    if (!row)
        return std::unexpected(row.error());
    return *row ? std::optional(person_key{query.text(0)}) : std::nullopt;
}

result<void> put_identities(connection& db, const runtime::person_row& person, const std::string& stored)
{
    const std::set<std::string> wanted(person.identities.begin(), person.identities.end());
    for (const auto& digest : lines_of(stored)) {
        if (wanted.contains(digest))
            continue;
        auto remove = db.use("DELETE FROM identity WHERE digest = ?1 AND person = ?2");
        if (auto done = remove.bind(digest, person.key.text).run(); !done)
            return done;
    }
    for (const auto& digest : wanted) {
        const auto owner = owner_of(db, digest);
        if (!owner)
            return std::unexpected(owner.error());
        if (*owner && **owner != person.key)
            return failure(errc::conflict,
                           fmt::format("an identity of {} belongs to {}", person.key.text, (*owner)->text));
        if (*owner)
            continue;
        auto add = db.use("INSERT INTO identity (digest, person) VALUES (?1, ?2)");
        if (auto done = add.bind(digest, person.key.text).run(); !done)
            return done;
    }
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
    const auto kept = stored.payload ? replace_payload(db, *stored.payload, person.key.text, packed)
                                     : add_payload(db, person.key.text, packed);
    if (!kept)
        return std::unexpected(kept.error());
    const auto identities = fmt::format("{}", fmt::join(person.identities, "\n"));
    auto put =
        db.use("INSERT INTO person (key, version, identities, payload, payload_sha256) VALUES (?1, ?2, ?3, ?4, ?5) "
               "ON CONFLICT (key) DO UPDATE SET version = excluded.version, identities = excluded.identities, "
               "payload = excluded.payload, payload_sha256 = excluded.payload_sha256");
    if (auto done = put.bind(person.key.text, person.version + 1, identities, kept->id, kept->digest()).run(); !done)
        return done;
    return identities == stored.identities ? result<void>{} : put_identities(db, person, stored.identities);
}

result<runtime::person_row> read_person(connection& db, const person_key& key)
{
    auto query = db.use("SELECT r.version, r.identities, r.payload, r.payload_sha256, p.bytes FROM person AS r "
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
    return runtime::person_row{key, static_cast<std::uint64_t>(query.integer(0)), lines_of(query.text(1)),
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
    return runtime::person_past{std::move(*of_events), std::move(*of_runs), std::move(*of_timers)};
}

} // namespace jmld::store
