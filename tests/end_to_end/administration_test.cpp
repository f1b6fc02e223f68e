// The audit record, Idempotency-Key, the kill switch and the backup, through the operations listener of a real daemon.
#include "tests/end_to_end/stack.hpp"

#include "engine/json/json.hpp"

#include <fmt/format.h>
#include <gmock/gmock.h>

#include <algorithm>

namespace jmld::end_to_end {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;
using testing::Not;

std::vector<std::string> actions(stack& here)
{
    std::vector<std::string> all;
    for (const auto& record : here.get("/v1/audit?limit=200")["audit"].items())
        all.push_back(record["action"].text_or());
    std::reverse(all.begin(), all.end());
    return all;
}

std::int64_t writes(stack& here)
{
    const auto ledger = here.sim("GET", "/_sim/ledger");
    return std::count_if(ledger.items().begin(), ledger.items().end(), [](const value& entry) {
        return entry["method"].text_or() != "GET" && entry["path"].text_or().find("oauth2") == std::string::npos;
    });
}

TEST(Administration, EveryMutationIsInTheAuditRecordWithItsPrincipalAndTheChainHolds)
{
    stack here;
    here.start();
    here.hand_in(hire("hire-1", {.start = day(3)}));
    const auto id = here.run_of("hire-1")["id"].text_or();
    here.await("a run that waits", [&] { return here.get("/v1/runs/" + id)["state"].text_or() == "waiting"; });
    EXPECT_EQ(here.ask("POST", "/v1/runs/" + id + "/pause", R"({"reason":"Jane Smith called"})").status, 200);
    EXPECT_EQ(here.ask("POST", "/v1/runs/" + id + "/resume", R"({"reason":"she called again"})").status, 200);
    EXPECT_EQ(here.ask("POST", "/v1/runs/" + id + "/cancel", R"({"reason":"she will not come"})").status, 200);
    EXPECT_THAT(actions(here), ElementsAre("run.pause", "run.resume", "run.cancel"));

    const auto first = here.ask("GET", "/v1/audit?limit=2");
    EXPECT_EQ(json_of(first.body)["audit"].items().front()["principal"].text_or(), "admin");
    EXPECT_EQ(json_of(first.body)["audit"].items().front()["reason"].text_or(), "she will not come");
    ASSERT_NE(http::find_header(first.headers, "link"), nullptr);
    EXPECT_THAT(here.ask("GET", "/v1/audit", {}, "viewer").body, Not(HasSubstr("called")));

    EXPECT_EQ(here.stop(), 0);
    here.start();
    EXPECT_THAT(actions(here), ElementsAre("run.pause", "run.resume", "run.cancel"));
    EXPECT_THAT(dump_without_payloads(here.database()), Not(HasSubstr("called")));
}

TEST(Administration, AKeyMakesAMutationHappenOnceAlsoOverARestart)
{
    stack here;
    here.start();
    const auto send = [&](const std::string& body, const std::string& key) {
        http::request message;
        message.method = "POST";
        message.target = "/v1/switch";
        message.headers = {{"Authorization", "Bearer " + here.token("admin")}, {"Content-Type", "application/json"}};
        if (!key.empty())
            message.headers.emplace_back("Idempotency-Key", key);
        message.body = body;
        return far_end(here.ops_url()).send(message);
    };
    const std::string off = R"({"outbound":"off","reason":"a test"})", on = R"({"outbound":"on","reason":"a test"})";
    const auto first = send(off, "key-1");
    EXPECT_EQ(first.status, 200);
    EXPECT_EQ(send(on, {}).status, 200);
    const auto again = send(off, "key-1");
    EXPECT_EQ(again.status, 200);
    EXPECT_EQ(again.body, first.body);
    EXPECT_NE(http::find_header(again.headers, "idempotency-replayed"), nullptr);
    EXPECT_EQ(here.get("/v1/switch")["outbound"].text_or(), "on") << "it was not carried out again";
    EXPECT_EQ(send(on, "key-1").status, 422);
    EXPECT_EQ(send(on, "two words").status, 400);
    here.kill();
    here.start();
    EXPECT_EQ(send(off, "key-1").body, first.body);
    EXPECT_EQ(here.get("/v1/switch")["outbound"].text_or(), "on");
    EXPECT_THAT(actions(here), ElementsAre("switch.off", "switch.on"));
}

TEST(Administration, SwitchedOffNothingIsWrittenToOktaAlsoAfterARestart)
{
    stack here;
    here.start();
    const auto before = writes(here);
    EXPECT_EQ(here.ask("POST", "/v1/switch", R"({"outbound":"sideways"})").status, 400);
    EXPECT_EQ(here.ask("POST", "/v1/switch", R"({"outbound":"off"})", "viewer").status, 403);
    EXPECT_EQ(here.ask("POST", "/v1/switch", R"({"outbound":"off","reason":"something is wrong"})").status, 200);
    here.hand_in(hire("hire-1"));
    const auto id = here.run_of("hire-1")["id"].text_or();
    here.kill();
    here.start();
    EXPECT_EQ(here.get("/v1/switch")["outbound"].text_or(), "off");
    EXPECT_THAT(here.ctl({"status"}).out, HasSubstr("false"));
    here.await("a run that would go on", [&] { return here.get("/v1/switch")["queued"] != value(std::int64_t{0}); });
    EXPECT_EQ(writes(here), before);
    EXPECT_EQ(here.ask("POST", "/v1/switch", R"({"outbound":"on","reason":"it was nothing"})").status, 200);
    EXPECT_EQ(here.ended_run_of("hire-1")["state"].text_or(), "succeeded");
    EXPECT_EQ(here.run_of("hire-1")["id"].text_or(), id);
}

TEST(Administration, InTheMiddleOfManyRunsAtMostOneFurtherWriteLeaves)
{
    stack here;
    here.start();
    for (int each = 0; each < 8; ++each) {
        const auto number = fmt::format("2009{:02}", each);
        here.hand_in(hire("hire-" + number, {.number = number, .first = "Jo" + number, .last = "Doe"}));
    }
    here.await("the first writes", [&] { return writes(here) > 5; });
    EXPECT_EQ(here.ask("POST", "/v1/switch", R"({"outbound":"off","reason":"a test"})").status, 200);
    const auto at_once = writes(here);
    here.await("that all that was out has come back",
               [&] { return here.get("/v1/switch")["in_flight"] == value(std::int64_t{0}); });
    EXPECT_LE(writes(here), at_once + 1);
    EXPECT_EQ(here.ask("POST", "/v1/switch", R"({"outbound":"on","reason":"a test"})").status, 200);
}

TEST(Administration, ABackupIsADatabaseThatJmldStartsFrom)
{
    stack here;
    here.start();
    here.hand_in(hire("hire-1"));
    EXPECT_EQ(here.ended_run_of("hire-1")["state"].text_or(), "succeeded");
    const auto copy = here.file("copy.db").string();
    const auto body = engine::json::write(value::map({{"file", copy}, {"reason", "before the upgrade"}}));
    EXPECT_EQ(here.ask("POST", "/v1/backup", body, "viewer").status, 403);
    EXPECT_EQ(here.ask("POST", "/v1/backup", R"({"file":"copy.db"})").status, 400);
    EXPECT_EQ(here.ask("POST", "/v1/backup", body).status, 200);
    EXPECT_EQ(here.ask("POST", "/v1/backup", body).status, 409) << "nothing is ever written over";
    EXPECT_EQ(integrity_of(copy), "ok");
    EXPECT_THAT(dump_without_payloads(copy), HasSubstr("hire-1"));
}

} // namespace
} // namespace jmld::end_to_end
