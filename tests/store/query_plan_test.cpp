// Every statement of the store is asked how it would be carried out: none goes through a table that grows with what has
// ended. Timing is no part of it; what one more run costs beside many is in bench/history_bench.cpp.
#include "store/applying.hpp"
#include "store/event_rows.hpp"
#include "store/evidence_rows.hpp"
#include "store/migrations.hpp"
#include "store/operator_rows.hpp"
#include "store/other_rows.hpp"
#include "store/person_rows.hpp"
#include "store/run_rows.hpp"
#include "store/timer_rows.hpp"
#include "tests/store/sqlite_support.hpp"
#include "tests/support/joiner_rows.hpp"

#include <fstream>
#include <set>

namespace jmld::test {

namespace {

/// Reading from one end with a LIMIT, or tables that hold what people have to look at. Everything else must be
/// searched.
const std::set<std::string> may_be_walked{
    "SCAN alarm",                       // newest first, LIMIT
    "SCAN answer",                      // kept for seven days; an erasure looks through them
    "SCAN audit",                       // the last one, LIMIT 1; an erasure, which is rare, looks through all
    "SCAN evidence",                    // the last one, LIMIT 1
    "SCAN hold",                        // batches that a guard stopped; a person settles each
    "SCAN timer USING INDEX timer_due", // partial: the armed ones
    "SCAN sqlite_master",               // the schema, once at the start
};

store::connection filled(const std::string& path)
{
    std::ofstream(path).close();
    auto db = store::connection::open(path, store::access::writing).value();
    EXPECT_TRUE(store::migrate(db, path, store::embedded_migrations()));
    return db;
}

void write_one_of_everything(store::connection& db)
{
    joiner_rows joiner(1);
    EXPECT_TRUE(store::accept_events(db, {joiner.event()}));
    EXPECT_TRUE(store::accept_events(db, {joiner.event()})); // a duplicate
    for (const auto& work : joiner.commits())
        EXPECT_TRUE(store::apply(db, work));
    runtime::transaction work;
    auto person = a_person("per_1", 0, {"digest-a", "digest-b"});
    work.people.push_back(person);
    person.version = 1;
    person.identities = {"digest-b"};
    work.people.push_back(person);
    work.new_events.push_back(an_event("made").event);
    runtime::event_update update;
    update.key = {"hr", "made"};
    update.decision = "acted";
    update.canonical = runtime::payload{"again"};
    work.events.push_back(update);
    work.timers.push_back(a_timer("tmr_1", at_second(1)));
    work.alarms.push_back(an_alarm("alm_1", "cause"));
    runtime::hold_row hold{{"hold_1"}, "leavers", "held", "many", at_second(1), {{"hr", "made"}}, ""};
    work.holds.push_back(hold);
    hold.events.clear();
    work.holds.push_back(hold);
    work.audit.push_back({at_second(1), "a", "b", "c", "d"});
    work.evidence.push_back({"evd_1", {"run_x"}, {"per_1"}, at_second(1), "{}", {"{}"}});
    runtime::kept_answer kept;
    kept.principal = "a";
    kept.at = at_second(1);
    kept.kept_until = at_second(5);
    kept.key_sha256 = kept.request_sha256 = digest::sha256_hex("key");
    EXPECT_TRUE(store::keep_answer(db, kept));
    EXPECT_TRUE(store::put_setting(db, {"outbound", "{}"}));
    work.definitions.push_back({digest::sha256_hex("text"), "joiner", "text"});
    auto run = a_run("run_x", 1, 1);
    work.runs.push_back(run);
    run = a_run("run_x", 2, 2);
    run.row.workflow = "another";
    work.runs.push_back(run);
    const auto done = store::apply(db, work);
    EXPECT_TRUE(done) << done.error().what;
    runtime::transaction erasure;
    erasure.people.push_back({{"per_1"}, 2, {"digest-b"}, {}});
    EXPECT_TRUE(store::apply(db, erasure));
}

void read_in_every_way(store::connection& db)
{
    EXPECT_TRUE(store::read_event(db, {"hr", "made"}));
    runtime::event_query events;
    EXPECT_TRUE(store::read_events(db, events));
    events.id = "made";
    EXPECT_TRUE(store::read_events(db, events));
    events = {};
    events.person = person_key{"per_1"};
    EXPECT_TRUE(store::read_events(db, events));
    events = {};
    events.decision = "acted";
    events.after = "hr~made";
    EXPECT_TRUE(store::read_events(db, events));
    EXPECT_TRUE(store::read_undecided(db, 10));
    EXPECT_TRUE(store::read_deliveries(db, {"hr", "made"}));
    EXPECT_TRUE(store::read_run(db, {"run_x"}));
    runtime::run_query runs;
    runs.after = "run_x";
    EXPECT_TRUE(store::read_runs(db, runs));
    runs.state = "running";
    EXPECT_TRUE(store::read_runs(db, runs));
    runs = {};
    runs.open_only = true;
    EXPECT_TRUE(store::read_runs(db, runs));
    runs.subject = person_key{"per_1"};
    EXPECT_TRUE(store::read_runs(db, runs));
    runs.event_id = "event-of-run_x";
    EXPECT_TRUE(store::read_runs(db, runs));
    EXPECT_TRUE(store::read_history(db, {"run_x"}, 0));
    EXPECT_TRUE(store::read_counts(db));
    EXPECT_TRUE(store::read_due_timers(db, at_second(100), 10));
    EXPECT_TRUE(store::read_next_timer(db));
    EXPECT_TRUE(store::read_timers(db, person_key{"per_1"}, {}));
    EXPECT_TRUE(store::read_timers(db, {}, run_id{"run_1"}));
    EXPECT_TRUE(store::find_person(db, {"digest-b"}));
    EXPECT_TRUE(store::read_past(db, person_key{"per_1"}, 10));
    EXPECT_TRUE(store::read_audit(db, std::nullopt, 10));
    EXPECT_TRUE(store::read_evidence(db, {}));
    runtime::evidence_query evidence;
    evidence.run = {"run_x"};
    EXPECT_TRUE(store::read_evidence(db, evidence));
    EXPECT_TRUE(store::read_answer(db, "a", digest::sha256_hex("key")));
    EXPECT_TRUE(store::read_setting(db, "outbound"));
    EXPECT_TRUE(store::read_alarms(db, 10));
    EXPECT_TRUE(store::read_holds(db, ""));
    EXPECT_TRUE(store::read_holds(db, "held"));
    EXPECT_TRUE(store::read_definition(db, digest::sha256_hex("text")));
}

std::vector<std::string> statements_of(const store::connection& db)
{
    std::vector<std::string> all;
    for (auto* one = sqlite3_next_stmt(db.raw(), nullptr); one != nullptr; one = sqlite3_next_stmt(db.raw(), one))
        all.emplace_back(sqlite3_sql(one));
    return all;
}

/// That column of each row.
std::vector<std::string> column_of(const store::connection& db, const std::string& sql, int column)
{
    sqlite3_stmt* query = nullptr;
    EXPECT_EQ(sqlite3_prepare_v2(db.raw(), sql.c_str(), -1, &query, nullptr), SQLITE_OK) << sql;
    std::vector<std::string> rows;
    while (sqlite3_step(query) == SQLITE_ROW)
        rows.emplace_back(reinterpret_cast<const char*>(sqlite3_column_text(query, column)));
    sqlite3_finalize(query);
    return rows;
}

std::vector<std::string> plan_of(const store::connection& db, const std::string& sql)
{
    return column_of(db, "EXPLAIN QUERY PLAN " + sql, 3);
}

} // namespace

TEST_F(SqliteJournal, NoStatementWalksThroughWhatHasEnded)
{
    auto db = filled(options.path);
    write_one_of_everything(db);
    read_in_every_way(db);
    const auto statements = statements_of(db);
    EXPECT_GE(statements.size(), 55U);
    for (const auto& sql : statements)
        for (const auto& line : plan_of(db, sql)) {
            EXPECT_TRUE(!line.starts_with("SCAN") || may_be_walked.contains(line)) << line << " in " << sql;
        }
}

TEST_F(SqliteJournal, EveryIndexIsUsedBySomeStatement)
{
    auto db = filled(options.path);
    write_one_of_everything(db);
    read_in_every_way(db);
    std::string plans;
    for (const auto& sql : statements_of(db))
        for (const auto& line : plan_of(db, sql))
            plans += line + "\n";
    // Uniqueness is a use of its own: such an index refuses what must not stand twice.
    for (const auto& name :
         column_of(db, "SELECT name FROM sqlite_schema WHERE type = 'index' AND sql NOT LIKE '%UNIQUE%'", 0))
        EXPECT_NE(plans.find("INDEX " + name), std::string::npos) << name << " serves nothing";
}

} // namespace jmld::test
