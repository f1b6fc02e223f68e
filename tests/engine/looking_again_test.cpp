// An attempt that must look again: it waits for its time and holds nothing, spends nothing, and remembers what it has
// seen, also over a restart.
#include "tests/support/engine_run.hpp"

#include <gmock/gmock.h>

namespace jmld::testing {
namespace {

using ::testing::ElementsAre;

definition_pointer a_look()
{
    return a_grant({a_step("look", "t.look").attempts(2), a_step("go", "t.add").needing("look")});
}

attempt_outcome in_half_a_minute(const a_run& run, value seen = value("once"))
{
    return attempt_pending{run.now + duration(30s), std::move(seen), "not yet", {200, {}, "req1"}, {}};
}

TEST(LookingAgain, WaitsForItsTimeAndHoldsNothing)
{
    a_run run(a_look());
    run.begun().answer("look", in_half_a_minute(run));
    EXPECT_EQ(run.status_of("look"), step_status::waiting);
    EXPECT_FALSE(run.state().anything_in_flight());
    EXPECT_EQ(run.state().shown_status(), run_status::waiting);
    EXPECT_THAT(timers_of(run.state()), ElementsAre(pending_timer{"verify", "look", run.now + duration(30s), {}, {}}));
    run.later(29s);
    EXPECT_FALSE(run.asks<send_attempt>());
    run.later(1s);
    EXPECT_THAT(run.asked_for<send_attempt>(), ElementsAre("look"));
    run.succeed("look", false);
    EXPECT_THAT(run.asked_for<send_attempt>(), ElementsAre("go"));
    EXPECT_TRUE(run.state().find("look")->progress.is_null());
}

TEST(LookingAgain, RemembersWhatItHasSeenOverARestartAndWhileNobodyAnswers)
{
    a_run run(a_look());
    run.begun().answer("look", in_half_a_minute(run)).restarted();
    EXPECT_EQ(run.state().find("look")->progress, value("once"));
    run.until_due();
    auto outage = a_failure(failure_kind::unavailable);
    outage.outage = true;
    run.answer("look", outage);
    EXPECT_EQ(run.state().find("look")->progress, value("once"));
}

TEST(LookingAgain, BeginsAnewAfterAFailureThatCounts)
{
    a_run run(a_look());
    run.begun().answer("look", in_half_a_minute(run)).until_due().fail("look", failure_kind::unavailable);
    EXPECT_TRUE(run.state().find("look")->progress.is_null());
    EXPECT_EQ(run.status_of("look"), step_status::backing_off);
}

TEST(LookingAgain, SpendsNoAttempt)
{
    a_run run(a_look());
    run.begun();
    for (int i = 0; i < 10; ++i)
        run.answer("look", in_half_a_minute(run)).until_due();
    run.fail("look", failure_kind::unavailable);
    EXPECT_EQ(run.status_of("look"), step_status::backing_off);
    EXPECT_EQ(run.state().find("look")->attempts.front().outcome, "pending");
}

TEST(LookingAgain, EndsWhenWhatIsLookedForStaysAway)
{
    a_run run(a_look());
    run.begun();
    for (int round = 0; round < 2; ++round) { // two attempts: each looks a few times, and then says what it wants
        run.answer("look", in_half_a_minute(run)).until_due().answer("look", in_half_a_minute(run)).until_due();
        run.fail("look", failure_kind::conflict);
        if (round == 0)
            run.until_due();
    }
    EXPECT_EQ(run.status_of("look"), step_status::failed);
}

TEST(LookingAgain, AMomentInThePastIsNow)
{
    a_run run(a_look());
    run.begun().answer("look", attempt_pending{run.now - duration(1h), {}, {}, {}, {}});
    EXPECT_EQ(run.status_of("look"), step_status::waiting);
    run.later(duration(1));
    EXPECT_THAT(run.asked_for<send_attempt>(), ElementsAre("look"));
}

TEST(LookingAgain, IsNoMomentThatAPersonMayMove)
{
    a_run run(a_look());
    run.begun().answer("look", in_half_a_minute(run));
    auto word = operator_signal{verb::reschedule, {}, "alice", "because"};
    word.at = run.now + duration(1h);
    EXPECT_TRUE(refuses(run.state(), word).has_value());
    run.say(verb::cancel);
    EXPECT_EQ(run.status_of("look"), step_status::cancelled);
}

} // namespace
} // namespace jmld::testing
