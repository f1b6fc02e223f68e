// The process ends at any moment and starts again: what is repeated, what is looked at, and that it costs nothing.
#include "tests/support/engine_run.hpp"

#include <gmock/gmock.h>

namespace jmld::testing {
namespace {

using ::testing::ElementsAre;
using ::testing::IsEmpty;

TEST(Recovery, AHarmlessCallIsSentAgainAsTheSameAttempt)
{
    a_run run(a_grant({a_step("a", "t.add").taking("group", "g1")}));
    run.begun();
    const auto first = run.now;
    run.now += 1h;
    run.restarted();
    const auto* again = run.the<send_attempt>();
    ASSERT_NE(again, nullptr);
    EXPECT_EQ(again->attempt, 1);
    EXPECT_EQ(again->first_started, first);
    EXPECT_EQ(again->inputs["group"].text_or(), "g1");
    run.succeed("a");
    EXPECT_EQ(run.state().status, run_status::succeeded);
}

TEST(Recovery, ACallThatCouldDoHarmTwiceIsLookedAt)
{
    a_run run(a_grant({a_step("make", "t.make").attempts(2)}));
    run.begun().restarted();
    EXPECT_THAT(run.asked_for<send_attempt>(), IsEmpty());
    EXPECT_THAT(run.asked_for<send_probe>(), ElementsAre("make"));
    run.looked("make", probe_verdict::not_done);
    EXPECT_THAT(run.asked_for<send_attempt>(), ElementsAre("make")) << "at once";
    run.fail("make", failure_kind::unavailable);
    EXPECT_EQ(run.status_of("make"), step_status::backing_off) << "the restart cost no attempt";
    run.until_due().succeed("make");
    EXPECT_EQ(run.state().status, run_status::succeeded);
}

TEST(Recovery, ACallThatNobodyCanLookAtIsAPersonsMatter)
{
    a_run run(a_grant({a_step("a", "t.once")}));
    run.begun().restarted();
    EXPECT_EQ(run.state().status, run_status::paused);
    EXPECT_EQ(run.state().why.kind, "needs_person");
    EXPECT_THAT(run.asked, IsEmpty());
}

TEST(Recovery, ReadingThePersonIsAskedAgain)
{
    a_run run(a_grant({a_step("a", "t.add")}));
    run.feed(begin{}).restarted();
    EXPECT_TRUE(run.asks<read_subject>());
}

TEST(Recovery, ALookIsTakenAgain)
{
    a_run run(a_grant({a_step("make", "t.make")}));
    run.begun().fail("make", failure_kind::unknown_outcome).restarted();
    EXPECT_THAT(run.asked_for<send_probe>(), ElementsAre("make"));
}

TEST(Recovery, AnUndoIsSentAgain)
{
    a_run run(a_grant({a_step("a", "t.add"), a_step("b", "t.add").needing("a")}));
    run.begun().succeed("a").fail("b", failure_kind::forbidden).restarted();
    EXPECT_THAT(run.asked_for<send_undo>(), ElementsAre("a"));
    EXPECT_EQ(run.state().find("a")->undo_attempts, 1);
}

TEST(Recovery, APausedRunStillSendsNothing)
{
    a_run run(a_grant({a_step("a", "t.add").attempts(1), a_step("make", "t.make")}));
    run.begun().say(verb::pause).restarted();
    EXPECT_THAT(run.asked, IsEmpty());
    run.restarted();
    EXPECT_THAT(run.asked, IsEmpty());
    run.say(verb::resume);
    EXPECT_THAT(run.asked_for<send_attempt>(), ElementsAre("a"));
    EXPECT_THAT(run.asked_for<send_probe>(), ElementsAre("make"));
    run.looked("make", probe_verdict::done).fail("a", failure_kind::unavailable);
    EXPECT_EQ(run.state().find("a")->spent, 1) << "the cut off attempt was free";
}

TEST(Recovery, APausedUndoWaitsForResume)
{
    a_run run(a_grant({a_step("a", "t.add"), a_step("b", "t.add").needing("a")}));
    run.begun().succeed("a").fail("b", failure_kind::forbidden).say(verb::pause).restarted();
    EXPECT_THAT(run.asked, IsEmpty());
    run.say(verb::resume);
    EXPECT_THAT(run.asked_for<send_undo>(), ElementsAre("a"));
    run.undone("a");
    EXPECT_EQ(run.state().status, run_status::rolled_back);
}

TEST(Recovery, APausedReadingWaitsForResume)
{
    a_run run(a_grant({a_step("a", "t.add")}));
    run.feed(begin{}).say(verb::pause).restarted();
    EXPECT_THAT(run.asked, IsEmpty());
    run.say(verb::resume);
    EXPECT_TRUE(run.asks<read_subject>());
}

TEST(Recovery, AStoppedRunSendsNoGrantingCallAgain)
{
    a_run run(a_grant({a_step("a", "t.add"), a_step("make", "t.make")}));
    run.begun().feed(preempted{"run_9"}).restarted();
    EXPECT_THAT(run.asked_for<send_attempt>(), IsEmpty());
    ASSERT_THAT(run.asked_for<send_probe>(), ElementsAre("make"));
    run.looked("make", probe_verdict::done);
    EXPECT_EQ(run.state().status, run_status::superseded);
}

TEST(Recovery, AnUndoIsNotSentAgainOnceALeaverTookOver)
{
    a_run run(a_grant({a_step("a", "t.add"), a_step("b", "t.add").needing("a")}));
    run.begun().succeed("a").fail("b", failure_kind::forbidden).feed(preempted{"run_9"}).restarted();
    EXPECT_FALSE(run.asks<send_undo>());
    EXPECT_EQ(run.state().status, run_status::superseded);
}

TEST(Recovery, WhatIsToBeUndoneIsFirstKnown)
{
    a_run run(a_grant({a_step("a", "t.add"), a_step("b", "t.add")}));
    run.begun().fail("b", failure_kind::forbidden).restarted();
    EXPECT_THAT(run.asked_for<send_attempt>(), ElementsAre("a")) << "whether it took effect decides what is undone";
    run.succeed("a");
    EXPECT_THAT(run.asked_for<send_undo>(), ElementsAre("a"));
}

TEST(Recovery, WhatASecondSendingRefusesMayStandFromTheFirst)
{
    a_run run(a_grant({a_step("a", "t.add")}));
    run.begun().restarted().fail("a", failure_kind::invalid);
    EXPECT_THAT(run.asked_for<send_undo>(), ElementsAre("a"));
}

TEST(Recovery, WhatBecameDueMeanwhileGoesAtOnce)
{
    a_run run(a_grant({a_step("a", "t.add")}));
    run.begun().fail("a", failure_kind::unavailable);
    run.now += 1h;
    run.restarted();
    EXPECT_THAT(run.asked_for<send_attempt>(), ElementsAre("a"));
}

TEST(Recovery, AnEndedRunStaysEnded)
{
    a_run run(a_grant({a_step("a", "t.add")}));
    run.begun().succeed("a");
    const auto before = run.history.size();
    run.restarted();
    EXPECT_EQ(run.history.size(), before);
    EXPECT_THAT(run.asked, IsEmpty());
}

} // namespace
} // namespace jmld::testing
