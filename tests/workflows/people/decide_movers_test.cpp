// Changes that meet: late, queued, on the same day, before the first day; leave, leavers, rehires.
#include "tests/workflows/people/sample_people.hpp"

#include <gmock/gmock.h>

namespace jmld::workflows {
namespace {

using namespace test;
using testing::ElementsAre;
using testing::IsEmpty;

// ---- movers -------------------------------------------------------------------------------------

TEST(DecideMovers, AnOlderChangeThatComesLateIsSuperseded)
{
    person_story story("2026-11-23T10:00:00Z");
    story.has_account();
    EXPECT_EQ(story.feed(move("new", "2026-11-23T09:00:00Z", "Marketing")).kind, decision_kind::acted);
    EXPECT_EQ(story.feed(move("old", "2026-11-23T08:00:00Z", "Engineering")).kind, decision_kind::superseded);
    EXPECT_EQ(story.by("old"), "new");
    EXPECT_EQ(story.state.record.believed.department, "Marketing");
}

TEST(DecideMovers, QueuedMoversCoalesceToTheLastEntered)
{
    person_story story("2026-11-23T10:00:00Z");
    story.has_account();
    story.feed(move("a", "2026-11-23T08:00:00Z", "Engineering"));
    story.feed(move("b", "2026-11-23T08:30:00Z", "Sales").title("Lead"));
    story.feed(move("c", "2026-11-23T09:00:00Z", "Marketing"));
    EXPECT_EQ(story.decision_of("a"), "acted");
    EXPECT_EQ(story.decision_of("b"), "coalesced");
    EXPECT_EQ(story.by("b"), "c");
    EXPECT_EQ(story.state.record.believed.department, "Marketing");
    // What only the earlier one said is not lost.
    EXPECT_EQ(story.state.record.believed.title, "Lead");
}

TEST(DecideMovers, TwoFutureChangesOfTheSameDayHaveOneRun)
{
    person_story story("2026-11-20T00:00:00Z");
    story.has_account();
    story.feed(move("a", "2026-11-20T00:00:00Z", "Engineering"));
    story.feed(move("b", "2026-11-20T01:00:00Z", "Marketing"));
    EXPECT_EQ(story.decision_of("a"), "coalesced");
    story.until("2026-11-24T00:00:00Z");
    EXPECT_THAT(story.started(), ElementsAre("mover"));
}

TEST(DecideMovers, AFutureChangeStandsBesideOneThatActsBefore)
{
    person_story story("2026-11-23T00:00:00Z");
    story.has_account();
    story.feed(move("later", "2026-11-22T00:00:00Z", "Marketing").effective("2026-12-01"));
    EXPECT_EQ(story.feed(move("now", "2026-11-22T12:00:00Z", "Engineering").effective("2026-11-22")).kind,
              decision_kind::acted);
    EXPECT_EQ(story.state.record.believed.department, "Engineering");
    story.finish_runs();
    story.until("2026-12-02T00:00:00Z");
    EXPECT_EQ(story.decision_of("later"), "acted");
    EXPECT_EQ(story.state.record.believed.department, "Marketing");
}

TEST(DecideMovers, ARenamingChangesNamesOnly)
{
    person_story story("2026-11-23T10:00:00Z");
    story.has_account();
    story.feed(move("a", "2026-11-23T08:00:00Z", "Engineering"));
    story.finish_runs();
    story.feed(dana("worker.renamed", "n")
                   .entered("2026-11-23T09:00:00Z")
                   .process("pn")
                   .effective("2026-11-23")
                   .department("Sales")
                   .family_name("Keller"));
    EXPECT_EQ(story.state.record.believed.family_name, "Keller");
    EXPECT_EQ(story.state.record.believed.department, "Engineering");
}

// A change of that day repeats the name, but was entered before the last word about names: it takes the day's own word
// about them for nobody.
TEST(DecideMovers, TheNameOfALaterDayStandsThoughAnEarlierDaysWasEnteredAfterIt)
{
    person_story story("2026-11-20T00:00:00Z");
    story.has_account();
    const auto renamed = [](const char* id, const char* entered, const char* day, const char* name) {
        return dana("worker.renamed", id).entered(entered).process(id).effective(day).family_name(name);
    };
    story.feed(renamed("far", "2026-11-20T01:00:00Z", "2026-11-25", "Keller"));
    story.feed(move("move", "2026-11-20T02:00:00Z", "Sales").effective("2026-11-25").family_name("Keller"));
    story.feed(renamed("near", "2026-11-20T03:00:00Z", "2026-11-24", "Moser"));
    story.until("2026-11-24T12:00:00Z");
    story.finish_runs();
    EXPECT_EQ(story.state.record.believed.family_name, "Moser");
    story.until("2026-11-26T00:00:00Z");
    story.finish_runs();
    EXPECT_EQ(story.state.record.believed.family_name, "Keller");
    EXPECT_EQ(story.state.record.believed.department, "Sales");
}

TEST(DecideMovers, AChangeBeforeTheFirstDayIsPartOfTheHire)
{
    person_story story("2026-11-20T03:14:08Z");
    story.feed(e01());
    EXPECT_EQ(story
                  .feed(an_event("worker.changed", "c")
                            .entered("2026-11-21T00:00:00Z")
                            .process("pc")
                            .effective("2026-12-07")
                            .department("Sales"))
                  .kind,
              decision_kind::coalesced);
    EXPECT_EQ(story.by("c"), "01");
    story.until("2026-11-30T00:00:00Z");
    EXPECT_THAT(story.started(), ElementsAre("joiner"));
    EXPECT_EQ(story.state.record.believed.department, "Sales");
}

TEST(DecideMovers, AChangeThatOvertookItsHireIsLookedAtAgain)
{
    person_story story("2026-12-10T00:00:00Z");
    story.feed(an_event("worker.changed", "c")
                   .entered("2026-12-09T00:00:00Z")
                   .process("pc")
                   .effective("2026-12-09")
                   .department("Sales"));
    EXPECT_EQ(story.decision_of("c"), "parked");
    EXPECT_EQ(story.feed(e01()).kind, decision_kind::acted);
    EXPECT_EQ(story.decision_of("c"), "acted");
    EXPECT_THAT(story.started(), ElementsAre("joiner", "mover"));
}

// ---- leave, leavers, rehire ---------------------------------------------------------------------

TEST(DecideMovers, AReturnThatComesAfterTheLeaverStaysClosed)
{
    person_story story("2026-12-01T00:00:00Z");
    story.has_account();
    EXPECT_EQ(story
                  .feed(dana("worker.leave_started", "10")
                            .entered("2026-11-23T01:00:00Z")
                            .process("p10")
                            .effective("2026-11-24"))
                  .kind,
              decision_kind::parked);
    story.feed(dana("worker.terminated", "t").entered("2026-12-01T00:00:00Z").process("pt").ends("2026-11-30"));
    story.finish_runs();
    EXPECT_EQ(
        story
            .feed(
                dana("worker.leave_ended", "11").entered("2026-11-30T00:00:00Z").process("p11").effective("2026-12-02"))
            .kind,
        decision_kind::superseded);
    EXPECT_THAT(story.started(), ElementsAre("leaver"));
}

TEST(DecideMovers, ALeaverTakesPendingChangesAlong)
{
    person_story story("2026-11-20T00:00:00Z");
    story.has_account();
    story.feed(move("a", "2026-11-20T00:00:00Z", "Engineering").effective("2027-01-01"));
    story.feed(dana("worker.terminated", "t").entered("2026-11-21T00:00:00Z").process("pt").ends("2026-11-19"));
    EXPECT_EQ(story.decision_of("a"), "superseded");
    EXPECT_THAT(story.armed(), IsEmpty());
    story.finish_runs();
    EXPECT_EQ(story.feed(move("b", "2026-11-22T00:00:00Z", "Sales")).kind, decision_kind::superseded);
}

TEST(DecideMovers, WhoWasClosedIsNotClosedAgain)
{
    person_story story("2026-12-01T00:00:00Z");
    story.has_account();
    story.feed(dana("worker.terminated", "t").entered("2026-12-01T00:00:00Z").process("pt").ends("2026-11-30"));
    story.finish_runs();
    EXPECT_EQ(
        story.feed(dana("worker.terminated", "t2").entered("2026-12-02T00:00:00Z").process("pt2").ends("2026-11-30"))
            .kind,
        decision_kind::superseded);
}

TEST(DecideMovers, ALeaverThatFailedIsTriedAgainByTheNextEvent)
{
    person_story story("2026-12-01T00:00:00Z");
    story.has_account();
    story.feed(dana("worker.terminated", "t").entered("2026-12-01T00:00:00Z").process("pt").ends("2026-11-30"));
    story.finish_runs("terminated");
    EXPECT_EQ(
        story.feed(dana("worker.terminated", "t2").entered("2026-12-02T00:00:00Z").process("pt2").ends("2026-11-30"))
            .kind,
        decision_kind::acted);
}

TEST(DecideMovers, ARehireAfterTheLeaverActsAndEndsAgain)
{
    person_story story("2026-12-01T00:00:00Z");
    story.has_account();
    story.feed(dana("worker.terminated", "t").entered("2026-12-01T00:00:00Z").process("pt").ends("2026-11-30"));
    story.finish_runs();
    story.until("2027-02-01T00:00:00Z");
    EXPECT_EQ(
        story.feed(dana("worker.rehired", "r").entered("2027-02-01T00:00:00Z").process("pr").starts("2027-02-03")).kind,
        decision_kind::acted);
    story.finish_runs();
    EXPECT_EQ(story
                  .feed(dana("worker.terminated", "t2")
                            .entered("2027-03-01T00:00:00Z")
                            .process("pt2")
                            .ends("2027-03-01")
                            .urgent())
                  .kind,
              decision_kind::acted);
    EXPECT_THAT(story.started(), ElementsAre("leaver", "joiner", "leaver"));
}

TEST(DecideMovers, ARehireWithItsOwnContractEndLeavesTheFirstEndAlone)
{
    person_story story("2026-11-25T14:05:01Z");
    story.has_account();
    story.feed(e06());
    EXPECT_EQ(story
                  .feed(dana("worker.rehired", "r")
                            .entered("2026-12-01T00:00:00Z")
                            .process("pr")
                            .starts("2027-02-01")
                            .ends("2027-06-30"))
                  .kind,
              decision_kind::scheduled);
    EXPECT_EQ(story.decision_of("06"), "scheduled");
    story.until("2026-12-19T00:00:00Z");
    EXPECT_EQ(story.decision_of("06"), "acted");
    story.finish_runs();
    story.until("2027-01-26T00:00:00Z");
    EXPECT_THAT(story.started(), ElementsAre("leaver", "joiner"));
}

TEST(DecideMovers, AConversionOfSomebodyAlreadyClosedIsARehire)
{
    person_story story("2026-11-23T07:02:42Z");
    story.feed(e02());
    story.finish_runs();
    story.feed(e15());
    story.until("2027-01-05T00:00:00Z");
    story.finish_runs();
    EXPECT_EQ(story.feed(e14()).kind, decision_kind::acted);
    EXPECT_THAT(story.started(), ElementsAre("joiner", "leaver", "joiner"));
}

} // namespace
} // namespace jmld::workflows
