// Many calls at once share a COMMIT; none of them pays for another's mistake, and a full queue refuses instead of
// growing.
#include "tests/store/sqlite_support.hpp"

#include <boost/asio/co_spawn.hpp>
#include <boost/asio/detached.hpp>

#include <algorithm>
#include <future>
#include <numeric>
#include <utility>

namespace jmld::test {

namespace asio = boost::asio;

namespace {

struct tally
{
    int accepted = 0, overloaded = 0, cancelled = 0, other = 0;
    int all() const { return accepted + overloaded + cancelled + other; }
};

asio::awaitable<void> accept_one(runtime::journal& journal, std::string id, tally& counts)
{
    std::vector<runtime::incoming_event> batch{an_event(id)};
    auto answers = co_await journal.accept(std::move(batch));
    if (answers)
        ++counts.accepted;
    else if (answers.error().code == errc::overloaded)
        ++counts.overloaded;
    else if (answers.error().code == errc::cancelled)
        ++counts.cancelled;
    else
        ++counts.other;
}

asio::awaitable<void> commit_one(runtime::journal& journal, runtime::run_append append, std::vector<errc>& refused)
{
    runtime::transaction work;
    work.runs.push_back(std::move(append));
    auto done = co_await journal.commit(std::move(work));
    if (!done)
        refused.push_back(done.error().code);
}

} // namespace

TEST_F(SqliteJournal, CallsThatWaitTogetherShareACommit)
{
    std::vector<std::size_t> batches; // the writer's, until closed
    options.batch_limit = 16;
    options.on_batch = [&](std::size_t calls) { batches.push_back(calls); };
    std::vector<std::size_t> told; // the loop's
    std::chrono::nanoseconds took{0};
    options.on_committed = [&](std::size_t calls, std::chrono::nanoseconds each) {
        told.push_back(calls);
        took += each;
    };
    open();
    tally counts;
    for (int i = 0; i < 300; ++i)
        asio::co_spawn(loop, accept_one(*journal, "e" + std::to_string(i), counts), asio::detached);
    loop.restart();
    loop.run(); // the pending calls keep it running
    EXPECT_EQ(counts.accepted, 300);
    EXPECT_EQ(ask(journal->events(
                      {.source = "hr", .type = {}, .decision = {}, .id = {}, .person = {}, .after = {}, .limit = 1000}))
                  ->size(),
              300U);
    close();
    EXPECT_EQ(std::accumulate(batches.begin(), batches.end(), std::size_t{0}), 300U);
    EXPECT_LT(batches.size(), 150U);
    EXPECT_LE(*std::max_element(batches.begin(), batches.end()), 16U);
    EXPECT_EQ(*std::max_element(batches.begin(), batches.end()), 16U);
    EXPECT_EQ(told, batches);
    EXPECT_GT(took.count(), 0);
}

TEST_F(SqliteJournal, AConflictDoesNotPoisonItsCompanions)
{
    std::promise<void> go;
    bool first = true;
    std::vector<std::size_t> batches;
    options.on_batch = [&](std::size_t calls) {
        batches.push_back(calls);
        if (std::exchange(first, false))
            go.get_future().wait(); // what is sent meanwhile waits together
    };
    open();
    std::vector<errc> refused;
    asio::co_spawn(loop, commit_one(*journal, a_run("run_0", 1, 1), refused), asio::detached);
    loop.restart();
    loop.poll();
    until([&] { return journal->health().commits == 1; });
    for (int i = 1; i <= 9; ++i) // every third does not follow
        asio::co_spawn(loop, commit_one(*journal, a_run("run_" + std::to_string(i), i % 3 == 0 ? 5 : 1, 6), refused),
                       asio::detached);
    loop.poll();
    EXPECT_EQ(journal->health().queued, 9U);
    go.set_value();
    loop.run();
    EXPECT_EQ(refused, (std::vector<errc>(3, errc::conflict)));
    EXPECT_EQ(ask(journal->runs({}))->size(), 7U);
    EXPECT_EQ(ask(journal->history({"run_4"}))->size(), 6U);
    EXPECT_TRUE(ask(journal->history({"run_3"}))->empty());
    EXPECT_TRUE(journal->health().writable);
    close();
    EXPECT_EQ(batches, (std::vector<std::size_t>{1, 9}));
}

TEST_F(SqliteJournal, InACrowdACommitWaitsForAsManyAsThereWere)
{
    std::promise<void> go;
    bool first = true;
    std::vector<std::size_t> batches;
    options.crowd_wait = std::chrono::hours(1);
    options.on_batch = [&](std::size_t calls) {
        batches.push_back(calls);
        if (std::exchange(first, false))
            go.get_future().wait();
    };
    open();
    tally counts;
    const auto send = [&](int from, int to) {
        for (int i = from; i < to; ++i)
            asio::co_spawn(loop, accept_one(*journal, "e" + std::to_string(i), counts), asio::detached);
        loop.poll();
    };
    loop.restart();
    send(0, 1); // alone: nobody is waited for
    until([&] { return journal->health().commits == 1; });
    send(1, 8);
    go.set_value();
    until([&] { return journal->health().commits == 2; });
    send(8, 11);
    send(11, 15);
    loop.run();
    EXPECT_EQ(counts.accepted, 15);
    close();
    EXPECT_EQ(batches, (std::vector<std::size_t>{1, 7, 7}));
}

TEST_F(SqliteJournal, AFullQueueRefusesAndWhatWasTakenIsKept)
{
    std::promise<void> go;
    bool first = true;
    options.queue_limit = 4;
    options.on_batch = [&](std::size_t) {
        if (std::exchange(first, false))
            go.get_future().wait();
    };
    open();
    tally counts;
    asio::co_spawn(loop, accept_one(*journal, "first", counts), asio::detached);
    loop.restart();
    loop.poll();
    until([&] { return journal->health().commits == 1; }); // the writer stands in on_batch
    for (int i = 0; i < 10; ++i)
        asio::co_spawn(loop, accept_one(*journal, "e" + std::to_string(i), counts), asio::detached);
    loop.poll();
    EXPECT_EQ(counts.overloaded, 6);
    // Work that was promised still finds room.
    std::vector<errc> refused;
    asio::co_spawn(loop, commit_one(*journal, a_run("run_1", 1, 1), refused), asio::detached);
    loop.poll();
    go.set_value();
    loop.run();
    EXPECT_EQ(counts.accepted, 5);
    EXPECT_TRUE(refused.empty());
    EXPECT_TRUE(ask(journal->event({"hr", "e3"})));
    EXPECT_FALSE(ask(journal->event({"hr", "e4"})));
}

TEST_F(SqliteJournal, ClosingFinishesWhatWasQueuedBeforeAndNothingCompletesAfter)
{
    open();
    tally counts;
    for (int i = 0; i < 50; ++i)
        asio::co_spawn(loop, accept_one(*journal, "e" + std::to_string(i), counts), asio::detached);
    loop.restart();
    loop.poll();
    run_awaitable(loop, journal->close());
    EXPECT_EQ(counts.accepted, 50);
    EXPECT_EQ(loop.poll(), 0U);
}

TEST_F(SqliteJournal, MayBeDestroyedWithCallsUnderWay)
{
    open();
    tally counts;
    for (int i = 0; i < 50; ++i)
        asio::co_spawn(loop, accept_one(*journal, "e" + std::to_string(i), counts), asio::detached);
    loop.restart();
    loop.poll();
    journal.reset();
    loop.poll(); // only what had been posted
    EXPECT_EQ(counts.all(), counts.accepted);
    open();
    EXPECT_GE(static_cast<int>(
                  ask(journal->events({.source = {}, .type = {}, .decision = {}, .id = {}, .person = {}, .after = {}}))
                      ->size()),
              counts.accepted);
}

} // namespace jmld::test
