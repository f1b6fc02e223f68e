// What a client got wrong is refused by name, and nothing happens; what it meant by a person's number is found.
#include "tests/end_to_end/stack.hpp"

#include "engine/json/json.hpp"

#include <fmt/format.h>
#include <gmock/gmock.h>

namespace jmld::end_to_end {
namespace {

using testing::AllOf;
using testing::HasSubstr;

struct Refusing : testing::Test
{
    std::string run_after_hire()
    {
        here.start();
        here.hand_in(hire("hire-1"));
        return here.ended_run_of("hire-1")["id"].text_or();
    }

    stack here;
};

TEST_F(Refusing, AMemberOfAnotherTypeOrOneThatIsMissingStartsNothing)
{
    run_after_hire();
    const std::pair<const char*, const char*> wrong[] = {
        {R"({"workflow":"mover","subject":"100900","dry_run":"yes"})", "/dry_run: must be true or false"},
        {R"({"workflow":"mover","subject":"100900","dry_run":1})", "/dry_run: must be true or false"},
        {R"({"workflow":"mover","subject":"100900","input":[]})", "/input: must be an object"},
        {R"({"workflow":5,"subject":"100900"})", "/workflow: must be a text"},
        {R"({"workflow":"mover"})", "/subject: missing"},
        {R"({"workflow":"mover","subject":"100900","reason":7})", "/reason: must be a text"},
        {R"({"workflow":"mover","subject":"100900","more":1})", "/more: unknown member"}};
    for (const auto& [body, why] : wrong) {
        const auto answer = here.ask("POST", "/v1/runs", body);
        EXPECT_EQ(answer.status, 400) << body;
        EXPECT_THAT(answer.body, HasSubstr(why));
    }
    EXPECT_EQ(here.get("/v1/runs")["runs"].items().size(), 1U);
    EXPECT_EQ(here.ask("POST", "/v1/events", R"({"source":"workday"})").status, 400);
    EXPECT_EQ(here.ask("POST", "/v1/events", R"({"source":"workday","headers":[],"body":{}})").status, 400);
    EXPECT_EQ(here.get("/v1/events")["events"].items().size(), 1U);
}

TEST_F(Refusing, AStepThatTheRunDoesNotHaveIsNotFound)
{
    const auto id = run_after_hire();
    const auto answer = here.ask("POST", "/v1/runs/" + id + "/steps/zzz/skip", R"({"reason":"a test"})");
    EXPECT_EQ(answer.status, 404) << answer.body;
    EXPECT_EQ(here.ask("POST", "/v1/runs/" + id + "/steps/create_user/skip", R"({"reason":"a test"})").status, 409);
}

TEST_F(Refusing, AListTakesAPersonsNumberFromWhoeverMaySeePeople)
{
    const auto id = run_after_hire();
    for (const auto* list : {"runs", "events"}) {
        const auto wanted = fmt::format("/v1/{}?subject=", list);
        EXPECT_EQ(here.get(wanted + "100900")[list].items().size(), 1U) << list;
        EXPECT_EQ(here.get(wanted + "100901")[list].items().size(), 0U) << list;
        EXPECT_EQ(json_of(here.ask("GET", wanted + "100900", {}, "viewer").body)[list].items().size(), 0U) << list;
        const auto key = here.get("/v1/runs/" + id)["subject"]["key"].text_or();
        EXPECT_EQ(json_of(here.ask("GET", wanted + key, {}, "viewer").body)[list].items().size(), 1U) << list;
    }
    EXPECT_EQ(here.get("/v1/events?limit=1000")["events"].items().front()["deliveries"].items().size(), 1U);
    EXPECT_EQ(here.ask("GET", "/v1/events?limit=1001").status, 400);
}

TEST_F(Refusing, ARunLeadsToWhatBelongsToItAndAPersonShowsWhatWasReadLast)
{
    const auto links = here.get("/v1/runs/" + run_after_hire())["links"];
    for (const auto* name : {"self", "history", "graph", "event", "person", "workflow", "evidence"})
        EXPECT_EQ(here.ask("GET", links[name].text_or()).status, 200) << name;
    const auto access = here.get(links["person"].text_or())["access"];
    EXPECT_EQ(access["status"].text_or(), "PROVISIONED");
    EXPECT_FALSE(access["apps"].items().empty());
}

TEST_F(Refusing, AnotherMethodIs405AndTooMuchIs413WhateverStandsInTheBody)
{
    here.start();
    for (const auto* method : {"GET", "DELETE", "PUT", "PATCH"}) {
        auto message = signed_post(hire("hire-1"));
        message.method = method;
        const auto answer = here.post(message);
        EXPECT_EQ(answer.status, 405) << method << ' ' << answer.body;
    }
    const auto answer = here.hand_in("{\"a\":\"" + std::string(12'000'000, 'x') + "\"}");
    EXPECT_EQ(answer.status, 413);
}

TEST_F(Refusing, EveryProblemOfAConfigurationIsToldInOneGo)
{
    auto text = read_text(here.file("jmld.yaml"));
    text.replace(text.find("policy: "), 8, "policy: { pre_hire: 7 }\nfolicy: ");
    write_text(here.file("odd.yaml"), text);
    const auto told = run_program("jmld", {"--config", here.file("odd.yaml"), "--check-config"}, here.folder());
    EXPECT_EQ(told.code, 78);
    EXPECT_THAT(told.err, AllOf(HasSubstr("unknown key 'folicy'"), HasSubstr("'pre_hire' must be a duration")));
    EXPECT_EQ(run_program("jmld", {"--confg", "x"}, here.folder()).code, 2);
    EXPECT_EQ(run_program("okta-sim", {"--bogus"}, here.folder()).code, 2);
}

} // namespace
} // namespace jmld::end_to_end
