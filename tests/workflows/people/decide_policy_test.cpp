// What the policy's lists and limits do to decisions: deletion after retention, legal hold, no rehire, a person's word
// against an end, and moves that take groups from too many.
#include "tests/support/person_story.hpp"

#include <gmock/gmock.h>

namespace jmld::workflows {
namespace {

using test::an_event;
using test::person_story;
using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;

constexpr const char* closed_at = "2027-01-01T00:00:00Z";

an_event termination()
{
    return an_event("worker.terminated", "t1")
        .entered("2026-12-20T00:00:00Z")
        .process("p6")
        .ends("2026-12-31")
        .zone("UTC");
}

/// Closed on the first of January, kept for 90 days; the timer stands as the daemon arms it at the leaver's end.
class KeptAccount : public testing::Test
{
protected:
    KeptAccount()
    {
        story.workflows_in_force.push_back(
            test::a_workflow(std::string(workflow_of_retention), engine::direction::revoke, {}, {}));
        story.rules.delete_after = std::chrono::hours(90 * 24);
        story.has_account();
        story.feed(termination());
        story.until(closed_at);
        story.finish_runs();
        story.state.record.status = "DEPROVISIONED";
        story.state.timers.push_back({{"tmr_del"},
                                      std::string(timer_kind_delete),
                                      test::at("2027-04-01T00:00:00Z"),
                                      {"workday", "t1"},
                                      {},
                                      "armed"});
    }
    person_story story{"2026-12-20T00:00:01Z"};
};

TEST_F(KeptAccount, IsDeletedWhenItsTimeIsOver)
{
    story.until("2027-03-31T23:59:59Z");
    EXPECT_THAT(story.started(), ElementsAre("leaver"));
    story.until("2027-04-01T00:00:00Z");
    EXPECT_THAT(story.started(), ElementsAre("leaver", "retention"));
    EXPECT_EQ(story.decision_of("t1"), "acted");
}

TEST_F(KeptAccount, StaysWhenThePersonCameBack)
{
    story.until("2027-02-01T00:00:00Z");
    story.feed(an_event("worker.rehired", "h2").entered("2027-02-01T00:00:00Z").process("p9").starts("2027-02-01"));
    EXPECT_THAT(story.armed(), IsEmpty());
    story.until("2027-05-01T00:00:00Z");
    EXPECT_THAT(story.started(), ElementsAre("leaver", "joiner"));
}

TEST_F(KeptAccount, UnderALegalHoldIsAskedAboutAgainLater)
{
    story.rules.legal_hold = {"100482"};
    story.until("2027-04-01T00:00:00Z");
    EXPECT_THAT(story.started(), ElementsAre("leaver"));
    EXPECT_THAT(story.armed(), ElementsAre("delete@2027-06-30T00:00:00Z"));
    story.rules.legal_hold.clear();
    story.until("2027-06-30T00:00:00Z");
    EXPECT_THAT(story.started(), ElementsAre("leaver", "retention"));
}

TEST_F(KeptAccount, StaysWhenThePolicyNoLongerDeletes)
{
    story.rules.delete_after.reset();
    story.until("2027-05-01T00:00:00Z");
    EXPECT_THAT(story.started(), ElementsAre("leaver"));
}

TEST(PolicyLists, AHireOfSomebodyWhoIsNotForRehireWaitsForAPerson)
{
    person_story story("2027-01-01T00:00:00Z");
    story.rules.not_for_rehire = {"U-1"};
    const auto made = story.feed(an_event("worker.rehired", "h").starts("2027-01-01"));
    EXPECT_EQ(made.kind, decision_kind::parked);
    EXPECT_THAT(made.reason, HasSubstr("rehire"));
    EXPECT_THAT(story.started(), IsEmpty());
}

TEST(PolicyLists, APersonsWordPutsAnEndOffUntilItExpires)
{
    person_story story("2027-01-02T00:00:00Z");
    story.has_account();
    story.rules.overrides = {{"100482", test::at("2027-01-05T12:00:00Z"), "Ada", "HR entered the wrong worker"}};
    const auto made = story.feed(termination());
    EXPECT_EQ(made.kind, decision_kind::scheduled);
    EXPECT_THAT(made.reason, HasSubstr("Ada said: HR entered the wrong worker"));
    EXPECT_THAT(story.armed(), ElementsAre("end@2027-01-05T12:00:00Z"));
    story.until("2027-01-05T12:00:00Z");
    EXPECT_THAT(story.started(), ElementsAre("leaver"));
}

TEST(PolicyLists, NoWordPutsAnUrgentEndOff)
{
    person_story story("2027-01-02T00:00:00Z");
    story.has_account();
    story.rules.overrides = {{"100482", test::at("2027-01-05T12:00:00Z"), "Ada", "no"}};
    EXPECT_EQ(story.feed(termination().urgent()).kind, decision_kind::acted);
}

struct move_case
{
    const char* what;
    const char* to;
    int movers;
    bool hold_open;
    decision_kind expected;
};
void PrintTo(const move_case& one, std::ostream* out) { *out << one.what; }
class GuardOfMoves : public testing::TestWithParam<move_case>
{};

TEST_P(GuardOfMoves, HoldsWhatTakesGroupsFromTooMany)
{
    const auto& row = GetParam();
    person_story story("2027-01-02T00:00:00Z");
    story.has_account();
    story.state.record.believed.id = "100482";
    story.state.record.believed.kind = "employee";
    story.state.record.believed.department = "Engineering";
    story.rules.guard.max_group_removals = 3;
    story.guard.movers_in_window = row.movers;
    story.guard.hold_open = row.hold_open;
    const auto made =
        story.feed(an_event("worker.changed", "m").effective("2027-01-01").zone("UTC").department(row.to));
    EXPECT_EQ(made.kind, row.expected) << made.reason;
    if (row.expected == decision_kind::held) {
        EXPECT_EQ(story.holds.at(0).guard, guard_of_movers);
        EXPECT_EQ(story.alarms.size(), row.hold_open ? 0U : 1U);
    }
}

INSTANTIATE_TEST_SUITE_P(Policy, GuardOfMoves,
                         testing::Values(move_case{"the third acts", "Sales", 2, false, decision_kind::acted},
                                         move_case{"the fourth is held", "Sales", 3, false, decision_kind::held},
                                         move_case{"all after it too", "Sales", 0, true, decision_kind::held},
                                         move_case{"one that takes nothing acts", "Engineering", 9, false,
                                                   decision_kind::acted}));

} // namespace
} // namespace jmld::workflows
