// Lost answers: looked at, adopted, repeated or handed to a person; never simply sent again where that could do harm.
#include "tests/support/engine_run.hpp"

#include <gmock/gmock.h>

namespace jmld::testing {
namespace {

using ::testing::ElementsAre;
using ::testing::IsEmpty;

TEST(Unknowns, ALostAnswerIsLookedAtAndAdopted)
{
    a_run run(a_grant({a_step("make", "t.make"), a_step("b", "t.add").taking("user", "${{ steps.make.outputs.id }}")}));
    auto lost = a_failure(failure_kind::unknown_outcome);
    lost.before = value::map({{"was", "there"}});
    run.begun().answer("make", lost);
    EXPECT_EQ(run.status_of("make"), step_status::unknown);
    ASSERT_THAT(run.asked_for<send_probe>(), ElementsAre("make"));
    EXPECT_EQ(run.the<send_probe>()->before, lost.before);
    run.looked("make", probe_verdict::done, value::map({{"id", "00u9"}}));
    EXPECT_EQ(run.status_of("make"), step_status::succeeded);
    EXPECT_EQ(run.state().find("make")->before, lost.before);
    EXPECT_EQ(run.the<send_attempt>()->inputs["user"].text_or(), "00u9");
    const auto shown = run.shown();
    EXPECT_EQ(shown["steps"].items()[0]["attempts"].items()[0]["probe"].text_or(), "done");
    EXPECT_EQ(shown["steps"].items()[0]["attempts"].items()[0]["outcome"].text_or(), "unknown_outcome");
}

TEST(Unknowns, WhatHadNoEffectIsTriedAgainAndCountsAsAnAttempt)
{
    a_run run(a_grant({a_step("make", "t.make").attempts(2).or_else(on_exhausted::pause)}));
    run.begun().fail("make", failure_kind::unknown_outcome).looked("make", probe_verdict::not_done);
    EXPECT_EQ(run.status_of("make"), step_status::backing_off);
    run.until_due().fail("make", failure_kind::unknown_outcome).looked("make", probe_verdict::not_done);
    EXPECT_EQ(run.status_of("make"), step_status::failed);
    EXPECT_EQ(run.attempts("make"), 2);
}

TEST(Unknowns, WhatCannotBeToldParksAndIsLookedAtAgainOnResume)
{
    a_run run(a_grant({a_step("make", "t.make")}));
    run.begun().fail("make", failure_kind::unknown_outcome).looked("make", probe_verdict::cannot_tell);
    EXPECT_EQ(run.state().status, run_status::paused);
    EXPECT_EQ(run.state().why.kind, "needs_person");
    EXPECT_EQ(run.state().why.step, "make");
    run.say(verb::resume);
    EXPECT_THAT(run.asked_for<send_probe>(), ElementsAre("make"));
    run.looked("make", probe_verdict::done);
    EXPECT_EQ(run.state().status, run_status::succeeded);
}

TEST(Unknowns, APersonMaySayWhatBecameOfIt)
{
    a_run run(a_grant({a_step("make", "t.make"), a_step("b", "t.add").taking("user", "${{ steps.make.outputs.id }}")}));
    run.begun().fail("make", failure_kind::unknown_outcome).looked("make", probe_verdict::cannot_tell);
    run.say(verb::complete, "make", value::map({{"id", "00u3"}}));
    EXPECT_EQ(run.state().status, run_status::running);
    ASSERT_THAT(run.asked_for<send_attempt>(), ElementsAre("b"));
    EXPECT_EQ(run.the<send_attempt>()->inputs["user"].text_or(), "00u3");
}

TEST(Unknowns, ALookThatFailsIsRepeatedAndCostsNoAttempt)
{
    a_run run(a_grant({a_step("make", "t.make").attempts(2)}));
    run.begun().fail("make", failure_kind::unknown_outcome);
    for (int i = 0; i < 10; ++i) {
        run.feed(probe_answer{"make", a_failure(failure_kind::unavailable)});
        EXPECT_EQ(run.status_of("make"), step_status::unknown);
        run.until_due();
        ASSERT_THAT(run.asked_for<send_probe>(), ElementsAre("make"));
    }
    run.looked("make", probe_verdict::not_done).until_due();
    EXPECT_THAT(run.asked_for<send_attempt>(), ElementsAre("make"));
}

TEST(Unknowns, ALookThatIsCutOffParksNothing)
{
    a_run run(a_grant({a_step("make", "t.make")}));
    run.begun().fail("make", failure_kind::unknown_outcome);
    run.feed(probe_answer{"make", a_failure(failure_kind::cancelled)});
    EXPECT_EQ(run.state().status, run_status::running);
    run.until_due();
    EXPECT_THAT(run.asked_for<send_probe>(), ElementsAre("make"));
}

TEST(Unknowns, ALookThatIsForbiddenParksTheRun)
{
    a_run run(a_grant({a_step("make", "t.make")}));
    run.begun().fail("make", failure_kind::unknown_outcome);
    run.feed(probe_answer{"make", a_failure(failure_kind::forbidden)});
    EXPECT_EQ(run.state().status, run_status::paused);
    EXPECT_EQ(run.state().why.kind, "needs_person");
}

TEST(Unknowns, WhatDoesNoHarmWhenRepeatedIsRepeated)
{
    a_run run(a_grant({a_step("a", "t.add").attempts(2).or_else(on_exhausted::pause)}));
    run.begun().fail("a", failure_kind::unknown_outcome);
    EXPECT_EQ(run.status_of("a"), step_status::backing_off);
    run.until_due().fail("a", failure_kind::unknown_outcome);
    EXPECT_EQ(run.status_of("a"), step_status::failed);
}

TEST(Unknowns, WithoutALookAPersonDecidesAndNothingIsSentAgainByItself)
{
    a_run run(a_grant({a_step("a", "t.once")}));
    run.begun().fail("a", failure_kind::unknown_outcome);
    EXPECT_EQ(run.state().status, run_status::paused);
    run.say(verb::resume);
    EXPECT_EQ(run.state().status, run_status::paused) << "nobody has decided";
    EXPECT_THAT(run.asked, IsEmpty());
    run.say(verb::retry, "a");
    EXPECT_THAT(run.asked_for<send_attempt>(), ElementsAre("a"));
}

TEST(Unknowns, ALeaverNeverParksForOneStep)
{
    a_run run(a_revoke({a_step("mail", "t.mail"), a_step("b", "t.remove").needing("mail")}));
    run.begun().fail("mail", failure_kind::unknown_outcome).looked("mail", probe_verdict::cannot_tell);
    EXPECT_THAT(run.asked_for<send_attempt>(), ElementsAre("b"));
    run.succeed("b");
    EXPECT_EQ(run.state().status, run_status::closed_with_residue);
    EXPECT_EQ(run.state().residue, value::list({value::map({{"step", "mail"}})}));
}

TEST(Unknowns, AreSettledBeforeAnythingIsUndone)
{
    a_run run(a_grant({a_step("make", "t.make"), a_step("b", "t.add")}));
    run.begun().fail("b", failure_kind::forbidden);
    run.fail("make", failure_kind::unknown_outcome);
    ASSERT_THAT(run.asked_for<send_probe>(), ElementsAre("make"));
    run.looked("make", probe_verdict::done);
    EXPECT_THAT(run.asked_for<send_undo>(), ElementsAre("make"));
}

TEST(Unknowns, WhatNobodyCanTellIsUndoneWithTheRestOrListed)
{
    a_run run(a_grant({a_step("make", "t.make"), a_step("b", "t.add")}));
    run.begun().fail("make", failure_kind::unknown_outcome);
    run.now += 1s;
    run.fail("b", failure_kind::unavailable).until_due().succeed("b").looked("make", probe_verdict::cannot_tell);
    run.say(verb::rollback);
    EXPECT_THAT(run.asked_for<send_undo>(), ElementsAre("b"));
    run.undone("b");
    EXPECT_THAT(run.asked_for<send_undo>(), ElementsAre("make")) << "its inverse compares before it changes anything";
    run.feed(undo_answer{"make", a_failure(failure_kind::invalid)});
    EXPECT_EQ(run.state().status, run_status::rolled_back_partial);
    EXPECT_EQ(run.state().residue, value::list({value::map({{"step", "make"}})}));
}

TEST(Unknowns, ALostAnswerBeforeTheLastFailureIsNotForgotten)
{
    a_run run(a_grant({a_step("a", "t.add").attempts(2)}));
    run.begun().fail("a", failure_kind::unknown_outcome).until_due().fail("a", failure_kind::forbidden);
    EXPECT_THAT(run.asked_for<send_undo>(), ElementsAre("a"));
    run.undone("a");
    EXPECT_EQ(run.state().status, run_status::rolled_back);
}

} // namespace
} // namespace jmld::testing
