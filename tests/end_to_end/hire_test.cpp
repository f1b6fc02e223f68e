// The main job through the public door: HR's events in, Okta's organisation changed, nothing in between looked at.
#include "tests/end_to_end/stack.hpp"

#include "engine/json/json.hpp"

#include <gmock/gmock.h>

namespace jmld::end_to_end {
namespace {

using testing::HasSubstr;
using testing::IsEmpty;
using testing::UnorderedElementsAre;

std::vector<std::string> names(const value& items, std::string_view key)
{
    std::vector<std::string> all;
    for (const auto& item : items.items())
        all.push_back(item[key].text_or());
    return all;
}

TEST(Hire, ASignedHireBecomesAUserInOktaWithTheAccessOfTheDepartment)
{
    stack_options options;
    options.service_app = true;
    stack here(options);
    here.start();
    const auto answer = here.hand_in(hire("hire-1"));
    ASSERT_EQ(answer.status, 202) << answer.body;
    const auto told = json_of(answer.body);
    EXPECT_EQ(told["event_id"].text_or(), "hire-1");
    EXPECT_EQ(told["status"].text_or(), "accepted");

    const auto run = here.ended_run_of("hire-1");
    EXPECT_EQ(run["state"].text_or(), "succeeded") << engine::json::write_pretty(run);
    EXPECT_EQ(run["workflow"].text_or(), "joiner");
    const auto jane = user_of(here.organisation(), "jane.smith@example.com");
    EXPECT_EQ(jane["status"].text_or(), "PROVISIONED"); // open, and no password of hers yet
    EXPECT_EQ(jane["profile"]["employeeNumber"].text_or(), "100900");
    EXPECT_EQ(jane["profile"]["department"].text_or(), "Marketing");
    EXPECT_THAT(names(jane["groups"], "name"), UnorderedElementsAre("Staff", "Marketing"));
    EXPECT_THAT(names(jane["apps"], "label"), UnorderedElementsAre("Slack", "Canva"));
    EXPECT_THAT(here.doubled_effects(), IsEmpty());
    EXPECT_EQ(here.get("/v1/events/hire-1")["decision"].text_or(), "acted");
}

TEST(Hire, OneRefusedForItsRateAndOneBrokenCallAreTriedAgain)
{
    stack here;
    here.fault(R"([{"match":{"method":"PUT","path":"/api/v1/groups/*/users/*"},"answer":{"status":503}},
                   {"match":{"method":"POST","path":"/api/v1/apps/*/users"},"answer":{"status":429}}])");
    here.start();
    here.hand_in(hire("hire-1"));
    const auto run = here.ended_run_of("hire-1");
    EXPECT_EQ(run["state"].text_or(), "succeeded");
    std::string met;
    for (const auto& step : run["steps"].items())
        for (const auto& attempt : step["attempts"].items())
            met += attempt["outcome"].text_or() + " " + engine::json::write(attempt["status"]) + "\n";
    EXPECT_THAT(met, HasSubstr("rate_limited 429"));
    EXPECT_THAT(met, HasSubstr("unavailable 503"));
    EXPECT_THAT(here.doubled_effects(), IsEmpty());
}

TEST(Hire, ALostAnswerOnCreateMakesNoSecondUser)
{
    stack here;
    here.fault(R"({"match":{"method":"POST","path":"/api/v1/users"},"drop":"after"})");
    here.start();
    here.hand_in(hire("hire-1"));
    const auto run = here.ended_run_of("hire-1");
    EXPECT_EQ(run["state"].text_or(), "succeeded") << engine::json::write_pretty(run);
    EXPECT_EQ(here.organisation()["users"].items().size(), 2U); // Jane and Bob
    EXPECT_THAT(here.doubled_effects(), IsEmpty());
}

TEST(Hire, WordsOfTheDictionaryAreOneHireHoweverOftenTheyCome)
{
    stack here;
    here.start();
    const std::string body =
        R"({"employee":"Jane Smith","dept":"Marketing","startDate":"2026-04-01","manager":"Bob Lee"})";
    const auto first = here.hand_in(body), second = here.post(signed_post(body, {.webhook_id = "another-delivery"}));
    EXPECT_EQ(first.status, 202) << first.body;
    EXPECT_EQ(second.status, 202) << second.body;
    const auto id = json_of(first.body)["event_id"].text_or();
    EXPECT_EQ(json_of(second.body)["event_id"].text_or(), id);
    EXPECT_EQ(json_of(second.body)["status"].text_or(), "duplicate");
    EXPECT_EQ(here.ended_run_of(id)["state"].text_or(), "succeeded");
    EXPECT_EQ(here.get("/v1/runs")["runs"].items().size(), 1U);
    EXPECT_EQ(user_of(here.organisation(), "jane.smith@example.com")["profile"]["department"].text_or(), "Marketing");
}

TEST(Hire, EmojiDiacriticsAndUnknownFieldsArePutUpWith)
{
    stack here;
    here.start();
    const person who{.number = "100777",
                     .first = "J\u00fcrgen \U0001F389",
                     .last = "M\u00fcller-L\u00fcdenscheidt",
                     .department = "Sales",
                     .start = day(-3)};
    here.hand_in(event_body("hire-7", "hire", who.start, who,
                            value::map({{"nobodyKnowsThis", value::list({1, nullptr, "\U0001F680"})}})));
    const auto run = here.ended_run_of("hire-7");
    ASSERT_EQ(run["state"].text_or(), "succeeded") << engine::json::write_pretty(run);
    const auto user = user_of(here.organisation(), run["subject"]["login"].text_or());
    EXPECT_EQ(user["profile"]["employeeNumber"].text_or(), "100777");
    EXPECT_EQ(user["profile"]["lastName"].text_or(), who.last);
    EXPECT_EQ(user["profile"]["firstName"].text_or().find("\U0001F389"), std::string::npos);
    for (const char c : user["profile"]["login"].text_or())
        EXPECT_TRUE(static_cast<unsigned char>(c) < 0x80) << user["profile"]["login"].text_or();
}

TEST(Hire, ADepartmentNobodyKnowsWaitsForAPersonAndNeverMeansNothing)
{
    stack here;
    here.start();
    here.hand_in(hire("hire-1", {.department = "Alchemy"}));
    here.await("a decision", [&] { return !here.get("/v1/events/hire-1")["decision"].is_null(); });
    const auto event = here.get("/v1/events/hire-1");
    EXPECT_EQ(event["decision"].text_or(), "parked");
    EXPECT_EQ(here.organisation()["users"].items().size(), 1U);
    EXPECT_THAT(here.get("/v1/runs")["runs"].items(), IsEmpty());
}

TEST(Hire, AMoveExchangesAccessAndALeaverLosesEverything)
{
    stack_options options;
    options.organisation = company({jane_at_work()});
    stack here(options);
    here.start();
    here.hand_in(job_change("move-1", {}, "Sales"));
    const auto moved = here.ended_run_of("move-1");
    EXPECT_EQ(moved["state"].text_or(), "succeeded") << engine::json::write_pretty(moved);
    auto jane = user_of(here.organisation(), "jane.smith@example.com");
    EXPECT_THAT(names(jane["groups"], "name"), UnorderedElementsAre("Staff", "Sales"));
    EXPECT_THAT(names(jane["apps"], "label"), UnorderedElementsAre("Slack", "Salesforce"));

    here.hand_in(termination("leave-1"));
    const auto left = here.ended_run_of("leave-1");
    EXPECT_EQ(left["state"].text_or(), "succeeded") << engine::json::write_pretty(left);
    jane = user_of(here.organisation(), "jane.smith@example.com");
    EXPECT_EQ(jane["status"].text_or(), "DEPROVISIONED");
    for (const auto* what : {"groups", "apps", "roles", "factors", "sessions"})
        EXPECT_THAT(jane[what].items(), IsEmpty()) << what;
    EXPECT_THAT(here.doubled_effects(), IsEmpty());
}

} // namespace
} // namespace jmld::end_to_end
