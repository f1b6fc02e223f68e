// A plan against what then really happens: the same calls, in the same order, for people who are there and who are not.
#include "tests/end_to_end/stack.hpp"

#include "engine/json/json.hpp"

#include <gmock/gmock.h>

#include <algorithm>

namespace jmld::end_to_end {
namespace {

using calls = std::vector<std::string>;

// Ids that Okta gives to what is only to be made are not known before.
std::string without_new_ids(std::string path, const std::string& made)
{
    for (auto at = made.empty() ? std::string::npos : path.find(made); at != std::string::npos; at = path.find(made))
        path.replace(at, made.size(), "NEW");
    return path;
}

struct Plans : testing::Test
{
    value plan(const std::string& body)
    {
        const auto asked = value::map({{"source", "workday"}, {"body", json_of(body)}});
        const auto answer = here.ask("POST", "/v1/plan", engine::json::write(asked), "operator");
        EXPECT_EQ(answer.status, 200) << answer.body;
        return json_of(answer.body);
    }
    static calls planned(const value& plan)
    {
        std::string made;
        for (const auto& call : plan["calls"].items()) // the first call after the account is made names it
            if (const auto path = call["path"].text_or(); made.empty() && path.find("/users/00u") != std::string::npos)
                made = path.substr(path.find("00u"), 20);
        calls all;
        for (const auto& call : plan["calls"].items())
            all.push_back(call["method"].text_or() + " " + without_new_ids(call["path"].text_or(), made));
        std::sort(all.begin(), all.end());
        return all;
    }
    static calls made(const value& run)
    {
        std::string made;
        std::vector<std::pair<std::string, std::string>> found;
        for (const auto& step : run["steps"].items())
            for (const auto& attempt : step["attempts"].items())
                for (const auto& call : attempt["calls"].items())
                    if (call["method"].text_or() != "GET")
                        found.emplace_back(engine::json::write(call["at"]),
                                           call["method"].text_or() + " " + call["path"].text_or());
        std::sort(found.begin(), found.end());
        for (const auto& [at, call] : found)
            if (const auto place = call.find("/users/00u"); made.empty() && place != std::string::npos)
                made = call.substr(place + 7, 20);
        calls all;
        for (const auto& [at, call] : found)
            all.push_back(without_new_ids(call, made));
        std::sort(all.begin(), all.end());
        return all;
    }
    std::vector<std::string> ledger_writes()
    {
        std::vector<std::string> all;
        for (const auto& entry : here.sim("GET", "/_sim/ledger").items())
            if (entry["method"].text_or() != "GET")
                all.push_back(entry["path"].text_or());
        return all;
    }

    stack here;
};

TEST_F(Plans, AHireAMoveAndALeaverDoWhatTheirPlansSaid)
{
    here.start();
    const std::pair<std::string, std::string> story[] = {{"1-hire", hire("1-hire")},
                                                         {"2-change", job_change("2-change", {}, "Sales")},
                                                         {"3-leave", termination("3-leave")}};
    for (const auto& [id, body] : story) {
        const auto before = ledger_writes();
        const auto foreseen = plan(body);
        EXPECT_EQ(ledger_writes(), before) << "a plan writes nothing: " << id;
        EXPECT_EQ(foreseen["decision"].text_or(), "acted") << engine::json::write(foreseen);
        EXPECT_EQ(foreseen["state"].text_or(), "succeeded") << engine::json::write(foreseen);
        EXPECT_EQ(here.ask("GET", "/v1/events/" + id).status, 404) << "nothing of it is kept";
        here.hand_in(body);
        const auto run = here.ended_run_of(id);
        EXPECT_EQ(run["state"].text_or(), "succeeded") << id;
        EXPECT_EQ(planned(foreseen), made(run)) << id;
        EXPECT_FALSE(planned(foreseen).empty()) << id;
    }
    const auto log = here.log();
    std::size_t begun = 0;
    for (auto at = log.find("\"begins\""); at != std::string::npos; at = log.find("\"begins\"", at + 1))
        ++begun;
    EXPECT_EQ(begun, 3U) << "the log tells of what happened, not of what was rehearsed";
}

TEST_F(Plans, ADepartmentThatNoRuleKnowsIsSaidBeforeItIsSent)
{
    here.start();
    const auto foreseen = plan(hire("1-hire", {.department = "Alchemy"}));
    EXPECT_EQ(foreseen["decision"].text_or(), "parked");
    EXPECT_THAT(engine::json::write(foreseen["alarms"]), testing::HasSubstr("Alchemy"));
    EXPECT_TRUE(foreseen["calls"].items().empty());
}

TEST_F(Plans, AFlatHireIsToldInWordsThatSomebodyOfHrCanRead)
{
    here.start();
    write_text(here.file("hire.json"),
               R"({"employee":"Jane Smith","dept":"Marketing","startDate":"2026-04-01","manager":"Bob Lee"})");
    const auto told = here.ctl({"plan", here.file("hire.json").string()}, "operator");
    EXPECT_EQ(told.code, 0) << told.err;
    for (const auto* line :
         {"Jane Smith: worker.hired", "acted: workflow joiner was started", "takes effect  2026-04-01",
          "Create the account jane.smith@example.com", "because Okta has no account of this person",
          "Add to the group Marketing", R"(of the access rules gives it: person.department == "Marketing")",
          "Activate the account", "because the employment begins on 2026-04-01",
          "/users/{new account}/lifecycle/activate", "nothing was sent"})
        EXPECT_THAT(told.out, testing::HasSubstr(line));
    EXPECT_TRUE(here.get("/v1/events")["events"].items().empty());

    EXPECT_THAT(told.out, testing::HasSubstr("/api/v1/users?activate=false"));

    write_text(here.file("odd.json"),
               R"({"employee":"Jane Smith","dept":"Alchemy","startDate":"2026-04-01","manager":"Bob Lee"})");
    const auto parked = here.ctl({"plan", here.file("odd.json").string()}, "operator");
    EXPECT_THAT(parked.out, testing::HasSubstr("parked: no access rule knows the department"));
    EXPECT_THAT(parked.out, testing::HasSubstr("Nothing would be changed in Okta"));
}

TEST_F(Plans, WhatCannotBeReadIsRefusedWithItsPlace)
{
    here.start();
    EXPECT_EQ(here.ask("POST", "/v1/plan", R"({"source":"nobody","body":{}})").status, 404);
    EXPECT_EQ(here.ask("POST", "/v1/plan", R"({"source":"workday","body":{}})", "viewer").status, 403);
    const auto odd =
        here.ask("POST", "/v1/plan", R"({"source":"workday","body":{"id":"odd","type":"workday.worker.hire",
        "data":{"effectiveDate":"tomorrow","worker":{"workerId":"4711"}}}})");
    EXPECT_EQ(odd.status, 400);
    EXPECT_THAT(odd.body, testing::HasSubstr("mapping"));
}

} // namespace
} // namespace jmld::end_to_end
