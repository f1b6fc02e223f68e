// What the disk, memory and chance can do: full, failing, damaged, killed. Nothing acknowledged may be lost and nothing
// false answered.
#include "store/payloads.hpp"
#include "tests/store/faulty_files.hpp"
#include "tests/store/sqlite_support.hpp"
#include "tests/support/noise.hpp"

#include <filesystem>
#include <fstream>
#include <random>
#include <set>

#include <signal.h>
#include <sys/wait.h>
#include <unistd.h>

namespace jmld::test {

namespace asio = boost::asio;

TEST_F(SqliteJournal, AFullDiskRefusesAndRecoversByItself)
{
    options.page_count_max = 250; // of 1 KiB: the schema, an event, what the writer tries with
    options.probe_every = std::chrono::milliseconds(1);
    open();
    ASSERT_TRUE(accept(an_event("small-1")));
    const auto refused = accept(an_event("large", noise(240'000)));
    ASSERT_FALSE(refused);
    EXPECT_EQ(refused.error().code, errc::overloaded);
    EXPECT_FALSE(ask(journal->event({"hr", "large"}))); // nothing kept
    // There is room for smaller ones; the writer finds out alone.
    until([&] { return journal->health().writable; });
    EXPECT_EQ(journal->health().detail, "");
    ASSERT_TRUE(accept(an_event("small-2")));
    EXPECT_TRUE(ask(journal->event({"hr", "small-1"})));
}

TEST_F(SqliteJournal, WhileTheDiskIsFullItIsNotWritableAndTheNextRequestTriesAgain)
{
    const faulty_files disk;
    options.probe_every = std::chrono::hours(1);
    open();
    disk.fail_writes(SQLITE_FULL);
    EXPECT_EQ(accept(an_event("e1")).error().code, errc::overloaded);
    EXPECT_FALSE(journal->health().writable);
    EXPECT_NE(journal->health().detail, "");
    EXPECT_EQ(accept(an_event("e1")).error().code, errc::overloaded);
    disk.heal();
    ASSERT_TRUE(accept(an_event("e1")));
    EXPECT_TRUE(journal->health().writable);
}

TEST_F(SqliteJournal, AFailedFsyncIsNeverFollowedByAnAcceptance)
{
    const faulty_files disk;
    open();
    ASSERT_TRUE(accept(an_event("e1")));
    disk.fail_syncs(SQLITE_IOERR_FSYNC);
    EXPECT_EQ(accept(an_event("e2")).error().code, errc::storage_failed);
    disk.heal(); // too late: pages may have been dropped; only the disk knows
    EXPECT_EQ(accept(an_event("e3")).error().code, errc::storage_failed);
    EXPECT_FALSE(journal->health().writable);
    close();
    open();
    EXPECT_TRUE(ask(journal->event({"hr", "e1"})));
    ASSERT_TRUE(accept(an_event("e3")));
}

TEST_F(SqliteJournal, AFailedWriteOfTheLogIsFinal)
{
    const faulty_files disk;
    int told = 0;
    options.on_broken = [&](const error& why) { told += why.code == errc::storage_failed ? 1 : 100; };
    open();
    disk.fail_writes(SQLITE_IOERR_WRITE);
    EXPECT_EQ(accept(an_event("e1")).error().code, errc::storage_failed);
    disk.heal();
    EXPECT_EQ(accept(an_event("e1")).error().code, errc::storage_failed);
    until([&] { return told > 0; });
    EXPECT_EQ(told, 1) << "whoever is to end the process is told once, whoever wrote";
    options.on_broken = {};
    close();
    open();
    EXPECT_FALSE(ask(journal->event({"hr", "e1"})));
}

TEST_F(SqliteJournal, ADamagedPayloadIsNeverHandedOn)
{
    open();
    ASSERT_TRUE(accept(an_event("e1")));
    runtime::transaction work;
    work.runs.push_back(a_run("run_1", 1, 2));
    work.people.push_back(a_person("per_1", 0, {"digest-a"}));
    ASSERT_TRUE(ask(journal->commit(std::move(work))));
    close();
    raw_database(options.path).execute("UPDATE payload SET bytes = CAST('x' || substr(bytes, 2) AS BLOB)");
    open();
    EXPECT_EQ(ask(journal->event({"hr", "e1"})).error().code, errc::corrupt);
    EXPECT_EQ(ask(journal->history({"run_1"})).error().code, errc::corrupt);
    EXPECT_EQ(ask(journal->person({"per_1"})).error().code, errc::corrupt);
    EXPECT_TRUE(ask(journal->run({"run_1"})));
}

TEST_F(SqliteJournal, ADamagedFileIsFoundAfterAnUncleanStop)
{
    open();
    ASSERT_TRUE(accept(an_event("e1")));
    close();
    std::string root, page;
    {
        const raw_database db(options.path);
        root = db.rows("SELECT rootpage FROM sqlite_schema WHERE name = 'audit'").at(0);
        page = db.rows("PRAGMA page_size").at(0);
    }
    open();
    ASSERT_TRUE(accept(an_event("e2")));
    // An image as a crash would leave it, with one page overwritten.
    const auto copy = folder.file("copy.db");
    std::filesystem::copy_file(options.path, copy);
    std::filesystem::copy_file(options.path + "-wal", copy + "-wal");
    {
        std::fstream file(copy, std::ios::in | std::ios::out | std::ios::binary);
        file.seekp((std::stoll(root) - 1) * std::stoll(page));
        file << std::string(std::stoul(page), '\x7f');
    }
    close();
    options.path = copy;
    open();
    until([&] { return !journal->health().writable; });
    EXPECT_NE(journal->health().detail.find("backup"), std::string::npos);
    EXPECT_EQ(accept(an_event("e3")).error().code, errc::corrupt);
    EXPECT_TRUE(std::filesystem::exists(copy)); // kept for whoever repairs it
}

TEST_F(SqliteJournal, AnUncleanStopWithoutDamageIsCheckedAndGoesOn)
{
    open();
    ASSERT_TRUE(accept(an_event("e1")));
    const auto copy = folder.file("copy.db");
    std::filesystem::copy_file(options.path, copy);
    std::filesystem::copy_file(options.path + "-wal", copy + "-wal");
    close();
    options.path = copy;
    open();
    EXPECT_TRUE(ask(journal->event({"hr", "e1"})));
    ASSERT_TRUE(accept(an_event("e2")));
    EXPECT_TRUE(journal->health().writable);
}

TEST_F(SqliteJournal, PersonalDataStandsInPayloadsOnly)
{
    const std::string secret = "Jane-Smith-4711";
    open();
    auto event = an_event("e1", "body " + secret);
    event.event.headers = {"headers " + secret};
    event.event.canonical = {"canonical " + secret};
    ASSERT_TRUE(accept(event));
    runtime::transaction work;
    auto run = a_run("run_1", 1, 1);
    run.facts[0].payloads = {{"input " + secret}, {"output " + secret}};
    work.runs.push_back(run);
    auto person = a_person("per_1", 0, {"digest-a"});
    person.record = {"record " + secret};
    work.people.push_back(person);
    runtime::event_update update;
    update.key = {"hr", "e1"};
    update.person = person_key{"per_1"};
    update.canonical = runtime::payload{"again " + secret};
    work.events.push_back(update);
    ASSERT_TRUE(ask(journal->commit(std::move(work))));
    close();
    const raw_database db(options.path);
    int tables = 0;
    for (const auto& table : db.rows("SELECT name FROM sqlite_schema WHERE type = 'table' AND name <> 'payload'")) {
        ++tables;
        for (const auto& row : db.rows("SELECT * FROM " + table))
            EXPECT_EQ(row.find(secret), std::string::npos) << table;
    }
    EXPECT_GE(tables, 12);
    // And all of it is reached from the person's pseudonym, where an erasure begins.
    EXPECT_EQ(
        db.rows("SELECT count(*) FROM payload WHERE id IN (SELECT payload FROM event WHERE person = 'per_1' UNION "
                "SELECT payload FROM person WHERE key = 'per_1' UNION SELECT f.payload FROM fact AS f JOIN run AS r "
                "ON r.n = f.run WHERE r.subject = 'per_1')"),
        (std::vector<std::string>{"3"}));
    EXPECT_EQ(db.rows("SELECT count(*) FROM payload"), (std::vector<std::string>{"3"}));
}

TEST_F(SqliteJournal, SoDoTheWordsOfThoseWhoDecideByHand)
{
    const std::string secret = "because Jane-Smith-4711 is ill";
    open();
    ASSERT_TRUE(accept(an_event("e1", "{}")));
    runtime::transaction work;
    runtime::event_update update;
    update.key = {"hr", "e1"};
    update.decision = "cancelled";
    update.reason = secret;
    update.by = "alice";
    work.events.push_back(update);
    work.holds.push_back({{"hold_1"}, "leavers", "rejected", "too many", at_second(5), {{"hr", "e1"}}, secret});
    ASSERT_TRUE(ask(journal->commit(std::move(work))));
    EXPECT_EQ(ask(journal->event({"hr", "e1"})).value().reason, secret);
    EXPECT_EQ(ask(journal->holds("")).value().at(0).decided, secret);

    // Decided again: the words go, what was sent stays.
    runtime::transaction again;
    update.decision = "acted";
    update.reason = "the joiner was started";
    again.events.push_back(update);
    ASSERT_TRUE(ask(journal->commit(std::move(again))));
    EXPECT_EQ(ask(journal->event({"hr", "e1"})).value().reason, "the joiner was started");
    EXPECT_EQ(ask(journal->event({"hr", "e1"})).value().body.bytes, "{}");
    close();
    const raw_database db(options.path);
    for (const auto& table : db.rows("SELECT name FROM sqlite_schema WHERE type = 'table' AND name <> 'payload'"))
        for (const auto& row : db.rows("SELECT * FROM " + table))
            EXPECT_EQ(row.find("Jane"), std::string::npos) << table;
    int with_her_name = 0;
    for (const auto& stored : db.rows("SELECT bytes FROM payload"))
        if (const auto slots = store::unpack(stored))
            for (const auto& slot : *slots)
                with_her_name += slot.bytes.find("Jane") != std::string::npos ? 1 : 0;
    EXPECT_EQ(with_her_name, 1) << "the hold's";
}

TEST_F(SqliteJournal, TheSchemaKnowsEveryStateOfARun)
{
    open();
    int n = 0;
    for (const auto* state : {"scheduled", "queued", "running", "waiting", "throttled", "paused", "succeeded", "failed",
                              "cancelled", "terminated", "superseded", "compensating", "rolled_back",
                              "rolled_back_partial", "rollback_failed", "closed_with_residue"})
    {
        auto run = a_run("run_" + std::to_string(++n), 1, 1);
        run.row.state = state;
        runtime::transaction work;
        work.runs.push_back(run);
        EXPECT_TRUE(ask(journal->commit(std::move(work)))) << state;
    }
}

// ---- killed at any moment

namespace {

asio::awaitable<void> write_for_ever(runtime::journal& journal, int worker, int pipe)
{
    for (int i = 0;; ++i) {
        const auto id = std::to_string(worker) + "-" + std::to_string(i);
        std::vector<runtime::incoming_event> batch{an_event(id)};
        const auto accepted = co_await journal.accept(std::move(batch));
        runtime::transaction work;
        work.runs.push_back(a_run("run_" + id, 1, 3));
        const auto committed = co_await journal.commit(std::move(work));
        const auto line = id + "\n";
        if (!accepted || !committed || ::write(pipe, line.data(), line.size()) < 0)
            ::_exit(3);
    }
}

[[noreturn]] void be_the_victim(const store::sqlite_options& options, int pipe, int round)
{
    asio::io_context loop;
    auto journal = store::open_sqlite_journal(loop.get_executor(), options);
    if (!journal)
        ::_exit(2);
    for (int worker = 0; worker < 8; ++worker)
        asio::co_spawn(loop, write_for_ever(**journal, round * 100 + worker, pipe),
                       [](const std::exception_ptr&) { ::_exit(4); });
    loop.run();
    ::_exit(5);
}

/// Kills the child after it has acknowledged `count` times; everything it acknowledged by then.
std::vector<std::string> acknowledged_until_killed(const store::sqlite_options& options, int round, std::size_t count)
{
    int ends[2];
    if (::pipe(ends) != 0)
        throw std::runtime_error("no pipe");
    const auto child = ::fork();
    if (child == 0) {
        ::close(ends[0]);
        be_the_victim(options, ends[1], round);
    }
    ::close(ends[1]);
    std::string all;
    char buffer[512];
    bool killed = false;
    for (ssize_t got = 0; (got = ::read(ends[0], buffer, sizeof buffer)) > 0;) {
        all.append(buffer, static_cast<std::size_t>(got));
        if (!killed && static_cast<std::size_t>(std::count(all.begin(), all.end(), '\n')) >= count)
            killed = ::kill(child, SIGKILL) == 0;
    }
    ::close(ends[0]);
    int status = 0;
    ::waitpid(child, &status, 0);
    EXPECT_TRUE(WIFSIGNALED(status)) << "the child ended by itself with " << WEXITSTATUS(status);
    std::vector<std::string> ids;
    for (std::size_t at = 0, end = 0; (end = all.find('\n', at)) != std::string::npos; at = end + 1)
        ids.push_back(all.substr(at, end - at));
    return ids;
}

} // namespace

TEST_F(SqliteJournal, NothingAcknowledgedIsLostHoweverOftenItIsKilled)
{
    options.checkpoint_pages = 50; // killed within checkpoints too
    std::mt19937 chance(20'260'401);
    std::vector<std::string> promised;
    for (int round = 0; round < 12; ++round) {
        const auto ids = acknowledged_until_killed(options, round, 1 + chance() % 120);
        promised.insert(promised.end(), ids.begin(), ids.end());
    }
    open();
    for (const auto& id : promised) {
        EXPECT_TRUE(ask(journal->event({"hr", id}))) << id;
        EXPECT_EQ(ask(journal->history({"run_" + id}))->size(), 3U) << id;
    }
    close();
    const raw_database db(options.path);
    EXPECT_EQ(db.rows("PRAGMA integrity_check"), (std::vector<std::string>{"ok"}));
    EXPECT_TRUE(db.rows("PRAGMA foreign_key_check").empty());
    EXPECT_EQ(
        db.rows("SELECT r.id FROM run AS r WHERE r.last_seq <> (SELECT count(*) FROM fact AS f WHERE f.run = r.n)")
            .size(),
        0U);
}

} // namespace jmld::test
