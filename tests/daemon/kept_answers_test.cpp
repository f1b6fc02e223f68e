// One mutation, one effect, however often it is sent under its key: also over a restart, and also when it was cut off.
#include "daemon/http/kept_answers.hpp"
#include "daemon/http/problem.hpp"
#include "engine/json/json.hpp"
#include "store/journals.hpp"
#include "tests/support/faulty_journal.hpp"
#include "tests/support/run_awaitable.hpp"

#include <boost/asio/detached.hpp>
#include <boost/asio/steady_timer.hpp>
#include <gtest/gtest.h>

namespace jmld::daemon {
namespace {

using engine::value;

struct KeptAnswers : testing::Test
{
    http::response ask(const std::string& key, const std::string& body = "{}", const std::string& who = "alice")
    {
        call asked;
        asked.who.name = who;
        asked.message.method = "POST";
        asked.message.target = "/v1/runs/run_1/cancel";
        asked.message.body = body;
        return test::run_awaitable(loop, answers->once(key, asked,
                                                       [this](call) -> boost::asio::awaitable<http::reply> {
                                                           ++done;
                                                           co_return next;
                                                       }))
            .message;
    }
    void restart()
    {
        journal = std::make_unique<store::memory_journal>(content);
        answers = std::make_unique<kept_answers>(*journal, time);
    }

    boost::asio::io_context loop;
    runtime::virtual_clock time{time_point{duration{1'790'000'000'000}}};
    std::shared_ptr<store::memory_store> content = store::make_memory_store();
    std::unique_ptr<runtime::journal> journal = std::make_unique<store::memory_journal>(content);
    std::unique_ptr<kept_answers> answers = std::make_unique<kept_answers>(*journal, time);
    http::response next = json_answer(value::map({{"state", "cancelled"}}));
    int done = 0;
};

TEST_F(KeptAnswers, TheSameRequestUnderTheSameKeyIsCarriedOutOnce)
{
    const auto first = ask("key-1");
    next = json_answer(value::map({{"state", "something else"}}));
    const auto again = ask("key-1");
    EXPECT_EQ(done, 1);
    EXPECT_EQ(again.status, first.status);
    EXPECT_EQ(again.body, first.body);
    EXPECT_EQ(*http::find_header(again.headers, "content-type"), "application/json");
    EXPECT_EQ(*http::find_header(again.headers, "idempotency-replayed"), "true");
    EXPECT_EQ(http::find_header(first.headers, "idempotency-replayed"), nullptr);
    restart();
    EXPECT_EQ(ask("key-1").body, first.body);
    EXPECT_EQ(done, 1);
}

TEST_F(KeptAnswers, AnotherRequestUnderTheKeyIsRefusedAndAnotherPrincipalHasKeysOfHisOwn)
{
    ask("key-1");
    EXPECT_EQ(ask("key-1", R"({"reason":"another"})").status, 422);
    EXPECT_EQ(done, 1);
    EXPECT_EQ(ask("key-1", R"({"reason":"another"})", "bob").status, 200);
    EXPECT_EQ(ask("key-2").status, 200);
    EXPECT_EQ(done, 3);
}

TEST_F(KeptAnswers, ARefusalIsKeptButAnAnswerThatSaysLaterIsNot)
{
    next = problem(409, "does not apply now", "the run is succeeded");
    EXPECT_EQ(ask("refused").status, 409);
    next = json_answer(value::map({}));
    EXPECT_EQ(ask("refused").status, 409);
    EXPECT_EQ(done, 1);
    next = problem(503, "cannot store", "later");
    EXPECT_EQ(ask("later").status, 503);
    next = json_answer(value::map({}));
    EXPECT_EQ(ask("later").status, 200);
    EXPECT_EQ(done, 3);
}

TEST_F(KeptAnswers, TheyAreKeptForMoreThanADayAndNotForEver)
{
    ask("key-1");
    time.advance_to(time.now() + std::chrono::hours(6 * 24));
    EXPECT_EQ(ask("key-1", R"({"reason":"another"})").status, 422);
    time.advance_to(time.now() + std::chrono::hours(2 * 24));
    EXPECT_EQ(ask("key-1", R"({"reason":"another"})").status, 200);
}

TEST_F(KeptAnswers, WhatWasCutOffIsSaidToBeUnknownAndNotDoneAgain)
{
    boost::asio::steady_timer never(loop, boost::asio::steady_timer::time_point::max());
    call asked;
    asked.who.name = "alice";
    asked.message.method = "POST";
    boost::asio::co_spawn(loop,
                          answers->once("key-1", asked,
                                        [&](call) -> boost::asio::awaitable<http::reply> {
                                            ++done;
                                            co_await never.async_wait(boost::asio::use_awaitable);
                                            co_return http::reply{};
                                        }),
                          boost::asio::detached);
    loop.poll();
    EXPECT_EQ(done, 1);
    const auto meanwhile = test::run_awaitable(
        loop,
        answers->once("key-1", asked, [](call) -> boost::asio::awaitable<http::reply> { co_return http::reply{}; }));
    EXPECT_EQ(meanwhile.message.status, 409);
    restart(); // the process died in the middle of it
    const auto after = test::run_awaitable(
        loop,
        answers->once("key-1", asked, [](call) -> boost::asio::awaitable<http::reply> { co_return http::reply{}; }));
    EXPECT_EQ(after.message.status, 409);
    EXPECT_EQ(done, 1);
}

TEST_F(KeptAnswers, OnlyAProperKeyIsTaken)
{
    for (const auto& key : {std::string(), std::string("two words"), std::string(256, 'k'), std::string("k\x01")})
        EXPECT_EQ(ask(key).status, 400);
    EXPECT_EQ(done, 0);
    EXPECT_EQ(ask(std::string(255, 'k')).status, 200);
}

TEST_F(KeptAnswers, WithoutAStoreNothingIsDone)
{
    test::faulty_journal broken(*journal);
    broken.fail_from(1, errc::overloaded);
    answers = std::make_unique<kept_answers>(broken, time);
    EXPECT_EQ(ask("key-1").status, 503);
    EXPECT_EQ(done, 0);
}

} // namespace
} // namespace jmld::daemon
