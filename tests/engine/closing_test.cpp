// Steps under `finally`: after every end but handing over and termination, and without a say in how the run ends.
#include "tests/support/engine_run.hpp"

#include <gmock/gmock.h>

namespace jmld::testing {
namespace {

using ::testing::ElementsAre;
using ::testing::IsEmpty;

definition_pointer with_last(direction dir = direction::grant)
{
    const auto first = dir == direction::revoke ? "t.remove" : "t.make";
    return a_workflow(dir, {a_step("a", first), a_step("b", "t.remove").needing("a"),
                            a_step("note", "t.mail").at_the_end().attempts(1)});
}

TEST(Closing, RunsTheLastStepsBeforeTheEnd)
{
    a_run run(with_last());
    run.begun().succeed("a").succeed("b");
    EXPECT_THAT(run.asked_for<send_attempt>(), ElementsAre("note"));
    EXPECT_EQ(run.state().ending, run_status::succeeded);
    EXPECT_EQ(run.shown()["ending"].text_or(), "succeeded");
    run.succeed("note");
    EXPECT_EQ(run.state().status, run_status::succeeded);
}

TEST(Closing, RunsThemAfterARollbackToo)
{
    a_run run(with_last());
    run.begun().succeed("a").fail("b", failure_kind::forbidden).undone("a");
    EXPECT_THAT(run.asked_for<send_attempt>(), ElementsAre("note"));
    run.succeed("note");
    EXPECT_EQ(run.state().status, run_status::rolled_back);
    EXPECT_EQ(run.state().why.step, "b");
    EXPECT_EQ(run.status_of("note"), step_status::succeeded);
}

TEST(Closing, TheirFailureIsRecordedAndChangesNothing)
{
    a_run run(with_last());
    run.begun().succeed("a").succeed("b").fail("note", failure_kind::forbidden);
    EXPECT_EQ(run.state().status, run_status::succeeded);
    EXPECT_EQ(run.status_of("note"), step_status::failed);
    EXPECT_TRUE(run.state().why.empty());

    a_run leaver(with_last(direction::revoke));
    leaver.begun().succeed("a").succeed("b").fail("note", failure_kind::forbidden);
    EXPECT_EQ(leaver.state().status, run_status::succeeded) << "no residue of a note";
}

TEST(Closing, ALostAnswerOfThemIsLookedAt)
{
    a_run run(with_last());
    run.begun().succeed("a").succeed("b").fail("note", failure_kind::unknown_outcome);
    EXPECT_THAT(run.asked_for<send_probe>(), ElementsAre("note"));
    run.looked("note", probe_verdict::cannot_tell);
    EXPECT_EQ(run.state().status, run_status::succeeded);
}

TEST(Closing, KnowsHowTheRunEnds)
{
    a_run run(
        a_grant({a_step("a", "t.make"), a_step("ok", "t.mail").at_the_end().provided("run.outcome == 'succeeded'"),
                 a_step("bad", "t.mail").at_the_end().provided("run.outcome == 'rolled_back'")}));
    run.begun().fail("a", failure_kind::forbidden);
    EXPECT_THAT(run.asked_for<send_attempt>(), ElementsAre("bad"));
}

TEST(Closing, AStepBeforeThatDidNotSucceedDoesNotBlockThem)
{
    a_run run(a_grant(
        {a_step("a", "t.make").or_else(on_exhausted::fail),
         a_step("note", "t.mail").at_the_end().taking("user", "${{ coalesce(steps.a.outputs.id, 'nobody') }}")}));
    run.begun().fail("a", failure_kind::forbidden);
    ASSERT_THAT(run.asked_for<send_attempt>(), ElementsAre("note"));
    EXPECT_EQ(run.the<send_attempt>()->inputs["user"].text_or(), "nobody");
}

TEST(Closing, HandingOverAndTerminationLeaveThemOut)
{
    a_run pushed(with_last());
    pushed.begun().feed(preempted{"run_2"}).succeed("a");
    EXPECT_EQ(pushed.state().status, run_status::superseded);
    EXPECT_EQ(pushed.status_of("note"), step_status::cancelled);

    a_run cut(with_last());
    cut.begun().succeed("a").succeed("b").say(verb::terminate).succeed("note");
    EXPECT_EQ(cut.state().status, run_status::succeeded) << "how it ends was settled";
}

TEST(Closing, TheyAreCarriedOnAfterARestart)
{
    a_run run(with_last());
    run.begun().succeed("a").succeed("b").restarted();
    EXPECT_THAT(run.asked_for<send_probe>(), ElementsAre("note"));
    run.looked("note", probe_verdict::not_done);
    EXPECT_THAT(run.asked_for<send_attempt>(), ElementsAre("note"));
    run.succeed("note");
    EXPECT_EQ(run.state().status, run_status::succeeded);
    EXPECT_THAT(run.asked_for<send_attempt>(), IsEmpty());
}

TEST(Closing, ARunThatNeverBeganHasNoLastSteps)
{
    a_run run(with_last());
    run.say(verb::cancel);
    EXPECT_EQ(run.state().status, run_status::cancelled);
    EXPECT_EQ(run.refusal(verb::pause), "the run is cancelled");
}

} // namespace
} // namespace jmld::testing
