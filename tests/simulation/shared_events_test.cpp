// The shared sample events, alone and in the orders worth playing, end to end. Skipped, saying so, where they are not
// at hand.
#include "tests/simulation/world.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <map>
#include <sstream>

namespace jmld::simulation {
namespace {

const std::filesystem::path samples = source_dir / ".." / "shared" / "events";

class SharedEvents : public testing::Test
{
protected:
    void SetUp() override
    {
        if (!std::filesystem::exists(samples))
            GTEST_SKIP() << "../shared/events is not here";
    }

    void begin(const std::string& start, value users = value::list({}))
    {
        auto options = options_at(start);
        world = std::make_unique<daemon::rehearsal>(std::move(options));
        auto org = company();
        auto all = org["users"].items();
        for (const auto& user : users.items())
            all.push_back(user);
        const auto loaded = world->organisation().load(org.with("users", value(all)), world->now());
        ASSERT_TRUE(loaded) << loaded.error().what;
    }

    http::response send(const std::string& name, http::header_list headers = {})
    {
        for (const auto& entry : std::filesystem::directory_iterator(samples))
            if (entry.path().filename().string().starts_with(name))
                return world->deliver("workday", read_file(entry.path()), headers);
        ADD_FAILURE() << "no sample " << name;
        return {};
    }

    std::string decision(const std::string& id)
    {
        for (const auto& event : world->events())
            if (event["id"].text_or() == id)
                return event["decision"].text_or("(none)");
        return "(no such event)";
    }
    std::string told() { return engine::json::write_pretty(value(world->events())); }
    std::vector<std::string> runs()
    {
        std::vector<std::string> all;
        for (const auto& run : world->runs())
            all.push_back(run["workflow"].text_or() + " " + run["state"].text_or());
        return all;
    }

    std::unique_ptr<daemon::rehearsal> world;
};

value okta_user(const std::string& id, const std::string& number, const std::string& first, const std::string& last,
                const std::string& status, const std::string& department)
{
    const auto login = first + "." + last + "@example.com";
    return value::map({{"id", id},
                       {"status", status},
                       {"credentials", value::map({{"password", status != "DEPROVISIONED"}})},
                       {"profile", value::map({{"login", login},
                                               {"email", login},
                                               {"firstName", first},
                                               {"lastName", last},
                                               {"employeeNumber", number},
                                               {"department", department}})}});
}

TEST_F(SharedEvents, EveryFileIsAnsweredAsItsReadmeSays)
{
    begin("2026-11-24T12:00:00Z", value::list({okta_user("00u231", "100231", "Dana", "Okafor", "ACTIVE", "Sales")}));
    const std::map<std::string, int> expected = {
        {"01", 202}, {"02", 202}, {"03", 202}, {"04", 202}, {"05", 202}, {"06", 202}, {"07", 202}, {"08", 202},
        {"09", 202}, {"10", 202}, {"11", 202}, {"12", 202}, {"13", 202}, {"14", 202}, {"15", 202}, {"16", 202},
        {"17", 202}, {"18", 202}, {"19", 202}, {"20", 202}, {"21", 202}, {"22", 202}, {"23", 202}};
    for (const auto& [name, status] : expected) {
        const auto answer = send(name + "-");
        EXPECT_EQ(answer.status, status) << name << ": " << answer.body;
    }
    EXPECT_EQ(send("30-", {{"content-type", "application/cloudevents+json"}}).status, 202);
    EXPECT_EQ(send("32-", {{"content-type", "application/cloudevents-batch+json"}}).status, 202);
    world->run_for(std::chrono::hours(24 * 200));
    for (const auto& event : world->events())
        EXPECT_FALSE(event["decision"].is_null()) << engine::json::write_pretty(event);
    EXPECT_EQ(decision("wd-evt-0018"), "ignored");
    for (const auto* leave : {"wd-evt-0010", "wd-evt-0011"})
        EXPECT_EQ(decision(leave), "parked") << leave;
    for (const auto& run : world->runs())
        EXPECT_TRUE(
            engine::has_ended(engine::parse_run_status(run["state"].text_or()).value_or(engine::run_status::running)) ||
            run["state"].text_or() == "paused")
            << engine::json::write_pretty(run);
}

TEST_F(SharedEvents, AHireThatIsCorrectedMovesItsTimerAndARescindEndsIt)
{
    begin("2026-11-20T04:00:00Z");
    send("01-");
    send("13-");
    world->run_until(at("2026-11-28T00:00:00Z"));
    EXPECT_EQ(decision("wd-evt-0001"), "superseded") << told();
    EXPECT_EQ(decision("wd-evt-0013"), "scheduled") << told();
    send("09-");
    world->run_for(std::chrono::hours(24 * 60));
    EXPECT_EQ(decision("wd-evt-0013"), "superseded") << told();
    for (const auto& user : world->organisation().snapshot(world->now())["users"].items())
        EXPECT_NE(user["profile"]["employeeNumber"].text_or(), "100482") << "nobody was ever to come";
}

TEST_F(SharedEvents, ARescindThatComesFirstLeavesATombstone)
{
    begin("2026-11-24T04:00:00Z");
    send("09-");
    world->run_for(std::chrono::minutes(1));
    EXPECT_EQ(decision("wd-evt-0009"), "tombstone") << told();
    send("01-");
    world->run_for(std::chrono::hours(24 * 60));
    EXPECT_EQ(decision("wd-evt-0001"), "superseded") << told();
    EXPECT_THAT(runs(), testing::IsEmpty());
}

TEST_F(SharedEvents, ARescindedTerminationNeverActs)
{
    begin("2026-11-23T04:00:00Z", value::list({okta_user("00u355", "100355", "Some", "Body", "ACTIVE", "Sales"),
                                               okta_user("00u231", "100231", "Dana", "Okafor", "ACTIVE", "Sales")}));
    send("06-");
    world->run_for(std::chrono::minutes(1));
    EXPECT_EQ(decision("wd-evt-0006"), "scheduled") << told();
    send("08-");
    world->run_for(std::chrono::hours(24 * 90));
    EXPECT_EQ(decision("wd-evt-0006"), "superseded") << told();
    EXPECT_THAT(runs(), testing::IsEmpty());
}

TEST_F(SharedEvents, AConvertedContractorKeepsTheAccountInEitherOrder)
{
    for (const bool end_first : {false, true}) {
        begin("2026-11-23T08:00:00Z");
        send("02-");
        world->run_until(at("2026-12-15T10:00:00Z"));
        send(end_first ? "15-" : "14-");
        send(end_first ? "14-" : "15-");
        world->run_until(at("2027-01-20T00:00:00Z"));
        EXPECT_EQ(decision("wd-evt-0015"), "superseded") << told();
        int found = 0;
        for (const auto& user : world->organisation().snapshot(world->now())["users"].items()) {
            if (user["profile"]["lastName"].text_or() != "Nowak")
                continue;
            ++found;
            EXPECT_NE(user["status"].text_or(), "DEPROVISIONED") << end_first;
        }
        EXPECT_EQ(found, 1) << end_first;
        for (const auto& entry : world->organisation().ledger())
            EXPECT_NE(entry.effect["event"].text_or(), "user.lifecycle.deactivate");
    }
}

TEST_F(SharedEvents, ABatchOfTerminationsIsHeldButTheUrgentOneIsNot)
{
    engine::value_list users;
    std::istringstream lines(read_file(samples / "24-mass-termination.ndjson"));
    std::vector<std::string> bodies;
    for (std::string line; std::getline(lines, line);) {
        const auto number = engine::json::parse(line).value()["data"]["worker"]["workerId"].text_or();
        users.push_back(okta_user("00u" + number, number, "Person" + number, "Mass", "ACTIVE", "Sales"));
        bodies.push_back(line);
    }
    begin("2026-11-24T12:00:00Z", value(users));
    for (const auto& body : bodies)
        EXPECT_EQ(world->deliver("workday", body).status, 202);
    world->run_for(std::chrono::minutes(30));
    int held = 0;
    for (const auto& event : world->events())
        held += event["decision"].text_or() == "held" ? 1 : 0;
    EXPECT_EQ(held, 29) << told(); // ten act, the urgent one too
    EXPECT_EQ(decision("wd-evt-mass-017"), "acted");
    ASSERT_EQ(world->holds().size(), 1U);
    EXPECT_EQ(world->holds()[0].events.size(), 29U);
    int guards = 0;
    for (const auto& alarm : world->alarms())
        guards += alarm.kind == "guard_tripped" ? 1 : 0;
    EXPECT_EQ(guards, 1);
}

} // namespace
} // namespace jmld::simulation
