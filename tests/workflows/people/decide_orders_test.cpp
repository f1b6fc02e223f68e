// The orders of events worth playing: hires, corrections, rescinds and terminations end the same way whichever of them
// comes first.
#include "tests/workflows/people/sample_people.hpp"

#include <gmock/gmock.h>

namespace jmld::workflows {
namespace {

using namespace test;
using testing::ElementsAre;
using testing::IsEmpty;

// ---- 01, 13, 09 ---------------------------------------------------------------------------------

TEST(DecideOrders, ACorrectionMovesTheTimerAndARescindTakesItAway)
{
    person_story story("2026-11-20T03:14:08Z");
    story.feed(e01());
    const auto timer = story.state.timers.at(0).id;
    story.until("2026-11-27T05:45:31Z");
    EXPECT_EQ(story.feed(e13()).kind, decision_kind::scheduled);
    EXPECT_EQ(story.decision_of("01"), "superseded");
    EXPECT_EQ(story.by("01"), "13");
    EXPECT_THAT(story.armed(), ElementsAre("pre_hire@2026-12-06T13:00:00Z"));
    EXPECT_EQ(story.state.timers.size(), 1U);
    EXPECT_EQ(story.state.timers.at(0).id, timer);

    story.until("2026-12-03T00:20:01Z");
    EXPECT_EQ(story.feed(e09()).kind, decision_kind::acted);
    EXPECT_EQ(story.decision_of("13"), "superseded");
    EXPECT_THAT(story.armed(), IsEmpty());
    EXPECT_THAT(story.started(), IsEmpty());
}

TEST(DecideOrders, ACorrectionBeforeItsHireTakesItsPlaceWhenTheHireComes)
{
    person_story story("2026-11-27T05:45:31Z");
    EXPECT_EQ(story.feed(e13()).kind, decision_kind::tombstone);
    EXPECT_EQ(story.feed(e01()).kind, decision_kind::superseded);
    EXPECT_EQ(story.decision_of("13"), "scheduled");
    EXPECT_THAT(story.armed(), ElementsAre("pre_hire@2026-12-06T13:00:00Z"));
}

TEST(DecideOrders, ARescindBeforeItsHireStopsItAndItsCorrection)
{
    person_story story("2026-12-03T00:20:01Z");
    EXPECT_EQ(story.feed(e09()).kind, decision_kind::tombstone);
    EXPECT_EQ(story.feed(e01()).kind, decision_kind::superseded);
    EXPECT_EQ(story.feed(e13()).kind, decision_kind::superseded);
    EXPECT_THAT(story.armed(), IsEmpty());
}

TEST(DecideOrders, ACorrectedStartMovesTheWaitOfTheRunThatMadeTheAccount)
{
    person_story story("2026-11-20T03:14:08Z");
    story.feed(e01());
    story.until("2026-12-01T00:00:00Z");
    story.wait_in_run("2026-12-06T13:00:00Z");
    EXPECT_EQ(story.feed(e13()).kind, decision_kind::scheduled);
    EXPECT_EQ(story.decision_of("01"), "superseded");
    EXPECT_THAT(story.armed(), ElementsAre("pre_hire@2026-12-06T13:00:00Z", "start@2026-12-13T13:00:00Z"));
    story.until("2026-12-07T00:00:00Z");
    EXPECT_EQ(story.decision_of("13"), "acted");
    EXPECT_THAT(story.started(), ElementsAre("joiner"));
    EXPECT_EQ(story.run_state("joiner"), "waiting");
}

TEST(DecideOrders, ACorrectedDepartmentReplacesTheRunThatWaits)
{
    person_story story("2026-11-20T03:14:08Z");
    story.feed(e01());
    story.until("2026-12-01T00:00:00Z");
    story.wait_in_run("2026-12-06T13:00:00Z");
    EXPECT_EQ(story.feed(e13().department("Sales")).kind, decision_kind::acted);
    EXPECT_THAT(story.started(), ElementsAre("joiner", "joiner"));
    EXPECT_EQ(story.state.runs[0].state, "superseded");
    EXPECT_EQ(story.state.record.believed.department, "Sales");
    EXPECT_EQ(story.state.record.former.size(), 1U);
}

TEST(DecideOrders, ARescindAfterTheAccountWasMadeClosesIt)
{
    person_story story("2026-11-20T03:14:08Z");
    story.feed(e01());
    story.until("2026-12-03T00:20:01Z");
    story.wait_in_run("2026-12-06T13:00:00Z");
    EXPECT_EQ(story.feed(e09()).kind, decision_kind::acted);
    EXPECT_THAT(story.started(), ElementsAre("joiner", "leaver"));
    EXPECT_EQ(story.run_state("joiner"), "superseded");
    EXPECT_THAT(story.armed(), IsEmpty());
    EXPECT_EQ(story.decision_of("01"), "acted");
}

TEST(DecideOrders, ANoShowAfterTheFirstDayClosesNow)
{
    person_story story("2026-11-20T03:14:08Z");
    story.feed(e01());
    story.until("2026-12-08T22:10:01Z");
    story.finish_runs();
    EXPECT_EQ(story.feed(e16()).kind, decision_kind::acted);
    EXPECT_THAT(story.started(), ElementsAre("joiner", "leaver"));
    story.finish_runs();
    EXPECT_EQ(story.feed(e09()).kind, decision_kind::superseded);
}

// ---- 06, 08 -------------------------------------------------------------------------------------

TEST(DecideOrders, ARescindedTerminationNeverComes)
{
    person_story story("2026-11-25T14:05:01Z");
    story.has_account();
    story.feed(e06());
    story.until("2026-12-02T11:00:01Z");
    EXPECT_EQ(story.feed(e08()).kind, decision_kind::acted);
    EXPECT_EQ(story.decision_of("06"), "superseded");
    story.until("2027-02-01T00:00:00Z");
    EXPECT_THAT(story.started(), IsEmpty());
}

TEST(DecideOrders, ARescindBeforeItsTerminationStopsIt)
{
    person_story story("2026-12-02T11:00:01Z");
    story.has_account();
    EXPECT_EQ(story.feed(e08()).kind, decision_kind::tombstone);
    EXPECT_EQ(story.feed(e06()).kind, decision_kind::superseded);
    EXPECT_EQ(story.by("06"), "08");
    EXPECT_THAT(story.armed(), IsEmpty());
}

TEST(DecideOrders, ARescindAfterTheLeaverNeedsAWorkflow)
{
    person_story story("2026-11-25T14:05:01Z");
    story.has_account();
    story.feed(e06());
    story.until("2027-01-05T00:00:00Z");
    story.finish_runs();
    EXPECT_EQ(story.feed(e08()).kind, decision_kind::parked);
    story.workflows_in_force.push_back(
        test::a_workflow("reinstate", engine::direction::grant, {"worker.termination_rescinded"}, ""));
    auto again = static_cast<const canonical_event&>(e08().entered("2026-12-02T11:00:05Z"));
    again.key.id = "08b";
    EXPECT_EQ(story.feed(again).kind, decision_kind::acted);
    EXPECT_THAT(story.started(), ElementsAre("leaver", "reinstate"));
}

TEST(DecideOrders, OfTwoTerminationsTheLastEnteredCountsWithOneTimer)
{
    person_story story("2026-11-25T14:05:01Z");
    story.has_account();
    story.feed(e06());
    story.feed(dana("worker.terminated", "06b").entered("2026-11-26T08:00:00Z").process("p6b").ends("2027-01-15"));
    EXPECT_EQ(story.decision_of("06"), "superseded");
    EXPECT_THAT(story.armed(), ElementsAre("end@2027-01-15T23:00:00Z"));
    // The older one, delivered again late, changes nothing.
    auto late = static_cast<const canonical_event&>(e06().process("p6c"));
    late.key.id = "06late";
    EXPECT_EQ(story.feed(late).kind, decision_kind::superseded);
    EXPECT_EQ(story.armed().size(), 1U);
}

TEST(DecideOrders, AForCauseExitTakesThePlaceOfAnAnnouncedEnd)
{
    person_story story("2026-11-25T14:05:01Z");
    story.has_account();
    story.feed(e06());
    EXPECT_EQ(story
                  .feed(dana("worker.terminated", "07")
                            .entered("2026-11-26T08:00:00Z")
                            .process("p7")
                            .ends("2026-11-26")
                            .urgent())
                  .kind,
              decision_kind::acted);
    EXPECT_EQ(story.decision_of("06"), "superseded");
    EXPECT_THAT(story.armed(), IsEmpty());
    EXPECT_THAT(story.started(), ElementsAre("leaver"));
}

} // namespace
} // namespace jmld::workflows
