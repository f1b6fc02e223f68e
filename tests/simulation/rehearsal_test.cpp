// The main stories, end to end on a virtual clock: hire, move, leave — and the same with the process dying at every
// commit.
#include "tests/simulation/world.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <set>

namespace jmld::simulation {
namespace {

using testing::Contains;
using testing::UnorderedElementsAre;

TEST(Joiner, AHireBecomesAnActiveUserWithTheAccessOfItsDepartment)
{
    auto world = company_at("2027-02-01T09:00:00Z");
    const auto answer = world->deliver("workday", hire("e1", "2027-02-01T08:00:00Z", {}));
    EXPECT_EQ(answer.status, 202) << answer.body;
    world->run_for(std::chrono::hours(1));
    const auto runs = world->runs();
    ASSERT_EQ(runs.size(), 1U) << pretty(world->events().front());
    EXPECT_EQ(runs[0]["state"].text_or(), "succeeded") << pretty(runs[0]);
    const auto jane = user_by_login(world->organisation().snapshot(world->now()), "jane.smith@example.com");
    EXPECT_EQ(jane["status"].text_or(), "PROVISIONED");
    EXPECT_THAT(names_of(jane["groups"], "name"), UnorderedElementsAre("Staff", "Marketing"));
    EXPECT_THAT(names_of(jane["apps"], "label"), UnorderedElementsAre("Slack", "Canva"));
}

TEST(Joiner, ThePreHireAccountStaysClosedUntilTheFirstDay)
{
    auto world = company_at("2027-01-01T09:00:00Z");
    worker_story jane;
    jane.zone = "Australia/Melbourne";
    world->deliver("workday", hire("e1", "2027-01-01T08:00:00Z", jane));
    world->run_until(at("2027-01-24T12:59:59Z"));
    EXPECT_EQ(world->runs().size(), 0U);
    EXPECT_EQ(world->events()[0]["decision"].text_or(), "scheduled");
    world->run_until(at("2027-01-24T13:30:00Z")); // 25 January, 00:00 in Melbourne, is seven days before
    ASSERT_EQ(world->runs().size(), 1U);
    EXPECT_EQ(world->runs()[0]["state"].text_or(), "waiting") << pretty(world->runs()[0]);
    const auto staged = user_by_login(world->organisation().snapshot(world->now()), "jane.smith@example.com");
    EXPECT_EQ(staged["status"].text_or(), "STAGED");
    EXPECT_THAT(names_of(staged["groups"], "name"), Contains("Marketing"));
    world->run_until(at("2027-01-31T12:59:59Z"));
    EXPECT_EQ(user_by_login(world->organisation().snapshot(world->now()), "jane.smith@example.com")["status"].text_or(),
              "STAGED");
    world->run_until(at("2027-01-31T13:30:00Z"));
    EXPECT_EQ(user_by_login(world->organisation().snapshot(world->now()), "jane.smith@example.com")["status"].text_or(),
              "PROVISIONED");
    EXPECT_EQ(world->runs()[0]["state"].text_or(), "succeeded");
}

TEST(Mover, GetsTheNewAccessBeforeLosingTheOldAndNoCallForWhatBothShare)
{
    auto world = company_at("2027-02-01T09:00:00Z");
    world->deliver("workday", hire("e1", "2027-02-01T08:00:00Z", {}));
    world->run_for(std::chrono::hours(1));
    const auto calls_before = world->organisation().ledger().size();
    world->deliver("workday", job_change("e2", "2027-02-02T08:00:00Z", "2027-02-02", {}, "Engineering"));
    world->run_for(std::chrono::hours(48));
    const auto runs = world->runs();
    ASSERT_EQ(runs.size(), 2U) << pretty(world->events().back());
    EXPECT_EQ(runs[1]["state"].text_or(), "succeeded") << pretty(runs[1]);
    const auto jane = user_by_login(world->organisation().snapshot(world->now()), "jane.smith@example.com");
    EXPECT_THAT(names_of(jane["groups"], "name"), Contains("Engineering"));
    EXPECT_THAT(names_of(jane["groups"], "name"), testing::Not(Contains("Marketing")));
    EXPECT_EQ(jane["profile"]["department"].text_or(), "Engineering");
    std::uint64_t added = 0, removed = 0;
    for (const auto& entry : world->organisation().ledger()) {
        if (entry.seq <= calls_before)
            continue;
        const auto what = entry.effect["event"].text_or();
        if (what == "group.user_membership.add" || what == "application.user_membership.add")
            added = std::max(added, entry.seq);
        if ((what == "group.user_membership.remove" || what == "application.user_membership.remove") && removed == 0)
            removed = entry.seq;
    }
    EXPECT_LT(added, removed);
}

TEST(Leaver, EndsDeactivatedWithNothingLeft)
{
    auto world = company_at("2027-02-01T09:00:00Z");
    world->deliver("workday", hire("e1", "2027-02-01T08:00:00Z", {}));
    world->run_for(std::chrono::hours(1));
    world->deliver("workday", termination("e2", "2027-02-03T08:00:00Z", "2027-02-05", {}));
    world->run_until(at("2027-02-05T23:59:00Z"));
    EXPECT_EQ(world->runs().size(), 1U) << "the last day is not over";
    world->run_until(at("2027-02-07T00:00:00Z"));
    const auto runs = world->runs();
    ASSERT_EQ(runs.size(), 2U) << pretty(world->events().back());
    EXPECT_EQ(runs[1]["state"].text_or(), "succeeded") << pretty(runs[1]);
    const auto jane = user_by_login(world->organisation().snapshot(world->now()), "jane.smith@example.com");
    EXPECT_EQ(jane["status"].text_or(), "DEPROVISIONED");
    EXPECT_THAT(names_of(jane["groups"], "name"), testing::IsEmpty());
    EXPECT_THAT(names_of(jane["apps"], "label"), testing::IsEmpty());
}

// What every death must leave intact: each effect once, one user, every run at its end.
struct told_story
{
    value org;
    std::vector<std::string> effects;
    std::vector<std::string> states;
    std::uint64_t commits = 0;
    int deaths = 0;
};

told_story tell(std::optional<std::uint64_t> death_at)
{
    auto world = company_at("2027-02-01T09:00:00Z");
    if (death_at)
        world->crash_at_commit(*death_at);
    world->deliver("workday", hire("e1", "2027-02-01T08:00:00Z", {}));
    world->run_for(std::chrono::hours(1));
    world->deliver("workday", job_change("e2", "2027-02-02T08:00:00Z", "2027-02-02", {}, "Engineering"));
    world->run_for(std::chrono::hours(48));
    world->deliver("workday", termination("e3", "2027-02-04T08:00:00Z", "2027-02-04", {}));
    world->run_for(std::chrono::hours(72));
    told_story story;
    story.org = world->organisation().snapshot(world->now());
    story.effects = effects(world->organisation());
    for (const auto& run : world->runs())
        story.states.push_back(run["workflow"].text_or() + " " + run["state"].text_or());
    story.commits = world->commits();
    story.deaths = world->deaths();
    return story;
}

TEST(Death, AtEveryCommitLosesNothingAndDoublesNothing)
{
    const auto undisturbed = tell(std::nullopt);
    ASSERT_THAT(undisturbed.states, testing::ElementsAre("joiner succeeded", "mover succeeded", "leaver succeeded"));
    ASSERT_GT(undisturbed.commits, 20U);
    for (std::uint64_t death = 1; death <= undisturbed.commits; ++death) {
        const auto story = tell(death);
        EXPECT_EQ(story.deaths, 1) << "commit " << death;
        EXPECT_EQ(story.states, undisturbed.states) << "commit " << death;
        auto expected = undisturbed.effects, seen = story.effects;
        std::sort(expected.begin(), expected.end());
        std::sort(seen.begin(), seen.end());
        EXPECT_EQ(seen, expected) << "commit " << death;
    }
}

} // namespace
} // namespace jmld::simulation
