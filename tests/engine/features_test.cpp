// What a step may say beside its action: how what it needs must have ended, a deadline, names for what it answers; and
// the steps that are the engine's own work.
#include "engine/children.hpp"
#include "engine/inputs.hpp"
#include "engine/planning.hpp"
#include "tests/support/engine_run.hpp"

#include <gmock/gmock.h>

namespace jmld::testing {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;

TEST(Needs, AStepMayBeForWhenAnotherFails)
{
    a_run run(a_grant({a_step("mail", "t.mail").or_else(on_exhausted::proceed),
                       a_step("ok", "t.look").needing("mail", need_result::succeeded),
                       a_step("plan_b", "t.look").needing("mail", need_result::failed),
                       a_step("always", "t.look").needing("mail", need_result::done)}));
    run.begun().fail("mail", failure_kind::forbidden);
    EXPECT_THAT(run.asked_for<send_attempt>(), ElementsAre("plan_b", "always"));
    EXPECT_EQ(run.status_of("ok"), step_status::skipped);
    EXPECT_TRUE(run.state().find("ok")->blocked);
    run.succeed("plan_b").succeed("always");
    EXPECT_EQ(run.state().status, run_status::succeeded);
}

TEST(Needs, WhatIsNotNeededAfterAllIsSkippedAndBlocksNobody)
{
    a_run run(a_grant({a_step("mail", "t.mail"), a_step("plan_b", "t.look").needing("mail", need_result::failed),
                       a_step("after", "t.look").needing("plan_b"),
                       a_step("instead", "t.look").needing("plan_b", need_result::skipped)}));
    run.begun().succeed("mail");
    EXPECT_EQ(run.status_of("plan_b"), step_status::skipped);
    EXPECT_THAT(run.asked_for<send_attempt>(), ElementsAre("after", "instead"));
}

TEST(Deadline, BoundsAllAttemptsTogether)
{
    a_run run(a_grant({a_step("a", "t.add").attempts(100).with_deadline(10s).or_else(on_exhausted::pause)}));
    run.begun();
    for (int i = 0; i < 20 && run.state().status == run_status::running; ++i) {
        run.now += 1s;
        run.fail("a", failure_kind::unavailable);
        if (run.state().next_due())
            run.until_due();
    }
    EXPECT_EQ(run.state().status, run_status::paused);
    EXPECT_LE(run.now - *run.state().find("a")->budget_began, duration(10s));
    EXPECT_LT(run.attempts("a"), 10);
}

TEST(Deadline, ALimitDoesNotHoldAStepBeyondIt)
{
    a_run run(
        a_grant({a_step("a", "t.add").with_deadline(1h).when_late(on_exhausted::proceed), a_step("b", "t.look")}));
    run.begun().succeed("b");
    auto limited = a_failure(failure_kind::rate_limited);
    limited.retry_at = run.now + duration(2h);
    run.answer("a", limited);
    EXPECT_EQ(run.status_of("a"), step_status::failed);
    EXPECT_EQ(run.state().status, run_status::succeeded) << "on_timeout: continue";
}

TEST(Deadline, TheLastAttemptGetsWhatIsLeft)
{
    a_run run(a_grant({a_step("a", "t.add").with_deadline(10s)}));
    run.begun();
    EXPECT_EQ(run.the<send_attempt>()->timeout, duration(10s));
    run.now += 7s;
    run.fail("a", failure_kind::unavailable).until_due();
    ASSERT_TRUE(run.asks<send_attempt>());
    EXPECT_EQ(run.the<send_attempt>()->timeout, duration(2s));
}

TEST(Outputs, UnderNamesOfOnesOwn)
{
    a_run run(a_grant({a_step("a", "t.make").answering("mail", "${{ outputs.id + '@example.com' }}"),
                       a_step("b", "t.look").taking("user", "${{ steps.a.outputs.mail }}")}));
    run.begun().succeed("a", true, value::map({{"id", "jane"}}));
    EXPECT_EQ(run.the<send_attempt>()->inputs["user"].text_or(), "jane@example.com");
    EXPECT_EQ(run.state().find("a")->outputs["id"].text_or(), "jane") << "an inverse still finds what it needs";
}

TEST(Outputs, OneThatCannotBeComputedWaitsForAPerson)
{
    a_run run(a_grant({a_step("a", "t.make").answering("twice", "${{ outputs.id + 1 }}")}));
    run.begun().succeed("a", true, value::map({{"id", "jane"}}));
    EXPECT_EQ(run.status_of("a"), step_status::succeeded);
    EXPECT_EQ(run.state().status, run_status::paused);
    EXPECT_THAT(run.state().why.detail, HasSubstr("outputs.twice"));
}

TEST(Vars, OneThatCannotBeComputedFailsWhoeverReadsIt)
{
    auto definition = std::make_shared<workflow_definition>(*a_grant(
        {a_step("a", "t.look").taking("user", "${{ coalesce(vars.wrong, 'x') }}").or_else(on_exhausted::pause)}));
    definition->vars = {{"wrong", template_of("${{ person.okta_id + 1 }}")}};
    a_run run(definition);
    run.begun();
    EXPECT_EQ(run.state().status, run_status::paused);
    EXPECT_THAT(run.state().why.detail, HasSubstr("vars.wrong"));
}

TEST(Vars, OneThatReadsWhatWasNotSaidIsNotSaidItself)
{
    auto definition = std::make_shared<workflow_definition>(
        *a_grant({a_step("a", "t.look").taking("user", "${{ coalesce(vars.title, 'x') }}")}));
    definition->vars = {{"title", template_of("${{ person.title }}")}};
    a_run run(definition);
    run.begun();
    EXPECT_EQ(run.the<send_attempt>()->inputs["user"].text_or(), "x");
}

TEST(Fail, StopsTheRunWithItsWords)
{
    a_run run(a_grant({a_step("a", "t.make"),
                       a_step("no", "core.fail").needing("a").taking("message", "not ${{ person.okta_id }}")}));
    run.begun().succeed("a");
    EXPECT_EQ(run.state().status, run_status::compensating);
    EXPECT_EQ(run.state().why.detail, "not 00u1");
}

TEST(Child, ItsEndIsTheAnswerOfTheStep)
{
    a_run run(a_grant({a_step("sub", "core.run").taking("workflow", "other"),
                       a_step("b", "t.look").taking("user", "${{ steps.sub.outputs.steps.make.id }}")}));
    run.begun();
    const auto* sent = run.the<send_attempt>();
    ASSERT_NE(sent, nullptr);
    EXPECT_EQ(sent->action, "core.run");
    const auto child = child_of(sent->inputs);
    EXPECT_THAT(child.text, ::testing::StartsWith("run_"));
    run.restarted();
    ASSERT_NE(run.the<watch_child>(), nullptr);
    EXPECT_EQ(child_of(run.the<watch_child>()->inputs), child) << "the same child, not another one";

    a_run other(a_grant({a_step("make", "t.make")}));
    other.begun().succeed("make", true, value::map({{"id", "00u2"}}));
    run.answer("sub", outcome_as_step(other.state()));
    EXPECT_TRUE(run.state().find("sub")->changed);
    EXPECT_EQ(run.the<send_attempt>()->inputs["user"].text_or(), "00u2");
}

TEST(Child, ItIsUndoneWithItsParentAndNeverLost)
{
    a_run run(a_grant({a_step("sub", "core.run").taking("workflow", "other"), a_step("b", "t.add").needing("sub")}));
    a_run other(a_grant({a_step("make", "t.make")}));
    other.begun().succeed("make");
    run.begun().answer("sub", outcome_as_step(other.state())).fail("b", failure_kind::forbidden);
    ASSERT_THAT(run.asked_for<send_undo>(), ElementsAre("sub"));
    EXPECT_EQ(run.the<send_undo>()->action, "core.run");
    other.say(verb::rollback).feed(begin{}).undone("make");
    run.feed(undo_answer{"sub", undone_as_step(other.state())});
    EXPECT_EQ(run.state().status, run_status::rolled_back);
}

TEST(Child, AFailedOneFailsTheStepForGood)
{
    a_run run(a_grant({a_step("sub", "core.run").taking("workflow", "other")}));
    a_run other(a_grant({a_step("make", "t.make")}));
    other.begun().fail("make", failure_kind::forbidden);
    run.begun().answer("sub", outcome_as_step(other.state()));
    EXPECT_EQ(run.state().status, run_status::rolled_back);
    EXPECT_EQ(run.state().why.kind, "forbidden");
}

TEST(Child, HearsWhatItsParentHears)
{
    a_run run(a_grant({a_step("sub", "core.run").taking("workflow", "other")}));
    run.begun().say(verb::pause);
    EXPECT_EQ(std::get<operator_signal>(*word_for_child(run.state(), direction::grant)).what, verb::pause);
    run.say(verb::rollback);
    EXPECT_EQ(std::get<operator_signal>(*word_for_child(run.state(), direction::grant)).what, verb::rollback);
    EXPECT_EQ(std::get<operator_signal>(*word_for_child(run.state(), direction::revoke)).what, verb::cancel);
    run.feed(preempted{"run_2"});
    EXPECT_EQ(std::get<preempted>(*word_for_child(run.state(), direction::grant)).by, "run_2");
}

TEST(Inputs, AreCheckedAndFilledUp)
{
    workflow_definition definition;
    definition.name = "tried";
    definition.inputs = {{"reason", {}, parameter_type::text, true, {}},
                         {"days", {}, parameter_type::integer, false, value(3)},
                         {"wait", {}, parameter_type::duration, false, {}}};
    const auto good = bind_inputs(definition, value::map({{"reason", "x"}, {"wait", "2d"}}));
    ASSERT_TRUE(good.has_value());
    EXPECT_EQ((*good)["days"], value(3));
    EXPECT_EQ((*good)["wait"], value(duration(48h)));
    const auto bad = bind_inputs(definition, value::map({{"days", "many"}, {"zzz", 1}}));
    ASSERT_FALSE(bad.has_value());
    for (const auto* word : {"'reason' is required", "'days' is int, not string", "no input 'zzz'"})
        EXPECT_THAT(bad.error().what, HasSubstr(word));
}

TEST(Planning, SaysWhatWouldBeDoneAndWhatIsNotKnownYet)
{
    const auto definition = a_grant({a_step("a", "t.make").taking("user", "${{ person.okta_id }}"),
                                     a_step("each", "t.add").for_each("access.groups").taking("group", "${{ item }}"),
                                     a_step("b", "t.look").taking("user", "${{ steps.a.outputs.id }}"),
                                     a_step("no", "t.look").provided("false")});
    const auto plan = planned_steps(*definition, value::map({}), value::map({{"okta_id", "00u1"}}),
                                    value::map({{"groups", value::list({"g1", "g2"})}}));
    std::vector<std::string> steps;
    for (const auto& step : plan.items())
        steps.push_back(step["step"].text_or());
    EXPECT_THAT(steps, ElementsAre("a", "each.0", "each.1", "b"));
    EXPECT_EQ(plan.items()[2]["inputs"]["group"].text_or(), "g2");
    EXPECT_THAT(plan.items()[3]["open"].text_or(), HasSubstr("steps.a.outputs.id"));
}

TEST(Evidence, OfAPersonIsKept)
{
    a_run run(a_grant({a_step("a", "t.once")}));
    run.begun().fail("a", failure_kind::unknown_outcome);
    operator_signal word{verb::complete, "a", "alice", "seen", value::map({{"id", "T1"}})};
    word.evidence = value::map({{"ticket", "https://tickets/1"}});
    run.feed(word);
    EXPECT_EQ(run.state().find("a")->evidence, word.evidence);
    EXPECT_EQ(run.state().find("a")->outputs["id"].text_or(), "T1");
}

TEST(Evidence, AWordOnAForEachMeansEveryChild)
{
    a_run run(a_grant({a_step("each", "t.once").for_each("access.l").or_else(on_exhausted::pause)}));
    run.access = value::map({{"l", value::list({"x", "y"})}});
    run.begun().fail("each.0", failure_kind::unknown_outcome).fail("each.1", failure_kind::unknown_outcome);
    run.say(verb::complete, "each", value::map({{"id", "by hand"}}));
    EXPECT_EQ(run.status_of("each.0"), step_status::succeeded);
    EXPECT_EQ(run.status_of("each.1"), step_status::succeeded);
    EXPECT_EQ(run.state().status, run_status::succeeded);
}

} // namespace
} // namespace jmld::testing
