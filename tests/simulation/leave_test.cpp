// Somebody goes on leave at the very moment at which a hire is carried out: whichever of the two comes first, nobody
// can use the account meanwhile. What a leave does otherwise is told in tests/scenarios.
#include "tests/simulation/world.hpp"

#include <gmock/gmock.h>

namespace jmld::simulation {
namespace {

using testing::AnyOf;

/// The small company, where she has an account already, or nobody has.
value company_with(bool account)
{
    if (!account)
        return company();
    auto people = company()["users"].items();
    people.push_back(value::map({{"id", "00ujane"},
                                 {"status", "ACTIVE"},
                                 {"credentials", value::map({{"password", true}})},
                                 {"profile", value::map({{"login", "jane.smith@example.com"},
                                                         {"email", "jane.smith@example.com"},
                                                         {"firstName", "Jane"},
                                                         {"lastName", "Smith"},
                                                         {"employeeNumber", "100900"},
                                                         {"universalId", "U-000900"}})}}));
    return company().with("users", value(std::move(people)));
}

value jane_in(daemon::rehearsal& world)
{
    return user_by_login(world.organisation().snapshot(world.now()), "jane.smith@example.com");
}

// She takes the invitation up as soon as there is one.
void signs_in(daemon::rehearsal& world)
{
    const auto jane = jane_in(world);
    if (jane["status"].text_or() != "PROVISIONED")
        return;
    const auto done = world.organisation().change_by_other(
        value::map({{"user", jane["id"].text_or()}, {"status", "ACTIVE"}}), world.now());
    EXPECT_TRUE(done);
}

std::string leave(const std::string& entered, const std::string& day)
{
    return event_text("e2", "leave_started", entered, day, {});
}

void expect_nobody_in(daemon::rehearsal& world, const std::string& which)
{
    for (int look = 0; look < 12; ++look) {
        signs_in(world);
        world.run_for(std::chrono::minutes(10));
    }
    const auto status = jane_in(world)["status"].text_or();
    EXPECT_THAT(status, AnyOf("SUSPENDED", "STAGED", "")) << which;
}

class LeaveMeetsJoiner : public testing::TestWithParam<bool>
{
protected:
    const bool account = GetParam(); ///< she has one already
};

TEST_P(LeaveMeetsJoiner, OnTheFirstDayItself)
{
    for (const auto* entered : {"2027-01-20T09:30:00Z", "2027-01-28T09:00:00Z", "2027-01-31T23:59:59.999Z"}) {
        auto world = company_at("2027-01-20T09:00:00Z", {}, company_with(account));
        world->deliver("workday", hire("e1", "2027-01-19T08:00:00Z", {}));
        world->run_until(at(entered));
        world->deliver("workday", leave(entered, "2027-02-01"));
        world->run_until(at("2027-02-01T00:00:00Z"));
        expect_nobody_in(*world, entered);
    }
}

TEST_P(LeaveMeetsJoiner, ToldAtTheInstantAtWhichTheJoinerActs)
{
    for (const auto* instant : {"2027-01-25T00:00:00Z", "2027-02-01T00:00:00Z"})
        for (const auto* day : {"2027-01-25", "2027-01-31", "2027-02-01"})
            for (std::uint64_t death = 0; death <= 24; death += 3) {
                auto world = company_at("2027-01-20T09:00:00Z", {}, company_with(account));
                world->deliver("workday", hire("e1", "2027-01-19T08:00:00Z", {}));
                world->run_until(at(instant) - duration(1));
                if (death > 0)
                    world->crash_at_commit(world->commits() + death);
                world->run_until(at(instant));
                world->deliver("workday", leave(instant, day));
                world->run_until(at("2027-02-01T00:00:00Z"));
                expect_nobody_in(*world, std::string(instant) + " for " + day + ", death " + std::to_string(death));
            }
}

TEST_P(LeaveMeetsJoiner, WhenBothAreToldLateAndTogether)
{
    for (const auto* day : {"2027-01-31", "2027-02-01", "2027-02-02", "2027-02-03"}) {
        for (const bool hire_first : {true, false}) {
            auto world = company_at("2027-02-03T09:00:00Z", {}, company_with(account));
            const auto begun = hire("e1", "2027-01-19T08:00:00Z", {}), away = leave("2027-01-30T08:00:00Z", day);
            world->deliver("workday", hire_first ? begun : away);
            world->deliver("workday", hire_first ? away : begun);
            expect_nobody_in(*world, std::string(day) + (hire_first ? " after the hire" : " before the hire"));
        }
    }
}

TEST_P(LeaveMeetsJoiner, SheSignsInWhileTheLeaveEndsHerSessions)
{
    auto world = company_at("2027-02-03T09:00:00Z", {}, company_with(account));
    fault(*world, R"([{"match":{"method":"DELETE","path":"/api/v1/users/*/sessions"},"delay":"2s"}])");
    world->deliver("workday", leave("2027-01-30T08:00:00Z", "2027-02-02"));
    world->deliver("workday", hire("e1", "2027-01-19T08:00:00Z", {}));
    world->run_for(std::chrono::seconds(1));
    expect_nobody_in(*world, "sessions are being ended");
}

INSTANTIATE_TEST_SUITE_P(With, LeaveMeetsJoiner, testing::Bool());

} // namespace
} // namespace jmld::simulation
