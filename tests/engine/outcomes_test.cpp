// What an answer means: attempts that count and those that do not, limits, outages, and what follows when no try is
// left.
#include "tests/support/engine_run.hpp"

#include <gmock/gmock.h>

namespace jmld::testing {
namespace {

using ::testing::ElementsAre;
using ::testing::IsEmpty;
using ::testing::SizeIs;

attempt_failed limited_until(time_point at)
{
    auto failure = a_failure(failure_kind::rate_limited);
    failure.retry_at = at;
    return failure;
}

attempt_failed an_outage()
{
    auto failure = a_failure(failure_kind::unavailable);
    failure.outage = true;
    return failure;
}

TEST(Outcomes, TriesAsOftenAsThePolicySaysIncludingTheFirst)
{
    a_run run(a_grant({a_step("a", "t.add").attempts(3).or_else(on_exhausted::pause)}));
    run.begun();
    run.fail("a", failure_kind::unavailable).until_due();
    run.fail("a", failure_kind::timeout).until_due();
    EXPECT_EQ(run.status_of("a"), step_status::running);
    run.fail("a", failure_kind::conflict);
    EXPECT_EQ(run.attempts("a"), 3);
    EXPECT_EQ(run.status_of("a"), step_status::failed);
    EXPECT_EQ(run.state().status, run_status::paused);
    EXPECT_EQ(run.state().why.kind, "conflict");
    EXPECT_EQ(run.state().why.mark.code, "E0000047");
}

TEST(Outcomes, BackoffGrowsByItsCoefficientUpToItsLimit)
{
    a_run run(a_grant({a_step("a", "t.add").attempts(20)}));
    run.begun();
    std::vector<duration> pauses;
    for (int i = 0; i < 11; ++i) {
        const auto failed_at = run.now;
        run.fail("a", failure_kind::unavailable);
        pauses.push_back(*run.state().next_due() - failed_at);
        run.until_due();
    }
    EXPECT_EQ(pauses[0], 1s);
    EXPECT_EQ(pauses[1], 2s);
    EXPECT_EQ(pauses[2], 4s);
    EXPECT_EQ(pauses[9], 300s);
    EXPECT_EQ(pauses[10], 300s);
}

TEST(Outcomes, FullJitterStaysBelowTheBound)
{
    a_run run(a_grant({a_step("a", "t.add").attempts(20).with_jitter()}));
    run.begun();
    duration bound = 1s;
    for (int i = 0; i < 8; ++i, bound *= 2) {
        const auto failed_at = run.now;
        run.fail("a", failure_kind::unavailable);
        const auto pause = *run.state().next_due() - failed_at;
        EXPECT_LE(pause, bound);
        EXPECT_GT(pause, 0ms);
        run.until_due();
    }
}

TEST(Outcomes, NothingIsSentBeforeItsTime)
{
    a_run run(a_grant({a_step("a", "t.add")}));
    run.begun().fail("a", failure_kind::unavailable);
    run.later(999ms);
    EXPECT_THAT(run.asked, IsEmpty());
    run.later(1ms);
    EXPECT_THAT(run.asked_for<send_attempt>(), ElementsAre("a"));
}

TEST(Outcomes, WhatRepeatingCannotHelpIsFinalAtOnce)
{
    for (const auto kind : {failure_kind::invalid, failure_kind::forbidden, failure_kind::not_found,
                            failure_kind::already_exists, failure_kind::unauthorized})
    {
        a_run run(a_grant({a_step("a", "t.add").or_else(on_exhausted::pause)}));
        run.begun().fail("a", kind);
        EXPECT_EQ(run.status_of("a"), step_status::failed) << to_text(kind);
        EXPECT_EQ(run.attempts("a"), 1);
    }
}

TEST(Outcomes, ALimitNeverSpendsAnAttemptAndIsWaitedOutUnclipped)
{
    a_run run(a_grant({a_step("a", "t.add").attempts(2)}));
    run.begun();
    for (int i = 0; i < 8; ++i) {
        run.answer("a", limited_until(run.now + 10min));
        EXPECT_EQ(run.status_of("a"), step_status::throttled);
        EXPECT_EQ(run.state().shown_status(), run_status::throttled);
        EXPECT_EQ(*run.state().next_due(), run.now + 10min) << "longer than max_interval, as the server says";
        run.until_due();
    }
    run.fail("a", failure_kind::unavailable).until_due();
    run.succeed("a");
    EXPECT_EQ(run.state().status, run_status::succeeded);
}

TEST(Outcomes, ALimitThatHoldsForTooLongParksTheRun)
{
    a_run run(a_grant({a_step("a", "t.add")}));
    run.begun();
    run.answer("a", limited_until(run.now + 90min)).until_due();
    EXPECT_EQ(run.status_of("a"), step_status::running);
    run.answer("a", limited_until(run.now + 31min));
    EXPECT_EQ(run.state().status, run_status::paused);
    EXPECT_EQ(run.state().why.kind, "throttled_too_long");
    EXPECT_EQ(run.state().next_due(), std::nullopt);
    run.say(verb::retry);
    EXPECT_THAT(run.asked_for<send_attempt>(), ElementsAre("a"));
    run.answer("a", limited_until(run.now + 90min));
    EXPECT_EQ(run.state().status, run_status::running) << "a retry waits afresh";
}

TEST(Outcomes, WaitingForItsTurnAmongOthersIsNoWaitForTheLimit)
{
    a_run run(a_grant({a_step("a", "t.add")}));
    run.begun();
    for (int turn = 0; turn < 5; ++turn) {
        run.answer("a", limited_until(run.now + 1min)).until_due();
        run.now += 5h; // the attempt is out, and waits in the queue of the bucket
    }
    EXPECT_EQ(run.state().status, run_status::running);
    EXPECT_EQ(run.status_of("a"), step_status::running);
}

TEST(Outcomes, WhoIsOnlyEverToldSoonAsksMoreAndMoreRarely)
{
    a_run run(a_grant({a_step("a", "t.add")}));
    run.begun();
    int asked = 0;
    while (run.state().status == run_status::running && asked < 1000) {
        run.answer("a", limited_until(run.now + 1s));
        if (run.state().status == run_status::running)
            run.until_due();
        ++asked;
    }
    EXPECT_EQ(run.state().why.kind, "throttled_too_long");
    EXPECT_LT(asked, 400) << "of 7200 times";
}

TEST(Outcomes, WhoResumesARunThatALimitHeldGivesItPatienceAfresh)
{
    a_run run(a_grant({a_step("a", "t.add"), a_step("b", "t.add")}));
    run.begun();
    run.answer("a", limited_until(run.now + 90min));
    run.answer("b", limited_until(run.now + 90min)).until_due();
    run.answer("a", limited_until(run.now + 31min));
    run.answer("b", limited_until(run.now + 31min));
    EXPECT_EQ(run.state().status, run_status::paused);
    run.say(verb::resume);
    EXPECT_THAT(run.asked_for<send_attempt>(), ElementsAre("a", "b"));
    run.answer("b", limited_until(run.now + 100min));
    run.answer("a", limited_until(run.now + 100min)).until_due();
    EXPECT_EQ(run.state().status, run_status::running);
    run.succeed("a");
    run.succeed("b");
    EXPECT_EQ(run.state().status, run_status::succeeded);
}

TEST(Outcomes, AnOutageSpendsNothing)
{
    a_run run(a_grant({a_step("a", "t.add").attempts(2)}));
    run.begun();
    for (int i = 0; i < 30; ++i)
        run.answer("a", an_outage()).until_due();
    EXPECT_EQ(run.status_of("a"), step_status::running);
    run.fail("a", failure_kind::unavailable);
    EXPECT_EQ(run.status_of("a"), step_status::backing_off);
}

TEST(Outcomes, InAnOutageRevokingWorkTriesAtLeastEveryMinute)
{
    a_run revoking(a_revoke({a_step("a", "t.remove")}));
    a_run granting(a_grant({a_step("a", "t.add")}));
    revoking.begun();
    granting.begun();
    duration longest_revoking{}, longest_granting{};
    for (int i = 0; i < 15; ++i) {
        revoking.answer("a", an_outage());
        granting.answer("a", an_outage());
        longest_revoking = std::max(longest_revoking, *revoking.state().next_due() - revoking.now);
        longest_granting = std::max(longest_granting, *granting.state().next_due() - granting.now);
        revoking.until_due();
        granting.until_due();
    }
    EXPECT_EQ(longest_revoking, 60s);
    EXPECT_EQ(longest_granting, 300s);
}

TEST(Outcomes, TheDeadlineCoversAllAttempts)
{
    a_run run(a_grant({a_step("a", "t.add").attempts(50).with_deadline(10s).or_else(on_exhausted::pause)}));
    run.begun();
    run.fail("a", failure_kind::unavailable).until_due(); // at 1 s
    run.fail("a", failure_kind::unavailable).until_due(); // at 3 s
    run.fail("a", failure_kind::unavailable).until_due(); // at 7 s
    EXPECT_EQ(run.status_of("a"), step_status::running);
    run.fail("a", failure_kind::unavailable); // the next would be at 15 s
    EXPECT_EQ(run.status_of("a"), step_status::failed);
    EXPECT_EQ(run.state().why.kind, "unavailable");
}

TEST(Outcomes, ACallThatNeverLeftCostsNothing)
{
    a_run run(a_grant({a_step("a", "t.add").attempts(1)}));
    run.begun().say(verb::pause).fail("a", failure_kind::cancelled);
    EXPECT_EQ(run.status_of("a"), step_status::ready);
    EXPECT_THAT(run.asked, IsEmpty());
    run.say(verb::resume);
    EXPECT_THAT(run.asked_for<send_attempt>(), ElementsAre("a"));
}

TEST(Exhausted, ContinueSkipsWhatNeedsItAndGoesOnWithTheRest)
{
    a_run run(a_grant({a_step("mail", "t.add").or_else(on_exhausted::proceed), a_step("needs", "t.add").needing("mail"),
                       a_step("also", "t.add").needing("needs"), a_step("free", "t.add")}));
    run.begun().fail("mail", failure_kind::forbidden);
    EXPECT_EQ(run.status_of("needs"), step_status::skipped);
    EXPECT_EQ(run.status_of("also"), step_status::skipped);
    run.succeed("free");
    EXPECT_EQ(run.state().status, run_status::succeeded);
}

TEST(Exhausted, FailEndsTheRunWithoutUndoingOnceWhatIsOutHasComeBack)
{
    a_run run(a_grant(
        {a_step("a", "t.add").or_else(on_exhausted::fail), a_step("b", "t.add"), a_step("c", "t.add").needing("b")}));
    run.begun().fail("a", failure_kind::forbidden);
    EXPECT_FALSE(has_ended(run.state().status));
    run.succeed("b");
    EXPECT_EQ(run.state().status, run_status::failed);
    EXPECT_EQ(run.status_of("b"), step_status::succeeded);
    EXPECT_EQ(run.status_of("c"), step_status::cancelled);
    EXPECT_EQ(run.state().why.step, "a");
}

TEST(Exhausted, AfterThePivotAFailureParksInsteadOfTurningBack)
{
    a_run run(a_grant(
        {a_step("a", "t.add"), a_step("go", "t.mail").needing("a").as_pivot(), a_step("b", "t.add").needing("go")}));
    run.begun().succeed("a").succeed("go").fail("b", failure_kind::forbidden);
    EXPECT_EQ(run.state().status, run_status::paused);
    EXPECT_EQ(run.state().why.step, "b");
    run.say(verb::retry).succeed("b");
    EXPECT_EQ(run.state().status, run_status::succeeded);
    EXPECT_TRUE(run.state().why.empty());
}

TEST(Exhausted, AfterThePivotTheRunParksAtOnceAndKeepsWhatIsOut)
{
    a_run run(a_grant({a_step("go", "t.mail").as_pivot(), a_step("b", "t.add").needing("go"),
                       a_step("c", "t.add").needing("go"), a_step("d", "t.add").needing("c")}));
    run.begun().succeed("go").fail("b", failure_kind::forbidden);
    EXPECT_EQ(run.state().status, run_status::paused);
    run.succeed("c").say(verb::retry);
    EXPECT_THAT(run.asked_for<send_attempt>(), ElementsAre("b", "d"));
}

TEST(Exhausted, WhatWasStartedInTheSameBreathAsAFailureNeverLeaves)
{
    for (const auto choice : {on_exhausted::rollback, on_exhausted::pause, on_exhausted::fail}) {
        a_run run(
            a_grant({a_step("a", "t.add"), a_step("b", "t.add").needing("a"),
                     a_step("bad", "t.add").needing("a").taking("group", "${{ person.nothing }}").or_else(choice)}));
        run.begun().succeed("a");
        EXPECT_THAT(run.asked_for<send_attempt>(), IsEmpty());
        EXPECT_FALSE(run.state().find("b")->in_flight);
    }
}

TEST(Exhausted, APivotThatPassesWhileAnotherStepFailsParksTheRun)
{
    a_run run(a_grant({a_step("go", "t.mail").as_pivot(), a_step("b", "t.add")}));
    run.begun().fail("b", failure_kind::forbidden);
    EXPECT_THAT(run.asked, IsEmpty()) << "the pivot is out: its answer decides";
    run.succeed("go");
    EXPECT_EQ(run.state().status, run_status::paused);
    EXPECT_EQ(run.state().why.kind, "forbidden");
    run.say(verb::retry).succeed("b");
    EXPECT_EQ(run.state().status, run_status::succeeded);
}

TEST(Exhausted, WhatRevokesGoesOnAndListsWhatIsLeft)
{
    a_run run(a_revoke({a_step("groups", "t.remove").for_each("access.groups").taking("group", "${{ item }}"),
                        a_step("sessions", "t.remove").needing("groups"),
                        a_step("last", "t.remove").needing("sessions").or_else(on_exhausted::rollback)}));
    run.access = value::map({{"groups", names({"Staff", "Sales"})}});
    run.begun().fail("groups.0", failure_kind::forbidden).succeed("groups.1");
    EXPECT_THAT(run.asked_for<send_attempt>(), ElementsAre("sessions")) << "needs is only an order here";
    run.succeed("sessions").fail("last", failure_kind::invalid);
    EXPECT_EQ(run.state().status, run_status::closed_with_residue);
    EXPECT_EQ(run.state().residue, value::list({value::map({{"group", "Staff"}}), value::map({{"step", "last"}})}));
    EXPECT_EQ(run.state().why.step, "groups.0");
}

TEST(Exhausted, WhatReadsTheOutputsOfAFailedStepIsSkippedAndListedEvenWhenRevoking)
{
    a_run run(
        a_revoke({a_step("look", "t.look"), a_step("use", "t.remove").taking("user", "${{ steps.look.outputs.id }}")}));
    run.begun().fail("look", failure_kind::forbidden);
    EXPECT_EQ(run.status_of("use"), step_status::skipped);
    EXPECT_EQ(run.state().residue, value::list({value::map({{"step", "look"}}), value::map({{"step", "use"}})}));
}

TEST(Exhausted, ResidueFoundByVerificationClosesWithResidue)
{
    a_run run(a_revoke({a_step("verify", "t.look")}));
    const auto group = value::map({{"group", "Everyone else"}});
    run.begun().succeed("verify", false, value::map({{"residue", value::list({group})}}));
    EXPECT_EQ(run.state().status, run_status::closed_with_residue);
    EXPECT_EQ(run.state().residue, value::list({group}));
}

TEST(Exhausted, ReviewIsGatheredFromThePersonAndTheSteps)
{
    a_run run(a_grant({a_step("verify", "t.look")}));
    const auto one = value::map({{"group", "A"}}), other = value::map({{"app", "B"}});
    run.access = value::map({{"review", value::list({one})}});
    run.begun().succeed("verify", false, value::map({{"review", value::list({one, other})}}));
    EXPECT_EQ(run.state().review, value::list({one, other}));
    EXPECT_EQ(run.state().status, run_status::succeeded);
}

TEST(Exhausted, AnApplicationThatRefusesTheAccountPausesAndUndoesNothing)
{
    a_run run(a_grant({a_step("a", "t.add"), a_step("app", "t.assign").needing("a")}));
    auto refused = a_failure(failure_kind::conflict);
    refused.mark.code = "SYNC_ERROR";
    run.begun().succeed("a").answer("app", refused);
    EXPECT_EQ(run.state().status, run_status::paused);
    EXPECT_EQ(run.state().why.kind, "provisioning");
    EXPECT_EQ(run.status_of("a"), step_status::succeeded);
    run.say(verb::retry);
    EXPECT_THAT(run.asked_for<send_attempt>(), ElementsAre("app"));
}

TEST(Exhausted, AStopForAnotherRunIsNotReplacedByAFailure)
{
    for (const auto choice : {on_exhausted::rollback, on_exhausted::pause, on_exhausted::proceed, on_exhausted::fail}) {
        a_run run(a_grant({a_step("a", "t.add").or_else(choice)}));
        run.begun().feed(preempted{"run_2"}).fail("a", failure_kind::forbidden);
        EXPECT_EQ(run.state().status, run_status::superseded);
    }
}

} // namespace
} // namespace jmld::testing
