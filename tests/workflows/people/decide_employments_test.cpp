// Contracts, conversions, several employments, and a leaver that meets a hire under way.
#include "tests/workflows/people/sample_people.hpp"

#include <gmock/gmock.h>

namespace jmld::workflows {
namespace {

using namespace test;
using testing::ElementsAre;
using testing::IsEmpty;

// ---- 02, 14, 15 ---------------------------------------------------------------------------------

TEST(DecideEmployments, AContractEndsByItself)
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

TEST(DecideEmployments, AConversionKeepsTheAccountWhenTheContractEndsAfterIt)
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

TEST(DecideEmployments, AConversionKeepsTheAccountWhenTheContractEndedBeforeIt)
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

TEST(DecideEmployments, AContractEndThatArrivesAfterTheConversionActedIsNothing)
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

TEST(DecideEmployments, ARescindedConversionBringsTheContractsEndBack)
{
    person_story story("2026-11-23T07:02:42Z");
    story.feed(e02());
    story.finish_runs();
    story.until("2026-12-15T09:30:01Z");
    story.feed(e14());
    story.feed(e15());
    EXPECT_EQ(story
                  .feed(an_event("worker.hire_rescinded", "r14")
                            .entered("2026-12-16T00:00:00Z")
                            .rescinds("p14")
                            .worker_id("100513"))
                  .kind,
              decision_kind::acted);
    EXPECT_EQ(story.decision_of("15"), "scheduled");
    EXPECT_THAT(story.started(), ElementsAre("joiner"));
    story.until("2027-01-03T23:00:00Z");
    EXPECT_THAT(story.started(), ElementsAre("joiner", "leaver"));
}

TEST(DecideEmployments, AProlongedContractHasOneEnd)
{
    person_story story("2026-11-23T07:02:42Z");
    story.feed(e02());
    story.finish_runs();
    story.until("2027-01-10T00:00:00Z");
    story.feed(contractor("worker.changed", "c")
                   .entered("2027-01-10T00:00:00Z")
                   .process("pc")
                   .effective("2027-01-10")
                   .ends("2027-06-30"));
    EXPECT_EQ(story.decision_of("02:contract_end"), "superseded");
    EXPECT_THAT(story.armed(), ElementsAre("end@2027-06-30T22:00:00Z"));
}

TEST(DecideEmployments, AnEndOfOneOfTwoEmploymentsClosesNothing)
{
    person_story story("2026-11-25T00:00:00Z");
    story.feed(an_event("worker.hired", "a")
                   .entered("2026-11-24T00:00:00Z")
                   .process("pa")
                   .starts("2026-11-24")
                   .worker_id("A"));
    story.finish_runs();
    story.feed(an_event("worker.hired", "b")
                   .entered("2026-11-25T00:00:00Z")
                   .process("pb")
                   .starts("2026-11-25")
                   .worker_id("B"));
    story.finish_runs();
    EXPECT_EQ(story
                  .feed(an_event("worker.terminated", "ta")
                            .entered("2026-11-26T00:00:00Z")
                            .process("pta")
                            .worker_id("A")
                            .ends("2026-11-26"))
                  .kind,
              decision_kind::superseded);
    EXPECT_EQ(story
                  .feed(an_event("worker.terminated", "tb")
                            .entered("2026-11-27T00:00:00Z")
                            .process("ptb")
                            .worker_id("B")
                            .ends("2026-12-31"))
                  .kind,
              decision_kind::scheduled);
    story.until("2027-01-02T00:00:00Z");
    EXPECT_THAT(story.started(), ElementsAre("joiner", "joiner", "leaver"));
}

TEST(DecideEmployments, TheLastOfTwoEmploymentsToEndClosesTheAccountInEitherOrder)
{
    person_story story("2026-11-25T00:00:00Z");
    story.feed(an_event("worker.hired", "a")
                   .entered("2026-11-24T00:00:00Z")
                   .process("pa")
                   .starts("2026-11-24")
                   .worker_id("A"));
    story.finish_runs();
    story.feed(an_event("worker.hired", "b")
                   .entered("2026-11-25T00:00:00Z")
                   .process("pb")
                   .starts("2026-11-25")
                   .worker_id("B"));
    story.finish_runs();
    story.feed(an_event("worker.terminated", "ta")
                   .entered("2026-11-26T00:00:00Z")
                   .process("pta")
                   .worker_id("A")
                   .ends("2026-12-31"));
    EXPECT_EQ(story.decision_of("ta"), "superseded");
    EXPECT_EQ(story
                  .feed(an_event("worker.terminated", "tb")
                            .entered("2026-11-27T00:00:00Z")
                            .process("ptb")
                            .worker_id("B")
                            .ends("2026-12-15"))
                  .kind,
              decision_kind::superseded);
    EXPECT_EQ(story.decision_of("ta"), "scheduled");
    story.until("2027-01-02T00:00:00Z");
    EXPECT_THAT(story.started(), ElementsAre("joiner", "joiner", "leaver"));
}

class TwoEmployments : public testing::Test
{
protected:
    TwoEmployments() : story("2027-02-01T09:00:00Z")
    {
        begin("A", "Marketing", "2027-02-01T08:00:00Z");
        begin("B", "Engineering", "2027-02-01T09:00:00Z");
    }
    void begin(const std::string& number, const char* department, std::string_view entered)
    {
        story.feed(an_event("worker.hired", number)
                       .entered(entered)
                       .process("P" + number)
                       .starts("2027-02-01")
                       .worker_id(number)
                       .department(department)
                       .zone("UTC"));
        story.finish_runs();
    }
    decision end(const std::string& number, std::string_view on)
    {
        return story.feed(an_event("worker.terminated", "end" + number)
                              .entered("2027-02-10T08:00:00Z")
                              .process("Pend" + number)
                              .ends(on)
                              .worker_id(number)
                              .zone("UTC"));
    }
    person_story story;
};

TEST_F(TwoEmployments, WhatOnlyOneOfThemGaveGoesWhenItEnds)
{
    story.until("2027-02-10T09:00:00Z");
    EXPECT_EQ(end("B", "2027-02-09").kind, decision_kind::superseded);
    EXPECT_THAT(story.started(), ElementsAre("joiner", "joiner", "mover"));
    EXPECT_EQ(story.state.record.believed.department, "Marketing");
    EXPECT_EQ(story.state.record.former.back().department, "Engineering");
}

TEST_F(TwoEmployments, WhatOnlyOneOfThemGaveStaysUntilItsEnd)
{
    story.until("2027-02-10T09:00:00Z");
    EXPECT_EQ(end("A", "2027-02-20").kind, decision_kind::superseded);
    EXPECT_THAT(story.started(), ElementsAre("joiner", "joiner"));
    EXPECT_THAT(story.armed(), ElementsAre("end@2027-02-21T00:00:00Z"));
    story.until("2027-02-21T00:00:00Z");
    EXPECT_EQ(story.decision_of("endA"), "superseded");
    EXPECT_THAT(story.started(), ElementsAre("joiner", "joiner", "mover"));
    EXPECT_EQ(story.state.record.believed.department, "Engineering");
}

TEST_F(TwoEmployments, AnEndThatWasTakenBackTakesNothing)
{
    story.until("2027-02-10T09:00:00Z");
    end("A", "2027-02-20");
    story.feed(an_event("worker.termination_rescinded", "back")
                   .entered("2027-02-11T08:00:00Z")
                   .rescinds("PendA")
                   .worker_id("A")
                   .zone("UTC"));
    story.until("2027-02-25T00:00:00Z");
    EXPECT_THAT(story.started(), ElementsAre("joiner", "joiner"));
}

TEST_F(TwoEmployments, BothOverCloseTheAccountAndNothingIsExchanged)
{
    story.until("2027-02-10T09:00:00Z");
    end("A", "2027-02-20");
    end("B", "2027-02-20");
    story.until("2027-03-01T00:00:00Z");
    EXPECT_THAT(story.started(), ElementsAre("joiner", "joiner", "leaver"));
}

// ---- 01 then a for-cause exit within seconds ----------------------------------------------------

TEST(DecideEmployments, ALeaverPreEmptsARunningJoiner)
{
    person_story story("2026-12-08T00:00:00Z");
    story.feed(e01());
    const auto joiner = story.state.runs.at(0).id;
    const auto made = story.feed(
        an_event("worker.terminated", "t").entered("2026-12-08T00:00:00Z").process("pt").ends("2026-12-08").urgent());
    EXPECT_EQ(made.kind, decision_kind::acted);
    EXPECT_THAT(made.consequences,
                testing::Contains(testing::VariantWith<preempt_run>(testing::Field(&preempt_run::run, joiner))));
    EXPECT_THAT(story.started(), ElementsAre("joiner", "leaver"));
    EXPECT_EQ(story.run_state("joiner"), "superseded");
}

TEST(DecideEmployments, ATerminationBeforeTheFirstDayCallsTheHireOff)
{
    person_story story("2026-11-20T03:14:08Z");
    story.feed(e01());
    EXPECT_EQ(
        story.feed(an_event("worker.terminated", "t").entered("2026-11-20T03:14:09Z").process("pt").ends("2026-11-20"))
            .kind,
        decision_kind::acted);
    EXPECT_EQ(story.decision_of("01"), "superseded");
    EXPECT_THAT(story.started(), IsEmpty());
    EXPECT_THAT(story.armed(), IsEmpty());
}

TEST(DecideEmployments, ATerminationThatOvertookItsHireStopsIt)
{
    person_story story("2026-12-08T00:00:00Z");
    EXPECT_EQ(
        story.feed(an_event("worker.terminated", "t").entered("2026-12-07T23:00:00Z").process("pt").ends("2026-12-07"))
            .kind,
        decision_kind::parked);
    EXPECT_EQ(story.feed(e01()).kind, decision_kind::superseded);
    EXPECT_EQ(story.decision_of("t"), "acted");
    EXPECT_THAT(story.started(), IsEmpty());
}

TEST(DecideEmployments, AFutureTerminationThatOvertookItsHireIsScheduledWithIt)
{
    person_story story("2026-11-20T03:14:08Z");
    story.feed(an_event("worker.terminated", "t").entered("2026-11-20T03:15:00Z").process("pt").ends("2027-02-01"));
    EXPECT_EQ(story.feed(e01()).kind, decision_kind::scheduled);
    EXPECT_EQ(story.decision_of("t"), "scheduled");
    EXPECT_EQ(story.armed().size(), 2U);
}

} // namespace
} // namespace jmld::workflows
