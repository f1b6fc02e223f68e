// A leave that begins before the first day: the hire makes way for it, and begins when the person is back.
#include "tests/support/person_story.hpp"
#include "workflows/people/situation.hpp"

#include <gmock/gmock.h>

namespace jmld::workflows {
namespace {

using namespace test;
using testing::ElementsAre;
using testing::StartsWith;

class LeaveBeforeTheFirstDay : public testing::Test
{
protected:
    LeaveBeforeTheFirstDay() : story("2027-02-01T09:00:00Z")
    {
        constexpr const char* from = "coalesce(event.effective_at, event.effective_on)";
        story.workflows_in_force.push_back(
            a_workflow("leave", engine::direction::change, {"worker.leave_started"}, from));
        story.workflows_in_force.push_back(
            a_workflow("return", engine::direction::change, {"worker.leave_ended"}, from));
    }
    static an_event said(const char* type, const char* id, std::string_view entered, std::string_view on)
    {
        return an_event(type, id).entered(entered).process(std::string("P") + id).effective(on).zone("UTC");
    }
    decision hire(std::string_view start)
    {
        return story.feed(an_event("worker.hired", "hire")
                              .entered("2027-02-01T08:00:00Z")
                              .process("Phire")
                              .starts(start)
                              .zone("UTC"));
    }
    void away(std::string_view on) { story.feed(said("worker.leave_started", "away", "2027-02-02T08:00:00Z", on)); }
    person_story story;
};

TEST_F(LeaveBeforeTheFirstDay, StopsARunThatWaitsForTheFirstDay)
{
    ASSERT_EQ(hire("2027-02-05").kind, decision_kind::acted);
    story.wait_in_run("2027-02-05T00:00:00Z");
    story.until("2027-02-02T09:00:00Z");
    away("2027-02-03");
    EXPECT_EQ(story.decision_of("hire"), "acted"); // nothing happens before the leave begins
    story.until("2027-02-03T01:00:00Z");
    EXPECT_EQ(story.run_state("joiner"), "superseded");
    EXPECT_THAT(story.started(), ElementsAre("joiner", "leave"));
    EXPECT_EQ(story.decision_of("hire"), "scheduled");
    EXPECT_THAT(story.armed(), ElementsAre("pre_hire@2027-02-05T00:00:00Z"));
}

TEST_F(LeaveBeforeTheFirstDay, PutsTheHireOffDayByDayUntilTheReturnIsTold)
{
    hire("2027-02-05");
    story.wait_in_run("2027-02-05T00:00:00Z");
    story.until("2027-02-02T09:00:00Z");
    away("2027-02-03");
    story.until("2027-02-03T01:00:00Z");
    story.finish_runs();
    story.until("2027-02-07T01:00:00Z");
    EXPECT_THAT(story.find({"workday", "hire"}).reason, StartsWith(std::string(reason_away)));
    EXPECT_THAT(story.armed(), ElementsAre("pre_hire@2027-02-08T00:00:00Z"));
    story.feed(said("worker.leave_ended", "back", "2027-02-07T00:00:00Z", "2027-02-20"));
    story.until("2027-02-19T23:00:00Z");
    EXPECT_THAT(story.started(), ElementsAre("joiner", "leave"));
    story.until("2027-02-20T00:00:00Z");
    EXPECT_THAT(story.started(), ElementsAre("joiner", "leave", "joiner"));
    EXPECT_EQ(story.decision_of("hire"), "acted");
    EXPECT_EQ(story.decision_of("back"), "acted");
    EXPECT_EQ(story.by("back"), "hire");
}

TEST_F(LeaveBeforeTheFirstDay, PutsOffAHireThatHasNotBegunToo)
{
    ASSERT_EQ(hire("2027-03-05").kind, decision_kind::scheduled);
    away("2027-02-20");
    story.until("2027-03-10T00:00:00Z");
    EXPECT_THAT(story.started(), ElementsAre("leave"));
    story.feed(said("worker.leave_ended", "back", "2027-03-10T00:00:00Z", "2027-03-10"));
    story.until("2027-03-10T00:00:01Z");
    EXPECT_THAT(story.started(), ElementsAre("leave", "joiner"));
}

TEST_F(LeaveBeforeTheFirstDay, ThatIsOverByThenPutsNothingOff)
{
    hire("2027-03-05");
    away("2027-02-10");
    story.feed(said("worker.leave_ended", "back", "2027-02-03T00:00:00Z", "2027-02-20"));
    story.until("2027-02-26T00:00:00Z");
    EXPECT_EQ(story.decision_of("hire"), "acted");
}

TEST_F(LeaveBeforeTheFirstDay, OfAnEarlierTimeSaysNothingAboutAHireEnteredLater)
{
    story.feed(said("worker.leave_started", "away", "2027-01-01T00:00:00Z", "2027-01-02"));
    ASSERT_EQ(hire("2027-02-05").kind, decision_kind::acted);
}

TEST_F(LeaveBeforeTheFirstDay, IsNoneWhenItBeganAfterThatAndTheHireIsToldLate)
{
    story.until("2027-02-10T00:00:00Z");
    away("2027-02-06");
    ASSERT_EQ(hire("2027-02-05").kind, decision_kind::acted);
    EXPECT_THAT(story.started().front(), "joiner");
}

TEST_F(LeaveBeforeTheFirstDay, GivesWayToAnEnd)
{
    hire("2027-02-05");
    story.wait_in_run("2027-02-05T00:00:00Z");
    away("2027-02-03");
    story.until("2027-02-04T00:00:00Z");
    story.finish_runs();
    story.feed(an_event("worker.terminated", "end")
                   .entered("2027-02-04T00:00:00Z")
                   .process("Pend")
                   .ends("2027-02-03")
                   .zone("UTC"));
    EXPECT_EQ(story.decision_of("hire"), "superseded");
    EXPECT_THAT(story.started(), ElementsAre("joiner", "leave", "leaver"));
    EXPECT_TRUE(story.armed().empty());
}

TEST_F(LeaveBeforeTheFirstDay, IsOverBeforeAnEndThatComesLaterThanTheReturn)
{
    hire("2027-02-01");
    story.finish_runs();
    away("2027-02-03");
    story.until("2027-02-04T00:00:00Z");
    story.finish_runs();
    story.feed(said("worker.leave_ended", "back", "2027-02-04T00:00:00Z", "2027-02-08"));
    story.until("2027-02-05T00:00:00Z");
    story.feed(an_event("worker.terminated", "end")
                   .entered("2027-02-05T00:00:00Z")
                   .process("Pend")
                   .ends("2027-02-15")
                   .zone("UTC"));
    story.until("2027-02-08T01:00:00Z");
    EXPECT_EQ(story.decision_of("back"), "acted");
    EXPECT_THAT(story.started(), ElementsAre("joiner", "leave", "return"));
}

} // namespace
} // namespace jmld::workflows
