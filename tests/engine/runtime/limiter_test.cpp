// The shared budget: what it lets out, when it says to ask again, and that no bucket of the peer is ever exceeded.
#include "engine/runtime/limiter.hpp"

#include <gtest/gtest.h>

#include <string>
#include <tuple>

namespace jmld::runtime {

namespace {

constexpr time_point start{std::chrono::seconds(1'800'000'000)};
constexpr auto joiner = priority::joiner;
constexpr auto urgent = priority::urgent_leaver;
using std::chrono::seconds;

/// As many as are let out now, at most `most`.
int take_all(limiter& budget, priority urgency, time_point now, int most = 2000)
{
    int taken = 0;
    while (taken < most && !budget.take("b", urgency, now))
        ++taken;
    return taken;
}

/// A peer with one fixed window of a minute, and other clients that use some of it.
struct peer
{
    int limit;
    int used = 0;
    time_point window_begins = start - seconds(17);
    int refused = 0, answered = 0;

    void answer(limiter& budget, time_point now)
    {
        while (now >= window_begins + seconds(60)) {
            window_begins += seconds(60);
            used = 0;
        }
        const auto reset = window_begins + seconds(60);
        if (used >= limit) {
            ++refused;
            budget.settled("b", true);
            budget.learn("b", limit, 0, reset, now, now);
            budget.block("b", reset + seconds(1));
            return;
        }
        ++used;
        ++answered;
        budget.settled("b", true);
        budget.learn("b", limit, limit - used, reset, now, now);
    }
};

} // namespace

TEST(Limiter, AfterAStartOneAsksForAllUntilTheFirstAnswerAndOnlyTheUrgentDoNotWait)
{
    limiter budget;
    EXPECT_EQ(take_all(budget, joiner, start), 1);
    EXPECT_GT(budget.take("b", joiner, start), start);
    budget.settled("b", true);
    EXPECT_FALSE(budget.take("b", joiner, start)); // its place is free again
    EXPECT_EQ(take_all(budget, urgent, start), 4);
}

TEST(Limiter, ForgetsTheCautionWhenAnswersTellNoLimit)
{
    limiter budget({.concurrency_max = 10'000});
    EXPECT_FALSE(budget.take("b", joiner, start));
    budget.settled("b", true);
    budget.learn_unlimited("b");
    EXPECT_EQ(take_all(budget, joiner, start, 500), 500);
}

TEST(Limiter, KeepsHeadroomForOthersAndAReserveForUrgentWork)
{
    limiter budget;
    budget.learn("b", 100, 100, start + seconds(30), start, start);
    EXPECT_EQ(take_all(budget, joiner, start), 90);
    EXPECT_EQ(take_all(budget, urgent, start), 5);
    EXPECT_EQ(budget.take("b", urgent, start), start + seconds(31));
}

TEST(Limiter, LeavesTheLastTokensToWhoeverIsMoreUrgentAndWaits)
{
    limiter budget;
    budget.learn("b", 10, 10, start + seconds(30), start, start);
    budget.waits("b", urgent, 1);
    budget.waits("b", priority::leaver, 1);
    EXPECT_EQ(take_all(budget, joiner, start), 8);
    EXPECT_LT(budget.take("b", joiner, start), start + seconds(1)) << "they take theirs at this very moment";
    EXPECT_FALSE(budget.take("b", urgent, start));
    budget.waits("b", urgent, -1);
    EXPECT_GT(budget.take("b", joiner, start), start);
    EXPECT_FALSE(budget.take("b", priority::leaver, start));
    budget.waits("b", priority::leaver, -1);
    EXPECT_EQ(budget.take("b", joiner, start), start + seconds(31));
}

TEST(Limiter, WaitsByTheServersClock)
{
    limiter budget;
    const auto server = start + std::chrono::hours(5);
    budget.learn("b", 100, 0, server + seconds(20), server, start);
    EXPECT_EQ(budget.take("b", joiner, start), start + seconds(21));
}

TEST(Limiter, DoesNotCountBackWhatIsStillOnItsWay)
{
    limiter budget;
    budget.learn("b", 100, 100, start + seconds(30), start, start);
    for (int sent = 0; sent < 50; ++sent)
        EXPECT_FALSE(budget.take("b", joiner, start));
    // The first answer comes; 49 are on their way, which the server may or may not have counted.
    budget.settled("b", true);
    budget.learn("b", 100, 99, start + seconds(30), start, start);
    EXPECT_EQ(take_all(budget, joiner, start), 99 - 49 - 10);
}

TEST(Limiter, CountsACallWhoseAnswerIsLost)
{
    limiter budget({.headroom = 0, .urgent_reserve = 0});
    budget.learn("b", 10, 2, start + seconds(60), start, start);
    EXPECT_EQ(take_all(budget, joiner, start), 2);
    budget.settled("b", false);
    budget.settled("b", false); // nobody says what is left, but it is nothing
    EXPECT_TRUE(budget.take("b", joiner, start + seconds(1)));
    EXPECT_FALSE(budget.take("b", joiner, start + seconds(62))) << "the next window owes nothing";
}

TEST(Limiter, IsNotMisledByAnswersThatOvertakeEachOther)
{
    limiter budget;
    budget.learn("b", 100, 40, start + seconds(30), start, start);
    budget.learn("b", 100, 80, start + seconds(30), start, start); // older, but later here
    EXPECT_EQ(take_all(budget, joiner, start), 30);
    budget.learn("b", 100, 100, start + seconds(2), start - seconds(60), start - seconds(60)); // of a window long gone
    EXPECT_EQ(take_all(budget, joiner, start), 0);
}

TEST(Limiter, ASlowAnswerDoesNotMakeItDeafToTheOthersOfItsWindow)
{
    limiter budget;
    budget.learn("b", 100, 90, start + seconds(60), start, start);
    budget.learn("b", 100, 80, start + seconds(60), start, start + seconds(2)); // two seconds on its way
    budget.learn("b", 100, 20, start + seconds(60), start + seconds(2), start + seconds(2));
    EXPECT_EQ(take_all(budget, joiner, start + seconds(2)), 20 - 10);
    EXPECT_EQ(budget.take("b", joiner, start + seconds(2)), start + seconds(61));
}

TEST(Limiter, AClockThatIsSetBackHoldsNothingForHours)
{
    limiter budget;
    budget.learn("b", 100, 0, start + seconds(60), start, start);
    EXPECT_TRUE(budget.take("b", joiner, start));
    EXPECT_FALSE(budget.take("b", joiner, start - std::chrono::hours(3)));
}

TEST(Limiter, BeginsANewWindowWithAFew)
{
    limiter budget;
    budget.learn("b", 100, 0, start + seconds(30), start, start);
    const auto later = start + seconds(31);
    EXPECT_EQ(take_all(budget, joiner, later), 10); // others may have been quicker
    budget.settled("b", true);
    budget.learn("b", 100, 20, start + seconds(90), start + seconds(30), later);
    EXPECT_EQ(take_all(budget, joiner, later), 20 - 9 - 10);
}

TEST(Limiter, HonoursABlock)
{
    limiter budget;
    budget.learn("b", 100, 100, start + seconds(30), start, start);
    budget.block("b", start + seconds(75));
    EXPECT_EQ(budget.take("b", urgent, start), start + seconds(75));
    EXPECT_FALSE(budget.take("other", joiner, start));
    EXPECT_EQ(take_all(budget, joiner, start + seconds(75)), 10);
}

TEST(Limiter, ShrinksParallelismNotTheBucketAfterTooManyAtOnce)
{
    limiter budget({.concurrency_max = 16});
    budget.learn("b", 1000, 1000, start + seconds(60), start, start);
    for (int sent = 0; sent < 16; ++sent) {
        EXPECT_FALSE(budget.take("b", joiner, start));
        budget.entered();
    }
    EXPECT_TRUE(budget.take("b", joiner, start)); // 16 at once is the most
    budget.concurrency_exceeded(start);
    for (int back = 0; back < 9; ++back) {
        budget.left();
        budget.settled("b", true);
    }
    EXPECT_EQ(budget.take("b", joiner, start), start + seconds(1));
    EXPECT_FALSE(budget.take("b", joiner, start + seconds(1))); // 7 in flight, 8 allowed
    budget.entered();
    EXPECT_TRUE(budget.take("b", joiner, start + seconds(1)));
    EXPECT_FALSE(budget.take("b", joiner, start + seconds(6))); // and grows again
    EXPECT_EQ(budget.view().front().limit, 1000);
}

TEST(Limiter, TakesBackATokenThatWasNotUsed)
{
    limiter budget;
    budget.learn("b", 100, 11, start + seconds(30), start, start);
    EXPECT_FALSE(budget.take("b", joiner, start));
    EXPECT_TRUE(budget.take("b", joiner, start));
    budget.give_back("b");
    EXPECT_FALSE(budget.take("b", joiner, start));
}

TEST(Limiter, ShowsWhatItKnows)
{
    limiter budget;
    budget.learn("b", 100, 40, start + seconds(30), start, start);
    EXPECT_FALSE(budget.take("b", joiner, start));
    const auto seen = budget.view();
    ASSERT_EQ(seen.size(), 1U);
    EXPECT_EQ(seen[0].name, "b");
    EXPECT_EQ(seen[0].limit, 100);
    EXPECT_EQ(seen[0].remaining, 39);
    EXPECT_EQ(seen[0].resets_at, start + seconds(31));
    EXPECT_FALSE(seen[0].blocked_until);
}

/// limit a minute, requests to send, of others in every second
class LimiterUnderLoad : public testing::TestWithParam<std::tuple<int, int, int>>
{};
TEST_P(LimiterUnderLoad, NeverExceedsTheBucketAndStillUsesIt)
{
    const auto [limit, wanted, others] = GetParam();
    limiter budget;
    peer okta{.limit = limit};
    int sent = 0, seconds_used = 0;
    for (auto now = start; sent < wanted && seconds_used < 3600; now += seconds(1), ++seconds_used) {
        okta.used += std::min(others, limit - okta.used);
        int in_flight = 0;
        while (sent < wanted && in_flight < 30 && !budget.take("b", joiner, now)) {
            ++sent;
            ++in_flight;
        }
        for (; in_flight > 0; --in_flight)
            okta.answer(budget, now + duration(500));
    }
    EXPECT_EQ(sent, wanted);
    EXPECT_LE(okta.refused * 100, wanted); // at most one in a hundred
    const int least_minutes = wanted / limit;
    EXPECT_LE(seconds_used, (least_minutes + 3) * 60 * (others > 0 ? 3 : 1));
}
INSTANTIATE_TEST_SUITE_P(Okta, LimiterUnderLoad,
                         testing::Values(std::tuple{600, 3000, 0}, std::tuple{500, 2500, 0}, std::tuple{100, 1000, 0},
                                         std::tuple{10, 60, 0}, std::tuple{100, 500, 1}, std::tuple{600, 3000, 3}));

} // namespace jmld::runtime
