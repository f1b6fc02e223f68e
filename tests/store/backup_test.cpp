// A copy made while work goes on: whole, private, never over another file, and nothing left of one that failed.
#include "tests/store/sqlite_support.hpp"
#include "tests/support/noise.hpp"

#include <boost/asio/co_spawn.hpp>
#include <boost/asio/use_future.hpp>

#include <filesystem>

namespace jmld::test {

namespace fs = std::filesystem;

TEST_F(SqliteJournal, ACopyHoldsEverythingAndOpensAsADatabase)
{
    open();
    ASSERT_TRUE(accept(an_event("e1")));
    const auto copy = folder.file("copy.db");
    const auto done = ask(journal->back_up(copy));
    ASSERT_TRUE(done) << done.error().what;
    ASSERT_TRUE(accept(an_event("e2"))); // the original goes on
    EXPECT_EQ((fs::status(copy).permissions() & (fs::perms::group_all | fs::perms::others_all)), fs::perms::none);
    close();
    EXPECT_EQ(raw_database(copy).rows("PRAGMA integrity_check"), (std::vector<std::string>{"ok"}));
    EXPECT_EQ(raw_database(copy).rows("SELECT id FROM event"), (std::vector<std::string>{"e1"}));
    options.path = copy;
    open();
    EXPECT_TRUE(ask(journal->event({"hr", "e1"})));
}

TEST_F(SqliteJournal, WhatIsCommittedWhileACopyIsMadeIsEitherWholeOrNotInIt)
{
    open();
    for (int each = 0; each < 40; ++each)
        ASSERT_TRUE(accept(an_event("before-" + std::to_string(each), noise(100'000))));
    const auto copy = folder.file("copy.db");
    std::optional<result<void>> done;
    boost::asio::co_spawn(loop, journal->back_up(copy), [&](std::exception_ptr, result<void> how) { done = how; });
    int during = 0;
    while (!done) {
        loop.restart();
        ASSERT_TRUE(accept(an_event("during-" + std::to_string(during++))));
        loop.poll();
    }
    ASSERT_TRUE(*done) << done->error().what;
    close();
    EXPECT_EQ(raw_database(copy).rows("PRAGMA integrity_check"), (std::vector<std::string>{"ok"}));
    EXPECT_EQ(raw_database(copy).rows("SELECT count(*) FROM event WHERE id LIKE 'before-%'"),
              (std::vector<std::string>{"40"}));
    EXPECT_EQ(raw_database(copy).rows("SELECT count(*) FROM event WHERE payload NOT IN (SELECT id FROM payload)"),
              (std::vector<std::string>{"0"}));
}

TEST_F(SqliteJournal, ACopyIsRefusedWhereItWouldHarmOrCannotBe)
{
    open();
    const auto refused = [&](const std::string& file) {
        const auto done = ask(journal->back_up(file));
        EXPECT_FALSE(done);
        return done ? errc{} : done.error().code;
    };
    EXPECT_EQ(refused(options.path), errc::conflict);
    EXPECT_EQ(refused(folder.file("no/such/folder")), errc::invalid_input);
    EXPECT_FALSE(fs::exists(folder.file("no")));
    ASSERT_TRUE(accept(an_event("e1"))); // and all of it leaves the journal as it was
    close();
    EXPECT_EQ(raw_database(options.path).rows("SELECT id FROM event"), (std::vector<std::string>{"e1"}));
}

} // namespace jmld::test
