// What drawn stories found about people who leave and come back, and about words entered in another order than they
// take effect: the last entry decides. Kept as the few events that matter.
#include "tests/workflows/people/entries.hpp"

#include <gmock/gmock.h>

namespace jmld::workflows {
namespace {

using namespace test;
using testing::ElementsAre;

TEST(DecideReturns, AChangeOfAHireThatNeverBeganSaysNothingOfTheNextOne)
{
    person_story story("2027-01-05T03:00:00Z");
    story.feed(hired("hire", "2027-01-05T02:53:00Z", "2027-01-17"));
    story.until("2027-01-05T09:22:00Z");
    story.feed(changed("change", "2027-01-05T09:21:00Z", "2027-01-17").department("Sales"));
    ASSERT_EQ(story.decision_of("change"), "coalesced");
    story.until("2027-01-05T10:20:00Z");
    story.feed(ended("end", "2027-01-05T10:19:00Z", "2027-01-05"));
    story.until("2027-01-09T14:50:00Z");
    ASSERT_EQ(story.feed(rehired("again", "2027-01-09T14:49:00Z", "2027-01-11")).kind, decision_kind::acted);
    EXPECT_EQ(story.state.record.believed.department, "Engineering");
}

TEST(DecideReturns, ACorrectionOverrulesTheChangeOfTheSameDayThatWasEnteredBefore)
{
    person_story story("2027-01-05T03:00:00Z");
    story.feed(hired("hire", "2027-01-05T02:59:00Z", "2027-01-15"));
    story.until("2027-01-07T04:30:00Z");
    story.feed(changed("change", "2027-01-07T04:29:00Z", "2027-01-15").department("Sales"));
    story.until("2027-01-07T10:45:00Z");
    story.feed(hired("correction", "2027-01-07T10:42:00Z", "2027-01-15").corrects("Phire").department("Marketing"));
    story.until("2027-01-15T01:00:00Z");
    EXPECT_EQ(story.decision_of("correction"), "acted");
    EXPECT_EQ(story.state.record.believed.department, "Marketing");
}

TEST(DecideReturns, AChangeEnteredBeforeARenamingDoesNotBringTheOldNameBack)
{
    person_story story("2027-01-06T08:11:00Z");
    story.feed(hired("hire", "2027-01-06T08:10:00Z", "2027-01-04"));
    story.finish_runs();
    story.feed(changed("change", "2027-01-07T12:33:00Z", "2027-01-10").department("Sales"));
    story.until("2027-01-08T06:31:00Z");
    an_event renaming("worker.renamed", "renaming");
    renaming.entered("2027-01-08T06:28:00Z").effective("2027-01-09").zone("UTC").family_name("Okafor");
    story.feed(renaming);
    story.until("2027-01-10T01:00:00Z");
    EXPECT_EQ(story.decision_of("change"), "acted");
    EXPECT_EQ(story.state.record.believed.family_name, "Okafor");
    EXPECT_EQ(story.state.record.believed.department, "Sales");
}

TEST(DecideReturns, ARenamingThatComesLateIsNotOverruledByAnOlderChange)
{
    person_story story("2027-01-06T08:11:00Z");
    story.feed(hired("hire", "2027-01-06T08:10:00Z", "2027-01-04"));
    story.finish_runs();
    story.feed(changed("change", "2027-01-07T12:33:00Z", "2027-01-10").department("Sales"));
    story.until("2027-01-12T06:31:00Z");
    story.finish_runs();
    an_event renaming("worker.renamed", "renaming");
    renaming.entered("2027-01-08T06:28:00Z").effective("2027-01-09").zone("UTC").family_name("Okafor");
    EXPECT_EQ(story.feed(renaming).kind, decision_kind::acted);
}

TEST(DecideReturns, AnUrgentEndThatComesAfterTheRehireEnteredLaterClosesNothing)
{
    person_story story("2027-01-09T04:24:00Z");
    story.feed(rehired("again", "2027-01-09T04:23:00Z", "2027-01-10"));
    story.until("2027-01-11T11:35:00Z");
    story.finish_runs();
    EXPECT_EQ(story.feed(ended("end", "2027-01-09T03:24:00Z", "2027-01-09").urgent()).kind, decision_kind::superseded);
}

TEST(DecideReturns, WhoComesBackBeforeTheLastDayIsClosedFirst)
{
    person_story story("2027-01-06T13:20:00Z");
    story.feed(hired("hire", "2027-01-06T13:19:00Z", "2027-01-04"));
    story.finish_runs();
    story.until("2027-01-11T04:18:00Z");
    story.feed(ended("end", "2027-01-11T04:16:00Z", "2027-01-14"));
    story.until("2027-01-13T05:54:00Z");
    EXPECT_EQ(story.feed(rehired("again", "2027-01-13T05:53:00Z", "2027-01-17")).kind, decision_kind::scheduled);
    EXPECT_THAT(story.armed(), ElementsAre("end@2027-01-15T00:00:00Z", "pre_hire@2027-01-15T00:00:00Z"));
    story.until("2027-01-16T00:00:00Z");
    EXPECT_THAT(story.started(), ElementsAre("joiner", "leaver", "joiner"));
    EXPECT_EQ(story.decision_of("again"), "acted");
}

TEST(DecideReturns, AnOlderEndThatComesLateClosesFirstAndTheRehireBeginsAnew)
{
    person_story story("2027-01-06T13:20:00Z");
    story.feed(hired("hire", "2027-01-06T13:19:00Z", "2027-01-04"));
    story.finish_runs();
    story.until("2027-01-13T05:54:00Z");
    story.feed(rehired("again", "2027-01-13T05:53:00Z", "2027-01-17"));
    story.wait_in_run("2027-01-17T00:00:00Z");
    story.until("2027-01-14T10:00:00Z");
    EXPECT_EQ(story.feed(ended("end", "2027-01-11T04:16:00Z", "2027-01-12")).kind, decision_kind::acted);
    EXPECT_EQ(story.decision_of("again"), "scheduled");
    story.until("2027-01-14T10:00:01Z");
    EXPECT_THAT(story.started(), ElementsAre("joiner", "joiner", "leaver", "joiner"));
    EXPECT_EQ(story.decision_of("again"), "acted");
}

TEST(DecideReturns, AnEndThatFoundTheAccountClosedStillEndsTheHireEnteredBefore)
{
    person_story story("2027-01-14T12:22:00Z");
    story.feed(hired("hire", "2027-01-13T23:52:00Z", "2027-01-20"));
    story.wait_in_run("2027-01-20T00:00:00Z");
    story.until("2027-01-15T10:34:00Z");
    an_event taken_back("worker.hire_rescinded", "taken back");
    taken_back.entered("2027-01-15T10:32:00Z").rescinds("Phire");
    story.feed(taken_back);
    story.finish_runs();
    story.until("2027-01-17T23:45:00Z");
    ASSERT_EQ(story.feed(ended("end", "2027-01-17T04:44:00Z", "2027-01-18")).kind, decision_kind::superseded);
    story.until("2027-01-22T12:27:00Z");
    EXPECT_EQ(story.feed(rehired("again", "2027-01-17T03:58:00Z", "2027-02-01")).kind, decision_kind::superseded);
}

TEST(DecideReturns, AnEndThatOnlyCalledOffAHireGivesItBackWhenItIsTakenBack)
{
    person_story story("2027-01-05T12:15:00Z");
    story.feed(hired("hire", "2027-01-05T12:14:00Z", "2027-01-20"));
    story.until("2027-01-08T14:20:00Z");
    story.feed(ended("end", "2027-01-08T14:20:00Z", "2027-01-12"));
    ASSERT_EQ(story.decision_of("end"), "acted");
    ASSERT_EQ(story.decision_of("hire"), "superseded");
    story.until("2027-01-09T15:52:00Z");
    an_event taken_back("worker.termination_rescinded", "taken back");
    taken_back.entered("2027-01-09T15:51:00Z").rescinds("Pend");
    EXPECT_EQ(story.feed(taken_back).kind, decision_kind::acted);
    EXPECT_EQ(story.decision_of("end"), "superseded");
    EXPECT_EQ(story.decision_of("hire"), "scheduled");
    story.until("2027-01-14T00:00:00Z");
    EXPECT_THAT(story.started(), ElementsAre("joiner"));
}

TEST(DecideReturns, AnEndToldBeforeTheRehireThatItEndsCountsWhenThatOneIsTold)
{
    person_story story("2027-01-07T14:50:00Z");
    story.feed(hired("hire", "2027-01-07T14:50:00Z", "2027-01-20"));
    story.feed(ended("off", "2027-01-07T15:12:00Z", "2027-01-08"));
    story.until("2027-01-17T20:19:00Z");
    ASSERT_EQ(story.feed(ended("end", "2027-01-17T20:19:00Z", "2027-01-27")).kind, decision_kind::superseded);
    ASSERT_EQ(story.feed(changed("change", "2027-01-17T20:00:00Z", "2027-01-25").department("Sales")).kind,
              decision_kind::superseded);
    story.until("2027-01-18T22:40:00Z");
    EXPECT_EQ(story.feed(rehired("again", "2027-01-16T02:02:00Z", "2027-01-19")).kind, decision_kind::acted);
    EXPECT_EQ(story.decision_of("end"), "scheduled");
    EXPECT_EQ(story.decision_of("change"), "scheduled");
    EXPECT_THAT(story.armed(), ElementsAre("end@2027-01-28T00:00:00Z", "start@2027-01-25T00:00:00Z"));
}

TEST(DecideReturns, AHireToldAfterItsUrgentEndOpensNothingOnThatDayEither)
{
    person_story story("2027-01-08T00:35:00Z");
    story.state.record.okta_id = "00u-from-before";
    story.feed(ended("end", "2027-01-08T00:35:00Z", "2027-01-08").urgent());
    story.finish_runs();
    story.until("2027-01-08T23:43:00Z"); // the last day is not over
    EXPECT_EQ(story.feed(hired("hire", "2027-01-08T00:22:00Z", "2027-01-04")).kind, decision_kind::superseded);
    EXPECT_THAT(story.started(), ElementsAre("leaver"));
}

TEST(DecideReturns, AnEndLeavesTheChangesOfWhoComesBackAfterIt)
{
    person_story story("2027-01-06T12:13:00Z");
    story.feed(hired("hire", "2027-01-06T12:13:00Z", "2027-01-06"));
    story.finish_runs();
    story.feed(ended("end", "2027-01-08T01:49:00Z", "2027-01-13"));
    story.until("2027-01-13T08:12:00Z");
    story.feed(rehired("again", "2027-01-13T08:12:00Z", "2027-01-20"));
    story.feed(changed("change", "2027-01-13T09:04:00Z", "2027-01-20").department("Sales"));
    story.until("2027-01-14T00:00:00Z");
    EXPECT_EQ(story.decision_of("end"), "acted");
    EXPECT_EQ(story.decision_of("change"), "scheduled");
}

class DecideReturnsTakingBack : public testing::Test
{
protected:
    DecideReturnsTakingBack()
    {
        story.workflows_in_force.push_back(
            a_workflow("reinstate", engine::direction::grant, {"worker.termination_rescinded"}, ""));
    }
    person_story story{"2027-01-05T19:53:00Z"};
    an_event taken_back =
        an_event("worker.termination_rescinded", "taken back").entered("2027-01-09T17:11:00Z").rescinds("Pend");
};

TEST_F(DecideReturnsTakingBack, AnEndThatClosedNothingOpensNothingOfTheNextHire)
{
    story.feed(hired("hire", "2027-01-05T19:53:00Z", "2027-01-18"));
    story.feed(ended("end", "2027-01-05T20:24:00Z", "2027-01-14"));
    story.until("2027-01-13T00:31:00Z");
    story.feed(rehired("again", "2027-01-09T18:19:00Z", "2027-01-17"));
    story.wait_in_run("2027-01-17T00:00:00Z");
    story.feed(taken_back);
    EXPECT_THAT(story.started(), ElementsAre("joiner")) << "nothing was closed";
}

TEST_F(DecideReturnsTakingBack, AnEndThatClosedAnAccountFromBeforeTheFirstHireGivesThatHireBack)
{
    story.state.record.okta_id = "00u-from-before";
    story.feed(hired("hire", "2027-01-05T19:53:00Z", "2027-01-28"));
    story.feed(ended("end", "2027-01-06T20:24:00Z", "2027-01-08"));
    story.until("2027-01-09T17:11:00Z");
    story.finish_runs();
    ASSERT_EQ(story.decision_of("hire"), "superseded");
    story.feed(taken_back);
    EXPECT_EQ(story.decision_of("hire"), "scheduled");
    story.until("2027-01-22T00:00:00Z");
    EXPECT_THAT(story.started(), ElementsAre("leaver", "joiner")) << "nobody is let in before the first day";
}

TEST_F(DecideReturnsTakingBack, AnEndEnteredLaterCallsAWaitingReinstatementOff)
{
    story.feed(hired("hire", "2027-01-05T19:53:00Z", "2027-01-05"));
    story.finish_runs();
    story.feed(ended("end", "2027-01-05T20:24:00Z", "2027-01-06"));
    story.until("2027-01-09T17:11:00Z");
    story.feed(taken_back); // the leaver is at work still
    ASSERT_EQ(story.run_state("reinstate"), "queued");
    story.feed(ended("for good", "2027-01-09T18:02:00Z", "2027-01-09").urgent());
    EXPECT_EQ(story.run_state("reinstate"), "superseded");
    EXPECT_EQ(story.decision_of("taken back"), "superseded");
}

TEST_F(DecideReturnsTakingBack, AnotherEndThanTheOneThatClosedOpensNothingForAChange)
{
    story.feed(hired("hire", "2027-01-05T19:53:00Z", "2027-01-05"));
    story.finish_runs();
    story.feed(ended("first", "2027-01-05T20:24:00Z", "2027-01-12"));
    story.feed(ended("end", "2027-01-09T07:19:00Z", "2027-01-13"));
    story.feed(taken_back); // of the later end; that the first was taken back too is not told yet
    story.until("2027-01-13T10:38:00Z");
    story.finish_runs();
    ASSERT_EQ(story.decision_of("first"), "acted");
    const auto change = changed("change", "2027-01-13T10:38:00Z", "2027-01-16").department("Sales");
    EXPECT_EQ(story.feed(change).kind, decision_kind::superseded);
    story.until("2027-01-16T20:04:00Z");
    story.feed(end_taken_back("first taken back", "2027-01-09T06:21:00Z", "first"));
    EXPECT_THAT(story.started(), ElementsAre("joiner", "leaver", "reinstate", "mover"));
}

TEST(DecideReturns, CallingOffASecondHireLeavesTheFirstToBeTakenBack)
{
    person_story story("2027-01-07T23:49:00Z");
    story.feed(hired("hire", "2027-01-07T23:49:00Z", "2027-01-12"));
    story.wait_in_run("2027-01-12T00:00:00Z");
    story.state.record.okta_id.clear(); // known when the run has ended
    story.feed(rehired("again", "2027-01-10T16:31:00Z", "2027-01-21"));
    story.until("2027-01-10T17:15:00Z");
    story.feed(an_event("worker.hire_rescinded", "off").entered("2027-01-10T17:15:00Z").rescinds("Pagain"));
    story.until("2027-01-14T01:53:00Z");
    story.feed(an_event("worker.hire_rescinded", "late").entered("2027-01-08T22:23:00Z").rescinds("Phire"));
    EXPECT_EQ(story.decision_of("late"), "acted");
    EXPECT_THAT(story.started(), ElementsAre("joiner", "leaver"));
}

TEST(DecideReturns, AnOlderChangeBringsNoOldNameBackWhicheverWordTheNewOneCameBy)
{
    person_story story("2027-01-05T00:31:00Z");
    story.feed(hired("hire", "2027-01-05T00:31:00Z", "2027-01-04"));
    story.finish_runs();
    story.feed(changed("older", "2027-01-05T01:27:00Z", "2027-01-11").department("Sales"));
    story.feed(changed("later", "2027-01-05T02:21:00Z", "2027-01-10").department("Marketing").family_name("Ammip"));
    story.until("2027-01-10T00:00:00Z");
    story.finish_runs();
    story.until("2027-01-11T00:00:00Z");
    EXPECT_EQ(story.state.record.believed.department, "Sales");
    EXPECT_EQ(story.state.record.believed.family_name, "Ammip");
}

TEST_F(DecideReturnsTakingBack, WhoeverWasClosedBeforeTheFirstDayIsNotLetInBeforeIt)
{
    story.feed(hired("hire", "2027-01-05T19:53:00Z", "2027-01-12"));
    story.wait_in_run("2027-01-12T00:00:00Z");
    story.feed(ended("end", "2027-01-06T16:45:00Z", "2027-01-08"));
    story.until("2027-01-09T17:11:00Z");
    story.finish_runs();
    ASSERT_THAT(story.started(), ElementsAre("joiner", "leaver"));
    EXPECT_EQ(story.feed(taken_back).kind, decision_kind::acted);
    story.until("2027-01-12T00:00:00Z");
    EXPECT_THAT(story.started(), ElementsAre("joiner", "leaver", "joiner")) << "it waits for the first day by itself";
}

TEST(DecideReturns, ARehireWhoseFirstDayMovedAwayIsStoppedByAnEndBeforeIt)
{
    person_story story("2027-01-05T00:00:00Z");
    story.feed(hired("hire", "2027-01-05T00:00:00Z", "2027-01-05"));
    story.finish_runs();
    story.feed(ended("end", "2027-01-06T00:00:00Z", "2027-01-06").urgent());
    story.finish_runs();
    story.until("2027-01-14T22:54:00Z");
    story.feed(rehired("again", "2027-01-14T22:54:00Z", "2027-01-21"));
    story.wait_in_run("2027-01-21T00:00:00Z");
    story.feed(hired("correction", "2027-01-14T23:20:00Z", "2027-01-27").corrects("Pagain"));
    story.until("2027-01-17T04:37:00Z");
    story.feed(ended("for good", "2027-01-17T04:36:00Z", "2027-01-20"));
    story.until("2027-01-26T00:00:00Z");
    EXPECT_THAT(story.started(), ElementsAre("joiner", "leaver", "joiner", "leaver"));
    EXPECT_EQ(story.state.runs[2].state, "superseded") << "it would open the account on its first day";
}

TEST(DecideReturns, AHireToldAfterItsEndWasCalledNothingIsStillClosedByIt)
{
    person_story story("2027-01-06T06:15:00Z");
    story.feed(ended("end", "2027-01-06T06:15:00Z", "2027-01-06").urgent());
    story.until("2027-01-08T13:43:00Z");
    story.feed(rehired("again", "2027-01-08T08:06:00Z", "2027-01-18"));
    story.feed(ended("for good", "2027-01-08T22:55:00Z", "2027-01-16"));
    ASSERT_EQ(story.decision_of("for good"), "acted") << "nobody was there to close";
    story.until("2027-01-09T19:58:00Z");
    ASSERT_EQ(story.feed(hired("hire", "2027-01-04T23:24:00Z", "2027-01-12")).kind, decision_kind::acted);
    story.finish_runs();
    story.until("2027-01-17T00:00:00Z");
    EXPECT_THAT(story.started(), ElementsAre("joiner", "leaver"));
}

TEST(DecideReturns, AHireToldLateIsEndedByAnEndThatOnlyARescindedHireHadSetAside)
{
    person_story story("2027-01-04T13:06:00Z");
    story.feed(ended("end", "2027-01-04T13:04:00Z", "2027-01-04").urgent());
    story.until("2027-01-04T14:13:00Z");
    story.feed(rehired("again", "2027-01-04T14:11:00Z", "2027-01-12"));
    EXPECT_EQ(story.decision_of("end"), "superseded");
    an_event rescinded("worker.hire_rescinded", "rescinded");
    story.feed(rescinded.entered("2027-01-04T14:54:00Z").rescinds("Pagain"));
    EXPECT_EQ(story.feed(hired("hire", "2027-01-04T12:23:00Z", "2027-01-14")).kind, decision_kind::superseded);
    EXPECT_EQ(story.by("hire"), "end");
    story.until("2027-02-01T00:00:00Z");
    EXPECT_THAT(story.started(), ElementsAre());
}

TEST(DecideReturns, TakingBackAHireThatHasNotBegunLeavesTheEmploymentThatGoesOn)
{
    person_story story("2027-01-05T00:00:00Z");
    story.feed(hired("hire", "2027-01-05T00:00:00Z", "2027-01-05"));
    story.finish_runs();
    story.until("2027-01-20T00:00:00Z");
    story.feed(rehired("again", "2027-01-20T00:00:00Z", "2027-03-01"));
    an_event rescinded("worker.hire_rescinded", "rescinded");
    EXPECT_EQ(story.feed(rescinded.entered("2027-01-21T00:00:00Z").rescinds("Pagain")).kind, decision_kind::acted);
    EXPECT_THAT(story.started(), ElementsAre("joiner")) << "the first hire's account is in use";
    story.until("2027-04-01T00:00:00Z");
    EXPECT_THAT(story.started(), ElementsAre("joiner"));
}

TEST(DecideReturns, AReturnDoesNotTakeBackAChangeThatWasEnteredAfterIt)
{
    person_story story("2027-01-06T08:00:00Z");
    story.workflows_in_force.push_back(
        a_workflow("leave", engine::direction::change, {"worker.leave_started"}, "event.effective_on"));
    story.workflows_in_force.push_back(
        a_workflow("return", engine::direction::change, {"worker.leave_ended"}, "event.effective_on"));
    story.feed(hired("hire", "2027-01-06T08:00:00Z", "2027-01-06"));
    story.finish_runs();
    const auto about_leave = [](const char* type, const char* id, std::string_view entered, std::string_view on) {
        return an_event(type, id).entered(entered).process(id).effective(on).zone("UTC");
    };
    story.feed(about_leave("worker.leave_started", "away", "2027-01-12T18:28:00Z", "2027-01-13"));
    story.feed(about_leave("worker.leave_ended", "back", "2027-01-13T10:39:00Z", "2027-01-18"));
    story.feed(changed("change", "2027-01-15T22:42:00Z", "2027-01-16").department("Sales"));
    story.until("2027-01-16T01:00:00Z");
    story.finish_runs();
    ASSERT_EQ(story.state.record.believed.department, "Sales");
    story.until("2027-01-18T01:00:00Z");
    EXPECT_EQ(story.decision_of("back"), "acted");
    EXPECT_EQ(story.state.record.believed.department, "Sales");
}

} // namespace
} // namespace jmld::workflows
