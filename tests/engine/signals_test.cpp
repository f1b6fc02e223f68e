// Operators' words and another run's need for the person: when they apply, and what follows.
#include "tests/support/engine_run.hpp"

#include <gmock/gmock.h>

namespace jmld::testing {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;
using ::testing::Optional;

a_run two_steps() { return a_run(a_grant({a_step("a", "t.add"), a_step("b", "t.add").needing("a")})); }

TEST(Signals, APausedRunSendsNothing)
{
    auto run = two_steps();
    run.begun().say(verb::pause).succeed("a");
    EXPECT_THAT(run.asked, IsEmpty());
    run.later(240h);
    EXPECT_THAT(run.asked, IsEmpty());
    EXPECT_EQ(run.state().next_due(), std::nullopt);
    run.say(verb::resume);
    EXPECT_THAT(run.asked_for<send_attempt>(), ElementsAre("b"));
}

TEST(Signals, AFailureThatComesIntoAPauseTurnsBackOnlyAfterResume)
{
    auto run = two_steps();
    run.begun().succeed("a").say(verb::pause).fail("b", failure_kind::forbidden);
    EXPECT_EQ(run.state().status, run_status::paused);
    EXPECT_THAT(run.asked, IsEmpty());
    run.say(verb::resume);
    EXPECT_THAT(run.asked_for<send_undo>(), ElementsAre("a"));
    EXPECT_EQ(run.state().why.kind, "forbidden");
}

TEST(Signals, AFailureThatParksSaysMoreThanThePauseItComesInto)
{
    a_run run(a_grant({a_step("a", "t.add").or_else(on_exhausted::pause)}));
    run.begun().say(verb::pause).fail("a", failure_kind::forbidden);
    EXPECT_EQ(run.state().why.kind, "forbidden");
    run.say(verb::resume);
    EXPECT_THAT(run.asked_for<send_attempt>(), ElementsAre("a")) << "resume tries again what parked it";
}

TEST(Signals, RetryGivesAFreshBudget)
{
    a_run run(a_grant({a_step("a", "t.add").attempts(2).or_else(on_exhausted::pause)}));
    run.begun().fail("a", failure_kind::unavailable).until_due().fail("a", failure_kind::unavailable);
    ASSERT_EQ(run.state().status, run_status::paused);
    run.say(verb::retry, "a");
    EXPECT_THAT(run.asked_for<send_attempt>(), ElementsAre("a"));
    run.fail("a", failure_kind::unavailable);
    EXPECT_EQ(run.status_of("a"), step_status::backing_off);
    run.until_due().succeed("a");
    EXPECT_EQ(run.state().status, run_status::succeeded);
    EXPECT_EQ(run.attempts("a"), 4);
}

TEST(Signals, RetryOfAListMeansEveryChildAndOpensItAgain)
{
    a_run run(a_grant({a_step("apps", "t.assign").for_each("access.apps").or_else(on_exhausted::proceed),
                       a_step("b", "t.add").needing("apps"), a_step("slow", "t.add")}));
    run.access = value::map({{"apps", names({"A", "B"})}});
    run.begun().fail("apps.0", failure_kind::forbidden).fail("apps.1", failure_kind::forbidden);
    EXPECT_EQ(run.status_of("b"), step_status::skipped);
    run.say(verb::retry, "apps");
    EXPECT_THAT(run.asked_for<send_attempt>(), ElementsAre("apps.0", "apps.1"));
    EXPECT_EQ(run.status_of("b"), step_status::pending) << "what was skipped for it waits again";
    run.succeed("apps.0").succeed("apps.1");
    EXPECT_THAT(run.asked_for<send_attempt>(), ElementsAre("b"));
}

TEST(Signals, RetryWaitsNoLonger)
{
    auto run = two_steps();
    run.begun().fail("a", failure_kind::unavailable).say(verb::retry);
    EXPECT_THAT(run.asked_for<send_attempt>(), ElementsAre("a"));
}

TEST(Signals, CancelRollsBackBeforeThePivotAndEndsCancelledWithNothingDone)
{
    auto run = two_steps();
    run.begun().succeed("a").say(verb::cancel).succeed("b");
    EXPECT_THAT(run.asked_for<send_undo>(), ElementsAre("b"));
    run.undone("b").undone("a");
    EXPECT_EQ(run.state().status, run_status::rolled_back);

    auto untouched = two_steps();
    untouched.begun().say(verb::cancel).fail("a", failure_kind::cancelled);
    EXPECT_EQ(untouched.state().status, run_status::cancelled);
}

TEST(Signals, CancelAfterThePivotUndoesNothing)
{
    a_run run(a_grant({a_step("go", "t.mail").as_pivot(), a_step("b", "t.add").needing("go")}));
    run.begun().succeed("go").say(verb::cancel).succeed("b");
    EXPECT_EQ(run.state().status, run_status::cancelled);
}

TEST(Signals, CancelOfWhatRevokesUndoesNothing)
{
    a_run run(a_revoke({a_step("a", "t.remove"), a_step("b", "t.remove").needing("a")}));
    run.begun().say(verb::cancel).succeed("a");
    EXPECT_EQ(run.state().status, run_status::cancelled);
}

TEST(Signals, TerminateNeverUndoes)
{
    auto run = two_steps();
    run.begun().succeed("a").say(verb::terminate);
    EXPECT_THAT(run.asked, IsEmpty()) << "the call that is out is awaited";
    run.succeed("b");
    EXPECT_EQ(run.state().status, run_status::terminated);
    EXPECT_EQ(run.state().why.kind, "operator");
    EXPECT_EQ(run.state().why.detail, "because");
}

TEST(Signals, RollbackAfterThePivotUndoesWhatHasAnInverse)
{
    a_run run(a_grant(
        {a_step("a", "t.add"), a_step("go", "t.mail").needing("a").as_pivot(), a_step("b", "t.add").needing("go")}));
    run.begun().succeed("a").succeed("go").fail("b", failure_kind::forbidden);
    ASSERT_EQ(run.state().status, run_status::paused);
    run.say(verb::rollback);
    EXPECT_THAT(run.asked_for<send_undo>(), ElementsAre("a"));
    run.undone("a");
    EXPECT_EQ(run.state().status, run_status::rolled_back_partial);
    EXPECT_EQ(run.state().residue, value::list({value::map({{"step", "go"}})}));
    EXPECT_EQ(run.state().why.kind, "forbidden") << "why it was turned back";
}

TEST(Signals, BeforeItBeginsARunEndsAsItIsToldTo)
{
    const auto ended = [](const stimulus& cause) {
        auto run = two_steps();
        run.feed(cause);
        EXPECT_TRUE(run.asks<finish>());
        return run.state().status;
    };
    EXPECT_EQ(ended(operator_signal{verb::cancel, {}, "alice", "because"}), run_status::cancelled);
    EXPECT_EQ(ended(operator_signal{verb::terminate, {}, "alice", "because"}), run_status::terminated);
    EXPECT_EQ(ended(operator_signal{verb::rollback, {}, "alice", "because"}), run_status::cancelled);
    EXPECT_EQ(ended(preempted{"run_2"}), run_status::superseded);
}

TEST(Signals, ALeaverStopsARunBeforeItsNextCall)
{
    auto run = two_steps();
    run.begun().feed(preempted{"run_9"});
    EXPECT_FALSE(has_ended(run.state().status));
    run.succeed("a");
    EXPECT_THAT(run.asked_for<send_attempt>(), IsEmpty());
    EXPECT_EQ(run.state().status, run_status::superseded);
    EXPECT_EQ(run.state().superseded_by, "run_9");
    EXPECT_EQ(run.status_of("a"), step_status::succeeded);
    EXPECT_EQ(run.status_of("b"), step_status::cancelled);
}

TEST(Signals, ALeaverDoesNotWaitForAPerson)
{
    a_run run(a_grant({a_step("a", "t.add").or_else(on_exhausted::pause)}));
    run.begun().fail("a", failure_kind::forbidden).feed(preempted{"run_9"});
    EXPECT_EQ(run.state().status, run_status::superseded);
}

TEST(Signals, ALeaverWaitsUntilALostAnswerIsSettled)
{
    a_run run(a_grant({a_step("make", "t.make")}));
    run.begun().feed(preempted{"run_9"}).fail("make", failure_kind::unknown_outcome);
    EXPECT_THAT(run.asked_for<send_probe>(), ElementsAre("make"));
    run.looked("make", probe_verdict::not_done);
    EXPECT_EQ(run.state().status, run_status::superseded);
    EXPECT_EQ(run.attempts("make"), 1);
}

TEST(Signals, WhileStoppingOnlyALookIsDue)
{
    a_run run(a_grant({a_step("make", "t.make"), a_step("a", "t.add")}));
    run.begun().fail("make", failure_kind::unknown_outcome).fail("a", failure_kind::unavailable);
    run.feed(probe_answer{"make", a_failure(failure_kind::unavailable)});
    run.now += 10s;
    run.feed(preempted{"run_9"});
    ASSERT_THAT(run.asked_for<send_probe>(), ElementsAre("make"));
    auto limited = a_failure(failure_kind::rate_limited);
    limited.retry_at = run.now + 10min;
    run.feed(probe_answer{"make", limited});
    EXPECT_EQ(run.state().next_due(), run.now + 10min) << "the retry of the other step will not be made";
}

TEST(Signals, APersonSkipsAStepAndTheRestGoesOn)
{
    a_run run(a_grant({a_step("a", "t.add").or_else(on_exhausted::pause), a_step("b", "t.add").needing("a")}));
    run.begun().fail("a", failure_kind::forbidden).say(verb::skip, "a");
    EXPECT_EQ(run.status_of("a"), step_status::skipped);
    EXPECT_THAT(run.asked_for<send_attempt>(), ElementsAre("b"));
}

TEST(Signals, WhatAPersonCompletedIsNotUndone)
{
    a_run run(a_grant({a_step("a", "t.add").or_else(on_exhausted::pause), a_step("b", "t.add").needing("a")}));
    run.begun().fail("a", failure_kind::forbidden).say(verb::complete, "a").fail("b", failure_kind::forbidden);
    EXPECT_EQ(run.state().status, run_status::rolled_back);
    EXPECT_EQ(run.status_of("a"), step_status::succeeded);
}

TEST(Signals, WhatAPersonDeclaresFailedEndsTheRunAsTheDefinitionSays)
{
    a_run parked(a_grant({a_step("a", "t.add").or_else(on_exhausted::pause)}));
    parked.begun().fail("a", failure_kind::forbidden).say(verb::fail, "a");
    EXPECT_EQ(parked.state().status, run_status::failed);

    auto turning = two_steps();
    turning.begun().succeed("a").fail("b", failure_kind::unavailable).say(verb::fail, "b");
    EXPECT_THAT(turning.asked_for<send_undo>(), ElementsAre("a"));

    a_run going(a_grant({a_step("a", "t.add").or_else(on_exhausted::proceed), a_step("b", "t.add")}));
    going.begun().fail("a", failure_kind::unavailable).say(verb::fail, "a").succeed("b");
    EXPECT_EQ(going.state().status, run_status::succeeded);
}

TEST(Refuses, SaysWhyAWordDoesNotApply)
{
    auto run = two_steps();
    EXPECT_THAT(run.refusal(verb::pause), Optional(HasSubstr("queued")));
    EXPECT_THAT(run.refusal(verb::retry), Optional(HasSubstr("queued")));
    EXPECT_THAT(run.refusal(verb::skip, "a"), Optional(HasSubstr("queued")));
    run.begun();
    EXPECT_THAT(run.refusal(verb::resume), Optional(HasSubstr("not paused")));
    EXPECT_THAT(run.refusal(verb::retry), Optional(HasSubstr("nothing of it has failed")));
    EXPECT_THAT(run.refusal(verb::retry, "c"), Optional(HasSubstr("no step 'c'")));
    EXPECT_THAT(run.refusal(verb::retry, "b"), Optional(HasSubstr("pending")));
    EXPECT_THAT(run.refusal(verb::skip, "a"), Optional(HasSubstr("a call of it is out")));
    EXPECT_THAT(run.refusal(verb::skip), Optional(HasSubstr("no step")));
    EXPECT_EQ(run.refusal(verb::pause), std::nullopt);
    run.say(verb::cancel);
    EXPECT_THAT(run.refusal(verb::rollback), Optional(HasSubstr("stopping already")));
    EXPECT_THAT(run.refusal(verb::skip, "b"), Optional(HasSubstr("stopping already")));
    EXPECT_EQ(run.refusal(verb::terminate), std::nullopt);
    run.feed(preempted{"run_9"});
    EXPECT_THAT(run.refusal(verb::terminate), Optional(HasSubstr("run_9")));
    run.succeed("a");
    EXPECT_THAT(run.refusal(verb::cancel), Optional(HasSubstr("superseded")));
    EXPECT_THAT(run.refusal(verb::skip, "b"), Optional(HasSubstr("superseded")));
}

TEST(Refuses, WhatRevokesIsNotRolledBack)
{
    a_run run(a_revoke({a_step("a", "t.remove")}));
    run.begun();
    EXPECT_THAT(run.refusal(verb::rollback), Optional(HasSubstr("never rolled back")));
}

TEST(Verbs, OfRunsAndOfStepsAreKeptApart)
{
    EXPECT_EQ(parse_verb("rollback"), verb::rollback);
    EXPECT_EQ(parse_verb("skip"), std::nullopt);
    EXPECT_EQ(parse_step_verb("skip"), verb::skip);
    EXPECT_EQ(parse_step_verb("retry"), verb::retry);
    EXPECT_EQ(parse_step_verb("pause"), std::nullopt);
    EXPECT_EQ(parse_step_verb("jump"), std::nullopt);
}

} // namespace
} // namespace jmld::testing
