// Stories in which something could get lost between two commits, wait for the wrong thing, or happen twice.
#include "tests/simulation/world.hpp"

#include <gmock/gmock.h>

#include <algorithm>

namespace jmld::simulation {
namespace {

using testing::UnorderedElementsAre;

value jane_in(daemon::rehearsal& world)
{
    return user_by_login(world.organisation().snapshot(world.now()), "jane.smith@example.com");
}

std::string correction(const std::string& id, const std::string& entered, const worker_story& who)
{
    const auto process = value::map(
        {{"type", "Hire Employee"}, {"eventWid", "wid-e1"}, {"action", "correct"}, {"completedMoment", entered}});
    return event_text(id, "hire_corrected", entered, who.start, who,
                      value::map({{"businessProcess", process}, {"corrects", value::map({{"eventWid", "wid-e1"}})}}));
}

std::string urgent(const std::string& event)
{
    const auto body = engine::json::parse(event).value();
    return engine::json::write(body.with("data", body["data"].with("immediate", true)));
}

// Jane is hired for 1 February and her joiner waits for that day; on 26 January the hire is corrected. `death` counts
// commits from the correction on; 0 = none.
std::unique_ptr<daemon::rehearsal> corrected(const worker_story& after, std::uint64_t death)
{
    auto world = company_at("2027-01-20T09:00:00Z");
    world->deliver("workday", hire("e1", "2027-01-19T08:00:00Z", {}));
    world->run_until(at("2027-01-26T09:00:00Z"));
    EXPECT_EQ(world->runs().at(0)["state"].text_or(), "waiting");
    if (death > 0)
        world->crash_at_commit(world->commits() + death);
    world->deliver("workday", correction("e2", "2027-01-26T08:30:00Z", after));
    world->run_for(std::chrono::minutes(30));
    return world;
}

TEST(Correction, ALaterFirstDayIsKeptWhereverTheProcessDies)
{
    worker_story later;
    later.start = "2027-02-05";
    for (std::uint64_t death = 0; death <= 6; ++death) {
        auto world = corrected(later, death);
        world->run_until(at("2027-02-04T23:59:00Z"));
        EXPECT_EQ(jane_in(*world)["status"].text_or(), "STAGED") << "death " << death;
        world->run_until(at("2027-02-05T01:00:00Z"));
        EXPECT_EQ(jane_in(*world)["status"].text_or(), "PROVISIONED") << "death " << death;
    }
}

TEST(Correction, AnEarlierFirstDayIsKeptWhereverTheProcessDies)
{
    worker_story earlier;
    earlier.start = "2027-01-28";
    for (std::uint64_t death = 0; death <= 6; ++death) {
        auto world = corrected(earlier, death);
        world->run_until(at("2027-01-27T23:59:00Z"));
        EXPECT_EQ(jane_in(*world)["status"].text_or(), "STAGED") << "death " << death;
        world->run_until(at("2027-01-28T01:00:00Z"));
        EXPECT_EQ(jane_in(*world)["status"].text_or(), "PROVISIONED")
            << "death " << death << pretty(world->runs().at(0));
    }
}

TEST(Correction, OfTheDepartmentTakesThePlaceOfTheWaitingRunWhereverTheProcessDies)
{
    worker_story engineer;
    engineer.department = "Engineering";
    for (std::uint64_t death = 0; death <= 12; ++death) {
        auto world = corrected(engineer, death);
        world->run_until(at("2027-01-31T23:59:00Z"));
        const auto runs = world->runs();
        ASSERT_EQ(runs.size(), 2U) << "death " << death << pretty(world->events().back());
        EXPECT_EQ(runs[0]["state"].text_or(), "superseded") << "death " << death;
        EXPECT_EQ(runs[0]["superseded_by"].text_or(), runs[1]["id"].text_or()) << "death " << death;
        EXPECT_EQ(runs[1]["state"].text_or(), "waiting") << "death " << death << pretty(runs[1]);
        EXPECT_THAT(names_of(jane_in(*world)["groups"], "name"), UnorderedElementsAre("Staff", "Engineering"))
            << "death " << death;
        EXPECT_EQ(jane_in(*world)["status"].text_or(), "STAGED") << "death " << death;
        world->run_until(at("2027-02-01T01:00:00Z"));
        EXPECT_EQ(jane_in(*world)["status"].text_or(), "PROVISIONED") << "death " << death;
    }
}

TEST(Hold, AllThatItHeldLeavesOnceItIsReleasedWhereverTheProcessDies)
{
    for (std::uint64_t death = 0; death <= 8; ++death) {
        auto world = company_at("2027-02-01T09:00:00Z", "guard: {window: 60m, max_leavers: 1, max_percent: 2}\n");
        std::vector<worker_story> people(3);
        for (std::size_t i = 0; i < people.size(); ++i) {
            people[i].id = std::to_string(200'000 + i);
            people[i].universal_id = "U-" + people[i].id;
            people[i].first = std::string("Person") + static_cast<char>('a' + i);
            world->deliver("workday", hire("h" + std::to_string(i), "2027-02-01T08:00:00Z", people[i]));
        }
        world->run_for(std::chrono::hours(1));
        for (std::size_t i = 0; i < people.size(); ++i)
            world->deliver("workday",
                           termination("t" + std::to_string(i), "2027-02-02T08:00:00Z", "2027-01-31", people[i]));
        world->run_for(std::chrono::minutes(5));
        const auto holds = world->holds();
        ASSERT_EQ(holds.size(), 1U);
        ASSERT_EQ(holds[0].events.size(), 2U);
        if (death > 0)
            world->crash_at_commit(world->commits() + death);
        world->say([id = holds[0].id](daemon::core& work) -> boost::asio::awaitable<void> {
            const auto wanted = id;
            auto settled = co_await work.decisions().settle_hold(wanted, true, "alice", "it is the yearly closing");
            static_cast<void>(settled);
        });
        world->run_for(std::chrono::hours(48));
        if (world->holds().at(0).state == "held") // the word was lost with the process, and with it nothing else
            continue;
        for (const auto& event : world->events())
            EXPECT_EQ(event["decision"].text_or(), "acted") << "death " << death << pretty(event);
        for (const auto& user : world->organisation().snapshot(world->now())["users"].items())
            EXPECT_EQ(user["status"].text_or(), user["id"].text_or() == "00ubob" ? "ACTIVE" : "DEPROVISIONED")
                << "death " << death;
    }
}

TEST(Decision, OfALeaverDoesNotWaitForTheLookupOfAnother)
{
    auto world = company_at("2027-02-01T09:00:00Z");
    world->deliver("workday", hire("e1", "2027-02-01T08:00:00Z", {}));
    world->run_for(std::chrono::hours(1));
    fault(*world, R"({"match":{"method":"GET","path":"/api/v1/users"},"always":true,"delay":"20s"})");
    worker_story stranger;
    stranger.id = "777777";
    stranger.universal_id = "U-777777";
    stranger.first = "Nobody";
    world->deliver("workday", termination("e2", "2027-02-01T09:59:00Z", "2027-01-31", stranger));
    world->deliver("workday", urgent(termination("e3", "2027-02-01T09:59:30Z", "2027-02-01", {})));
    world->run_for(std::chrono::seconds(2));
    EXPECT_EQ(world->events().at(1)["decision"].text_or(), "") << "the stranger is still looked up";
    EXPECT_EQ(world->events().at(2)["decision"].text_or(), "acted");
}

TEST(Decision, AReplayDuringTheFirstLookupStartsNoSecondRun)
{
    auto world = company_at("2027-02-01T09:00:00Z");
    fault(*world, R"({"match":{"method":"GET","path":"/api/v1/users"},"times":3,"delay":"20s"})");
    world->deliver("workday", hire("e1", "2027-02-01T08:00:00Z", {}));
    world->run_for(std::chrono::seconds(5));
    ASSERT_EQ(world->events().at(0)["decision"].text_or(), "");
    world->say([](daemon::core& work) -> boost::asio::awaitable<void> {
        auto decided = co_await work.decisions().replay({"workday", "e1"}, "alice", "it hangs");
        EXPECT_FALSE(decided) << *decided;
    });
    world->run_for(std::chrono::hours(2));
    ASSERT_EQ(world->runs().size(), 1U);
    EXPECT_EQ(world->runs().at(0)["state"].text_or(), "succeeded") << pretty(world->runs().at(0));
}

TEST(Mover, OneThatIsDecidedWhileAnotherRunsTakesAwayWhatThatOneGave)
{
    auto world = company_at("2027-02-01T09:00:00Z");
    world->deliver("workday", hire("e1", "2027-02-01T08:00:00Z", {}));
    world->run_for(std::chrono::hours(1));
    fault(*world, R"({"match":{"method":"POST","path":"/api/v1/apps/*/users"},"times":1,"delay":"20s"})");
    world->deliver("workday", job_change("e2", "2027-02-01T09:58:00Z", "2027-02-01", {}, "Engineering"));
    world->run_for(std::chrono::seconds(5));
    world->deliver("workday", job_change("e3", "2027-02-01T10:00:04Z", "2027-02-01", {}, "Sales"));
    world->run_for(std::chrono::hours(48));
    EXPECT_THAT(names_of(jane_in(*world)["groups"], "name"), UnorderedElementsAre("Staff", "Sales"))
        << pretty(world->runs().back());
    EXPECT_THAT(names_of(jane_in(*world)["apps"], "label"), UnorderedElementsAre("Slack", "Salesforce"));
}

TEST(Rollback, AnAccountThatWasTakenBackIsNotLookedForByTheNextHire)
{
    auto world = company_at("2027-02-01T09:00:00Z");
    fault(*world, R"({"match":{"method":"POST","path":"/api/v1/apps/*/users"},"always":true,
                      "answer":{"status":403,"body":{"errorCode":"E0000006","errorSummary":"no"}}})");
    world->deliver("workday", hire("e1", "2027-02-01T08:00:00Z", {}));
    world->run_for(std::chrono::hours(2));
    ASSERT_EQ(world->runs().at(0)["state"].text_or(), "rolled_back");
    world->organisation().clear_faults();
    world->deliver("workday", hire("e2", "2027-02-01T10:30:00Z", {}));
    world->run_for(std::chrono::hours(2));
    ASSERT_EQ(world->runs().size(), 2U) << pretty(world->events().back());
    EXPECT_EQ(world->runs().at(1)["state"].text_or(), "succeeded") << pretty(world->runs().at(1));
    EXPECT_THAT(names_of(jane_in(*world)["groups"], "name"), UnorderedElementsAre("Staff", "Marketing"));
}

} // namespace
} // namespace jmld::simulation
