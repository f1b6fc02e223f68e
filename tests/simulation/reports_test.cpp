// Reports over a small company's half year: what a mover kept, accounts of nobody, and what
// Okta's own log says of memberships.
#include "tests/simulation/report_rows.hpp"

#include <gmock/gmock.h>

namespace jmld::simulation {
namespace {

namespace asio = boost::asio;
using testing::ElementsAre;
using testing::IsEmpty;

TEST(Reports, WhatAMoverKeepsThoughNoRuleGivesIt)
{
    auto world = half_a_year();
    const auto jane = user_by_login(world->organisation().snapshot(world->now()), "jane.smith@example.com");
    const auto given = world->organisation().change_by_other(
        value::map({{"user", jane["id"].text_or()}, {"add_group", "Finance"}}), world->now());
    ASSERT_TRUE(given);
    world->deliver("workday", job_change("e2", "2027-02-10T08:59:00Z", "2027-02-10", {}, "Sales"));
    world->run_until(at("2027-02-12T00:00:00Z"));
    const auto row = only(rows_of(*world, "movers", "2027-02-01T00:00:00Z", "2027-03-01T00:00:00Z"));
    EXPECT_EQ(row["kind"].text_or(), "group");
    EXPECT_EQ(row["what"].text_or(), "Finance");
    EXPECT_EQ(row["why"].text_or(), "kept for review");
}

TEST(Reports, OrphansAreToldOnlyAgainstAReportOfAllWorkers)
{
    auto world = half_a_year();
    const auto none = rows_of(*world, "orphans", "2027-02-01T00:00:00Z", "2027-03-01T00:00:00Z");
    ASSERT_FALSE(none);
    EXPECT_EQ(none.error().code, errc::conflict);
    world->deliver("workday",
                   R"({"Report_Entry": [{"Employee_ID": "100900", "First_Name": "Jane", "Last_Name": "Smith",
                       "Active_Status": "1", "Last_Functionally_Updated": "2027-02-09T00:00:00Z"}]})",
                   {}, "day-1");
    world->run_for(std::chrono::minutes(1));
    const auto row = only(rows_of(*world, "orphans", "2027-02-01T00:00:00Z", "2027-03-01T00:00:00Z"));
    EXPECT_EQ(row["login"].text_or(), "bob.lee@example.com");
    EXPECT_EQ(row["why"].text_or(), "no report lists this worker");
}

std::string report_entry(const std::string& id, const std::string& first, const std::string& last)
{
    return R"({"Employee_ID": ")" + id + R"(", "First_Name": ")" + first + R"(", "Last_Name": ")" + last +
           R"(", "Active_Status": "1", "Last_Functionally_Updated": "2027-02-09T00:00:00Z"})";
}

TEST(Reports, WhoStoodInTheLastReportIsNoOrphanWhileTheNextOneComesInInParts)
{
    auto world = half_a_year();
    const auto jane = report_entry("100900", "Jane", "Smith"), bob = report_entry("100101", "Bob", "Lee");
    world->deliver("workday", R"({"Report_Entry": [)" + jane + "," + bob + "]}", {}, "day-1");
    world->run_for(std::chrono::hours(24));
    world->deliver("workday", R"({"Report_Entry": [)" + jane + "]}", {}, "day-2 first part");
    world->run_for(std::chrono::minutes(5));
    const auto rows = rows_of(*world, "orphans", "2027-02-01T00:00:00Z", "2027-03-01T00:00:00Z");
    ASSERT_TRUE(rows) << rows.error().what;
    EXPECT_THAT(*rows, IsEmpty());
    world->run_for(std::chrono::hours(1));
    const auto row = only(rows_of(*world, "orphans", "2027-02-01T00:00:00Z", "2027-03-01T00:00:00Z"));
    EXPECT_EQ(row["login"].text_or(), "bob.lee@example.com") << "no further part listed him";
}

TEST(Reports, OrphansNameTheSourcesThatSentNoReport)
{
    auto world = half_a_year();
    auto sources = std::make_shared<daemon::source_set>(*shipped_sources());
    sources->emplace("silent", sources->at("workday"));
    sources->emplace("unused", sources->at("workday"));
    ASSERT_TRUE(world->ask<result<void>>([&](daemon::core& work) -> asio::awaitable<result<void>> {
        runtime::event_record sent;
        sent.key = {"silent", "s1"};
        sent.type = "worker.changed";
        sent.received_at = work.time().now();
        sent.identity_sha256 = std::string(64, 'a');
        runtime::transaction some;
        some.new_events.push_back(std::move(sent));
        auto done = co_await work.store().commit(std::move(some));
        co_return done;
    }));
    world->deliver("workday", R"({"Report_Entry": [)" + report_entry("100900", "Jane", "Smith") + "]}", {}, "day-1");
    world->run_for(std::chrono::minutes(1));
    const auto report = report_of(*world, "orphans", "2027-02-01T00:00:00Z", {}, sources);
    const auto row = only(rest_of(*world, report));
    EXPECT_EQ(row["why"].text_or(), "no report lists this worker; no report came from silent");
}

TEST(Reports, MembershipsAreThoseOfOktasOwnLog)
{
    auto world = half_a_year();
    const auto rows = rows_of(*world, "memberships", "2027-01-20T00:00:00Z", "2027-03-01T00:00:00Z");
    ASSERT_TRUE(rows) << rows.error().what;
    std::vector<std::string> told;
    for (const auto& row : *rows)
        told.push_back(row["event"].text_or() + " " + row["user"].text_or() + " " + row["object"].text_or());
    EXPECT_THAT(told, testing::Contains("group.user_membership.add jane.smith@example.com Marketing"));
    EXPECT_THAT(told, testing::Contains("application.user_membership.add jane.smith@example.com Canva"));
    EXPECT_THAT(*rows_of(*world, "memberships", "2027-05-01T00:00:00Z", "2027-06-01T00:00:00Z"), IsEmpty());
}

TEST(Reports, ASignInThatOktaRefusedIsInTheReportAndOneThatWentWellIsNot)
{
    auto world = half_a_year();
    for (const auto* password : {"", "right"}) {
        http::request signing_in;
        signing_in.method = "POST";
        signing_in.target = "/api/v1/authn";
        signing_in.headers = {{"content-type", "application/json"}};
        signing_in.body =
            engine::json::write(value::map({{"username", "bob.lee@example.com"}, {"password", std::string(password)}}));
        const auto answer = world->organisation().handle(signing_in, world->now());
        ASSERT_EQ(answer.response.status, *password == 0 ? 401 : 200) << answer.response.body;
    }
    const auto row = only(rows_of(*world, "failed-sign-ins", "2027-02-01T00:00:00Z", "2027-03-01T00:00:00Z"));
    EXPECT_EQ(row["actor_id"].text_or(), "00ubob");
    EXPECT_EQ(row["outcome"].text_or(), "FAILURE");
    EXPECT_EQ(row["reason"].text_or(), "INVALID_CREDENTIALS");
}

TEST(Reports, PagesThatLeadToEachOtherAreNotAWholeReport)
{
    for (const auto* second : {"b", "a"}) { // round in two steps, and in one
        auto world = half_a_year();
        for (const auto* page : {"a", second, "a", second})
            fault(*world, std::string(R"({"match": {"method": "GET", "path": "/api/v1/logs"}, "times": 1, "answer":
                          {"status": 200, "body": [], "headers": {"Link": "</api/v1/logs?after=)") +
                              page + R"(>; rel=\"next\""}}})");
        const auto rows = rows_of(*world, "failed-sign-ins", "2027-02-01T00:00:00Z", "2027-03-01T00:00:00Z");
        ASSERT_FALSE(rows);
        EXPECT_THAT(rows.error().what, testing::HasSubstr("does not end"));
    }
}

TEST(Reports, OktasOwnLogHasEveryChangeOfARun)
{
    auto world = half_a_year();
    const auto run = world->runs().at(0)["id"].text_or();
    const auto answer = world->operate("GET", "/v1/evidence/" + run + "/system-log", {}, "alice");
    ASSERT_TRUE(answer);
    ASSERT_EQ(answer->status, 200) << answer->body;
    const auto told = engine::json::parse(answer->body).value();
    EXPECT_THAT(told["changes_without_entry"].items(), IsEmpty()) << pretty(told);
    std::vector<std::string> ours;
    for (const auto& entry : told["entries"].items())
        if (entry["ours"] == value(true))
            ours.push_back(entry["eventType"].text_or());
    EXPECT_THAT(ours, testing::IsSupersetOf({"user.lifecycle.create", "group.user_membership.add",
                                             "application.user_membership.add", "user.lifecycle.activate"}));
}

TEST(Reports, ALogThatMayNotBeReadIsSaidToBeSo)
{
    auto world = half_a_year();
    fault(*world, R"({"match": {"method": "GET", "path": "/api/v1/logs"}, "always": true,
                      "answer": {"status": 403, "body": {"errorCode": "E0000006"}}})");
    const auto run = world->runs().at(0)["id"].text_or();
    const auto told =
        engine::json::parse(world->operate("GET", "/v1/evidence/" + run + "/system-log", {}, "alice")->body).value();
    EXPECT_TRUE(told["entries"].is_null());
    EXPECT_TRUE(told["changes_without_entry"].is_null());
    EXPECT_THAT(told["why"].text_or(), testing::StartsWith("Okta: "));
}

} // namespace
} // namespace jmld::simulation
