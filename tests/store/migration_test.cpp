// A file that an earlier jmld wrote, brought to this one's schema: nothing of it is lost, and everything is found again
// through the same calls.
#include "store/migrations.hpp"
#include "store/sqlite.hpp"
#include "tests/store/sqlite_support.hpp"

#include <filesystem>
#include <fstream>

namespace jmld::test {

namespace {

/// As schema 1 wrote them: identities as text, twice; a payload that names its subject.
constexpr const char* rows_of_schema_1 = R"(
INSERT INTO payload (id, subject, bytes) VALUES (1, 'per_1', CAST(char(5) || 'first' AS BLOB)),
    (2, NULL, CAST(char(6) || 'second' AS BLOB));
INSERT INTO person VALUES ('per_1', 3, 'aa' || char(10) || 'bb', NULL, NULL);
INSERT INTO identity VALUES ('aa', 'per_1'), ('bb', 'per_1');
INSERT INTO event (id, source, type, received_at, process_id, action, corrects, rescinds, person, details, decision, reason,
    decided_by, run, identity_sha256) VALUES
    ('e1', 'hr', 'worker.hired', 1, '', '', '', '', 'per_1', '', 'acted', '', '', 'run_1', 'x'),
    ('e2', 'hr', 'worker.hired', 2, '', '', '', '', '', '', '', '', '', '', 'y');
INSERT INTO run (id, workflow, definition_sha256, direction, state, subject, event_source, event_id, priority, created_at,
    superseded_by, step_states, error, attempts_max, last_seq, open) VALUES
    ('run_1', 'joiner', 'x', 'grant', 'succeeded', 'per_1', 'hr', 'e1', 2, 1, '', '', '', 1, 0, 0);
)";

std::vector<std::string> one(const std::string& text) { return {text}; }

} // namespace

TEST_F(SqliteJournal, WhatSchemaOneHeldIsFoundInTheNewest)
{
    const auto& all = store::embedded_migrations();
    {
        std::ofstream(options.path).close();
        auto db = store::connection::open(options.path, store::access::writing);
        ASSERT_TRUE(db);
        ASSERT_TRUE(store::migrate(*db, options.path, {all.begin(), all.begin() + 1}));
        const auto filled = db->execute(rows_of_schema_1);
        ASSERT_TRUE(filled) << filled.error().what;
    }
    open();
    const auto known = ask(journal->find_person({"bb"}));
    ASSERT_TRUE(known) << known.error().what;
    EXPECT_EQ(known->version, 3U);
    EXPECT_EQ(known->identities, (std::vector<std::string>{"aa", "bb"}));
    auto again = a_person("per_1", 3, {"aa", "cc"});
    runtime::transaction work;
    work.people.push_back(again);
    ASSERT_TRUE(ask(journal->commit(std::move(work))));
    const auto read = ask(journal->find_person({"cc"}));
    ASSERT_TRUE(read) << read.error().what;
    EXPECT_EQ(read->version, 4U);
    EXPECT_EQ(read->identities, (std::vector<std::string>{"aa", "cc"}));
    EXPECT_FALSE(ask(journal->find_person({"bb"})));
    const auto counts = ask(journal->counts());
    ASSERT_TRUE(counts);
    EXPECT_EQ(counts->runs_by_state, (std::vector<std::pair<std::string, std::int64_t>>{{"succeeded", 1}}));
    EXPECT_EQ(counts->events_by_decision, (std::vector<std::pair<std::string, std::int64_t>>{{"", 1}, {"acted", 1}}));
    close();
    const raw_database db(options.path);
    EXPECT_EQ(db.rows("SELECT count(*) FROM payload"), one("3")); // the person's new record
    EXPECT_TRUE(db.rows("PRAGMA foreign_key_check").empty());
    EXPECT_EQ(db.rows("PRAGMA integrity_check"), one("ok"));
    EXPECT_EQ(raw_database(options.path + ".before-1").rows("SELECT identities FROM person"), one("aa\nbb"));
}

} // namespace jmld::test
