// Reports against events: what was lost is made up for once, what is known already is left alone, and a report never
// closes anybody that it lists as working, nor opens an account.
#include "tests/support/person_story.hpp"

#include <gmock/gmock.h>

namespace jmld::workflows {
namespace {

using namespace test;
using testing::HasSubstr;

an_event listed(const char* id, std::string_view entered) { return an_event("worker.snapshot", id).entered(entered); }

struct Snapshots : testing::Test
{
    Snapshots()
    {
        story.feed(an_event("worker.hired", "hire").entered("2026-11-20T03:14:07Z").process("p1").starts("2026-11-20"));
        story.has_account();
        story.finish_runs();
        story.until("2026-12-10T00:00:00Z");
    }

    person_story story{"2026-11-21T00:00:00Z"};
};

TEST_F(Snapshots, WhoIsListedAsBelievedIsLeftAlone)
{
    const auto made = story.feed(listed("report.0", "2026-12-09T00:00:00Z"));
    EXPECT_EQ(made.kind, decision_kind::ignored);
    EXPECT_FALSE(made.reason.empty());
    EXPECT_EQ(story.started().size(), 1U);
    EXPECT_TRUE(story.alarms.empty());
}

TEST_F(Snapshots, ALostEndIsMadeUpForByAnEventOfItsOwn)
{
    const auto made = story.feed(listed("report.0", "2026-12-09T00:00:00Z").ends("2026-12-05"));
    EXPECT_EQ(made.kind, decision_kind::acted);
    EXPECT_EQ(made.by, "report.0:ended");
    EXPECT_EQ(story.decision_of("report.0:ended"), "acted");
    EXPECT_EQ(story.started().back(), "leaver");
    story.finish_runs();
    story.until("2026-12-11T00:00:00Z");
    EXPECT_EQ(story.feed(listed("next.0", "2026-12-10T00:00:00Z").ends("2026-12-05")).kind, decision_kind::ignored);
    EXPECT_EQ(story.started().size(), 2U) << "the next report says it again";
}

TEST_F(Snapshots, AnEndThatIsToldAlreadyIsNotMadeUpFor)
{
    story.guard.hold_open = true;
    story.feed(an_event("worker.terminated", "end").entered("2026-12-06T00:00:00Z").ends("2026-12-05").process("p2"));
    ASSERT_EQ(story.decision_of("end"), "held");
    const auto made = story.feed(listed("report.0", "2026-12-09T00:00:00Z").ends("2026-12-05"));
    EXPECT_EQ(made.kind, decision_kind::ignored);
    EXPECT_EQ(made.by, "end");
    EXPECT_EQ(story.decision_of("end"), "held");
}

TEST_F(Snapshots, TheGuardHoldsALostEndLikeAnyOther)
{
    story.guard.hold_open = true;
    EXPECT_EQ(story.feed(listed("report.0", "2026-12-09T00:00:00Z").ends("2026-12-05")).kind, decision_kind::acted);
    EXPECT_EQ(story.decision_of("report.0:ended"), "held");
    EXPECT_EQ(story.started().size(), 1U);
}

TEST_F(Snapshots, ADateAheadOrOneBeforeTheStartEndsNobody)
{
    EXPECT_EQ(story.feed(listed("ahead.0", "2026-12-09T00:00:00Z").ends("2027-12-05")).kind, decision_kind::ignored);
    EXPECT_EQ(story.feed(listed("rehired.0", "2026-12-09T00:00:00Z").starts("2026-11-20").ends("2024-01-05")).kind,
              decision_kind::ignored);
    EXPECT_EQ(story.started().size(), 1U);
}

TEST_F(Snapshots, ALostChangeIsMadeUpFor)
{
    const auto made = story.feed(listed("report.0", "2026-12-09T00:00:00Z").department("Sales"));
    EXPECT_EQ(made.kind, decision_kind::acted);
    EXPECT_THAT(made.reason, HasSubstr("department"));
    EXPECT_EQ(story.decision_of("report.0:changed"), "acted");
    EXPECT_EQ(story.state.record.believed.department, "Sales");
}

TEST_F(Snapshots, AReportOlderThanAnEventIsSuperseded)
{
    story.feed(an_event("worker.changed", "move")
                   .entered("2026-12-09T12:00:00Z")
                   .effective("2026-12-09")
                   .process("p3")
                   .department("Marketing"));
    const auto made = story.feed(listed("report.0", "2026-12-09T00:00:00Z"));
    EXPECT_EQ(made.kind, decision_kind::superseded);
    EXPECT_EQ(made.by, "move");
    EXPECT_EQ(story.state.record.believed.department, "Marketing");
}

TEST_F(Snapshots, WithoutAMomentOfEntryADifferenceWaitsForAPerson)
{
    canonical_event undated = listed("report.0", "2026-12-09T00:00:00Z").department("Sales");
    undated.entered_at.reset();
    EXPECT_EQ(story.feed(undated).kind, decision_kind::parked);
    EXPECT_EQ(story.started().size(), 1U);
}

TEST_F(Snapshots, NobodyWhoLeftIsOpenedByAReport)
{
    story.feed(an_event("worker.terminated", "end").entered("2026-12-06T00:00:00Z").ends("2026-12-05").process("p2"));
    story.finish_runs();
    story.state.record.status = "DEPROVISIONED";
    EXPECT_EQ(story.feed(listed("report.0", "2026-12-09T00:00:00Z")).kind, decision_kind::parked);
    EXPECT_EQ(story.started().back(), "leaver");
}

TEST(SnapshotsOfStrangers, AreOneCauseForOneAlarm)
{
    person_story first("2026-12-10T00:00:00Z"), second("2026-12-10T00:00:00Z");
    EXPECT_EQ(first.feed(listed("report.0", "2026-12-09T00:00:00Z")).kind, decision_kind::parked);
    EXPECT_EQ(second.feed(listed("report.1", "2026-12-09T00:00:00Z").worker_id("7")).kind, decision_kind::parked);
    ASSERT_EQ(first.alarms.size(), 1U);
    EXPECT_EQ(first.alarms[0].cause, second.alarms.at(0).cause);
}

TEST(SnapshotsOfStrangers, WhoWasHereBeforeUsIsTakenAsHeIs)
{
    person_story story("2026-12-10T00:00:00Z");
    story.has_account(); // adopted by the worker's id
    EXPECT_EQ(story.feed(listed("report.0", "2026-12-09T00:00:00Z")).kind, decision_kind::ignored);
    EXPECT_TRUE(story.started().empty());
}

} // namespace
} // namespace jmld::workflows
