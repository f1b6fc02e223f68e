// What becomes of an event, kind by kind. Orders of several events are played in decide_orders_test.cpp.
#include "tests/support/person_story.hpp"

#include <gmock/gmock.h>

namespace jmld::workflows {
namespace {

using test::an_event;
using test::person_story;
using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;

an_event hire()
{
    return an_event("worker.hired", "h1").entered("2026-11-20T03:14:07Z").process("p1").starts("2026-12-07");
}
an_event termination()
{
    return an_event("worker.terminated", "t1")
        .entered("2026-11-25T14:05:00Z")
        .process("p6")
        .ends("2026-12-31")
        .zone("Europe/Berlin");
}
an_event change(const std::string& id, std::string_view entered)
{
    return an_event("worker.changed", id).entered(entered).process("p-" + id).effective("2026-11-23").zone("UTC");
}

TEST(Decide, AFutureHireWaitsSevenLocalDaysBeforeItsStart)
{
    person_story story("2026-11-20T03:14:08Z");
    const auto made = story.feed(hire());
    EXPECT_EQ(made.kind, decision_kind::scheduled);
    EXPECT_THAT(story.armed(), ElementsAre("pre_hire@2026-11-29T13:00:00Z"));
    EXPECT_EQ(made.effective.date, "2026-12-07");
    EXPECT_EQ(made.effective.zone, "Australia/Melbourne");
    EXPECT_EQ(to_rfc3339(made.effective.at.value()), "2026-12-06T13:00:00Z");
}

TEST(Decide, AHireActsWhenItsTimerComesDue)
{
    person_story story("2026-11-20T03:14:08Z");
    story.feed(hire());
    story.until("2026-11-29T12:59:59Z");
    EXPECT_THAT(story.started(), IsEmpty());
    story.until("2026-11-29T13:00:00Z");
    EXPECT_THAT(story.started(), ElementsAre("joiner"));
    EXPECT_EQ(story.decision_of("h1"), "acted");
    EXPECT_EQ(story.by("h1"), story.state.runs[0].id.text);
    EXPECT_EQ(story.state.record.believed.department, "Engineering");
}

TEST(Decide, ABackdatedHireActsNow)
{
    person_story story("2026-04-03T17:45:00Z");
    EXPECT_EQ(story.feed(an_event("worker.hired", "h").starts("2026-04-01")).kind, decision_kind::acted);
    EXPECT_THAT(story.started(), ElementsAre("joiner"));
}

TEST(Decide, TheEarlierOfTwoLastDaysClosesAccessAtItsEnd)
{
    person_story story("2026-11-25T14:05:01Z");
    story.has_account();
    EXPECT_EQ(story.feed(termination().last_day("2026-12-18")).kind, decision_kind::scheduled);
    EXPECT_THAT(story.armed(), ElementsAre("end@2026-12-18T23:00:00Z"));
}

TEST(Decide, ThePolicyChoosesWhichLastDayCounts)
{
    person_story story("2026-11-25T14:05:01Z");
    story.has_account();
    story.rules.last_day = last_day_rule::termination_date;
    story.feed(termination().last_day("2026-12-18"));
    EXPECT_THAT(story.armed(), ElementsAre("end@2026-12-31T23:00:00Z"));
}

TEST(Decide, AnUrgentEndActsNowBeforeEverything)
{
    person_story story("2026-11-25T14:05:01Z");
    story.has_account();
    const auto made = story.feed(termination().urgent());
    ASSERT_EQ(made.kind, decision_kind::acted);
    const auto* run = std::get_if<start_run>(&made.consequences.back());
    ASSERT_NE(run, nullptr);
    EXPECT_EQ(run->priority, 0);
}

TEST(Decide, AReasonOfThePolicyIsUrgentToo)
{
    person_story story("2026-11-25T14:05:01Z");
    story.has_account();
    story.rules.urgent_reasons = {"Involuntary_For_Cause"};
    EXPECT_EQ(story.feed(termination().because("Involuntary_For_Cause")).kind, decision_kind::acted);
}

TEST(Decide, AnEndForSomebodyNobodyKnowsIsParked)
{
    person_story story("2026-11-25T14:05:01Z");
    const auto made = story.feed(termination());
    EXPECT_EQ(made.kind, decision_kind::parked);
    EXPECT_EQ(made.reason, reason_unknown_person);
    ASSERT_EQ(story.alarms.size(), 1U);
    EXPECT_EQ(story.alarms[0].kind, "needs_person");
}

TEST(Decide, AChangeForSomebodyNobodyKnowsIsParked)
{
    person_story story("2026-11-23T09:00:00Z");
    EXPECT_EQ(story.feed(change("c1", "2026-11-23T08:30:00Z")).reason, reason_unknown_person);
}

TEST(Decide, AnUnknownDepartmentParksAGrantAndNamesIt)
{
    person_story story("2026-11-20T03:14:08Z");
    const auto made = story.feed(hire().department("Cheese"));
    EXPECT_EQ(made.kind, decision_kind::parked);
    ASSERT_EQ(story.alarms.size(), 1U);
    EXPECT_EQ(story.alarms[0].kind, "needs_person");
    EXPECT_THAT(story.alarms[0].message, HasSubstr("Cheese"));
    EXPECT_THAT(story.armed(), IsEmpty());
}

TEST(Decide, AnUnknownDepartmentNeverStopsARevoke)
{
    person_story story("2027-01-01T00:00:00Z");
    story.has_account();
    EXPECT_EQ(story.feed(termination().department("Cheese")).kind, decision_kind::acted);
}

TEST(Decide, TheDepartmentIsLookedAtAgainWhenTheTimerComesDue)
{
    person_story story("2026-11-20T03:14:08Z");
    story.feed(hire());
    story.access = read_access("a", "rules: [{when: 'person.department == \"Sales\"', groups: [Sales]}]").value();
    story.until("2026-11-30T00:00:00Z");
    EXPECT_EQ(story.decision_of("h1"), "parked");
    EXPECT_THAT(story.started(), IsEmpty());
}

TEST(Decide, ATypeWithoutWorkflowIsParkedWithThatReason)
{
    person_story story("2026-11-23T01:00:00Z");
    story.has_account();
    for (const char* type : {"worker.leave_started", "worker.leave_ended"}) {
        const auto made = story.feed(an_event(type, type).effective("2026-11-24"));
        EXPECT_EQ(made.kind, decision_kind::parked) << type;
        EXPECT_THAT(made.reason, HasSubstr(std::string("no workflow is triggered by ") + type));
    }
}

TEST(Decide, TheSameBusinessEventUnderAnotherIdIsADuplicate)
{
    person_story story("2026-11-20T03:14:08Z");
    story.feed(hire());
    auto again = static_cast<const canonical_event&>(hire());
    again.key.id = "h2";
    const auto made = story.feed(again);
    EXPECT_EQ(made.kind, decision_kind::duplicate);
    EXPECT_EQ(made.by, "h1");
    EXPECT_EQ(story.armed().size(), 1U);
}

TEST(Decide, AnEmptyProcessIdMakesNoDuplicate)
{
    person_story story("2026-11-23T09:00:00Z");
    story.has_account();
    story.feed(change("c1", "2026-11-23T08:30:00Z").process(""));
    EXPECT_NE(story.feed(change("c2", "2026-11-23T08:30:00Z").process("")).kind, decision_kind::duplicate);
}

TEST(Decide, ARescindOfSomethingUnseenIsATombstone)
{
    person_story story("2026-12-03T00:20:00Z");
    EXPECT_EQ(story.feed(an_event("worker.hire_rescinded", "r").rescinds("p1")).kind, decision_kind::tombstone);
    EXPECT_EQ(story.feed(hire()).kind, decision_kind::superseded);
    EXPECT_EQ(story.by("h1"), "r");
    EXPECT_THAT(story.started(), IsEmpty());
    EXPECT_THAT(story.armed(), IsEmpty());
}

TEST(Decide, ANoShowOfAHireNeverSeenClosesTheAccountThatExists)
{
    person_story story("2026-12-08T22:10:00Z");
    story.has_account();
    story.state.record.employee_number = "100482";
    EXPECT_EQ(story.feed(an_event("worker.no_show", "n").rescinds("p1")).kind, decision_kind::acted);
    EXPECT_THAT(story.started(), ElementsAre("leaver"));
}

TEST(Decide, ARescindThatNamesAnotherNumbersAccountLeavesItAlone)
{
    person_story story("2026-12-08T22:10:00Z");
    story.has_account();
    story.state.record.employee_number = "C-2077";
    EXPECT_EQ(story.feed(an_event("worker.hire_rescinded", "n").rescinds("p1")).kind, decision_kind::tombstone);
}

TEST(Decide, AProtectedPersonIsClosedByNoEvent)
{
    person_story story("2027-01-01T00:00:00Z");
    story.has_account();
    story.rules.protected_people = {"100482"};
    EXPECT_EQ(story.feed(termination().urgent()).kind, decision_kind::parked);
    EXPECT_THAT(story.started(), IsEmpty());
}

TEST(Decide, AnUnknownZoneFallsBackAndSaysSo)
{
    person_story story("2026-11-20T03:14:08Z");
    story.rules.company_time_zone = "America/New_York";
    const auto made = story.feed(hire().zone("Mars/Olympus"));
    EXPECT_EQ(made.effective.zone, "America/New_York");
    EXPECT_THAT(made.warning, HasSubstr("America/New_York"));
    EXPECT_THAT(story.armed(), ElementsAre("pre_hire@2026-11-30T05:00:00Z"));
}

TEST(Decide, ATimerOfADecidedEventChangesNothing)
{
    person_story story("2026-11-20T03:14:08Z");
    story.feed(hire());
    story.find({"workday", "h1"}).decision = "cancelled";
    story.until("2026-12-01T00:00:00Z");
    EXPECT_EQ(story.decision_of("h1"), "cancelled");
    EXPECT_THAT(story.started(), IsEmpty());
}

// ---- guard --------------------------------------------------------------------------------------

struct guard_case
{
    const char* what;
    int leavers;
    std::optional<int> population;
    bool hold_open, urgent;
    decision_kind expected;
};
void PrintTo(const guard_case& one, std::ostream* out) { *out << one.what; }
class Guard : public testing::TestWithParam<guard_case>
{};

TEST_P(Guard, HoldsOnlyWhatIsTooMuch)
{
    const auto& row = GetParam();
    person_story story("2027-01-01T00:00:00Z");
    story.has_account();
    story.guard = {row.leavers, row.population, row.hold_open, false};
    auto event = termination();
    if (row.urgent)
        event.urgent();
    EXPECT_EQ(story.feed(event).kind, row.expected) << row.what;
    EXPECT_EQ(story.holds.size(), row.expected == decision_kind::held ? 1U : 0U);
    EXPECT_EQ(story.alarms.size(), row.expected == decision_kind::held && !row.hold_open ? 1U : 0U);
}

INSTANTIATE_TEST_SUITE_P(
    Cases, Guard,
    testing::Values(guard_case{"the tenth acts", 9, {}, false, false, decision_kind::acted},
                    guard_case{"the eleventh is held", 10, {}, false, false, decision_kind::held},
                    guard_case{"all after it too", 0, {}, true, false, decision_kind::held},
                    guard_case{"urgent never", 99, {}, true, true, decision_kind::acted},
                    guard_case{"a small organisation counts people", 10, 499, false, false, decision_kind::held},
                    guard_case{"two percent of 2000", 39, 2000, false, false, decision_kind::acted},
                    guard_case{"beyond two percent", 40, 2000, false, false, decision_kind::held},
                    guard_case{"ten stay allowed at 500", 10, 500, false, false, decision_kind::held}));

TEST(Decide, WhatWasHeldActsWhenReleased)
{
    person_story story("2027-01-01T00:00:00Z");
    story.has_account();
    story.guard.hold_open = true;
    story.feed(termination());
    EXPECT_EQ(story.release("t1").kind, decision_kind::acted);
    EXPECT_THAT(story.started(), ElementsAre("leaver"));
}

TEST(Decide, WhatWasRescindedWhileHeldIsNotReleased)
{
    person_story story("2027-01-01T00:00:00Z");
    story.has_account();
    story.guard.hold_open = true;
    story.feed(termination());
    story.feed(an_event("worker.termination_rescinded", "r").rescinds("p6"));
    EXPECT_EQ(story.decision_of("t1"), "superseded");
    EXPECT_EQ(story.release("t1").kind, decision_kind::superseded);
    EXPECT_THAT(story.started(), IsEmpty());
}

} // namespace
} // namespace jmld::workflows
