// Undoing: only what this run changed, in the reverse order of its effects, planned before it is done, and honest about
// the rest.
#include "tests/support/engine_run.hpp"

#include <gmock/gmock.h>

namespace jmld::testing {
namespace {

using ::testing::ElementsAre;
using ::testing::IsEmpty;

// Answers every undo well and gives the order in which they were sent.
std::vector<std::string> undo_all(a_run& run)
{
    std::vector<std::string> order;
    while (run.asks<send_undo>()) {
        order.push_back(run.the<send_undo>()->step);
        run.undone(order.back());
    }
    return order;
}

const compensation_planned* plan_of(const a_run& run)
{
    for (const auto& happened : run.history)
        if (const auto* plan = std::get_if<compensation_planned>(&happened.what))
            return plan;
    return nullptr;
}

TEST(Undoing, CompensatesSucceededStepsInReverseOrder)
{
    a_run run(a_grant({a_step("a", "t.make"), a_step("b", "t.add").needing("a"), a_step("c", "t.add").needing("b"),
                       a_step("d", "t.assign").needing("c")}));
    run.begun().succeed("a").succeed("b").succeed("c").fail("d", failure_kind::forbidden);
    EXPECT_EQ(run.state().status, run_status::compensating);
    ASSERT_NE(plan_of(run), nullptr);
    EXPECT_THAT(plan_of(run)->steps, ElementsAre("c", "b", "a"));
    EXPECT_THAT(undo_all(run), ElementsAre("c", "b", "a"));
    EXPECT_EQ(run.state().status, run_status::rolled_back);
    EXPECT_EQ(run.status_of("a"), step_status::compensated);
    EXPECT_EQ(run.status_of("d"), step_status::failed);
    EXPECT_EQ(run.state().why.kind, "forbidden");
    EXPECT_EQ(run.state().why.mark.request_id, "req1");
}

TEST(Undoing, LeavesWhatWasSoBefore)
{
    a_run run(a_grant(
        {a_step("was", "t.add"), a_step("new", "t.add").needing("was"), a_step("d", "t.assign").needing("new")}));
    run.begun().succeed("was", false).succeed("new", true).fail("d", failure_kind::forbidden);
    EXPECT_THAT(undo_all(run), ElementsAre("new"));
    EXPECT_EQ(run.status_of("was"), step_status::succeeded);
    EXPECT_EQ(run.state().status, run_status::rolled_back);
}

TEST(Undoing, HandsTheBeforeImageInputsAndOutputsToTheInverse)
{
    a_run run(a_grant({a_step("a", "t.add").taking("group", "g1"), a_step("b", "t.add").needing("a")}));
    const auto before = value::map({{"title", "Clerk"}}), outputs = value::map({{"id", "x"}});
    run.begun().succeed("a", true, outputs, before).fail("b", failure_kind::forbidden);
    const auto* undo = run.the<send_undo>();
    ASSERT_NE(undo, nullptr);
    EXPECT_EQ(undo->before, before);
    EXPECT_EQ(undo->outputs, outputs);
    EXPECT_EQ(undo->inputs["group"].text_or(), "g1");
}

// How long a read may still not show it counts from the answer, or from the end of the wait for one that never came.
TEST(Undoing, SaysByWhenTheDeedHadHappened)
{
    a_run run(a_grant({a_step("a", "t.add"), a_step("b", "t.make").needing("a"), a_step("c", "t.add").needing("b")}));
    run.begun();
    run.now += 2s;
    const auto answered = run.now;
    run.succeed("a");
    const auto sent = run.now;
    run.now += 3s;
    run.fail("b", failure_kind::unknown_outcome).looked("b", probe_verdict::done);
    run.now += 3s;
    run.fail("c", failure_kind::forbidden);
    const auto* lost = run.the<send_undo>();
    ASSERT_NE(lost, nullptr);
    EXPECT_EQ(lost->step, "b");
    EXPECT_EQ(lost->first_started, sent);
    EXPECT_EQ(lost->done_by, sent + lost->timeout);
    run.undone("b");
    const auto* known = run.the<send_undo>();
    ASSERT_NE(known, nullptr);
    EXPECT_EQ(known->step, "a");
    EXPECT_EQ(known->done_by, answered);
}

TEST(Undoing, FollowsTheOrderOfEffectsNotOfAnswers)
{
    a_run run(a_grant({a_step("a", "t.add"), a_step("b", "t.add"), a_step("c", "t.add"), a_step("d", "t.add")}));
    run.begun();
    const auto written_at = [&](duration after) {
        attempt_succeeded good;
        good.outputs = value::map({});
        good.calls = value::list({value::map({{"method", "GET"}, {"at", run.now + 5s}}),
                                  value::map({{"method", "PUT"}, {"at", run.now + after}}),
                                  value::map({{"method", "GET"}, {"at", run.now + 5s}})});
        return good;
    };
    const auto first = written_at(1ms), second = written_at(2ms), third = written_at(3ms);
    run.answer("a", second).answer("b", third).answer("c", first).fail("d", failure_kind::forbidden);
    EXPECT_THAT(undo_all(run), ElementsAre("b", "a", "c"));
}

TEST(Undoing, AStepIsUndoneBeforeWhatItNeedsEvenWhenTheClockWentBack)
{
    a_run run(a_grant({a_step("a", "t.add"), a_step("b", "t.add").needing("a"), a_step("c", "t.add").needing("b")}));
    run.begun();
    run.now -= 1h;
    run.succeed("a").succeed("b").fail("c", failure_kind::forbidden);
    EXPECT_THAT(undo_all(run), ElementsAre("b", "a"));
}

TEST(Undoing, WaitsForWhatIsOutAndUndoesItToo)
{
    a_run run(a_grant({a_step("a", "t.add"), a_step("b", "t.add")}));
    run.begun().fail("a", failure_kind::forbidden);
    EXPECT_THAT(run.asked, IsEmpty());
    run.succeed("b");
    EXPECT_THAT(run.asked_for<send_undo>(), ElementsAre("b"));
}

TEST(Undoing, RetriesAndGivesUpOneWithoutLeavingTheOthers)
{
    a_run run(a_grant({a_step("a", "t.add").taking("group", "${{ person.group }}"),
                       a_step("b", "t.add").needing("a").attempts(2), a_step("c", "t.add").needing("b")}));
    run.person = value::map({{"group", value::map({{"id", "g"}, {"name", "Staff"}})}});
    run.begun().succeed("a").succeed("b").fail("c", failure_kind::forbidden);
    run.feed(undo_answer{"b", a_failure(failure_kind::unavailable)});
    EXPECT_THAT(run.asked, IsEmpty());
    run.until_due();
    ASSERT_THAT(run.asked_for<send_undo>(), ElementsAre("b"));
    run.feed(undo_answer{"b", a_failure(failure_kind::unavailable)});
    EXPECT_EQ(run.status_of("b"), step_status::compensation_failed);
    ASSERT_THAT(run.asked_for<send_undo>(), ElementsAre("a"));
    run.undone("a");
    EXPECT_EQ(run.state().status, run_status::rolled_back_partial);
    EXPECT_EQ(run.state().residue, value::list({value::map({{"step", "b"}})}));
}

TEST(Undoing, AnOutageSpendsNoneOfItsAttemptsAndIsTriedEveryMinute)
{
    a_run run(a_grant({a_step("a", "t.add").attempts(1), a_step("b", "t.add").needing("a")}));
    run.begun().succeed("a").fail("b", failure_kind::forbidden);
    auto outage = a_failure(failure_kind::unavailable);
    outage.outage = true;
    for (int i = 0; i < 20; ++i) {
        run.feed(undo_answer{"a", outage});
        ASSERT_LE(*run.state().next_due() - run.now, 60s);
        run.until_due();
    }
    run.undone("a");
    EXPECT_EQ(run.state().status, run_status::rolled_back);
}

TEST(Undoing, WhatSomebodyElseChangedSinceIsLeftAndListed)
{
    a_run run(a_grant({a_step("a", "t.add").taking("group", "${{ person.group }}"), a_step("b", "t.add").needing("a"),
                       a_step("c", "t.add").needing("b")}));
    run.person = value::map({{"group", value::map({{"id", "g"}, {"name", "Staff"}})}});
    run.begun().succeed("a").succeed("b").fail("c", failure_kind::forbidden);
    run.undone("b").undone("a", true);
    EXPECT_EQ(run.state().status, run_status::rolled_back_partial);
    EXPECT_EQ(run.state().residue, value::list({value::map({{"group", "Staff"}})}));
    EXPECT_EQ(run.shown()["steps"].items()[0]["compensation"]["conflict"], value(true));
}

TEST(Undoing, NothingThatWorkedIsARollbackThatFailed)
{
    a_run run(a_grant({a_step("a", "t.add"), a_step("b", "t.add").needing("a")}));
    run.begun()
        .succeed("a")
        .fail("b", failure_kind::forbidden)
        .feed(undo_answer{"a", a_failure(failure_kind::forbidden)});
    EXPECT_EQ(run.state().status, run_status::rollback_failed);
}

TEST(Undoing, WhatHasNoInverseIsListed)
{
    a_run run(a_grant({a_step("a", "t.add"), a_step("mail", "t.mail").needing("a"),
                       a_step("off", "t.add").needing("mail").not_compensated(), a_step("c", "t.add").needing("off")}));
    run.begun().succeed("a").succeed("mail").succeed("off").fail("c", failure_kind::forbidden);
    EXPECT_EQ(run.status_of("mail"), step_status::not_compensable);
    EXPECT_EQ(run.status_of("off"), step_status::not_compensable);
    EXPECT_THAT(undo_all(run), ElementsAre("a"));
    EXPECT_EQ(run.state().status, run_status::rolled_back_partial);
}

TEST(Undoing, WithNothingToUndoItIsRolledBackAtOnce)
{
    a_run run(a_grant({a_step("a", "t.add")}));
    run.begun().fail("a", failure_kind::forbidden);
    EXPECT_EQ(run.state().status, run_status::rolled_back);
    EXPECT_TRUE(run.asks<finish>());
}

TEST(Undoing, StopsForALeaverWithoutUndoingMore)
{
    a_run run(a_grant({a_step("a", "t.add"), a_step("b", "t.add").needing("a"), a_step("c", "t.add").needing("b")}));
    run.begun().succeed("a").succeed("b").fail("c", failure_kind::forbidden);
    run.feed(preempted{"run_9"});
    EXPECT_THAT(run.asked, IsEmpty()) << "the undo that is out is awaited";
    run.undone("b");
    EXPECT_EQ(run.state().status, run_status::superseded);
    EXPECT_EQ(run.state().superseded_by, "run_9");
    EXPECT_EQ(run.status_of("a"), step_status::succeeded) << "its effect stands";
    EXPECT_FALSE(run.asks<send_undo>());
}

TEST(Undoing, APauseHoldsItAndResumeGoesOn)
{
    a_run run(a_grant({a_step("a", "t.add"), a_step("b", "t.add").needing("a"), a_step("c", "t.add").needing("b")}));
    run.begun().succeed("a").succeed("b").fail("c", failure_kind::forbidden).say(verb::pause).undone("b");
    EXPECT_THAT(run.asked, IsEmpty());
    EXPECT_EQ(run.state().status, run_status::paused);
    EXPECT_EQ(run.state().why.kind, "forbidden") << "why it turned back is worth more than the pause";
    run.say(verb::resume);
    EXPECT_EQ(run.state().status, run_status::compensating);
    EXPECT_THAT(run.asked_for<send_undo>(), ElementsAre("a"));
}

TEST(Undoing, TerminateStopsItAndSaysWhatIsLeft)
{
    a_run run(a_grant({a_step("a", "t.add"), a_step("b", "t.add").needing("a"), a_step("c", "t.add").needing("b")}));
    run.begun().succeed("a").succeed("b").fail("c", failure_kind::forbidden).say(verb::terminate).undone("b");
    EXPECT_EQ(run.state().status, run_status::terminated);
    EXPECT_EQ(run.state().residue, value::list({value::map({{"step", "a"}})}));
}

TEST(Undoing, WhatRevokesIsNeverUndone)
{
    a_run run(
        a_revoke({a_step("a", "t.remove"), a_step("b", "t.remove").needing("a").or_else(on_exhausted::rollback)}));
    run.begun().succeed("a").fail("b", failure_kind::forbidden);
    EXPECT_EQ(plan_of(run), nullptr);
    EXPECT_EQ(run.state().status, run_status::closed_with_residue);
}

TEST(Undoing, AnAssignmentThatTheApplicationRefusedIsUndoneToo)
{
    a_run run(
        a_grant({a_step("a", "t.add"), a_step("app", "t.assign").needing("a").taking("app", "${{ person.app }}")}));
    run.person = value::map({{"app", value::map({{"id", "0oa"}, {"label", "Slack"}})}});
    auto refused = a_failure(failure_kind::conflict);
    refused.mark.code = "SYNC_ERROR";
    run.begun().succeed("a").answer("app", refused).say(verb::rollback);
    EXPECT_THAT(undo_all(run), ElementsAre("app", "a"));
    EXPECT_EQ(run.state().status, run_status::rolled_back);
}

} // namespace
} // namespace jmld::testing
