// The guard against mass terminations, and a leaver whose reading is refused: held is never lost, refused is never
// given up. Small guards keep the stories short.
#include "tests/simulation/world.hpp"

#include <gmock/gmock.h>

namespace jmld::simulation {
namespace {

using ::testing::ElementsAre;

std::vector<worker_story> crowd(int count)
{
    std::vector<worker_story> people(static_cast<std::size_t>(count));
    for (std::size_t i = 0; i < people.size(); ++i) {
        people[i].id = std::to_string(200'000 + i);
        people[i].universal_id = "U-" + people[i].id;
        people[i].first = "Person" + std::to_string(i);
    }
    return people;
}

value organisation_of(int strangers)
{
    auto org = company();
    engine::value_list users(org["users"].items().begin(), org["users"].items().end());
    for (int i = 0; i < strangers; ++i) {
        const auto name = "stranger" + std::to_string(i);
        const auto login = name + "@example.com";
        users.push_back(value::map(
            {{"id", "00ustr" + std::to_string(i)},
             {"status", "ACTIVE"},
             {"credentials", value::map({{"password", true}})},
             {"profile", value::map({{"login", login}, {"email", login}, {"firstName", name}, {"lastName", "Lee"}})}}));
    }
    return org.with("users", value(std::move(users)));
}

// Everybody of a crowd is hired, then leaves in the same minute; what became of each leaving.
std::vector<std::string> decisions_when_all_leave(int leavers, int strangers)
{
    const auto owned = company_at("2027-02-01T09:00:00Z", "guard: {window: 60m, max_leavers: 2, max_percent: 1}\n",
                                  organisation_of(strangers));
    auto& world = *owned;
    const auto people = crowd(leavers);
    for (std::size_t i = 0; i < people.size(); ++i)
        world.deliver("workday", hire("h" + std::to_string(i), "2027-02-01T08:00:00Z", people[i]));
    world.run_for(std::chrono::hours(2));
    for (std::size_t i = 0; i < people.size(); ++i)
        world.deliver("workday", termination("t" + std::to_string(i), "2027-02-02T08:00:00Z", "2027-01-31", people[i]));
    world.run_for(std::chrono::minutes(5));
    std::vector<std::string> decisions;
    for (const auto& event : world.events())
        if (event["type"].text_or() == "worker.terminated")
            decisions.push_back(event["decision"].text_or());
    return decisions;
}

TEST(Guard, InASmallOrganisationThePlainNumberCounts)
{
    EXPECT_THAT(decisions_when_all_leave(4, 400), ElementsAre("acted", "acted", "held", "held"));
}

TEST(Guard, InALargeOrganisationThePercentageAllowsMore)
{
    EXPECT_THAT(decisions_when_all_leave(7, 550),
                ElementsAre("acted", "acted", "acted", "acted", "acted", "held", "held"));
}

TEST(Leaver, WhoseReadingIsRefusedGoesOnAskingUnderOneAlarmAndClosesThePersonWhenItMay)
{
    const auto owned = company_at("2027-02-01T09:00:00Z");
    auto& world = *owned;
    world.deliver("workday", hire("h", "2027-02-01T08:00:00Z", {}));
    world.run_for(std::chrono::hours(1));
    fault(world, R"({"match":{"method":"GET","path":"/api/v1/users/**"},"for":"2h",
        "answer":{"status":403,"body":{"errorCode":"E0000006","errorSummary":"no"}}})");
    world.deliver("workday", termination("t", "2027-02-02T08:00:00Z", "2027-01-31", {}));
    world.run_for(std::chrono::hours(1));
    std::vector<std::string> kinds;
    for (const auto& alarm : world.alarms())
        kinds.push_back(alarm.kind);
    EXPECT_THAT(kinds, ElementsAre("needs_person"));
    EXPECT_NE(world.runs().back()["state"].text_or(), "paused");
    world.run_for(std::chrono::minutes(62));
    EXPECT_EQ(user_by_login(world.organisation().snapshot(world.now()), "jane.smith@example.com")["status"].text_or(),
              "DEPROVISIONED");
}

TEST(Leaver, OvertakesTheHiresThatWaitForTheirDecision)
{
    const auto owned = company_at("2027-02-01T09:00:00Z");
    auto& world = *owned;
    world.deliver("workday", hire("h", "2027-02-01T08:00:00Z", {}));
    world.run_for(std::chrono::hours(1));
    fault(world, R"({"match":{"method":"GET","path":"/api/v1/users"},"always":true,"delay":"5s"})");
    const auto people = crowd(400);
    for (std::size_t i = 0; i < people.size(); ++i)
        world.deliver("workday", hire("h" + std::to_string(i), "2027-02-01T08:00:00Z", people[i]));
    world.deliver("workday", termination("t", "2027-02-01T10:00:00Z", "2027-01-31", {}));
    world.run_for(std::chrono::hours(1));
    std::size_t made_before = 0;
    bool contained = false;
    for (const auto& entry : world.organisation().ledger()) {
        const auto what = entry.effect["event"].text_or();
        contained = contained || what == "user.lifecycle.deactivate";
        made_before += !contained && what == "user.lifecycle.create" ? 1 : 0;
    }
    EXPECT_TRUE(contained);
    EXPECT_LE(made_before, 1U + 2 * 128U) << "those under way when it came, and at most as many again";
    EXPECT_EQ(world.runs().size(), 402U);
}

} // namespace
} // namespace jmld::simulation
