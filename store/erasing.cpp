// The writer overwrites what is deleted (secure_delete), so that it cannot be read from the file's free pages; from the
// log it goes when the log is cut, which the writer does next. Every search goes by an index of the person, or of a
// run, but for what operators said: nothing leads there from a person.
#include "store/erasing.hpp"

#include "engine/json/json.hpp"
#include "store/erasing_words.hpp"
#include "store/payloads.hpp"

#include <utility>
#include <vector>

namespace jmld::store {

namespace {

engine::value blanked(const engine::value& content)
{
    if (content.is_text())
        return "(erased)";
    if (content.is_list()) {
        engine::value_list items;
        for (const auto& item : content.items())
            items.push_back(blanked(item));
        return engine::value(std::move(items));
    }
    if (!content.is_map())
        return content;
    engine::value_map entries;
    for (const auto& [key, entry] : content.entries())
        entries.emplace_back(key, blanked(entry));
    return engine::value(std::move(entries));
}

struct referring
{
    std::int64_t row = 0;
    std::int64_t payload = 0;
};

result<std::vector<referring>> all_of(statement& query)
{
    std::vector<referring> found;
    for (;;) {
        const auto row = query.step();
        if (!row)
            return std::unexpected(row.error());
        if (!*row)
            return found;
        found.push_back({query.integer(0), query.integer(1)});
    }
}

/// `select` finds them; the payload stays as an empty row, since deleting it would make SQLite look through every table
/// that may refer to it; `let_go` takes the reference out of the row.
result<void> drop(connection& db, const char* select, const char* let_go, std::string_view of)
{
    result<std::vector<referring>> found;
    {
        auto query = db.use(select);
        query.bind(of);
        found = all_of(query);
    }
    if (!found)
        return std::unexpected(found.error());
    for (const auto& one : *found) {
        if (auto done = db.use(let_go).bind(one.row).run(); !done)
            return done;
        if (auto done = db.use("UPDATE payload SET bytes = x'' WHERE id = ?1").bind(one.payload).run(); !done)
            return done;
    }
    return {};
}

/// The slots of a fact keep their number: its text refers to them.
result<void> blank_facts(connection& db, std::string_view run)
{
    result<std::vector<referring>> found;
    {
        auto query = db.use("SELECT f.n, f.payload FROM run AS r JOIN fact AS f ON f.run = r.n WHERE r.id = ?1 AND "
                            "f.payload IS NOT NULL");
        query.bind(run);
        found = all_of(query);
    }
    if (!found)
        return std::unexpected(found.error());
    for (const auto& one : *found) {
        std::vector<runtime::payload> slots;
        {
            auto query = db.use("SELECT bytes FROM payload WHERE id = ?1");
            query.bind(one.payload);
            const auto there = query.step();
            if (!there)
                return std::unexpected(there.error());
            if (auto kept = *there ? unpack(query.bytes(0)) : std::nullopt)
                slots = std::move(*kept);
        }
        std::vector<const runtime::payload*> blank;
        for (auto& slot : slots) {
            slot.bytes = without_texts(slot.bytes);
            blank.push_back(&slot);
        }
        const auto packed = pack(blank);
        const auto put = replace_payload(db, one.payload, packed);
        if (!put)
            return std::unexpected(put.error());
        auto update = db.use("UPDATE fact SET payload_sha256 = ?2 WHERE n = ?1");
        if (auto done = update.bind(one.row, blob{put->sha256}).run(); !done)
            return done;
    }
    return {};
}

result<std::vector<std::string>> runs_of(connection& db, const person_key& person)
{
    auto query = db.use("SELECT id FROM run WHERE subject = ?1 AND subject <> ''");
    query.bind(person.text);
    std::vector<std::string> runs;
    for (;;) {
        const auto row = query.step();
        if (!row)
            return std::unexpected(row.error());
        if (!*row)
            return runs;
        runs.push_back(query.text(0));
    }
}

/// Calls `each` for every row of `query`. Errors: its own, and the query's.
template <class Each> result<void> for_all(statement& query, Each each)
{
    for (;;) {
        const auto row = query.step();
        if (!row)
            return std::unexpected(row.error());
        if (!*row)
            return {};
        each(query);
    }
}

result<names_of_a_person> names_of(connection& db, const person_key& person, const std::vector<std::string>& runs)
{
    names_of_a_person names{person, {runs.begin(), runs.end()}, {}, {}};
    for (const auto& run : runs) {
        auto facts = db.use("SELECT f.text FROM run AS r JOIN fact AS f ON f.run = r.n WHERE r.id = ?1");
        facts.bind(run);
        if (auto done = for_all(facts, [&](statement& at) { names.add_approvals(at.text(0)); }); !done)
            return std::unexpected(done.error());
    }
    auto events = db.use("SELECT source, id FROM event WHERE person = ?1 AND person <> ''");
    events.bind(person.text);
    if (auto done = for_all(events, [&](statement& at) { names.events.insert(at.text(0) + "~" + at.text(1)); }); !done)
        return std::unexpected(done.error());
    return names;
}

/// Who said what about which run, and when, stays; the words go. No index leads from a person there: an erasure is
/// rare.
result<void> erase_words(connection& db, const names_of_a_person& names)
{
    std::vector<referring> found;
    {
        auto rows = db.use("SELECT n, payload, object FROM audit WHERE payload IS NOT NULL");
        auto done = for_all(rows, [&](statement& at) {
            if (names.are_object_of(at.text(2)))
                found.push_back({at.integer(0), at.integer(1)});
        });
        if (!done)
            return done;
    }
    for (const auto& one : found) {
        if (auto done = db.use("UPDATE audit SET payload = NULL WHERE n = ?1").bind(one.row).run(); !done)
            return done;
        if (auto done = db.use("UPDATE payload SET bytes = x'' WHERE id = ?1").bind(one.payload).run(); !done)
            return done;
    }
    return {};
}

/// Whoever asks again with such a key is told that nobody knows how it ended.
result<void> erase_answers(connection& db, const names_of_a_person& names)
{
    struct kept
    {
        std::string principal, key_sha256;
        std::int64_t payload = 0;
    };
    std::vector<kept> found;
    {
        auto rows = db.use("SELECT answer.principal, answer.key_sha256, answer.payload, payload.bytes FROM answer JOIN "
                           "payload ON payload.id = answer.payload");
        auto done = for_all(rows, [&](statement& at) {
            const auto slots = unpack(at.bytes(3));
            if (slots && !slots->empty() && names.are_named_in(slots->front().bytes))
                found.push_back({at.text(0), at.digest(1), at.integer(2)});
        });
        if (!done)
            return done;
    }
    for (const auto& one : found) {
        auto update = db.use("UPDATE answer SET payload = NULL, payload_sha256 = NULL WHERE principal = ?1 AND "
                             "key_sha256 = ?2");
        if (auto done = update.bind(one.principal, digest_text{one.key_sha256}).run(); !done)
            return done;
        if (auto done = db.use("UPDATE payload SET bytes = x'' WHERE id = ?1").bind(one.payload).run(); !done)
            return done;
    }
    return {};
}

/// What stands in the rows of events themselves: the word with which one was discarded or resolved, and candidates.
result<void> blank_event_words(connection& db, const person_key& person)
{
    std::vector<std::pair<std::int64_t, std::string>> details;
    {
        auto rows = db.use("SELECT n, details FROM event WHERE person = ?1 AND person <> ''");
        rows.bind(person.text);
        auto done = for_all(rows, [&](statement& at) { details.emplace_back(at.integer(0), at.text(1)); });
        if (!done)
            return done;
    }
    for (const auto& [row, text] : details) {
        auto update = db.use("UPDATE event SET details = ?2, reason = CASE decision WHEN 'cancelled' THEN '(erased)' "
                             "ELSE reason END WHERE n = ?1");
        if (auto done = update.bind(row, without_candidates_and_words(text)).run(); !done)
            return done;
    }
    return {};
}

} // namespace

std::string without_texts(std::string_view slot)
{
    const auto content = engine::json::decode(slot);
    return engine::json::encode(content ? blanked(*content) : engine::value());
}

bool asks_for_erasure(const runtime::person_row& person) { return person.record.bytes.empty() && person.version > 0; }

result<void> erase(connection& db, const person_key& person)
{
    auto done = drop(db, "SELECT n, payload FROM event WHERE person = ?1 AND person <> '' AND payload IS NOT NULL",
                     "UPDATE event SET payload = NULL, payload_sha256 = NULL WHERE n = ?1", person.text);
    const auto runs = done ? runs_of(db, person) : std::unexpected(done.error());
    if (!runs)
        return std::unexpected(runs.error());
    for (const auto& run : *runs) {
        done = blank_facts(db, run);
        if (done)
            done = drop(db, "SELECT n, payload FROM evidence WHERE run = ?1 AND payload IS NOT NULL",
                        "UPDATE evidence SET payload = NULL WHERE n = ?1", run);
        if (!done)
            return done;
    }
    const auto names = names_of(db, person, *runs);
    if (!names)
        return std::unexpected(names.error());
    done = erase_words(db, *names);
    if (done)
        done = erase_answers(db, *names);
    return done ? blank_event_words(db, person) : done;
}

} // namespace jmld::store
