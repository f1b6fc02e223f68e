// Writing side of runs. The row is written narrowly when nothing but progress changed: most commits then touch no index
// of it.
#include "store/run_rows.hpp"

#include "store/payloads.hpp"
#include "store/sequence.hpp"
#include "store/tally.hpp"

#include <fmt/format.h>

namespace jmld::store {

namespace {

struct stored_run
{
    std::int64_t n = 0;
    std::uint64_t last_seq = 0;
    std::string state;
    bool same_place = false; ///< state and openness as stored
    bool same_story = false; ///< what is fixed at creation is as stored
};

result<std::optional<stored_run>> find(connection& db, const runtime::run_row& row)
{
    auto query =
        db.use("SELECT n, last_seq, state, state = ?2 AND open = ?3, workflow = ?4 AND definition_sha256 = ?5 AND "
               "direction = ?6 AND "
               "subject = ?7 AND event_source = ?8 AND event_id = ?9 AND created_at = ?10 FROM run WHERE id = ?1");
    const auto found = query
                           .bind(row.id.text, row.state, row.open, row.workflow, digest_text{row.definition_sha256},
                                 row.direction, row.subject.text, row.event.source, row.event.id, row.created_at)
                           .step();
    if (!found)
        return std::unexpected(found.error());
    if (!*found)
        return std::nullopt;
    return stored_run{query.integer(0), static_cast<std::uint64_t>(query.integer(1)), query.text(2),
                      query.integer(3) == 1, query.integer(4) == 1};
}

result<std::int64_t> insert(connection& db, const runtime::run_row& row)
{
    auto insert = db.use(
        "INSERT INTO run (id, workflow, definition_sha256, direction, state, subject, event_source, event_id, "
        "priority, "
        "created_at, started_at, ended_at, superseded_by, step_states, error, attempts_max, next_attempt_at, last_seq, "
        "open) VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11, ?12, ?13, ?14, ?15, ?16, ?17, ?18, ?19)");
    const auto done = insert
                          .bind(row.id.text, row.workflow, digest_text{row.definition_sha256}, row.direction, row.state,
                                row.subject.text, row.event.source, row.event.id, row.priority, row.created_at,
                                row.started_at, row.ended_at, row.superseded_by, row.step_states, row.error,
                                row.attempts_max, row.next_attempt_at, row.last_seq, row.open)
                          .run();
    if (!done)
        return std::unexpected(done.error());
    const auto n = db.last_row();
    if (auto counted = count_new(db, tallied::run, row.state); !counted)
        return std::unexpected(counted.error());
    return n;
}

result<void> update_progress(connection& db, std::int64_t n, const runtime::run_row& row)
{
    auto update = db.use("UPDATE run SET priority = ?2, started_at = ?3, ended_at = ?4, superseded_by = ?5, "
                         "step_states = ?6, error = ?7, "
                         "attempts_max = ?8, next_attempt_at = ?9, last_seq = ?10 WHERE n = ?1");
    return update
        .bind(n, row.priority, row.started_at, row.ended_at, row.superseded_by, row.step_states, row.error,
              row.attempts_max, row.next_attempt_at, row.last_seq)
        .run();
}

result<void> update_place(connection& db, std::int64_t n, const runtime::run_row& row)
{
    auto update =
        db.use("UPDATE run SET priority = ?2, started_at = ?3, ended_at = ?4, superseded_by = ?5, step_states = ?6, "
               "error = ?7, "
               "attempts_max = ?8, next_attempt_at = ?9, last_seq = ?10, state = ?11, open = ?12 WHERE n = ?1");
    return update
        .bind(n, row.priority, row.started_at, row.ended_at, row.superseded_by, row.step_states, row.error,
              row.attempts_max, row.next_attempt_at, row.last_seq, row.state, row.open)
        .run();
}

result<void> update_story(connection& db, std::int64_t n, const runtime::run_row& row)
{
    auto update =
        db.use("UPDATE run SET workflow = ?2, definition_sha256 = ?3, direction = ?4, subject = ?5, event_source = ?6, "
               "event_id = ?7, created_at = ?8 WHERE n = ?1");
    return update
        .bind(n, row.workflow, digest_text{row.definition_sha256}, row.direction, row.subject.text, row.event.source,
              row.event.id, row.created_at)
        .run();
}

result<void> update(connection& db, const stored_run& known, const runtime::run_row& row)
{
    if (!known.same_story)
        if (auto done = update_story(db, known.n, row); !done)
            return done;
    if (auto counted = count_moved(db, tallied::run, known.state, row.state); !counted)
        return counted;
    return known.same_place ? update_progress(db, known.n, row) : update_place(db, known.n, row);
}

result<void> insert_fact(connection& db, std::int64_t run, const runtime::stored_fact& fact)
{
    std::vector<const runtime::payload*> slots;
    for (const auto& slot : fact.payloads)
        slots.push_back(&slot);
    const auto packed = pack(slots);
    const auto kept = add_payload(db, packed);
    if (!kept)
        return std::unexpected(kept.error());
    auto insert = db.use("INSERT INTO fact (run, seq, kind, version, at, text, payload, payload_sha256) "
                         "VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8)");
    return insert.bind(run, fact.seq, fact.kind, fact.version, fact.at, fact.text, kept->id, kept->digest()).run();
}

} // namespace

result<void> append_run(connection& db, const runtime::run_append& append)
{
    const auto known = find(db, append.row);
    if (!known)
        return std::unexpected(known.error());
    if (auto follows = check_sequence(append, *known ? (*known)->last_seq : 0); !follows)
        return follows;
    auto n = *known ? result<std::int64_t>((*known)->n) : insert(db, append.row);
    if (!n)
        return std::unexpected(n.error());
    if (*known)
        if (auto done = update(db, **known, append.row); !done)
            return done;
    for (const auto& fact : append.facts)
        if (auto done = insert_fact(db, *n, fact); !done)
            return done;
    return {};
}

} // namespace jmld::store
