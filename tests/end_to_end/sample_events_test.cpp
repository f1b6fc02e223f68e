// The sample events beside this checkout, each signed and sent as its sender would: every one is answered, kept and
// decided. What the decisions should be in detail is rehearsed on a virtual clock elsewhere; here the clock is the
// machine's.
#include "tests/end_to_end/stack.hpp"
#include "tests/support/source_files.hpp"

#include "engine/json/json.hpp"

#include <gmock/gmock.h>

#include <algorithm>
#include <map>
#include <sstream>

namespace jmld::end_to_end {
namespace {

using testing::AnyOf;
using testing::HasSubstr;
using testing::IsEmpty;

struct SampleEvents : testing::Test
{
    void SetUp() override
    {
        const auto found = test::sample_events();
        if (!found)
            GTEST_SKIP() << "there is no folder ../shared/events beside this checkout";
        folder = *found;
    }

    std::string text(const std::string& name) { return read_text(folder / name); }

    /// Files of one event each, by number.
    std::vector<std::string> plain_files()
    {
        std::vector<std::string> names;
        for (const auto& entry : std::filesystem::directory_iterator(folder)) {
            const auto name = entry.path().filename().string();
            if (name.ends_with(".json") && name < "24")
                names.push_back(name);
        }
        std::sort(names.begin(), names.end());
        return names;
    }

    /// Whoever an event speaks about who is not hired by it works here already.
    value organisation()
    {
        std::map<std::string, value> users;
        for (const auto& name : plain_files()) {
            const auto event = json_of(text(name));
            const auto type = event["type"].text_or();
            const auto& worker = event["data"]["worker"];
            const auto number = worker["workerId"].text_or();
            if (number.empty() || type.ends_with(".hire") || type.find("hire_") != std::string::npos)
                continue;
            const auto login = "u" + number + "@example.com";
            users[number] =
                value::map({{"id", "00u" + number},
                            {"status", type.ends_with("rehire") ? "DEPROVISIONED" : "ACTIVE"},
                            {"credentials", value::map({{"password", true}})},
                            {"profile", value::map({{"login", login},
                                                    {"email", login},
                                                    {"firstName", worker["legalName"]["first"]},
                                                    {"lastName", worker["legalName"]["last"]},
                                                    {"employeeNumber", number},
                                                    {"department", worker["position"]["department"].text_or()}})}});
        }
        users.erase("100101"); // Bob is in the company anyway
        std::vector<value> all;
        for (const auto& [number, user] : users)
            all.push_back(user);
        return company(all);
    }

    void await_decisions(stack& here)
    {
        here.await(
            "a decision for every event", [&] { return here.get("/v1/status")["events"]["undecided"].is_null(); },
            std::chrono::seconds(60));
    }

    std::filesystem::path folder;
};

TEST_F(SampleEvents, EachIsAcceptedOrIgnoredAndDecided)
{
    stack here(stack_options{.organisation = organisation()});
    here.start();
    std::map<std::string, std::vector<std::string>> ids;
    for (const auto& name : plain_files()) {
        const auto answer = here.hand_in(text(name));
        ASSERT_EQ(answer.status, 202) << name << ": " << answer.body;
        const auto told = json_of(answer.body);
        const bool ignored = name.starts_with("18") || name.starts_with("21") || name.starts_with("22");
        EXPECT_EQ(told["status"].text_or(), ignored ? "ignored" : "accepted") << name;
        for (const auto& one : told["events"].items())
            ids[name].push_back(one["event_id"].text_or());
        if (ids[name].empty())
            ids[name].push_back(told["event_id"].text_or());
    }
    await_decisions(here);
    const auto decided = [&](const std::string& prefix) {
        std::vector<value> events;
        for (const auto& [name, all] : ids)
            for (const auto& id : all)
                if (name.starts_with(prefix))
                    events.push_back(here.get("/v1/events/" + http::percent_encode(id)));
        return events;
    };
    for (const auto& event : decided("")) {
        EXPECT_FALSE(event["decision"].is_null()) << engine::json::write_pretty(event);
        EXPECT_FALSE(event["reason"].text_or().empty()) << engine::json::write_pretty(event);
    }
    EXPECT_EQ(decided("23").size(), 4U) << "one for each worker of the report";
    for (const auto* ignored : {"18", "21", "22"})
        EXPECT_EQ(decided(ignored).at(0)["decision"].text_or(), "ignored") << ignored;
    for (const auto* moved :
         {"03", "05", "07", "10", "11", "20"}) // today or earlier, whatever today is after they were written
        EXPECT_THAT(decided(moved).at(0)["decision"].text_or(), AnyOf("acted", "scheduled"))
            << moved << engine::json::write_pretty(decided(moved).at(0));
    EXPECT_EQ(decided("01").at(0)["decision"].text_or(),
              "superseded"); // by 09, which takes the hire back, or 13, which moves it
    EXPECT_THAT(here.doubled_effects(), IsEmpty());

    const auto again = here.hand_in(text("20-seed-literal.json"));
    EXPECT_EQ(json_of(again.body)["status"].text_or(), "duplicate");
}

TEST_F(SampleEvents, FortyLeaversAtOnceAreHeldButForTheUrgentOneAndTheFirstTen)
{
    std::istringstream lines(text("24-mass-termination.ndjson"));
    std::vector<value> users;
    std::vector<std::string> bodies, ids;
    for (std::string line; std::getline(lines, line);) {
        const auto event = json_of(line);
        const auto number = event["data"]["worker"]["workerId"].text_or();
        const auto login = "u" + number + "@example.com";
        users.push_back(value::map({{"id", "00u" + number},
                                    {"status", "ACTIVE"},
                                    {"profile", value::map({{"login", login},
                                                            {"email", login},
                                                            {"firstName", "Mass"},
                                                            {"lastName", "Worker"},
                                                            {"employeeNumber", number}})}}));
        bodies.push_back(line);
        ids.push_back(event["id"].text_or());
    }
    ASSERT_EQ(bodies.size(), 40U);
    stack here(stack_options{.organisation = company(users)});
    here.start();
    for (const auto& body : bodies)
        ASSERT_EQ(here.hand_in(body).status, 202);
    await_decisions(here);
    std::map<std::string, int> counts;
    for (const auto& event : here.get("/v1/events?limit=200")["events"].items())
        ++counts[event["decision"].text_or()];
    EXPECT_EQ(counts["acted"], 11);
    EXPECT_EQ(counts["held"], 29);
    EXPECT_EQ(here.get("/v1/events/" + ids.at(17))["decision"].text_or(), "acted");
    EXPECT_EQ(here.get("/v1/holds")["holds"].items().size(), 1U);
    EXPECT_EQ(here.ended_run_of(ids.at(17))["state"].text_or(), "succeeded");
}

TEST_F(SampleEvents, CloudEventsOfEachModeAreRead)
{
    stack here(stack_options{.organisation = organisation()});
    here.start();
    const auto structured = here.post(
        signed_post(text("30-cloudevents-structured.json"), {.content_type = "application/cloudevents+json"}));
    EXPECT_EQ(structured.status, 202) << structured.body;
    auto binary = signed_post(text("31-cloudevents-binary.body.json"));
    const auto described = json_of(text("31-cloudevents-binary.headers.json"));
    for (const auto& [name, content] : described["headers"].entries())
        if (name.starts_with("ce-"))
            binary.headers.emplace_back(name, content.text_or());
    const auto in_headers = here.post(binary);
    EXPECT_EQ(in_headers.status, 202) << in_headers.body;
    EXPECT_EQ(json_of(in_headers.body)["event_id"].text_or(), "wd-evt-0003");
    const auto batch = here.post(
        signed_post(text("32-cloudevents-batch.json"), {.content_type = "application/cloudevents-batch+json"}));
    ASSERT_EQ(batch.status, 202) << batch.body;
    const auto told = json_of(batch.body)["events"].items();
    ASSERT_EQ(told.size(), 2U);
    EXPECT_EQ(told[0]["status"].text_or(), "duplicate") << "the same source and id as the structured one";
    EXPECT_EQ(told[1]["status"].text_or(), "accepted");
    await_decisions(here);
    for (const auto& event : here.get("/v1/events")["events"].items())
        EXPECT_FALSE(event["decision"].is_null());
    EXPECT_THAT(here.doubled_effects(), IsEmpty());
}

} // namespace
} // namespace jmld::end_to_end
