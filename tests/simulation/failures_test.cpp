// What must hold when Okta refuses, breaks down, answers late or not at all.
#include "tests/simulation/world.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>

namespace jmld::simulation {
namespace {

using testing::Contains;
using testing::Not;

constexpr const char* app_refused_for_ever =
    R"({"match":{"method":"POST","path":"/api/v1/apps/*/users"},"always":true,
        "answer":{"status":403,"body":{"errorCode":"E0000006","errorSummary":"You do not have permission"}}})";

int count_effects(const okta_sim::organisation& org, std::string_view event)
{
    return static_cast<int>(std::count_if(org.ledger().begin(), org.ledger().end(),
                                          [&](const auto& entry) { return entry.effect["event"].text_or() == event; }));
}

TEST(Rollback, AnAppThatIsRefusedForEverLeavesOktaAsItWas)
{
    auto world = company_at("2027-02-01T09:00:00Z");
    const auto before = world->organisation().snapshot(world->now());
    fault(*world, app_refused_for_ever);
    world->deliver("workday", hire("e1", "2027-02-01T08:00:00Z", {}));
    world->run_for(std::chrono::hours(2));
    const auto run = world->runs().at(0);
    EXPECT_EQ(run["state"].text_or(), "rolled_back") << pretty(run);
    EXPECT_EQ(run["why"]["okta_code"].text_or(), "E0000006");
    EXPECT_FALSE(run["why"]["request_id"].text_or().empty());
    EXPECT_EQ(*run["why"]["status"].if_integer(), 403);
    EXPECT_EQ(pretty(world->organisation().snapshot(world->now())), pretty(before));
    ASSERT_FALSE(world->alarms().empty());
    EXPECT_EQ(world->alarms().front().kind, "rolled_back");
}

TEST(Rollback, LeavesAloneWhatWasThereBefore)
{
    auto world = company_at("2027-02-01T09:00:00Z");
    auto org = company();
    auto users = org["users"].items();
    users.push_back(
        engine::json::parse(
            R"({"id":"00ujane","status":"STAGED","profile":{"login":"jane.smith@example.com","email":"jane.smith@example.com",
        "firstName":"Jane","lastName":"Smith","employeeNumber":"100900"},"groups":[{"name":"Staff","membership":"direct"}]})")
            .value());
    for (const auto& group : org["groups"].items())
        if (group["profile"]["name"].text_or() == "Staff")
            users.back() = users.back().with(
                "groups",
                value::list({value::map({{"id", group["id"]}, {"name", "Staff"}, {"membership", "direct"}})}));
    ASSERT_TRUE(world->organisation().load(org.with("users", value(users)), world->now()));
    const auto before = world->organisation().snapshot(world->now());
    fault(*world, app_refused_for_ever);
    world->deliver("workday", hire("e1", "2027-02-01T08:00:00Z", {}));
    world->run_for(std::chrono::hours(2));
    const auto run = world->runs().at(0);
    EXPECT_EQ(run["state"].text_or(), "rolled_back") << pretty(run);
    EXPECT_EQ(pretty(world->organisation().snapshot(world->now())), pretty(before));
}

TEST(LeaverFailing, ClosesEverythingElseAndListsWhatIsLeft)
{
    auto world = company_at("2027-02-01T09:00:00Z");
    world->deliver("workday", hire("e1", "2027-02-01T08:00:00Z", {}));
    world->run_for(std::chrono::hours(1));
    const auto seen = world->organisation().ledger().size();
    fault(*world, R"({"match":{"method":"DELETE","path":"/api/v1/groups/*/users/*"},"always":true,
                      "answer":{"status":403,"body":{"errorCode":"E0000006","errorSummary":"no"}}})");
    world->deliver("workday", termination("e2", "2027-02-02T08:00:00Z", "2027-02-01", {}));
    world->run_for(std::chrono::hours(48));
    const auto run = world->runs().at(1);
    EXPECT_EQ(run["state"].text_or(), "closed_with_residue") << pretty(run);
    EXPECT_THAT(pretty(run["residue"]), testing::HasSubstr("Marketing"));
    const auto jane = user_by_login(world->organisation().snapshot(world->now()), "jane.smith@example.com");
    EXPECT_EQ(jane["status"].text_or(), "DEPROVISIONED");
    EXPECT_THAT(names_of(jane["apps"], "label"), testing::IsEmpty());
    for (const auto& entry : world->organisation().ledger()) {
        const auto what = entry.effect["event"].text_or();
        if (entry.seq > seen)
            EXPECT_TRUE(what != "group.user_membership.add" && what != "application.user_membership.add" &&
                        what != "user.lifecycle.activate")
                << what;
    }
}

TEST(LostAnswer, OfACreateIsSettledByLookingAndMakesOneUser)
{
    for (const char* drop : {"before", "after"}) {
        auto world = company_at("2027-02-01T09:00:00Z");
        fault(*world,
              std::string(R"({"match":{"method":"POST","path":"/api/v1/users"},"times":1,"drop":")") + drop + "\"}");
        world->deliver("workday", hire("e1", "2027-02-01T08:00:00Z", {}));
        world->run_for(std::chrono::hours(1));
        const auto run = world->runs().at(0);
        EXPECT_EQ(run["state"].text_or(), "succeeded") << drop << pretty(run);
        EXPECT_EQ(count_effects(world->organisation(), "user.lifecycle.create"), 1) << drop;
        EXPECT_EQ(run["steps"].items()[0]["attempts"].items()[0]["probe"].text_or(),
                  std::string(drop) == "after" ? "done" : "not_done");
    }
}

TEST(Throttled, A429SpendsNoAttemptAndWaitsAsLongAsOktaSays)
{
    auto world = company_at("2027-02-01T09:00:00Z");
    fault(*world, R"({"match":{"method":"PUT","path":"/api/v1/groups/*/users/*"},"times":12,"answer":{"status":429,
        "body":{"errorCode":"E0000047","errorSummary":"rate"}}})");
    world->deliver("workday", hire("e1", "2027-02-01T08:00:00Z", {}));
    world->run_for(std::chrono::hours(3));
    EXPECT_EQ(world->runs().at(0)["state"].text_or(), "succeeded") << pretty(world->runs().at(0));
}

TEST(Outage, SpendsNoAttemptAndEverythingFinishesAfterwards)
{
    auto world = company_at("2027-02-01T09:00:00Z");
    fault(
        *world,
        R"({"match":{"method":"*","path":"/**"},"for":"6h","answer":{"status":503,"body":{"errorCode":"E0000010"}}})");
    world->deliver("workday", hire("e1", "2027-02-01T08:00:00Z", {}));
    world->run_for(std::chrono::hours(5));
    EXPECT_THAT(world->events().at(0)["decision"].text_or(), testing::AnyOf("", "acted"));
    world->run_for(std::chrono::hours(3));
    ASSERT_EQ(world->runs().size(), 1U);
    EXPECT_EQ(world->runs().at(0)["state"].text_or(), "succeeded") << pretty(world->runs().at(0));
}

TEST(Preemption, ALeaverStopsARunningJoinerAndNothingIsGrantedAfterIt)
{
    auto world = company_at("2027-02-01T09:00:00Z");
    fault(*world, R"({"match":{"method":"POST","path":"/api/v1/apps/*/users"},"times":1,"delay":"20s"})");
    world->deliver("workday", hire("e1", "2027-02-01T08:00:00Z", {}));
    world->run_for(std::chrono::seconds(5));
    auto fired = termination("e2", "2027-02-01T09:00:05Z", "2027-02-01", {}, "Terminate_Employee_Involuntary");
    auto urgent = engine::json::parse(fired).value();
    urgent = urgent.with("data", urgent["data"].with("immediate", true));
    world->deliver("workday", engine::json::write(urgent));
    world->run_for(std::chrono::hours(1));
    const auto runs = world->runs();
    ASSERT_EQ(runs.size(), 2U);
    EXPECT_EQ(runs[0]["state"].text_or(), "superseded") << pretty(runs[0]);
    EXPECT_EQ(runs[0]["superseded_by"].text_or(), runs[1]["id"].text_or());
    EXPECT_EQ(runs[1]["state"].text_or(), "succeeded") << pretty(runs[1]);
    bool revoked = false;
    for (const auto& entry : world->organisation().ledger()) {
        const auto what = entry.effect["event"].text_or();
        revoked |= what == "group.user_membership.remove" || what == "user.session.clear" ||
                   what == "user.lifecycle.deactivate";
        if (revoked)
            EXPECT_TRUE(what != "group.user_membership.add" && what != "application.user_membership.add") << what;
    }
    const auto jane = user_by_login(world->organisation().snapshot(world->now()), "jane.smith@example.com");
    EXPECT_EQ(jane["status"].text_or(), "DEPROVISIONED");
    EXPECT_THAT(names_of(jane["groups"], "name"), testing::IsEmpty());
}

TEST(Limits, AHundredHiresStayWithinEveryBucket)
{
    auto world = company_at("2027-02-01T09:00:00Z");
    ASSERT_TRUE(world->organisation().set_limits(
        engine::json::parse(R"({"/api/v1/users":600,"/api/v1/groups":500,"/api/v1/apps":100})").value()));
    for (int i = 0; i < 100; ++i) {
        worker_story who;
        who.id = std::to_string(200'000 + i);
        who.universal_id = "U-" + who.id;
        who.first = "Person" + std::string(1, static_cast<char>('a' + i / 10)) +
                    std::string(1, static_cast<char>('a' + i % 10));
        world->deliver("workday", hire("e" + std::to_string(i), "2027-02-01T08:00:00Z", who));
    }
    world->run_for(std::chrono::hours(2));
    int succeeded = 0;
    for (const auto& run : world->runs())
        succeeded += run["state"].text_or() == "succeeded" ? 1 : 0;
    EXPECT_EQ(succeeded, 100);
    const auto& ledger = world->organisation().ledger();
    const auto refused =
        std::count_if(ledger.begin(), ledger.end(), [](const auto& entry) { return entry.status == 429; });
    EXPECT_LE(static_cast<double>(refused), static_cast<double>(ledger.size()) * 0.01)
        << refused << " of " << ledger.size();
}

TEST(Reinstated, WhoHasNoAccountYetGetsOneWithEverythingThatBelongsToTheJob)
{
    auto world = company_at("2027-02-01T09:00:00Z");
    fault(*world, R"({"match":{"method":"POST","path":"/api/v1/users"},"times":1,"answer":{"status":403,"body":{}}})");
    world->deliver("workday", hire("e1", "2027-02-01T08:00:00Z", {}));
    world->run_for(std::chrono::hours(1));
    EXPECT_EQ(world->runs().at(0)["state"].text_or(), "rolled_back");
    world->deliver("workday", termination("e2", "2027-02-01T10:00:00Z", "2027-02-02", {}));
    world->run_for(std::chrono::hours(48));
    EXPECT_EQ(world->runs().at(1)["state"].text_or(), "succeeded"); // it found nobody
    const auto taken_back = value::map({{"businessProcess", value::map({{"type", "termination_rescinded"},
                                                                        {"eventWid", "wid-e2"},
                                                                        {"action", "rescind"},
                                                                        {"completedMoment", "2027-02-03T08:00:00Z"}})},
                                        {"rescinds", value::map({{"eventWid", "wid-e2"}, {"originalEventId", "e2"}})}});
    world->deliver("workday",
                   event_text("e3", "termination_rescinded", "2027-02-03T08:00:00Z", "2027-02-02", {}, taken_back));
    world->run_for(std::chrono::hours(1));
    const auto run = world->runs().at(2);
    EXPECT_EQ(run["workflow"].text_or(), "reinstate");
    EXPECT_EQ(run["state"].text_or(), "succeeded") << pretty(run);
    const auto user = user_by_login(world->organisation().snapshot(world->now()), "jane.smith@example.com");
    EXPECT_EQ(user["status"].text_or(), "PROVISIONED");
    EXPECT_THAT(names_of(user["groups"], "name"), Contains("Staff"));
}

TEST(Paused, ARunSendsNothingUntilItIsResumed)
{
    auto world = company_at("2027-02-01T09:00:00Z");
    fault(*world, R"({"match":{"method":"POST","path":"/api/v1/users"},"times":1,"delay":"10s"})");
    world->deliver("workday", hire("e1", "2027-02-01T08:00:00Z", {}));
    world->run_for(std::chrono::seconds(5));
    const run_id id{world->runs().at(0)["id"].text_or()};
    ASSERT_TRUE(world->signal(id, {engine::verb::pause, "", "alice", "wait"}));
    const auto sent = world->organisation().ledger().size();
    world->run_for(std::chrono::hours(24));
    EXPECT_EQ(world->organisation().ledger().size(), sent);
    EXPECT_EQ(world->runs().at(0)["state"].text_or(), "paused");
    ASSERT_TRUE(world->signal(id, {engine::verb::resume, "", "alice", ""}));
    world->run_for(std::chrono::hours(1));
    EXPECT_EQ(world->runs().at(0)["state"].text_or(), "succeeded");
}

TEST(SeedPayload, PostedTwiceMakesOneRun)
{
    auto world = company_at("2026-03-30T09:00:00Z");
    const std::string seed =
        R"({"employee":"Jane Smith","dept":"Marketing","startDate":"2026-04-01","manager":"Bob Lee"})";
    const auto first = world->deliver("workday", seed);
    const auto second = world->deliver("workday", seed);
    EXPECT_THAT(first.body, testing::HasSubstr("accepted"));
    EXPECT_THAT(second.body, testing::HasSubstr("duplicate"));
    world->run_for(std::chrono::hours(24 * 5));
    ASSERT_EQ(world->runs().size(), 1U) << pretty(world->events().at(0));
    EXPECT_EQ(world->runs()[0]["state"].text_or(), "succeeded") << pretty(world->runs()[0]);
    EXPECT_EQ(
        user_by_login(world->organisation().snapshot(world->now()), "jane.smith@example.com")["profile"]["department"]
            .text_or(),
        "Marketing");
}

} // namespace
} // namespace jmld::simulation
