// Who may see and do what at the operations listener, and where personal data must not turn up.
#include "tests/end_to_end/stack.hpp"

#include "engine/json/json.hpp"

#include <fmt/format.h>
#include <gmock/gmock.h>

#include <unistd.h>

namespace jmld::end_to_end {
namespace {

using testing::HasSubstr;
using testing::Not;
using testing::StartsWith;

constexpr const char* no_app_for_zuzanna =
    R"({"match":{"method":"POST","path":"/api/v1/apps/*/users"},"always":true,
        "answer":{"status":403,"body":{"errorCode":"E0000006","errorSummary":"zuzanna.wierzbicka@example.com may not have it"}}})";

const person zuzanna{
    .number = "4711815", .first = "Zuzanna", .last = "Wierzbicka", .department = "Marketing", .start = day(-5)};
const std::vector<std::string> personal = {"Zuzanna",  "zuzanna",    "Wierzbicka",    "wierzbicka", "4711815",
                                           "private.", "30 5550100", "Brand Manager", "Bob Lee",    "bob.lee"};

std::string first_found(const std::string& text, const std::vector<std::string>& wanted)
{
    for (const auto& word : wanted)
        if (const auto at = text.find(word); at != std::string::npos)
            return fmt::format("{} in …{}…", word, text.substr(at > 200 ? at - 200 : 0, 400));
    return {};
}

TEST(Operations, OnlyHealthAndVersionNeedNoToken)
{
    stack here;
    here.start();
    for (const auto* open : {"/livez", "/readyz", "/readyz?verbose", "/version"})
        EXPECT_EQ(here.ask("GET", open, {}, "").status, 200) << open;
    for (const auto* closed :
         {"/metrics", "/v1/status", "/v1/runs", "/v1/runs/run_x", "/v1/events", "/v1/workflows", "/v1/holds"})
    {
        const auto answer = here.ask("GET", closed, {}, "");
        EXPECT_EQ(answer.status, 401) << closed;
        EXPECT_NE(http::find_header(answer.headers, "www-authenticate"), nullptr);
        EXPECT_EQ(*http::find_header(answer.headers, "content-type"), "application/problem+json");
        EXPECT_EQ(here.ask("GET", closed, {}, "nobody").status, 401) << "with a wrong token: " << closed;
    }
    EXPECT_EQ(here.ask("POST", "/v1/events", R"({"source":"workday","body":{}})", "").status, 401);
    EXPECT_EQ(here.ask("GET", "/v1/nothing").status, 404);
    const auto wrong = here.ask("DELETE", "/v1/runs");
    EXPECT_EQ(wrong.status, 405);
    EXPECT_THAT(*http::find_header(wrong.headers, "allow"), HasSubstr("GET"));
    const auto unknown = here.ask("GET", "/v1/runs?sort=up");
    EXPECT_EQ(unknown.status, 400);
    EXPECT_THAT(unknown.body, HasSubstr("sort"));
    EXPECT_EQ(here.ask("GET", "/v1/runs?limit=0").status, 400);
    EXPECT_EQ(here.ask("GET", "/v1/runs/run_01AAAAAAAAAAAAAAAAAAAAAAAA").status, 404);
}

TEST(Operations, AViewerLooksButDoesNotTouchAndSeesNobodysData)
{
    stack here;
    here.start();
    here.hand_in(hire("hire-1", zuzanna));
    const auto run = here.ended_run_of("hire-1");
    EXPECT_EQ(run["subject"]["name"].text_or(), "Zuzanna Wierzbicka"); // the admin sees her
    const auto path = "/v1/runs/" + run["id"].text_or();
    for (const auto* verb : {"retry", "cancel", "rollback", "pause"})
        EXPECT_EQ(here.ask("POST", path + "/" + verb, R"({"reason":"a test"})", "viewer").status, 403) << verb;
    EXPECT_EQ(here.ask("POST", "/v1/events/hire-1/replay", R"({"reason":"a test"})", "viewer").status, 403);
    for (const auto& target :
         {std::string("/v1/runs"), path, path + "/history", std::string("/v1/events"), std::string("/v1/events/hire-1"),
          std::string("/v1/status"), std::string("/metrics"), std::string("/v1/workflows")})
    {
        const auto answer = here.ask("GET", target, {}, "viewer");
        EXPECT_EQ(answer.status, 200) << target;
        EXPECT_EQ(first_found(answer.body, personal), "") << target;
    }
}

TEST(Operations, RootOnTheSocketIsTheAdminAndNeedsNoToken)
{
    if (::geteuid() != 0)
        GTEST_SKIP() << "only root is known on the socket without being named";
    stack here;
    here.start();
    const auto told =
        run_program("jmlctl", {"--server", "unix:" + here.file("ops.sock").string(), "status"}, here.folder());
    EXPECT_EQ(told.code, 0) << told.err;
    EXPECT_THAT(told.out, HasSubstr("ready"));
}

TEST(Operations, MetricsCountEventsRunsAndStepsAndNamePeopleNowhere)
{
    stack here;
    here.start();
    here.hand_in(hire("hire-1", zuzanna));
    here.ended_run_of("hire-1");
    const auto answer = here.ask("GET", "/metrics", {}, "viewer");
    EXPECT_THAT(*http::find_header(answer.headers, "content-type"), StartsWith("text/plain; version=0.0.4"));
    for (const auto* line : {R"(jmld_events_total{source="workday",result="accepted"} 1)",
                             R"(jmld_runs_total{workflow="joiner",outcome="succeeded"} 1)",
                             R"(jmld_steps_total{action="okta.users.create",outcome="succeeded"} 1)"})
        EXPECT_THAT(answer.body, HasSubstr(line));
    for (const auto* measured :
         {"jmld_store_commit_seconds_count ", "jmld_store_batch_size_count ", "jmld_time_to_verify_seconds_count "})
        EXPECT_THAT(answer.body, testing::ContainsRegex(measured + std::string("[1-9]")));
}

TEST(Operations, EveryLineOfTheLogIsJsonWithItsRunApart)
{
    stack here;
    here.start();
    here.hand_in(hire("hire-1", zuzanna));
    const auto run = here.ended_run_of("hire-1")["id"].text_or();
    std::size_t about = 0, calls = 0;
    std::istringstream lines(here.log());
    for (std::string line; std::getline(lines, line);) {
        const auto read = json_of(line);
        about += read["run"].text_or() == run && read["event"].text_or() == "hire-1" ? 1 : 0;
        calls += read["step"].is_text() && read["attempt"].if_integer() != nullptr && read["okta_request_id"].is_text()
                     ? 1
                     : 0;
    }
    EXPECT_GT(about, 2U);
    EXPECT_GT(calls, 2U);
}

TEST(Operations, AListIsReadPageByPage)
{
    stack here;
    here.start();
    std::vector<std::string> sent, read;
    for (int each = 0; each < 5; ++each) {
        sent.push_back(fmt::format("pay-{}", each));
        here.hand_in(event_body(sent.back(), "compensation_change", day(0), {}));
    }
    for (std::string target = "/v1/events?limit=2"; !target.empty();) {
        const auto answer = here.ask("GET", target);
        ASSERT_EQ(answer.status, 200) << answer.body;
        for (const auto& event : json_of(answer.body)["events"].items())
            read.push_back(event["id"].text_or());
        const auto* link = http::find_header(answer.headers, "link");
        target = link == nullptr ? std::string() : link->substr(1, link->find('>') - 1);
    }
    EXPECT_EQ(read, std::vector<std::string>(sent.rbegin(), sent.rend())); // newest first
}

TEST(Operations, PersonalDataStandInThePayloadTableAndNowhereElse)
{
    stack here;
    here.fault(no_app_for_zuzanna);
    here.start();
    // Every way an event can go: done and undone, in conflict, unreadable, unknown department, refused.
    here.hand_in(hire("hire-1", zuzanna));
    EXPECT_EQ(here.ended_run_of("hire-1")["state"].text_or(), "rolled_back");
    here.sim("DELETE", "/_sim/faults");
    here.hand_in(job_change("change-1", zuzanna, "Sales"));
    EXPECT_EQ(here.hand_in(hire("hire-1", {.number = "4711815", .first = "Zuzanna", .last = "Conflict"})).status, 409);
    EXPECT_EQ(
        here.hand_in(
                R"({"id":"odd","type":"workday.worker.hire","data":{"effectiveDate":"Zuzanna","worker":{"workerId":"4711815",
        "legalName":{"first":["Zuzanna"]},"homeEmail":"private.Wierzbicka@example.net","hireDate":"Wierzbicka"}}})")
            .status,
        422);
    here.hand_in(
        hire("hire-2", {.number = "4711815", .first = "Zuzanna", .last = "Wierzbicka", .department = "Alchemy"}));
    here.hand_in(hire("hire-3", zuzanna));
    here.await("a decision for every event", [&] { return here.get("/v1/status")["events"]["undecided"].is_null(); });
    here.hand_in(termination("leave-1", zuzanna));
    here.await("a decision for every event", [&] { return here.get("/v1/status")["events"]["undecided"].is_null(); });
    auto forged = signed_post(hire("forged", zuzanna));
    forged.body += " ";
    EXPECT_EQ(here.post(forged).status, 401);
    EXPECT_EQ(here.stop(), 0);

    EXPECT_EQ(first_found(here.log(), personal), "");
    EXPECT_EQ(first_found(read_text(here.file("jmld.1.out")), personal), "");
    for (const auto& confidential : {here.token("admin"), secret(), std::string("00token")})
        EXPECT_THAT(here.log(), Not(HasSubstr(confidential)));
    const auto dump = dump_without_payloads(here.database());
    EXPECT_THAT(dump, HasSubstr("hire-1")); // it is the right file
    EXPECT_EQ(first_found(dump, personal), "");
}

} // namespace
} // namespace jmld::end_to_end
