// Everything that may arrive at the webhook listener, right or wrong, signed here because the daemon's clock is the
// machine's.
#include "tests/end_to_end/stack.hpp"

#include "engine/digest.hpp"
#include "engine/json/json.hpp"
#include "tests/support/places.hpp"

#include <fmt/format.h>
#include <gmock/gmock.h>

#include <csignal>

namespace jmld::end_to_end {
namespace {

using testing::HasSubstr;
using testing::IsEmpty;
using testing::SizeIs;

struct Intake : testing::Test
{
    Intake() { here.start(); }

    std::string status_word(const http::response& answer) { return json_of(answer.body)["status"].text_or(); }
    value event(const std::string& id) { return here.get("/v1/events/" + http::percent_encode(id)); }
    std::size_t kept() { return here.get("/v1/events?limit=200")["events"].items().size(); }

    stack here{stack_options{
        .verification = "{ standard_webhooks: { secrets: [ { file: next.secret }, { file: workday.secret } ] } }"}};
};

TEST_F(Intake, EitherSecretIsGoodWhileOneIsBeingReplaced)
{
    EXPECT_EQ(here.post(signed_post(hire("e1"), {.key = secret(0)})).status, 202);
    EXPECT_EQ(here.post(signed_post(hire("e2"), {.key = secret(1)})).status, 202);
    EXPECT_EQ(
        here.post(signed_post(hire("e3"), {.listed_first = "v1,AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA="})).status,
        202);
    EXPECT_EQ(here.post(signed_post(hire("e4"), {.listed_first = "v1a,AAAA v2,BBBB"})).status, 202);
    EXPECT_EQ(here.post(signed_post(hire("e5"), {.key = secret(2)})).status, 401);
    EXPECT_EQ(kept(), 4U);
}

TEST_F(Intake, WhatIsStaleTamperedOrUnsignedIsRefusedAndNotKept)
{
    EXPECT_EQ(here.post(signed_post(hire("old"), {.age = 310})).status, 401);
    EXPECT_EQ(here.post(signed_post(hire("early"), {.age = -310})).status, 401);
    EXPECT_EQ(here.post(signed_post(hire("in-time"), {.age = 280})).status, 202);

    auto tampered = signed_post(hire("e1"));
    tampered.body.replace(tampered.body.find("Marketing"), 9, "Executive");
    EXPECT_EQ(here.post(tampered).status, 401);
    auto redated = signed_post(hire("e2"));
    redated.headers[2].second = std::to_string(std::stoll(redated.headers[2].second) + 1);
    EXPECT_EQ(here.post(redated).status, 401);
    for (const auto* missing : {"webhook-id", "webhook-timestamp", "webhook-signature"}) {
        auto bare = signed_post(hire("e3"));
        std::erase_if(bare.headers, [&](const auto& header) { return header.first == missing; });
        EXPECT_EQ(here.post(bare).status, 401) << missing;
        auto repeated = signed_post(hire("e4"));
        repeated.headers.emplace_back(missing, *http::find_header(repeated.headers, missing));
        const auto answer = here.post(repeated);
        EXPECT_TRUE(answer.status == 401 || answer.status == 400) << missing << ' ' << answer.status;
    }
    EXPECT_EQ(kept(), 1U);
    EXPECT_THAT(here.ask("GET", "/metrics").body,
                HasSubstr(R"(jmld_events_total{source="workday",result="not_authentic"} 10)"));
}

TEST_F(Intake, TheSameEventAgainIsADuplicateAndStartsNothing)
{
    const auto body = hire("e1");
    const auto first = signed_post(body, {.webhook_id = "delivery-1"});
    EXPECT_EQ(status_word(here.post(first)), "accepted");
    const auto replayed = here.post(first);
    EXPECT_EQ(replayed.status, 202);
    EXPECT_EQ(status_word(replayed), "duplicate");
    EXPECT_EQ(status_word(here.post(signed_post(body, {.webhook_id = "delivery-2"}))), "duplicate");
    here.ended_run_of("e1");
    EXPECT_THAT(here.get("/v1/runs")["runs"].items(), SizeIs(1));
    EXPECT_THAT(event("e1")["deliveries"].items(), SizeIs(3));
}

TEST_F(Intake, AnIdThatComesWithAnotherBodyIsAConflictAndTheFirstStands)
{
    EXPECT_EQ(here.post(signed_post(hire("e1"), {.webhook_id = "d1"})).status, 202);
    const auto other_body = here.post(signed_post(hire("e1", {.last = "Jones"}), {.webhook_id = "d2"}));
    EXPECT_EQ(other_body.status, 409) << other_body.body;
    const auto same_delivery = here.post(signed_post(hire("e2"), {.webhook_id = "d1"}));
    EXPECT_EQ(same_delivery.status, 409) << same_delivery.body;
    EXPECT_EQ(*http::find_header(same_delivery.headers, "content-type"), "application/problem+json");
    EXPECT_EQ(kept(), 1U);
    EXPECT_EQ(event("e1")["subject"]["name"].text_or(), "Jane Smith");
    EXPECT_THAT(here.ask("GET", "/v1/status").body, HasSubstr("event_id_conflict"));
}

TEST_F(Intake, PathMethodMediaTypeSizeAndSignatureAreLookedAtInThisOrder)
{
    auto message = signed_post(std::string(300'000, ' '), {.content_type = "text/plain"}, "/hooks/nobody");
    message.headers.pop_back();
    message.method = "PUT";
    EXPECT_EQ(here.post(message).status, 404);
    message.target = "/hooks/workday";
    const auto method = here.post(message);
    EXPECT_EQ(method.status, 405);
    ASSERT_NE(http::find_header(method.headers, "allow"), nullptr);
    EXPECT_EQ(*http::find_header(method.headers, "allow"), "POST");
    message.method = "POST";
    EXPECT_EQ(here.post(message).status, 415);
    message.headers[0].second = "application/json; charset=utf-8";
    EXPECT_EQ(here.post(message).status, 413);
    message.body.resize(10);
    EXPECT_EQ(here.post(message).status, 401);
    EXPECT_EQ(here.post(signed_post("          ")).status, 400);
}

TEST_F(Intake, ASenderOfCloudEventsMayAskFirst)
{
    http::request question{"OPTIONS", "/hooks/workday", {{"WebHook-Request-Origin", "hr.example.com"}}, {}};
    const auto allowed = here.post(question);
    EXPECT_EQ(allowed.status, 200);
    ASSERT_NE(http::find_header(allowed.headers, "webhook-allowed-origin"), nullptr);
    EXPECT_EQ(*http::find_header(allowed.headers, "webhook-allowed-origin"), "hr.example.com");
    EXPECT_NE(http::find_header(allowed.headers, "webhook-allowed-rate"), nullptr);
    question.target = "/hooks/nobody";
    EXPECT_EQ(here.post(question).status, 404);
    EXPECT_EQ(here.post({"OPTIONS", "/hooks/workday", {}, {}}).status, 405) << "nobody asks on whose behalf";
    EXPECT_EQ(kept(), 0U);
}

TEST_F(Intake, TwoMegabytesAreRefusedWhetherAnnouncedOrNot)
{
    const std::size_t bytes = 2 * 1024 * 1024;
    auto message = signed_post(std::string(bytes, 'a'));
    std::string header = "POST /hooks/workday HTTP/1.1\r\nHost: localhost\r\n";
    for (const auto& [name, text] : message.headers)
        header += name + ": " + text + "\r\n";
    const auto announced =
        say(here.hooks_url(), header + fmt::format("Content-Length: {}\r\n\r\n", bytes)); // and not one byte of it
    EXPECT_EQ(status_of(announced), 413) << announced;
    std::string chunks = header + "Transfer-Encoding: chunked\r\n\r\n";
    for (std::size_t sent = 0; sent < bytes; sent += 16 * 1024)
        chunks += "4000\r\n" + std::string(16 * 1024, 'a') + "\r\n";
    const auto streamed = say(here.hooks_url(), chunks + "0\r\n\r\n");
    EXPECT_EQ(status_of(streamed), 413) << streamed;
    EXPECT_EQ(kept(), 0U);
    EXPECT_EQ(here.hand_in(hire("e1")).status, 202); // and it goes on
}

TEST_F(Intake, WhatIsNoProperJsonIsRefused)
{
    const auto valid = hire("e1");
    const std::string deep =
        R"({"id":"deep","type":"workday.worker.hire","data":)" + std::string(40, '[') + std::string(40, ']') + "}";
    for (const auto& [what, body] : std::vector<std::pair<std::string, std::string>>{
             {"nothing", ""},
             {"words", "hello"},
             {"half an object", valid.substr(0, valid.size() - 1)},
             {"something behind it", valid + "x"},
             {"two objects", valid + valid},
             {"a key twice", R"({"id":"a","id":"b"})"},
             {"a key twice, written differently", R"({"id":"a","\u0069d":"b"})"},
             {"no UTF-8", "{\"id\":\"\xff\xfe\"}"},
             {"half a surrogate", R"({"id":"\ud800"})"},
             {"too deep", deep},
             {"NaN", R"({"id":NaN})"},
             {"a comment", "{/* */}"}})
    {
        const auto answer = here.hand_in(body);
        EXPECT_EQ(answer.status, 400) << what << ": " << answer.body;
    }
    EXPECT_EQ(kept(), 0U);
}

TEST_F(Intake, WhatTheMappingCannotReadIsKeptAndCanBeReplayed)
{
    const std::string body =
        R"({"id":"strange","type":"workday.worker.hire","data":{"effectiveDate":"the day after tomorrow","worker":{"workerId":17}}})";
    const auto refused = here.hand_in(body);
    ASSERT_EQ(refused.status, 422) << refused.body;
    const auto problem = json_of(refused.body);
    EXPECT_EQ(problem["status"].text_or(), "quarantined");
    EXPECT_EQ(problem["event_id"].text_or(), "strange");
    EXPECT_FALSE(problem["errors"].items().empty()) << refused.body;
    EXPECT_EQ(event("strange")["decision"].text_or(), "quarantined");
    EXPECT_FALSE(event("strange")["reason"].text_or().empty());
    const auto again = here.hand_in(body);
    EXPECT_EQ(again.status, 202);
    EXPECT_EQ(status_word(again), "duplicate");
    const auto replayed = here.ask("POST", "/v1/events/strange/replay", R"({"reason":"the mapping was looked at"})");
    EXPECT_EQ(replayed.status, 200) << replayed.body;
    EXPECT_EQ(json_of(replayed.body)["decision"].text_or(), "quarantined"); // it still cannot
    EXPECT_THAT(here.get("/v1/runs")["runs"].items(), IsEmpty());
}

TEST(Mending, AnEventKeptUnreadIsCarriedOutOnceTheMappingReadsIt)
{
    const auto shipped = read_text(std::string(test::source_folder) + "/config/sources/workday.yaml");
    const std::string right = "effective_on: vars.data.effectiveDate",
                      wrong = "effective_on: vars.data.worker.workerId";
    auto mistaken = shipped;
    mistaken.replace(mistaken.find(right), right.size(), wrong);
    stack here(stack_options{.mapping = "workday.yaml"});
    write_text(here.file("workday.yaml"), mistaken);
    here.start();
    ASSERT_EQ(here.hand_in(hire("hire-1")).status, 422);
    ASSERT_EQ(here.ctl({"event", "replay", "hire-1"}).code, 0);
    EXPECT_EQ(here.get("/v1/events/hire-1")["decision"].text_or(), "quarantined");

    write_text(here.file("workday.yaml"), shipped);
    here.daemon().signal(SIGHUP);
    here.await("the new mapping", [&] { return here.log().find("reloaded") != std::string::npos; });
    const auto replayed = here.ctl({"event", "replay", "hire-1", "--reason", "the mapping is mended"});
    EXPECT_EQ(replayed.code, 0) << replayed.err;
    EXPECT_EQ(here.get("/v1/events/hire-1")["decision"].text_or(), "acted");
    EXPECT_EQ(here.ended_run_of("hire-1")["state"].text_or(), "succeeded");
    EXPECT_EQ(here.ctl({"event", "replay", "hire-1"}).code, 6) << "it was carried out";
}

TEST_F(Intake, ATypeNobodyHandlesAndAProbeAreAcknowledgedAndRecorded)
{
    const auto other = here.hand_in(event_body("pay-1", "compensation_change", day(0), {}));
    EXPECT_EQ(other.status, 202);
    EXPECT_EQ(status_word(other), "ignored");
    EXPECT_EQ(event("pay-1")["decision"].text_or(), "ignored");
    const auto probe = here.hand_in(R"({"text":"Ping test"})");
    EXPECT_EQ(probe.status, 202);
    EXPECT_EQ(status_word(probe), "ignored");
    EXPECT_EQ(kept(), 2U);
    EXPECT_THAT(here.get("/v1/runs")["runs"].items(), IsEmpty());
}

value envelope(const std::string& id, const std::string& body)
{
    return value::map({{"specversion", "1.0"},
                       {"id", id},
                       {"source", "https://hr.example.com/prod"},
                       {"type", "com.example.workday.worker.hire"},
                       {"time", "2026-11-20T03:14:07Z"},
                       {"datacontenttype", "application/json"},
                       {"data", json_of(body)["data"]}});
}

TEST_F(Intake, CloudEventsComeInThreeModes)
{
    const auto body = hire("inner");
    const auto one = engine::json::write(envelope("ce-1", body));
    const auto structured =
        here.post(signed_post(one, {.content_type = "application/cloudevents+json; charset=utf-8"}));
    ASSERT_EQ(structured.status, 202) << structured.body;
    EXPECT_EQ(json_of(structured.body)["event_id"].text_or(), "ce-1");
    // The same event, written with other bytes: the envelope is no part of it.
    const auto spaced = here.post(signed_post(engine::json::write_pretty(envelope("ce-1", body)),
                                              {.content_type = "application/cloudevents+json"}));
    EXPECT_EQ(status_word(spaced), "duplicate") << spaced.body;

    auto binary =
        signed_post(engine::json::write(json_of(hire("inner", {.number = "100901", .first = "Ann"}))["data"]));
    for (const auto& [name, text] : http::header_list{{"ce-specversion", "1.0"},
                                                      {"ce-id", "ce-2"},
                                                      {"ce-source", "https://hr.example.com/prod"},
                                                      {"ce-type", "com.example.workday.worker.hire"},
                                                      {"ce-time", "2026-11-20T03:14:07Z"}})
        binary.headers.emplace_back(name, text);
    const auto in_headers = here.post(binary);
    ASSERT_EQ(in_headers.status, 202) << in_headers.body;
    EXPECT_EQ(json_of(in_headers.body)["event_id"].text_or(), "ce-2");

    const auto third = hire("inner", {.number = "100902", .first = "Eve"});
    const auto batch =
        here.post(signed_post(engine::json::write(value::list({envelope("ce-1", body), envelope("ce-3", third)})),
                              {.content_type = "application/cloudevents-batch+json"}));
    ASSERT_EQ(batch.status, 202) << batch.body;
    const auto told = json_of(batch.body)["events"].items();
    ASSERT_EQ(told.size(), 2U) << batch.body;
    EXPECT_EQ(told[0]["status"].text_or(), "duplicate");
    EXPECT_EQ(told[1]["status"].text_or(), "accepted");
    for (const auto* id : {"ce-1", "ce-2", "ce-3"})
        EXPECT_EQ(here.ended_run_of(id)["state"].text_or(), "succeeded") << id;
}

TEST_F(Intake, ABatchIsKeptWholeOrNotAtAll)
{
    EXPECT_EQ(here.post(signed_post(engine::json::write(envelope("ce-1", hire("x"))),
                                    {.content_type = "application/cloudevents+json"}))
                  .status,
              202);
    const auto conflicting = value::list(
        {envelope("ce-9", hire("x", {.number = "100909"})), envelope("ce-1", hire("x", {.last = "Other"}))});
    const auto answer = here.post(
        signed_post(engine::json::write(conflicting), {.content_type = "application/cloudevents-batch+json"}));
    EXPECT_EQ(answer.status, 409) << answer.body;
    EXPECT_EQ(here.ask("GET", "/v1/events/ce-9").status, 404);
    EXPECT_EQ(kept(), 1U);
}

} // namespace
} // namespace jmld::end_to_end
