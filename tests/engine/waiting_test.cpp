// core.wait: whose day, past means now, corrections, and that the person is read again afterwards.
#include "tests/support/engine_run.hpp"

#include <gmock/gmock.h>

namespace jmld::testing {
namespace {

using ::testing::ElementsAre;
using ::testing::IsEmpty;

const auto the_day = std::chrono::year(2027) / 2 / 5;

value a_start(date day, std::string zone = {}, std::string office_zone = {}, std::string company_zone = {})
{
    auto event = value::map({{"start", day}});
    if (!zone.empty())
        event = event.with("zone", zone);
    if (!office_zone.empty())
        event = event.with("worker", value::map({{"location", value::map({{"time_zone", office_zone}})}}));
    auto policy = company_zone.empty() ? value::map({}) : value::map({{"company_time_zone", company_zone}});
    return value::map({{"event", event}, {"policy", policy}});
}

definition_pointer until_start()
{
    return a_grant({a_step("wait", "core.wait").taking("until", "${{ event.start }}"),
                    a_step("go", "t.add").needing("wait").taking("user", "${{ person.okta_id }}")});
}

TEST(Waiting, HoldsNothingButATimerWithTheRuleThatMadeIt)
{
    a_run run(until_start(), a_start(the_day, "Asia/Tokyo"));
    run.begun();
    EXPECT_THAT(run.asked, IsEmpty());
    EXPECT_FALSE(run.state().anything_in_flight());
    EXPECT_EQ(run.state().shown_status(), run_status::waiting);
    const auto until = time_point(std::chrono::sys_days(the_day)) - duration(9h);
    EXPECT_THAT(timers_of(run.state()), ElementsAre(pending_timer{"start", "wait", until, "2027-02-05", "Asia/Tokyo"}));
    EXPECT_EQ(run.shown()["waiting_for"].text_or(), "time");
}

TEST(Waiting, TheZoneIsTheEventsElseTheOfficesElseTheCompanysElseUtc)
{
    const auto zone_of = [](const value& context) {
        a_run run(until_start(), context);
        run.begun();
        return run.zones_asked.at(0);
    };
    EXPECT_EQ(zone_of(a_start(the_day, "Asia/Tokyo", "Europe/Berlin", "America/New_York")), "Asia/Tokyo");
    EXPECT_EQ(zone_of(a_start(the_day, {}, "Europe/Berlin", "America/New_York")), "Europe/Berlin");
    EXPECT_EQ(zone_of(a_start(the_day, {}, {}, "America/New_York")), "America/New_York");
    EXPECT_EQ(zone_of(a_start(the_day)), "UTC");
}

TEST(Waiting, EndsAtItsTimeAndReadsThePersonAgainBeforeGoingOn)
{
    a_run run(until_start(), a_start(the_day));
    run.access = value::map({{"groups", names({"Staff"})}});
    run.begun();
    run.later(96h - 1ms);
    EXPECT_THAT(run.asked, IsEmpty());
    run.later(1ms);
    EXPECT_TRUE(run.asks<read_subject>());
    EXPECT_THAT(run.asked_for<send_attempt>(), IsEmpty());
    run.person = value::map({{"okta_id", "00u2"}});
    run.image = value::map({{"user", "now"}});
    const auto pinned = run.access;
    run.access = value::map({{"groups", value_list{}}});
    run.answer_subject({"Stuff"});
    EXPECT_EQ(run.the<send_attempt>()->inputs["user"].text_or(), "00u2");
    EXPECT_EQ(run.state().image, run.image);
    EXPECT_EQ(run.state().access, pinned) << "what it is to do was fixed at its beginning";
    EXPECT_EQ(run.shown()["steps"].items()[0]["changed"], value(false)) << "a wait changes nothing";
}

TEST(Waiting, PastMeansNowAndNeedsNoSecondLook)
{
    a_run run(until_start(), a_start(std::chrono::year(2026) / 12 / 1));
    run.begun();
    EXPECT_THAT(run.asked_for<send_attempt>(), ElementsAre("go"));
}

TEST(Waiting, ForALengthOfTime)
{
    a_run run(a_grant({a_step("wait", "core.wait").taking("for", "${{ duration('2h') }}")}));
    run.begun();
    EXPECT_EQ(run.state().next_due(), run.now + 2h);
    run.until_due().answer_subject();
    EXPECT_EQ(run.state().status, run_status::succeeded);
}

TEST(Waiting, AnythingElseThanAMomentFailsTheStep)
{
    a_run run(a_grant({a_step("wait", "core.wait").taking("until", "tomorrow").or_else(on_exhausted::pause)}));
    run.begun();
    EXPECT_EQ(run.state().why.kind, "invalid");
}

TEST(Waiting, ACorrectionMovesIt)
{
    a_run run(until_start(), a_start(the_day));
    run.begun().feed(wait_rescheduled{run.now + 24h, "a correction", "2027-02-02", "UTC"});
    EXPECT_THAT(timers_of(run.state()),
                ElementsAre(pending_timer{"start", "wait", run.now + 24h, "2027-02-02", "UTC"}));
    run.feed(wait_rescheduled{run.now - 1h, "a correction"});
    EXPECT_TRUE(run.asks<read_subject>()) << "moved into the past means now";
}

TEST(Waiting, ACorrectionThatComesBeforeTheWaitCounts)
{
    a_run run(
        a_grant({a_step("a", "t.add"), a_step("wait", "core.wait").needing("a").taking("until", "${{ event.start }}")}),
        a_start(the_day));
    run.begun().feed(wait_rescheduled{run.now + 24h, "a correction"}).succeed("a");
    EXPECT_EQ(run.state().next_due(), run.now + 24h);
}

TEST(Waiting, APersonMayEndIt)
{
    a_run run(until_start(), a_start(the_day));
    run.begun().say(verb::complete, "wait");
    EXPECT_TRUE(run.asks<read_subject>());
    run.answer_subject();
    EXPECT_THAT(run.asked_for<send_attempt>(), ElementsAre("go"));
}

TEST(Waiting, ACancelEndsItAndNothingIsArmedAfterTheEnd)
{
    a_run run(until_start(), a_start(the_day));
    run.begun().say(verb::cancel);
    EXPECT_EQ(run.state().status, run_status::cancelled);
    EXPECT_THAT(timers_of(run.state()), IsEmpty());
    EXPECT_EQ(run.state().next_due(), std::nullopt);
}

TEST(Waiting, OtherBranchesGoOnMeanwhile)
{
    a_run run(a_grant({a_step("wait", "core.wait").taking("until", "${{ event.start }}"), a_step("a", "t.add"),
                       a_step("b", "t.add").needing("a")}),
              a_start(the_day));
    run.begun().succeed("a");
    EXPECT_THAT(run.asked_for<send_attempt>(), ElementsAre("b"));
    EXPECT_EQ(run.state().shown_status(), run_status::running);
}

} // namespace
} // namespace jmld::testing
