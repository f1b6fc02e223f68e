// Words that come after what they are about was carried out, or before it was told: each is the smallest known life of
// the any-order property that ended otherwise than the last word.
#include "tests/workflows/people/entries.hpp"

#include <gmock/gmock.h>

namespace jmld::workflows {
namespace {

using namespace test;
using testing::ElementsAre;

class DecideLateWords : public testing::Test
{
protected:
    DecideLateWords()
    {
        story.workflows_in_force.push_back(
            a_workflow("reinstate", engine::direction::grant, {"worker.termination_rescinded"}, ""));
        story.workflows_in_force.push_back(
            a_workflow("leave", engine::direction::change, {"worker.leave_started"}, "event.effective_on"));
        story.workflows_in_force.push_back(
            a_workflow("return", engine::direction::change, {"worker.leave_ended"}, "event.effective_on"));
    }
    static an_event hire_taken_back(const std::string& id, std::string_view entered, const std::string& hire)
    {
        return an_event("worker.hire_rescinded", id).entered(entered).rescinds("P" + hire).zone("UTC");
    }
    static an_event about_leave(const char* type, const char* id, std::string_view entered, std::string_view on)
    {
        return an_event(type, id).entered(entered).process(id).effective(on).zone("UTC");
    }
    person_story story{"2027-01-04T08:00:00Z"};
};

TEST_F(DecideLateWords, AnUrgentEndToldBeforeTheHireStopsItOnTheSameDay)
{
    story.until("2027-01-08T23:30:00Z");
    story.feed(ended("end", "2027-01-08T23:29:00Z", "2027-01-08").urgent());
    EXPECT_EQ(story.feed(hired("hire", "2027-01-04T08:00:00Z", "2027-01-06")).kind, decision_kind::superseded);
    EXPECT_TRUE(story.started().empty());
}

TEST_F(DecideLateWords, WhatWaitedForAHireIsSettledWhenItWasTakenBackBefore)
{
    story.feed(changed("change", "2027-01-06T17:22:00Z", "2027-01-12").department("Sales"));
    ASSERT_EQ(story.decision_of("change"), "parked");
    story.feed(hire_taken_back("taken back", "2027-01-09T05:18:00Z", "hire"));
    story.feed(hired("hire", "2027-01-04T08:00:00Z", "2027-01-10"));
    EXPECT_EQ(story.decision_of("change"), "superseded");
}

TEST_F(DecideLateWords, AChangeOfAHireThatWasTakenBackBeforeItWasToldWaitsForNobody)
{
    story.feed(hire_taken_back("taken back", "2027-01-08T09:55:00Z", "hire"));
    story.feed(hired("hire", "2027-01-04T08:00:00Z", "2027-01-12"));
    const auto change = changed("change", "2027-01-07T03:56:00Z", "2027-01-12").department("Sales");
    EXPECT_EQ(story.feed(change).kind, decision_kind::superseded);
}

TEST_F(DecideLateWords, TakingBackAHireThatWasNeverToldLeavesTheAccountOfTheNextOne)
{
    story.until("2027-01-11T19:31:00Z");
    story.feed(rehired("again", "2027-01-11T19:30:00Z", "2027-01-11"));
    story.finish_runs();
    story.has_account();
    EXPECT_EQ(story.feed(hire_taken_back("taken back", "2027-01-08T01:29:00Z", "hire")).kind, decision_kind::tombstone);
    EXPECT_THAT(story.started(), ElementsAre("joiner"));
}

TEST_F(DecideLateWords, AnEndTakenBackAfterALaterOneOpensNothing)
{
    story.feed(hired("hire", "2027-01-04T08:00:00Z", "2027-01-04"));
    story.finish_runs();
    story.feed(ended("first", "2027-01-04T08:52:00Z", "2027-01-12"));
    story.until("2027-01-13T08:40:00Z");
    story.finish_runs();
    story.feed(rehired("again", "2027-01-13T08:39:00Z", "2027-01-18"));
    story.wait_in_run("2027-01-18T00:00:00Z");
    story.feed(ended("second", "2027-01-08T13:47:00Z", "2027-01-09"));
    story.finish_runs();
    story.feed(end_taken_back("taken back", "2027-01-04T09:22:00Z", "first"));
    EXPECT_EQ(story.decision_of("taken back"), "superseded");
}

TEST_F(DecideLateWords, AHireThatAnEndHadStoppedBeginsAgainWhenTheEndIsTakenBack)
{
    story.feed(hired("hire", "2027-01-04T08:00:00Z", "2027-01-04"));
    story.finish_runs();
    story.feed(ended("first", "2027-01-11T01:56:00Z", "2027-01-11").urgent());
    story.finish_runs();
    story.until("2027-01-14T00:00:00Z");
    story.feed(rehired("again", "2027-01-13T11:50:00Z", "2027-01-21"));
    story.wait_in_run("2027-01-21T00:00:00Z");
    story.until("2027-01-18T02:03:00Z");
    story.feed(ended("end", "2027-01-13T12:08:00Z", "2027-01-15"));
    story.finish_runs();
    story.feed(end_taken_back("taken back", "2027-01-13T18:59:00Z", "end"));
    EXPECT_THAT(story.started(), ElementsAre("joiner", "leaver", "joiner", "leaver", "joiner"))
        << "the leaver's before-image is that of somebody who had not begun";
}

TEST_F(DecideLateWords, WhoIsBackMeanwhileIsNotSuspendedAgainByTheReinstatement)
{
    story.feed(hired("hire", "2027-01-04T08:00:00Z", "2027-01-04"));
    story.finish_runs();
    story.feed(about_leave("worker.leave_started", "away", "2027-01-06T20:38:00Z", "2027-01-13"));
    story.until("2027-01-13T03:01:00Z");
    story.finish_runs();
    story.feed(ended("end", "2027-01-06T20:47:00Z", "2027-01-12"));
    story.finish_runs();
    story.until("2027-01-15T09:36:00Z");
    story.feed(about_leave("worker.leave_ended", "back", "2027-01-15T09:35:00Z", "2027-01-15"));
    ASSERT_EQ(story.decision_of("back"), "superseded");
    story.feed(end_taken_back("taken back", "2027-01-10T16:47:00Z", "end"));
    EXPECT_THAT(story.started(), ElementsAre("joiner", "leave", "leaver", "reinstate", "return"));
}

} // namespace
} // namespace jmld::workflows
