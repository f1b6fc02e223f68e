// The report of leavers names everybody who left, or should have, and calls nobody late of whom that is not known.
#include "tests/simulation/report_rows.hpp"

#include <gmock/gmock.h>

namespace jmld::simulation {
namespace {

using testing::IsEmpty;

constexpr const char* february = "2027-02-01T00:00:00Z";
constexpr const char* march = "2027-03-01T00:00:00Z";

value only_leaver(daemon::rehearsal& world) { return only(rows_of(world, "leavers", february, march)); }

TEST(LeaversReport, WhoLeftInTimeAndWhoseDelayItWasOtherwise)
{
    auto world = half_a_year();
    // Entered three days after the last day of work: that is personnel's delay.
    world->deliver("workday", termination("e2", "2027-02-10T08:59:00Z", "2027-02-06", {}));
    world->run_until(at("2027-02-12T00:00:00Z"));
    const auto row = only(rows_of(*world, "leavers", "2027-02-01T00:00:00Z", "2027-03-01T00:00:00Z"));
    EXPECT_EQ(row["worker_id"].text_or(), "100900");
    EXPECT_EQ(row["name"].text_or(), "Jane Smith");
    EXPECT_EQ(row["within_sla"], value(false));
    EXPECT_EQ(row["late_by"].text_or(), "hr");
    EXPECT_EQ(row["contained_after_receipt_s"], value(std::int64_t{0}));
    EXPECT_FALSE(row["verified_at"].is_null());
    EXPECT_TRUE(rows_of(*world, "leavers", "2027-03-01T00:00:00Z", "2027-04-01T00:00:00Z")->empty());
}

TEST(LeaversReport, ALeaverInTimeIsNobodysDelay)
{
    auto world = half_a_year();
    world->deliver("workday", termination("e2", "2027-02-10T08:59:00Z", "2027-02-12", {}));
    world->run_until(at("2027-02-14T00:00:00Z"));
    const auto row = only(rows_of(*world, "leavers", "2027-02-01T00:00:00Z", "2027-03-01T00:00:00Z"));
    EXPECT_EQ(row["within_sla"], value(true));
    EXPECT_TRUE(row["late_by"].is_null());
}

TEST(LeaversReport, ALeaverThatHasNotEndedIsListedToo)
{
    auto world = half_a_year();
    fault(*world, R"({"match": {"method": "GET", "path": "/api/v1/**"}, "always": true,
                      "answer": {"status": 503}})");
    world->deliver("workday", termination("e2", "2027-02-10T08:59:00Z", "2027-02-09", {}));
    world->run_until(at("2027-02-10T10:00:00Z"));
    const auto row = only(rows_of(*world, "leavers", "2027-02-01T00:00:00Z", "2027-03-01T00:00:00Z"));
    EXPECT_TRUE(row["verified_at"].is_null());
    EXPECT_THAT(row["state"].text_or(), testing::AnyOf("running", "waiting"));
    EXPECT_TRUE(row["within_sla"].is_null());
}

// ---- who has not left

TEST(LeaversReport, WhoIsProtectedOrHeldByTheGuardIsInIt)
{
    for (const auto& [policy, state] : {std::pair{"protected: ['100900']", "parked"},
                                        {"guard: {window: 60m, max_leavers: 0, max_percent: 0}", "held"}})
    {
        auto world = half_a_year(policy);
        world->deliver("workday", termination("e2", "2027-02-10T08:59:00Z", "2027-02-09", {}));
        world->run_for(std::chrono::hours(1));
        auto row = only_leaver(*world);
        EXPECT_EQ(row["state"].text_or(), state);
        EXPECT_EQ(row["worker_id"].text_or(), "100900");
        EXPECT_EQ(row["name"].text_or(), "Jane Smith");
        EXPECT_EQ(row["event"].text_or(), "e2");
        EXPECT_FALSE(row["why"].is_null());
        EXPECT_TRUE(row["within_sla"].is_null()) << "there is still time";
        world->run_for(std::chrono::hours(24));
        row = only_leaver(*world);
        EXPECT_EQ(row["within_sla"], value(false)) << state;
    }
}

TEST(LeaversReport, WhoseLastDayIsStillToComeIsNot)
{
    auto world = half_a_year();
    world->deliver("workday", termination("e2", "2027-02-10T08:59:00Z", "2027-02-20", {}));
    world->run_for(std::chrono::hours(1));
    EXPECT_THAT(*rows_of(*world, "leavers", february, march), IsEmpty());
}

TEST(LeaversReport, AMomentThatPassedUnnoticedIsInIt)
{
    daemon::rehearsal world(options_at("2027-02-20T09:00:00Z"));
    runtime::event_record overdue;
    overdue.key = {"workday", "e7"};
    overdue.type = "worker.terminated";
    overdue.received_at = at("2027-02-01T09:00:00Z");
    overdue.identity_sha256 = std::string(64, 'a');
    overdue.details = R"({"effective":{"date":"2027-02-09","zone":"UTC","at":"2027-02-10T00:00:00Z"}})";
    overdue.decision = "scheduled";
    ASSERT_TRUE(world.ask<result<void>>([&](daemon::core& work) -> boost::asio::awaitable<result<void>> {
        runtime::transaction some;
        some.new_events.push_back(overdue);
        auto done = co_await work.store().commit(std::move(some));
        co_return done;
    }));
    const auto row = only_leaver(world);
    EXPECT_EQ(row["state"].text_or(), "scheduled");
    EXPECT_EQ(row["within_sla"], value(false));
}

TEST(LeaversReport, ARunThatWasEndedBeforeItReadItsPersonIsInIt)
{
    auto world = half_a_year();
    fault(*world, R"({"match": {"method": "GET", "path": "/api/v1/**"}, "always": true,
                      "answer": {"status": 503}})");
    world->deliver("workday", termination("e2", "2027-02-10T08:59:00Z", "2027-02-09", {}));
    world->run_for(std::chrono::hours(1));
    const auto run = world->runs().back()["id"].text_or();
    const auto ended =
        world->operate("POST", "/v1/runs/" + run + "/terminate", value::map({{"reason", "by mistake"}}), "alice");
    ASSERT_TRUE(ended);
    ASSERT_EQ(ended->status, 200) << ended->body;
    world->run_for(std::chrono::minutes(1));
    ASSERT_EQ(world->evidence().size(), 1U) << "the hire's";
    auto row = only_leaver(*world);
    EXPECT_EQ(row["run"].text_or(), run);
    EXPECT_EQ(row["state"].text_or(), "terminated");
    EXPECT_EQ(row["worker_id"].text_or(), "100900");
    EXPECT_FALSE(row["ended_at"].is_null());
    EXPECT_TRUE(row["evidence"].is_null());
    world->run_for(std::chrono::hours(24));
    EXPECT_EQ(only_leaver(*world)["within_sla"], value(false));
}

TEST(LeaversReport, ARunThatEndsWhileTheReportIsMadeIsInItOnce)
{
    auto world = half_a_year();
    world->deliver("workday", termination("e2", "2027-02-10T08:59:00Z", "2027-02-09", {}));
    const auto report = report_of(*world, "leavers", february, {});
    const auto proved = next_of(*world, report);
    ASSERT_TRUE(proved && *proved);
    EXPECT_THAT(**proved, IsEmpty());
    world->run_for(std::chrono::hours(1));
    const auto row = only(rest_of(*world, report));
    EXPECT_EQ(row["state"].text_or(), "succeeded");
    EXPECT_EQ(row["within_sla"], value(true));
}

// ---- who is not late

TEST(LeaversReport, ADeletionMuchLaterIsNoLeaver)
{
    auto world = half_a_year("retention: { delete_after: 10d }");
    world->deliver("workday", termination("e2", "2027-02-10T08:59:00Z", "2027-02-10", {}));
    world->run_until(at("2027-02-25T00:00:00Z"));
    ASSERT_EQ(world->runs().back()["workflow"].text_or(), "retention");
    ASSERT_EQ(world->evidence().size(), 3U);
    EXPECT_EQ(only_leaver(*world)["within_sla"], value(true));
}

TEST(LeaversReport, WhatCameBackAndWasTakenAwayAgainIsNotAnotherLeaver)
{
    auto world = half_a_year("verify: { drift_watch: 240h }");
    world->deliver("workday", termination("e2", "2027-02-10T08:59:00Z", "2027-02-10", {}));
    world->run_until(at("2027-02-15T00:00:00Z"));
    const auto jane = user_by_login(world->organisation().snapshot(world->now()), "jane.smith@example.com");
    ASSERT_TRUE(world->organisation().change_by_other(
        value::map({{"user", jane["id"].text_or()}, {"add_group", "Finance"}}), world->now()));
    world->run_until(at("2027-02-26T00:00:00Z"));
    ASSERT_EQ(world->evidence().size(), 3U) << "the hire, the leaver, and what came back";
    EXPECT_EQ(only_leaver(*world)["within_sla"], value(true));
}

TEST(LeaversReport, OneWhomAPersonClosesWasDueAtNoMomentThatIsKnown)
{
    auto world = half_a_year();
    const auto started = world->operate(
        "POST", "/v1/runs",
        value::map({{"workflow", "leaver"}, {"subject", "100900"}, {"reason", "asked for by telephone"}}), "alice");
    ASSERT_TRUE(started);
    ASSERT_LT(started->status, 300) << started->body;
    world->run_until(at("2027-02-15T00:00:00Z"));
    const auto row = only_leaver(*world);
    EXPECT_EQ(row["state"].text_or(), "succeeded");
    EXPECT_FALSE(row["contained_at"].is_null());
    EXPECT_TRUE(row["within_sla"].is_null());
    EXPECT_TRUE(row["late_by"].is_null());
}

} // namespace
} // namespace jmld::simulation
