// What drawn stories found about a worker whose hire is entered anew, or corrected, while the first one still waits or
// its end has not been told: the hire entered last stands, with what was entered on it. Kept as the few events that
// matter.
#include "tests/workflows/people/entries.hpp"

#include <gmock/gmock.h>

namespace jmld::workflows {
namespace {

using namespace test;
using testing::ElementsAre;

TEST(DecideSecondHires, TheHireEnteredLastStandsAlsoWhenTheFirstDayOfAnOlderOneComesAfterIt)
{
    person_story story("2027-01-06T05:51:00Z");
    story.feed(hired("hire", "2027-01-06T05:51:00Z", "2027-01-16"));
    story.until("2027-01-09T00:00:00Z");
    story.wait_in_run("2027-01-16T00:00:00Z");
    story.until("2027-01-10T07:12:00Z"); // that the first one has ended is told later
    story.feed(rehired("again", "2027-01-09T23:57:00Z", "2027-01-15").department("Sales"));
    EXPECT_EQ(story.state.record.believed.department, "Sales");
}

TEST(DecideSecondHires, AnOlderHireDoesNotKeepThePersonUntilItsOwnFirstDay)
{
    person_story story("2027-01-06T05:51:00Z");
    story.feed(hired("hire", "2027-01-06T05:51:00Z", "2027-01-16"));
    story.until("2027-01-09T00:00:00Z");
    story.wait_in_run("2027-01-16T00:00:00Z");
    story.until("2027-01-10T07:12:00Z");
    story.feed(rehired("again", "2027-01-09T23:57:00Z", "2027-01-12"));
    EXPECT_EQ(story.state.runs.front().state, "superseded") << "it would open the account four days too late";
}

TEST(DecideSecondHires, AnOlderHireThatWaitsItsTurnDoesNotBegin)
{
    person_story story("2027-01-06T05:51:00Z");
    story.feed(hired("nobody else", "2027-01-05T05:51:00Z", "2027-01-08").worker_id("100483"));
    story.feed(hired("hire", "2027-01-06T05:51:00Z", "2027-01-08"));
    ASSERT_EQ(story.state.runs.back().state, "queued");
    story.feed(rehired("again", "2027-01-06T07:57:00Z", "2027-01-08"));
    EXPECT_EQ(story.decision_of("hire"), "superseded");
    EXPECT_EQ(story.run_state("joiner"), "running") << "another number is another employment";
}

TEST(DecideSecondHires, AChangeOfTheOlderHireIsNotCarriedOutOnTheNextOne)
{
    person_story story("2027-01-07T05:10:00Z");
    story.feed(hired("hire", "2027-01-07T04:25:00Z", "2027-01-08"));
    story.finish_runs();
    story.feed(changed("change", "2027-01-07T05:10:00Z", "2027-01-14").department("Marketing"));
    story.until("2027-01-09T22:24:00Z");
    story.feed(rehired("again", "2027-01-09T22:21:00Z", "2027-01-11").department("Sales"));
    story.finish_runs();
    story.until("2027-01-14T01:00:00Z");
    EXPECT_EQ(story.decision_of("change"), "superseded");
    EXPECT_EQ(story.state.record.believed.department, "Sales");
}

TEST(DecideSecondHires, AChangeOfTheOlderHireStillCountsUntilTheNextOneBegins)
{
    person_story story("2027-01-07T05:10:00Z");
    story.feed(hired("hire", "2027-01-07T04:25:00Z", "2027-01-08"));
    story.finish_runs();
    story.feed(changed("change", "2027-01-07T05:10:00Z", "2027-01-14").department("Marketing"));
    story.feed(ended("end", "2027-01-08T05:10:00Z", "2027-01-20"));
    story.until("2027-01-09T22:24:00Z");
    story.feed(rehired("again", "2027-01-09T22:21:00Z", "2027-02-11").department("Sales"));
    story.until("2027-01-14T01:00:00Z");
    EXPECT_EQ(story.decision_of("change"), "acted");
    EXPECT_EQ(story.state.record.believed.department, "Marketing");
}

TEST(DecideSecondHires, AChangeOfTheNextHireIsNotOverruledByOneOfTheOlder)
{
    person_story story("2027-01-05T01:53:00Z");
    story.feed(hired("hire", "2027-01-05T01:51:00Z", "2027-01-16"));
    story.feed(changed("older", "2027-01-06T13:06:00Z", "2027-01-16").department("Marketing"));
    ASSERT_EQ(story.decision_of("older"), "coalesced");
    story.until("2027-01-08T10:24:00Z");
    story.feed(rehired("again", "2027-01-08T10:23:00Z", "2027-01-13"));
    story.finish_runs();
    story.until("2027-01-16T12:27:00Z");
    EXPECT_EQ(story.feed(changed("change", "2027-01-11T16:17:00Z", "2027-01-13").department("Sales")).kind,
              decision_kind::acted);
    EXPECT_EQ(story.state.record.believed.department, "Sales");
}

TEST(DecideSecondHires, AChangeOfARehireThatWasToldBeforeItOutlivesTheEndBetweenThem)
{
    person_story story("2027-01-08T02:21:00Z");
    story.feed(hired("hire", "2027-01-08T02:19:00Z", "2027-01-04"));
    story.finish_runs();
    story.until("2027-01-15T11:49:00Z");
    story.feed(changed("change", "2027-01-15T11:49:00Z", "2027-01-24").department("Sales"));
    story.until("2027-01-17T19:24:00Z");
    story.feed(ended("end", "2027-01-14T09:02:00Z", "2027-01-13"));
    story.finish_runs();
    ASSERT_EQ(story.decision_of("change"), "superseded");
    story.until("2027-01-18T04:35:00Z");
    story.feed(rehired("again", "2027-01-14T09:48:00Z", "2027-01-24"));
    EXPECT_EQ(story.decision_of("change"), "scheduled");
    story.finish_runs();
    story.until("2027-01-24T01:00:00Z");
    EXPECT_EQ(story.state.record.believed.department, "Sales");
}

TEST(DecideSecondHires, ACorrectionThatRepeatsTheHireTakesBackWhatAChangeHadSaidInBetween)
{
    person_story story("2027-01-07T23:27:00Z");
    story.feed(hired("hire", "2027-01-07T23:25:00Z", "2027-01-17"));
    story.feed(changed("change", "2027-01-08T00:00:00Z", "2027-01-17").department("Sales"));
    story.until("2027-01-10T00:00:00Z");
    story.wait_in_run("2027-01-17T00:00:00Z");
    ASSERT_EQ(story.state.record.believed.department, "Sales");
    story.until("2027-01-12T11:55:00Z");
    story.feed(hired("correction", "2027-01-12T11:53:00Z", "2027-01-17").corrects("Phire"));
    EXPECT_THAT(story.started(), ElementsAre("joiner", "joiner")) << "more than the day has changed";
    EXPECT_EQ(story.state.record.believed.department, "Engineering");
}

TEST(DecideSecondHires, ARehireWhoseFirstDayWasMovedBeginsAnewAfterAnOlderEndThatComesLate)
{
    person_story story("2027-01-07T16:34:00Z");
    story.feed(hired("hire", "2027-01-07T16:32:00Z", "2027-01-07"));
    story.finish_runs();
    story.until("2027-01-11T12:05:00Z");
    story.feed(rehired("again", "2027-01-11T12:02:00Z", "2027-01-18"));
    story.wait_in_run("2027-01-18T00:00:00Z");
    story.until("2027-01-14T03:10:00Z");
    story.feed(hired("moved", "2027-01-13T12:40:00Z", "2027-01-20").corrects("Pagain"));
    ASSERT_THAT(story.started(), ElementsAre("joiner", "joiner"));
    story.until("2027-01-16T20:47:00Z");
    story.feed(ended("end", "2027-01-11T11:45:00Z", "2027-01-10"));
    story.finish_runs();
    story.until("2027-01-20T00:00:00Z");
    EXPECT_THAT(story.started(), ElementsAre("joiner", "joiner", "leaver", "joiner"));
    EXPECT_EQ(story.decision_of("moved"), "acted");
}

TEST(DecideSecondHires, TwoEndsThatCameToNothingGiveTheHireBackInWhicheverOrderTheyAreTakenBack)
{
    for (const bool first_one_first : {true, false}) {
        person_story story("2027-01-08T03:34:00Z");
        story.feed(hired("hire", "2027-01-08T03:31:00Z", "2027-01-20"));
        story.feed(ended("end", "2027-01-08T04:04:00Z", "2027-01-16"));
        ASSERT_EQ(story.decision_of("hire"), "superseded");
        story.until("2027-01-12T20:28:00Z");
        story.feed(ended("other end", "2027-01-12T20:28:00Z", "2027-01-16"));
        const auto first = end_taken_back("first", "2027-01-11T04:31:00Z", "end");
        const auto second = end_taken_back("second", "2027-01-13T15:32:00Z", "other end");
        story.feed(first_one_first ? first : second);
        story.feed(first_one_first ? second : first);
        EXPECT_EQ(story.decision_of("hire"), "scheduled") << (first_one_first ? "in order" : "the last one first");
    }
}

TEST(DecideSecondHires, AChangeThatWaitedForAHireComesBackWithIt)
{
    person_story story("2027-01-05T02:05:00Z");
    story.feed(changed("change", "2027-01-05T02:04:00Z", "2027-01-12").department("Sales"));
    story.feed(ended("end", "2027-01-05T21:15:00Z", "2027-01-10"));
    story.until("2027-01-11T09:00:00Z");
    ASSERT_EQ(story.feed(hired("hire", "2027-01-04T08:00:00Z", "2027-01-10")).kind, decision_kind::superseded);
    story.feed(end_taken_back("taken back", "2027-01-09T23:33:00Z", "end"));
    EXPECT_EQ(story.decision_of("hire"), "acted");
    EXPECT_EQ(story.decision_of("change"), "scheduled");
}

TEST(DecideSecondHires, ARehireToldBeforeItsEndIsTakenBackBeginsAfterwards)
{
    person_story story("2027-01-04T20:29:00Z");
    story.feed(ended("off", "2027-01-04T20:29:00Z", "2027-01-06"));
    story.feed(hired("hire", "2027-01-04T19:44:00Z", "2027-01-11"));
    story.until("2027-01-12T13:47:00Z");
    story.feed(ended("end", "2027-01-11T10:27:00Z", "2027-01-16"));
    story.until("2027-01-13T20:49:00Z");
    ASSERT_EQ(story.feed(rehired("again", "2027-01-09T02:21:00Z", "2027-01-18")).kind, decision_kind::superseded);
    story.until("2027-01-16T07:47:00Z");
    story.feed(end_taken_back("taken back", "2027-01-13T08:24:00Z", "end"));
    EXPECT_THAT(story.started(), ElementsAre("joiner"));
}

TEST(DecideSecondHires, ARenamingDoesNotBringForwardAChangeThatAnotherOneActsFor)
{
    person_story story("2027-01-06T11:39:00Z");
    story.feed(hired("hire", "2027-01-06T11:38:00Z", "2027-01-06"));
    story.finish_runs();
    story.feed(changed("change", "2027-01-13T07:37:00Z", "2027-01-18").department("Sales"));
    an_event renaming("worker.renamed", "renaming");
    story.feed(renaming.entered("2027-01-15T08:45:00Z").effective("2027-01-16").zone("UTC").family_name("Okafor"));
    story.feed(changed("later", "2027-01-15T08:53:00Z", "2027-01-18").department("Marketing").family_name("Okafor"));
    ASSERT_EQ(story.decision_of("change"), "coalesced");
    story.until("2027-01-16T01:00:00Z");
    EXPECT_EQ(story.state.record.believed.family_name, "Okafor");
    EXPECT_EQ(story.state.record.believed.department, "Engineering") << "what was given for it would never be taken";
    story.until("2027-01-18T01:00:00Z");
    EXPECT_EQ(story.state.record.believed.department, "Marketing");
}

} // namespace
} // namespace jmld::workflows
