// The orders of events worth playing: what the same story ends with, whichever of its events comes first.
#include "tests/support/person_story.hpp"

#include <gmock/gmock.h>

namespace jmld::workflows {
namespace {

using test::an_event;
using test::person_story;
using testing::ElementsAre;
using testing::IsEmpty;

// The people of the sample events, in our words.
an_event e01() { return an_event("worker.hired", "01").entered("2026-11-20T03:14:07Z").process("p1").starts("2026-12-07"); }
an_event e13()
{
    return an_event("worker.hired", "13").entered("2026-11-27T05:45:30Z").corrects("p1").starts("2026-12-14");
}
an_event e09()
{
    return an_event("worker.hire_rescinded", "09").entered("2026-12-03T00:20:00Z").rescinds("p1").effective("2026-12-07");
}
an_event e16() { return an_event("worker.no_show", "16").entered("2026-12-08T22:10:00Z").rescinds("p1").effective("2026-12-07"); }

an_event dana(const char* type, const char* id)
{
    return an_event(type, id).worker_id("100231").department("Sales").zone("Europe/Berlin");
}
an_event e06()
{
    return dana("worker.terminated", "06").entered("2026-11-25T14:05:00Z").process("p6").ends("2026-12-31").last_day("2026-12-18");
}
an_event e08()
{
    return dana("worker.termination_rescinded", "08").entered("2026-12-02T11:00:00Z").rescinds("p6").effective("2026-12-31");
}

an_event contractor(const char* type, const char* id)
{
    return an_event(type, id).worker_id("C-2077").kind("contingent_worker").department("Marketing").zone("Europe/Warsaw");
}
an_event e02()
{
    return contractor("worker.hired", "02").entered("2026-11-23T07:02:41Z").process("p2").starts("2026-11-23").ends("2027-03-31");
}
an_event e14()
{
    return an_event("worker.converted", "14").entered("2026-12-15T09:30:00Z").process("p14").starts("2027-01-04").worker_id("100513")
        .department("Marketing").zone("Europe/Warsaw");
}
an_event e15()
{
    return contractor("worker.contract_ended", "15").entered("2026-12-15T09:31:12Z").process("p15").effective("2027-01-03")
        .ends("2027-01-03").last_day("2027-01-03");
}

// ---- 01, 13, 09 --------------------------------------------------------------------------------------------------------------

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

// ---- 06, 08 --------------------------------------------------------------------------------------------------------------------

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
    EXPECT_EQ(story.feed(dana("worker.terminated", "07").entered("2026-11-26T08:00:00Z").process("p7").ends("2026-11-26").urgent()).kind,
              decision_kind::acted);
    EXPECT_EQ(story.decision_of("06"), "superseded");
    EXPECT_THAT(story.armed(), IsEmpty());
    EXPECT_THAT(story.started(), ElementsAre("leaver"));
}

// ---- 02, 14, 15 ----------------------------------------------------------------------------------------------------------------

TEST(DecideOrders, AContractEndsByItself)
{
    person_story story("2026-11-23T07:02:42Z");
    story.feed(e02());
    EXPECT_EQ(story.decision_of("02:contract_end"), "scheduled");
    EXPECT_THAT(story.armed(), ElementsAre("end@2027-03-31T22:00:00Z"));
    story.finish_runs();
    story.until("2027-03-31T22:00:00Z");
    EXPECT_THAT(story.started(), ElementsAre("joiner", "leaver"));
    EXPECT_EQ(story.decision_of("02:contract_end"), "acted");
}

TEST(DecideOrders, AConversionKeepsTheAccountWhenTheContractEndsAfterIt)
{
    person_story story("2026-11-23T07:02:42Z");
    story.feed(e02());
    story.finish_runs();
    story.until("2026-12-15T09:30:01Z");
    EXPECT_EQ(story.feed(e14()).kind, decision_kind::scheduled);
    EXPECT_EQ(story.feed(e15()).kind, decision_kind::superseded);
    EXPECT_EQ(story.by("15"), "14");
    EXPECT_EQ(story.decision_of("02:contract_end"), "superseded");
    EXPECT_THAT(story.armed(), ElementsAre("start@2027-01-03T23:00:00Z"));
    story.until("2027-06-01T00:00:00Z");
    EXPECT_THAT(story.started(), ElementsAre("joiner", "mover"));
    EXPECT_EQ(story.state.record.believed.kind, "employee");
}

TEST(DecideOrders, AConversionKeepsTheAccountWhenTheContractEndedBeforeIt)
{
    person_story story("2026-11-23T07:02:42Z");
    story.feed(e02());
    story.finish_runs();
    story.until("2026-12-15T09:30:01Z");
    EXPECT_EQ(story.feed(e15()).kind, decision_kind::scheduled);
    EXPECT_EQ(story.decision_of("02:contract_end"), "superseded");
    EXPECT_THAT(story.armed(), ElementsAre("end@2027-01-03T23:00:00Z"));
    EXPECT_EQ(story.feed(e14()).kind, decision_kind::scheduled);
    EXPECT_EQ(story.decision_of("15"), "superseded");
    EXPECT_EQ(story.by("15"), "14");
    story.until("2027-06-01T00:00:00Z");
    EXPECT_THAT(story.started(), ElementsAre("joiner", "mover"));
}

TEST(DecideOrders, AContractEndThatArrivesAfterTheConversionActedIsNothing)
{
    person_story story("2026-11-23T07:02:42Z");
    story.feed(e02());
    story.finish_runs();
    story.feed(e14());
    story.until("2027-01-10T00:00:00Z");
    story.finish_runs();
    EXPECT_EQ(story.feed(e15()).kind, decision_kind::superseded);
    EXPECT_THAT(story.started(), ElementsAre("joiner", "mover"));
}

TEST(DecideOrders, ARescindedConversionBringsTheContractsEndBack)
{
    person_story story("2026-11-23T07:02:42Z");
    story.feed(e02());
    story.finish_runs();
    story.until("2026-12-15T09:30:01Z");
    story.feed(e14());
    story.feed(e15());
    EXPECT_EQ(story.feed(an_event("worker.hire_rescinded", "r14").entered("2026-12-16T00:00:00Z").rescinds("p14").worker_id("100513")).kind,
              decision_kind::acted);
    EXPECT_EQ(story.decision_of("15"), "scheduled");
    EXPECT_THAT(story.started(), ElementsAre("joiner"));
    story.until("2027-01-03T23:00:00Z");
    EXPECT_THAT(story.started(), ElementsAre("joiner", "leaver"));
}

TEST(DecideOrders, AProlongedContractHasOneEnd)
{
    person_story story("2026-11-23T07:02:42Z");
    story.feed(e02());
    story.finish_runs();
    story.until("2027-01-10T00:00:00Z");
    story.feed(contractor("worker.changed", "c").entered("2027-01-10T00:00:00Z").process("pc").effective("2027-01-10").ends("2027-06-30"));
    EXPECT_EQ(story.decision_of("02:contract_end"), "superseded");
    EXPECT_THAT(story.armed(), ElementsAre("end@2027-06-30T22:00:00Z"));
}

TEST(DecideOrders, AnEndOfOneOfTwoEmploymentsClosesNothing)
{
    person_story story("2026-11-25T00:00:00Z");
    story.feed(an_event("worker.hired", "a").entered("2026-11-24T00:00:00Z").process("pa").starts("2026-11-24").worker_id("A"));
    story.finish_runs();
    story.feed(an_event("worker.hired", "b").entered("2026-11-25T00:00:00Z").process("pb").starts("2026-11-25").worker_id("B"));
    story.finish_runs();
    EXPECT_EQ(story.feed(an_event("worker.terminated", "ta").entered("2026-11-26T00:00:00Z").process("pta").worker_id("A").ends("2026-11-26")).kind,
              decision_kind::superseded);
    EXPECT_EQ(story.feed(an_event("worker.terminated", "tb").entered("2026-11-27T00:00:00Z").process("ptb").worker_id("B").ends("2026-12-31")).kind,
              decision_kind::scheduled);
    story.until("2027-01-02T00:00:00Z");
    EXPECT_THAT(story.started(), ElementsAre("joiner", "joiner", "leaver"));
}

TEST(DecideOrders, TheLastOfTwoEmploymentsToEndClosesTheAccountInEitherOrder)
{
    person_story story("2026-11-25T00:00:00Z");
    story.feed(an_event("worker.hired", "a").entered("2026-11-24T00:00:00Z").process("pa").starts("2026-11-24").worker_id("A"));
    story.finish_runs();
    story.feed(an_event("worker.hired", "b").entered("2026-11-25T00:00:00Z").process("pb").starts("2026-11-25").worker_id("B"));
    story.finish_runs();
    story.feed(an_event("worker.terminated", "ta").entered("2026-11-26T00:00:00Z").process("pta").worker_id("A").ends("2026-12-31"));
    EXPECT_EQ(story.decision_of("ta"), "superseded");
    EXPECT_EQ(story.feed(an_event("worker.terminated", "tb").entered("2026-11-27T00:00:00Z").process("ptb").worker_id("B").ends("2026-12-15")).kind,
              decision_kind::superseded);
    EXPECT_EQ(story.decision_of("ta"), "scheduled");
    story.until("2027-01-02T00:00:00Z");
    EXPECT_THAT(story.started(), ElementsAre("joiner", "joiner", "leaver"));
}

// ---- 01 then a for-cause exit within seconds --------------------------------------------------------------------------------------

TEST(DecideOrders, ALeaverPreEmptsARunningJoiner)
{
    person_story story("2026-12-08T00:00:00Z");
    story.feed(e01());
    const auto joiner = story.state.runs.at(0).id;
    const auto made = story.feed(an_event("worker.terminated", "t").entered("2026-12-08T00:00:00Z").process("pt").ends("2026-12-08").urgent());
    EXPECT_EQ(made.kind, decision_kind::acted);
    EXPECT_THAT(made.consequences, testing::Contains(testing::VariantWith<preempt_run>(testing::Field(&preempt_run::run, joiner))));
    EXPECT_THAT(story.started(), ElementsAre("joiner", "leaver"));
    EXPECT_EQ(story.run_state("joiner"), "superseded");
}

TEST(DecideOrders, ATerminationBeforeTheFirstDayCallsTheHireOff)
{
    person_story story("2026-11-20T03:14:08Z");
    story.feed(e01());
    EXPECT_EQ(story.feed(an_event("worker.terminated", "t").entered("2026-11-20T03:14:09Z").process("pt").ends("2026-11-20")).kind,
              decision_kind::acted);
    EXPECT_EQ(story.decision_of("01"), "superseded");
    EXPECT_THAT(story.started(), IsEmpty());
    EXPECT_THAT(story.armed(), IsEmpty());
}

TEST(DecideOrders, ATerminationThatOvertookItsHireStopsIt)
{
    person_story story("2026-12-08T00:00:00Z");
    EXPECT_EQ(story.feed(an_event("worker.terminated", "t").entered("2026-12-07T23:00:00Z").process("pt").ends("2026-12-07")).kind,
              decision_kind::parked);
    EXPECT_EQ(story.feed(e01()).kind, decision_kind::superseded);
    EXPECT_EQ(story.decision_of("t"), "acted");
    EXPECT_THAT(story.started(), IsEmpty());
}

TEST(DecideOrders, AFutureTerminationThatOvertookItsHireIsScheduledWithIt)
{
    person_story story("2026-11-20T03:14:08Z");
    story.feed(an_event("worker.terminated", "t").entered("2026-11-20T03:15:00Z").process("pt").ends("2027-02-01"));
    EXPECT_EQ(story.feed(e01()).kind, decision_kind::scheduled);
    EXPECT_EQ(story.decision_of("t"), "scheduled");
    EXPECT_EQ(story.armed().size(), 2U);
}

// ---- movers --------------------------------------------------------------------------------------------------------------------

an_event move(const char* id, std::string_view entered, const char* department)
{
    return dana("worker.changed", id).entered(entered).process(std::string("p") + id).effective("2026-11-23").department(department);
}

TEST(DecideOrders, AnOlderChangeThatComesLateIsSuperseded)
{
    person_story story("2026-11-23T10:00:00Z");
    story.has_account();
    EXPECT_EQ(story.feed(move("new", "2026-11-23T09:00:00Z", "Marketing")).kind, decision_kind::acted);
    EXPECT_EQ(story.feed(move("old", "2026-11-23T08:00:00Z", "Engineering")).kind, decision_kind::superseded);
    EXPECT_EQ(story.by("old"), "new");
    EXPECT_EQ(story.state.record.believed.department, "Marketing");
}

TEST(DecideOrders, QueuedMoversCoalesceToTheLastEntered)
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

TEST(DecideOrders, TwoFutureChangesOfTheSameDayHaveOneRun)
{
    person_story story("2026-11-20T00:00:00Z");
    story.has_account();
    story.feed(move("a", "2026-11-20T00:00:00Z", "Engineering"));
    story.feed(move("b", "2026-11-20T01:00:00Z", "Marketing"));
    EXPECT_EQ(story.decision_of("a"), "coalesced");
    story.until("2026-11-24T00:00:00Z");
    EXPECT_THAT(story.started(), ElementsAre("mover"));
}

TEST(DecideOrders, AFutureChangeStandsBesideOneThatActsBefore)
{
    person_story story("2026-11-23T00:00:00Z");
    story.has_account();
    story.feed(move("later", "2026-11-22T00:00:00Z", "Marketing").effective("2026-12-01"));
    EXPECT_EQ(story.feed(move("now", "2026-11-22T12:00:00Z", "Engineering").effective("2026-11-22")).kind, decision_kind::acted);
    EXPECT_EQ(story.state.record.believed.department, "Engineering");
    story.finish_runs();
    story.until("2026-12-02T00:00:00Z");
    EXPECT_EQ(story.decision_of("later"), "acted");
    EXPECT_EQ(story.state.record.believed.department, "Marketing");
}

TEST(DecideOrders, ARenamingChangesNamesOnly)
{
    person_story story("2026-11-23T10:00:00Z");
    story.has_account();
    story.feed(move("a", "2026-11-23T08:00:00Z", "Engineering"));
    story.finish_runs();
    story.feed(dana("worker.renamed", "n").entered("2026-11-23T09:00:00Z").process("pn").effective("2026-11-23").department("Sales").family_name("Keller"));
    EXPECT_EQ(story.state.record.believed.family_name, "Keller");
    EXPECT_EQ(story.state.record.believed.department, "Engineering");
}

TEST(DecideOrders, AChangeBeforeTheFirstDayIsPartOfTheHire)
{
    person_story story("2026-11-20T03:14:08Z");
    story.feed(e01());
    EXPECT_EQ(story.feed(an_event("worker.changed", "c").entered("2026-11-21T00:00:00Z").process("pc").effective("2026-12-07").department("Sales")).kind,
              decision_kind::coalesced);
    EXPECT_EQ(story.by("c"), "01");
    story.until("2026-11-30T00:00:00Z");
    EXPECT_THAT(story.started(), ElementsAre("joiner"));
    EXPECT_EQ(story.state.record.believed.department, "Sales");
}

TEST(DecideOrders, AChangeThatOvertookItsHireIsLookedAtAgain)
{
    person_story story("2026-12-10T00:00:00Z");
    story.feed(an_event("worker.changed", "c").entered("2026-12-09T00:00:00Z").process("pc").effective("2026-12-09").department("Sales"));
    EXPECT_EQ(story.decision_of("c"), "parked");
    EXPECT_EQ(story.feed(e01()).kind, decision_kind::acted);
    EXPECT_EQ(story.decision_of("c"), "acted");
    EXPECT_THAT(story.started(), ElementsAre("joiner", "mover"));
}

// ---- leave, leavers, rehire ------------------------------------------------------------------------------------------------------

TEST(DecideOrders, AReturnThatComesAfterTheLeaverStaysClosed)
{
    person_story story("2026-12-01T00:00:00Z");
    story.has_account();
    EXPECT_EQ(story.feed(dana("worker.leave_started", "10").entered("2026-11-23T01:00:00Z").process("p10").effective("2026-11-24")).kind,
              decision_kind::parked);
    story.feed(dana("worker.terminated", "t").entered("2026-12-01T00:00:00Z").process("pt").ends("2026-11-30"));
    story.finish_runs();
    EXPECT_EQ(story.feed(dana("worker.leave_ended", "11").entered("2026-11-30T00:00:00Z").process("p11").effective("2026-12-02")).kind,
              decision_kind::superseded);
    EXPECT_THAT(story.started(), ElementsAre("leaver"));
}

TEST(DecideOrders, ALeaverTakesPendingChangesAlong)
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

TEST(DecideOrders, WhoWasClosedIsNotClosedAgain)
{
    person_story story("2026-12-01T00:00:00Z");
    story.has_account();
    story.feed(dana("worker.terminated", "t").entered("2026-12-01T00:00:00Z").process("pt").ends("2026-11-30"));
    story.finish_runs();
    EXPECT_EQ(story.feed(dana("worker.terminated", "t2").entered("2026-12-02T00:00:00Z").process("pt2").ends("2026-11-30")).kind,
              decision_kind::superseded);
}

TEST(DecideOrders, ALeaverThatFailedIsTriedAgainByTheNextEvent)
{
    person_story story("2026-12-01T00:00:00Z");
    story.has_account();
    story.feed(dana("worker.terminated", "t").entered("2026-12-01T00:00:00Z").process("pt").ends("2026-11-30"));
    story.finish_runs("terminated");
    EXPECT_EQ(story.feed(dana("worker.terminated", "t2").entered("2026-12-02T00:00:00Z").process("pt2").ends("2026-11-30")).kind,
              decision_kind::acted);
}

TEST(DecideOrders, ARehireAfterTheLeaverActsAndEndsAgain)
{
    person_story story("2026-12-01T00:00:00Z");
    story.has_account();
    story.feed(dana("worker.terminated", "t").entered("2026-12-01T00:00:00Z").process("pt").ends("2026-11-30"));
    story.finish_runs();
    story.until("2027-02-01T00:00:00Z");
    EXPECT_EQ(story.feed(dana("worker.rehired", "r").entered("2027-02-01T00:00:00Z").process("pr").starts("2027-02-03")).kind,
              decision_kind::acted);
    story.finish_runs();
    EXPECT_EQ(story.feed(dana("worker.terminated", "t2").entered("2027-03-01T00:00:00Z").process("pt2").ends("2027-03-01").urgent()).kind,
              decision_kind::acted);
    EXPECT_THAT(story.started(), ElementsAre("leaver", "joiner", "leaver"));
}

TEST(DecideOrders, ARehireWithItsOwnContractEndLeavesTheFirstEndAlone)
{
    person_story story("2026-11-25T14:05:01Z");
    story.has_account();
    story.feed(e06());
    EXPECT_EQ(story.feed(dana("worker.rehired", "r").entered("2026-12-01T00:00:00Z").process("pr").starts("2027-02-01").ends("2027-06-30")).kind,
              decision_kind::scheduled);
    EXPECT_EQ(story.decision_of("06"), "scheduled");
    story.until("2026-12-19T00:00:00Z");
    EXPECT_EQ(story.decision_of("06"), "acted");
    story.finish_runs();
    story.until("2027-01-26T00:00:00Z");
    EXPECT_THAT(story.started(), ElementsAre("leaver", "joiner"));
}

TEST(DecideOrders, AConversionOfSomebodyAlreadyClosedIsARehire)
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
