// Which step starts when: needs, conditions, lists, and the one commit that holds an outcome and what follows from it.
#include "tests/support/engine_run.hpp"

#include <gmock/gmock.h>

namespace jmld::testing {
namespace {

using ::testing::ElementsAre;
using ::testing::IsEmpty;
using steps = std::vector<std::string>;

TEST(Scheduling, ReadsThePersonBeforeTheFirstStep)
{
    a_run run(a_grant({a_step("a", "t.add")}));
    run.feed(begin{});
    EXPECT_TRUE(run.asks<read_subject>());
    EXPECT_THAT(run.asked_for<send_attempt>(), IsEmpty());
    run.answer_subject();
    EXPECT_THAT(run.asked_for<send_attempt>(), ElementsAre("a"));
}

TEST(Scheduling, StartsNothingBeforeThePersonIsItsOwn)
{
    a_run run(a_grant({a_step("a", "t.add")}));
    run.feed(tick{});
    EXPECT_THAT(run.asked, IsEmpty());
    EXPECT_EQ(run.state().status, run_status::queued);
}

TEST(Scheduling, StartsWhatNeedsNothingTogetherAndTheRestAfterIt)
{
    a_run run(a_grant({a_step("a", "t.add"), a_step("b", "t.add"), a_step("c", "t.add").needing("a").needing("b")}));
    run.begun();
    EXPECT_THAT(run.asked_for<send_attempt>(), ElementsAre("a", "b"));
    run.succeed("b");
    EXPECT_THAT(run.asked, IsEmpty());
    run.succeed("a");
    EXPECT_THAT(run.asked_for<send_attempt>(), ElementsAre("c"));
}

TEST(Scheduling, AnOutcomeAndTheNextAttemptAreOneTransition)
{
    a_run run(a_grant({a_step("a", "t.make"), a_step("b", "t.add").taking("user", "${{ steps.a.outputs.id }}")}));
    run.begun();
    const auto before = run.history.size();
    run.succeed("a", true, value::map({{"id", "00u7"}}));
    ASSERT_EQ(run.history.size(), before + 2);
    EXPECT_TRUE(std::holds_alternative<step_succeeded>(run.history[before].what));
    EXPECT_TRUE(std::holds_alternative<attempt_started>(run.history[before + 1].what));
    EXPECT_EQ(run.the<send_attempt>()->inputs["user"].text_or(), "00u7");
}

TEST(Scheduling, EndsSucceededAfterTheLastStepAndFreesThePerson)
{
    a_run run(a_grant({a_step("a", "t.add")}));
    run.begun().succeed("a");
    EXPECT_EQ(run.state().status, run_status::succeeded);
    EXPECT_TRUE(run.asks<finish>());
    EXPECT_TRUE(run.state().ended_at.has_value());
}

TEST(Scheduling, AFalseConditionSkipsAndDependentsGoOn)
{
    a_run run(
        a_grant({a_step("a", "t.add").provided("person.okta_id == 'nobody'"), a_step("b", "t.add").needing("a")}));
    run.begun();
    EXPECT_EQ(run.status_of("a"), step_status::skipped);
    EXPECT_THAT(run.asked_for<send_attempt>(), ElementsAre("b"));
}

TEST(Scheduling, AConditionSeesTheStateOfOtherSteps)
{
    a_run run(a_grant({a_step("a", "t.add").provided("false"),
                       a_step("b", "t.add").needing("a").provided("steps.a.state == 'skipped'"),
                       a_step("c", "t.add").needing("a").provided("steps.a.state == 'succeeded'")}));
    run.begun();
    EXPECT_THAT(run.asked_for<send_attempt>(), ElementsAre("b"));
    EXPECT_EQ(run.status_of("c"), step_status::skipped);
}

TEST(Scheduling, AListMakesChildrenInItsOrderWhoseOutputsAreTheParents)
{
    a_run run(a_grant({a_step("groups", "t.add").for_each("access.groups").taking("group", "${{ item }}"),
                       a_step("after", "t.look").taking("all", "${{ steps.groups.outputs }}")}));
    run.access = value::map({{"groups", names({"Staff", "Sales"})}});
    run.begun();
    EXPECT_THAT(run.asked_for<send_attempt>(), ElementsAre("groups.0", "groups.1"));
    EXPECT_EQ(run.state().find("groups.1")->target, (action_target{"group", "id-Sales", "Sales"}));
    run.succeed("groups.1", true, value::map({{"n", 1}}));
    EXPECT_THAT(run.asked, IsEmpty());
    run.succeed("groups.0", true, value::map({{"n", 0}}));
    ASSERT_THAT(run.asked_for<send_attempt>(), ElementsAre("after"));
    EXPECT_EQ(run.the<send_attempt>()->inputs["all"], value::list({value::map({{"n", 0}}), value::map({{"n", 1}})}));
}

TEST(Scheduling, AnEmptyListIsOneStepThatChangedNothing)
{
    a_run run(a_grant({a_step("groups", "t.add").for_each("access.groups")}));
    run.access = value::map({{"groups", value_list{}}});
    run.begun();
    EXPECT_EQ(run.status_of("groups"), step_status::succeeded);
    EXPECT_FALSE(run.state().find("groups")->changed);
    const auto shown = run.shown();
    ASSERT_EQ(shown["steps"].items().size(), 1U);
    EXPECT_EQ(shown["steps"].items()[0]["id"].text_or(), "groups");
    EXPECT_EQ(shown["steps"].items()[0]["changed"], value(false));
}

TEST(Scheduling, MaxParallelHoldsForRetriesToo)
{
    a_run run(a_grant({a_step("apps", "t.assign").for_each("access.apps", 2).taking("app", "${{ item }}")}));
    run.access = value::map({{"apps", names({"A", "B", "C"})}});
    run.begun();
    EXPECT_THAT(run.asked_for<send_attempt>(), ElementsAre("apps.0", "apps.1"));
    run.fail("apps.0", failure_kind::unavailable);
    EXPECT_THAT(run.asked_for<send_attempt>(), ElementsAre("apps.2"));
    run.until_due();
    EXPECT_THAT(run.asked, IsEmpty()) << "two are out already";
    run.succeed("apps.1");
    EXPECT_THAT(run.asked_for<send_attempt>(), ElementsAre("apps.0"));
}

TEST(Scheduling, AnExpressionThatFailsFailsItsStepForGood)
{
    a_run run(a_grant({a_step("a", "t.add"), a_step("b", "t.add").taking("group", "${{ steps.a.outputs.nothing }}")}));
    run.begun().succeed("a");
    EXPECT_EQ(run.state().why.kind, "invalid");
    EXPECT_EQ(run.state().why.step, "b");
    EXPECT_EQ(run.attempts("b"), 0);
    EXPECT_THAT(run.asked_for<send_undo>(), ElementsAre("a"));
}

TEST(Scheduling, ForEachOverSomethingElseThanAListSaysSo)
{
    a_run run(a_grant({a_step("a", "t.add").for_each("person.okta_id").or_else(on_exhausted::pause)}));
    run.begun();
    EXPECT_EQ(run.state().status, run_status::paused);
    EXPECT_THAT(run.state().why.detail, ::testing::HasSubstr("no list"));
}

TEST(Scheduling, VarsAreComputedInOrderAndReadBySteps)
{
    auto definition =
        std::make_shared<workflow_definition>(*a_grant({a_step("a", "t.add").taking("group", "${{ vars.greeting }}")}));
    definition->vars.emplace_back("who", template_of("${{ person.okta_id }}"));
    definition->vars.emplace_back("greeting", template_of("hello ${{ vars.who }}"));
    a_run run(definition);
    run.begun();
    EXPECT_EQ(run.the<send_attempt>()->inputs["group"].text_or(), "hello 00u1");
}

TEST(Scheduling, AVariableThatFailsIsNamedByTheStepThatReadsIt)
{
    auto definition = std::make_shared<workflow_definition>(
        *a_grant({a_step("a", "t.add").taking("group", "${{ vars.who }}").or_else(on_exhausted::pause)}));
    definition->vars.emplace_back("who", template_of("${{ person.nothing }}"));
    a_run run(definition);
    run.begun();
    EXPECT_THAT(run.state().why.detail, ::testing::HasSubstr("vars.who"));
}

TEST(Scheduling, ALateAnswerOfAnOlderAttemptChangesNothing)
{
    a_run run(a_grant({a_step("a", "t.add")}));
    run.begun().fail("a", failure_kind::unavailable).until_due();
    ASSERT_EQ(run.attempts("a"), 2);
    const auto before = run.history.size();
    run.feed(attempt_answer{"a", 1, attempt_succeeded{}});
    EXPECT_EQ(run.history.size(), before);
    EXPECT_EQ(run.status_of("a"), step_status::running);
}

TEST(Scheduling, UnknownNamesParkTheRunAndAreLookedUpAgainOnResume)
{
    a_run run(a_grant({a_step("a", "t.add")}));
    run.feed(begin{}).answer_subject({"Stuff"});
    EXPECT_EQ(run.state().status, run_status::paused);
    EXPECT_EQ(run.state().why.kind, "needs_person");
    EXPECT_THAT(run.asked, IsEmpty());
    run.say(verb::resume);
    EXPECT_TRUE(run.asks<read_subject>());
    run.answer_subject();
    EXPECT_THAT(run.asked_for<send_attempt>(), ElementsAre("a"));
}

TEST(Scheduling, WhatRevokesNeedsNoNames)
{
    a_run run(a_revoke({a_step("a", "t.remove")}));
    run.feed(begin{}).answer_subject({"Stuff"});
    EXPECT_THAT(run.asked_for<send_attempt>(), ElementsAre("a"));
}

TEST(Scheduling, ReadingThePersonIsTriedAgainAndAnOutageCostsNothing)
{
    a_run run(a_grant({a_step("a", "t.add")}));
    run.feed(begin{});
    auto outage = a_failure(failure_kind::unavailable);
    outage.outage = true;
    for (int i = 0; i < 20; ++i) {
        run.feed(subject_refused{outage});
        ASSERT_EQ(run.state().status, run_status::running);
        run.until_due();
        ASSERT_TRUE(run.asks<read_subject>());
    }
    for (int i = 0; i < 5; ++i)
        run.feed(subject_refused{a_failure(failure_kind::unavailable)}).until_due();
    EXPECT_EQ(run.state().status, run_status::running);
    run.feed(subject_refused{a_failure(failure_kind::unavailable)});
    EXPECT_EQ(run.state().status, run_status::paused);
}

TEST(Scheduling, ALimitThatOnlyEverSaysSoonIsAskedAboutThePersonMoreAndMoreRarely)
{
    for (const auto& definition : {a_grant({a_step("a", "t.add")}), a_revoke({a_step("a", "t.remove")})}) {
        a_run run(definition);
        run.feed(begin{});
        const auto from = run.now;
        int asked = 0;
        for (; run.now - from < std::chrono::hours(1); ++asked) {
            auto soon = a_failure(failure_kind::rate_limited);
            soon.retry_at = run.now + duration(1'000);
            run.feed(subject_refused{soon});
            ASSERT_EQ(run.state().status, run_status::running);
            const auto waited_from = run.now;
            run.until_due();
            ASSERT_GE(run.now - waited_from, duration(1'000));
            ASSERT_LE(run.now - waited_from, duration(60'000));
            ASSERT_TRUE(run.asks<read_subject>());
        }
        EXPECT_LT(asked, 250) << "every second would be 3,600";
        run.answer_subject();
        EXPECT_THAT(run.asked_for<send_attempt>(), ElementsAre("a"));
    }
}

TEST(Scheduling, WhoeverIsLockedOutPausesButALeaverAsksAtLeastEveryMinuteUntilItIsLetIn)
{
    a_run granting(a_grant({a_step("a", "t.add")}));
    granting.feed(begin{}).feed(subject_refused{a_failure(failure_kind::unauthorized)});
    EXPECT_EQ(granting.state().status, run_status::paused);

    a_run revoking(a_revoke({a_step("a", "t.remove")}));
    revoking.feed(begin{});
    for (int i = 0; i < 30; ++i) {
        revoking.feed(subject_refused{a_failure(i % 2 == 0 ? failure_kind::unauthorized : failure_kind::forbidden)});
        ASSERT_EQ(revoking.state().status, run_status::running);
        const auto waited_from = revoking.now;
        revoking.until_due();
        ASSERT_LE(revoking.now - waited_from, duration{60'000});
        ASSERT_TRUE(revoking.asks<read_subject>());
    }
    revoking.answer_subject();
    EXPECT_THAT(revoking.asked_for<send_attempt>(), ElementsAre("a"));
}

TEST(Scheduling, ReadingThatWasCutOffIsNoFailure)
{
    a_run run(a_grant({a_step("a", "t.add")}));
    run.feed(begin{}).feed(subject_refused{a_failure(failure_kind::cancelled)});
    EXPECT_EQ(run.state().status, run_status::running);
    run.until_due();
    EXPECT_TRUE(run.asks<read_subject>());
}

} // namespace
} // namespace jmld::testing
