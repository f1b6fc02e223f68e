// What only the journal in memory does, and the one that fails on purpose over it.
#include "store/journals.hpp"
#include "tests/support/faulty_journal.hpp"
#include "tests/support/journal_rows.hpp"
#include "tests/support/run_awaitable.hpp"

#include <boost/asio/co_spawn.hpp>
#include <boost/asio/detached.hpp>

#include <gtest/gtest.h>

namespace jmld::test {

namespace asio = boost::asio;

namespace {

asio::awaitable<void> write_runs(runtime::journal& journal, int count, int& returned)
{
    for (int i = 0; i < count; ++i) {
        runtime::transaction work;
        work.runs.push_back(a_run("run_" + std::to_string(i), 1, 1));
        const auto done = co_await journal.commit(std::move(work));
        if (done)
            ++returned;
    }
}

} // namespace

TEST(MemoryJournal, CompletesInlineAndTellsTheNumberOfEachCommitBeforeTheCallerGoesOn)
{
    asio::io_context loop;
    store::memory_journal journal;
    int returned = 0;
    std::vector<std::pair<std::uint64_t, int>> seen;
    journal.on_commit([&](std::uint64_t n) { seen.emplace_back(n, returned); });
    asio::co_spawn(loop, write_runs(journal, 3, returned), asio::detached);
    loop.poll();
    EXPECT_EQ(seen, (std::vector<std::pair<std::uint64_t, int>>{{1, 0}, {2, 1}, {3, 2}}));
}

TEST(MemoryJournal, ContentSurvivesALossOfPowerAndTheCallersDoNot)
{
    const auto content = store::make_memory_store();
    int returned = 0;
    {
        asio::io_context loop;
        store::memory_journal journal(content);
        journal.on_commit([&](std::uint64_t n) {
            if (n == 2)
                journal.lose_power();
        });
        asio::co_spawn(loop, write_runs(journal, 5, returned), asio::detached);
        loop.poll();
        EXPECT_EQ(returned, 1);
    }
    asio::io_context loop;
    store::memory_journal again(content);
    EXPECT_TRUE(run_awaitable(loop, again.run({"run_0"})));
    EXPECT_TRUE(run_awaitable(loop, again.run({"run_1"}))); // committed, though nobody heard of it
    EXPECT_FALSE(run_awaitable(loop, again.run({"run_2"})));
    EXPECT_EQ(again.health().commits, 2U);
}

TEST(MemoryJournal, ARefusedTransactionIsNoCommit)
{
    asio::io_context loop;
    store::memory_journal journal;
    runtime::transaction work;
    work.runs.push_back(a_run("run_1", 7, 7));
    EXPECT_FALSE(run_awaitable(loop, journal.commit(std::move(work))));
    EXPECT_EQ(journal.health().commits, 0U);
}

TEST(FaultyJournal, FailsTheNamedCommitsOnly)
{
    asio::io_context loop;
    store::memory_journal behind;
    faulty_journal journal(behind);
    journal.fail_at(2, errc::overloaded, 2);
    int returned = 0;
    run_awaitable(loop, write_runs(journal, 5, returned));
    EXPECT_EQ(returned, 3);
    EXPECT_EQ(journal.calls(), 5U);
    EXPECT_EQ(behind.health().commits, 3U);
    EXPECT_FALSE(run_awaitable(loop, journal.run({"run_1"})));
    EXPECT_TRUE(run_awaitable(loop, journal.run({"run_4"})));
}

TEST(FaultyJournal, LosesPowerBeforeOrAfterACommit)
{
    for (const auto when : {faulty_journal::moment::before_commit, faulty_journal::moment::after_commit}) {
        store::memory_journal behind;
        faulty_journal journal(behind);
        int told = 0;
        int returned = 0;
        asio::io_context loop;
        journal.lose_power_at(2, when, [&] { ++told; });
        asio::co_spawn(loop, write_runs(journal, 4, returned), asio::detached);
        loop.poll();
        EXPECT_EQ(returned, 1);
        EXPECT_EQ(told, 1);
        EXPECT_FALSE(journal.has_power());
        EXPECT_EQ(behind.health().commits, when == faulty_journal::moment::after_commit ? 2U : 1U);
    }
}

} // namespace jmld::test
