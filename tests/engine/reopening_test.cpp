// Undoing on demand: after the end, in part, and first only in words.
#include "engine/undo_preview.hpp"
#include "tests/support/engine_run.hpp"

#include <gmock/gmock.h>

namespace jmld::testing {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;

definition_pointer three()
{
    return a_grant({a_step("a", "t.make"), a_step("b", "t.add").needing("a").taking("group", "g1"),
                    a_step("c", "t.assign").needing("b").taking("app", "x1")});
}
a_run done(definition_pointer definition = three())
{
    a_run run(std::move(definition));
    run.begun();
    run.now += 1s;
    run.succeed("a");
    run.now += 1s;
    run.succeed("b", true, value::map({}), value::map({{"member", false}}));
    run.now += 1s;
    run.succeed("c");
    EXPECT_EQ(run.state().status, run_status::succeeded);
    return run;
}
operator_signal back_to(std::string step)
{
    operator_signal word{verb::rollback, {}, "alice", "a mistake"};
    word.to_step = std::move(step);
    return word;
}

TEST(Reopening, ASucceededRunWaitsForItsPersonAndIsUndone)
{
    auto run = done();
    run.say(verb::rollback);
    EXPECT_EQ(run.state().status, run_status::queued);
    EXPECT_THAT(run.asked, IsEmpty()) << "another run may have the person now";
    run.feed(begin{});
    EXPECT_EQ(run.state().status, run_status::compensating);
    run.undone("c").undone("b").undone("a");
    EXPECT_EQ(run.state().status, run_status::rolled_back);
    EXPECT_EQ(run.refusal(verb::rollback), "the run is rolled_back");
}

TEST(Reopening, WhatConflictedIsTriedAgain)
{
    auto run = done();
    run.say(verb::rollback).feed(begin{});
    run.undone("c", true).undone("b").undone("a");
    EXPECT_EQ(run.state().status, run_status::rolled_back_partial);
    run.say(verb::rollback).feed(begin{});
    EXPECT_THAT(run.asked_for<send_undo>(), ElementsAre("c"));
    run.undone("c");
    EXPECT_EQ(run.state().status, run_status::rolled_back);
}

TEST(Reopening, ToAStepLeavesThatStepAndWhatWasBefore)
{
    auto run = done();
    run.feed(back_to("b")).feed(begin{});
    EXPECT_THAT(run.asked_for<send_undo>(), ElementsAre("c"));
    run.undone("c");
    EXPECT_EQ(run.state().status, run_status::rolled_back_partial);
    EXPECT_EQ(run.status_of("b"), step_status::succeeded);
    EXPECT_THAT(run.state().residue.items(), ElementsAre(value::map({{"step", "a"}}), value::map({{"group", "g1"}})));
    EXPECT_THAT(refuses(done().state(), back_to("zzz")).value_or(""), HasSubstr("there is no step 'zzz'"));
}

TEST(Reopening, ALeaverAndOneThatGaveWayStayAsTheyAre)
{
    a_run leaver(a_revoke({a_step("a", "t.remove")}));
    leaver.begun().succeed("a");
    EXPECT_EQ(leaver.refusal(verb::rollback), "a run that revokes is never rolled back");
    a_run pushed(three());
    pushed.begun().feed(preempted{"run_2"}).succeed("a");
    EXPECT_EQ(pushed.refusal(verb::rollback), "the run is superseded");
}

TEST(Reopening, GivesWayBeforeItBegins)
{
    auto run = done();
    run.say(verb::rollback).feed(preempted{"run_2"});
    EXPECT_EQ(run.state().status, run_status::superseded);
    EXPECT_TRUE(run.asks<finish>());
}

TEST(Reopening, ThePreviewSaysWhatWouldBeUndoneAndFromWhat)
{
    const auto run = done(a_grant({a_step("a", "t.make"), a_step("b", "t.add").needing("a").taking("group", "g1"),
                                   a_step("c", "t.mail").needing("b").not_compensated()}));
    const auto plan = preview_undo(run.definition(), run.state(), {}, run.now);
    ASSERT_EQ(plan.steps.size(), 3U);
    EXPECT_EQ(plan.steps[0].step, "b");
    EXPECT_EQ(plan.steps[0].before, value::map({{"member", false}}));
    EXPECT_EQ(plan.steps[0].command.inputs["group"].text_or(), "g1");
    EXPECT_EQ(plan.steps[1].step, "a");
    EXPECT_EQ(plan.steps[2].step, "c");
    EXPECT_FALSE(plan.steps[2].possible);
    EXPECT_THAT(plan.steps[2].why_not, HasSubstr("accepts"));
    EXPECT_THAT(preview_undo(run.definition(), run.state(), "b", run.now).staying, ElementsAre("a", "b"));
}

TEST(Reopening, ACallThatTheFileWroteDownUndoes)
{
    a_run run(a_grant(
        {a_step("a", "t.once").undone_by("t.remove", "${{ outputs.ticket }}"), a_step("b", "t.add").needing("a")}));
    run.begun().succeed("a", true, value::map({{"ticket", "T1"}})).fail("b", failure_kind::forbidden);
    const auto* undo = run.the<send_undo>();
    ASSERT_NE(undo, nullptr);
    EXPECT_TRUE(undo->written);
    EXPECT_EQ(undo->action, "t.remove");
    EXPECT_EQ(undo->inputs["what"].text_or(), "T1");
    run.undone("a");
    EXPECT_EQ(run.state().status, run_status::rolled_back);
}

TEST(Reopening, AnUndoThatMayHaveHappenedIsNotRepeatedWhenThatCouldDoHarm)
{
    a_run run(a_grant({a_step("a", "t.make").undone_by("t.mail", "stop"), a_step("b", "t.add").needing("a")}));
    run.begun().succeed("a").fail("b", failure_kind::forbidden);
    run.feed(undo_answer{"a", a_failure(failure_kind::unknown_outcome)});
    EXPECT_EQ(run.status_of("a"), step_status::compensation_failed);
    EXPECT_EQ(run.state().status, run_status::rollback_failed);
}

TEST(Reschedule, OneThatHasNotBegunBeginsLater)
{
    a_run run(three());
    operator_signal later{verb::reschedule, {}, "alice", "not yet"};
    later.at = run.now + duration(24h);
    run.feed(later);
    EXPECT_EQ(run.state().status, run_status::scheduled);
    EXPECT_EQ(timers_of(run.state()), (std::vector<pending_timer>{{"start", {}, *later.at, {}, {}}}));
    run.feed(begin{});
    EXPECT_EQ(run.state().status, run_status::scheduled) << "not before its time";
    run.until_due();
    EXPECT_EQ(run.state().status, run_status::queued);
    run.feed(begin{});
    EXPECT_EQ(run.state().status, run_status::running);
}

TEST(Reschedule, MovesWhatWaits)
{
    a_run run(a_grant({a_step("w", "core.wait").taking("for", "${{ duration('5d') }}")}));
    run.begun();
    operator_signal sooner{verb::reschedule, {}, "alice", "now"};
    EXPECT_TRUE(refuses(run.state(), sooner).has_value()) << "without a moment";
    sooner.at = run.now;
    run.feed(sooner);
    EXPECT_EQ(run.status_of("w"), step_status::succeeded);
    EXPECT_THAT(refuses(run.state(), sooner).value_or(""), HasSubstr("waits for a moment"));
}

} // namespace
} // namespace jmld::testing
