// What an organisation can do to its clients, one test for each item: it happens by itself where Okta does it, and can
// be forced by whoever asks for it.
#include "tests/okta_sim/oauth_client.hpp"

#include <fmt/format.h>

#include <algorithm>

namespace jmld::okta_sim {
namespace {

using namespace std::chrono_literals;
using engine::value;
using testing::driver;
using testing::okta_with_client;
using testing::token_url;

constexpr std::string_view staff =
    R"({"groups":[{"id":"00g1","profile":{"name":"Staff"}},{"id":"00g2","profile":{"name":"Sales"}}],
  "apps":[{"id":"0oa1","label":"Slack","groups":["00g1"],"provisioning":"ok"},{"id":"0oa2","label":"Jira","provisioning":"error"},{"id":"0oa3","label":"Wiki","provisioning":"ok"}],
  "rules":[{"id":"0pr1","name":"sales","status":"ACTIVE","conditions":{"people":{"users":{"exclude":[]}},"expression":{"type":"urn:okta:expression:1.0","value":"user.department==\"Sales\""}},"actions":{"assignUserToGroups":{"groupIds":["00g2"]}}}],
  "users":[{"id":"00u1","status":"ACTIVE","credentials":{"password":true},"profile":{"login":"jane@example.com","email":"jane@example.com","firstName":"J","lastName":"S","department":"Sales"},
    "groups":[{"id":"00g1","membership":"direct"},{"id":"00g2","membership":"rule","rule":"0pr1"}]}]})";

const std::string jane = "/api/v1/users/00u1";
const std::string new_user =
    R"({"profile":{"login":"new@example.com","email":"new@example.com","firstName":"N","lastName":"U"}})";

struct staffed : driver
{
    explicit staffed(organisation::options chosen = {}) : driver(std::move(chosen)) { load(staff); }
    bool lists_group(std::string_view id)
    {
        for (auto const& one : get(jane + "/groups").body.items()) {
            if (one["id"].text_or() == id)
                return true;
        }
        return false;
    }
    std::vector<std::string> events()
    {
        std::vector<std::string> found;
        for (auto const& one : get("/api/v1/logs").body.items())
            found.push_back(one["eventType"].text_or());
        return found;
    }
};

TEST(okta_sim_checklist, an_answer_can_be_late)
{
    staffed okta;
    okta.fault(R"({"match":{"path":"/api/v1/users/*"},"delay":"90s"})");
    EXPECT_EQ(okta.get(jane).delay, 90s);
}

TEST(okta_sim_checklist, a_limit_is_enforced_and_can_be_forced)
{
    staffed okta;
    ASSERT_TRUE(okta.org.set_limits(value::map({{"/api/v1/users", 2}})));
    okta.get("/api/v1/users");
    EXPECT_EQ(okta.get("/api/v1/users").status, 200);
    auto const refused = okta.get("/api/v1/users");
    EXPECT_EQ(refused.status, 429);
    EXPECT_EQ(refused.code(), "E0000047");
    EXPECT_EQ(refused.header("X-Rate-Limit-Remaining"), "0");
    EXPECT_EQ(okta.events().back(), "system.org.rate_limit.violation");
    okta.now += 60s;
    EXPECT_EQ(okta.get("/api/v1/users").status, 200);
    okta.fault(R"({"match":{"path":"/api/v1/groups"},"answer":{"status":429}})");
    EXPECT_EQ(okta.get("/api/v1/groups").code(), "E0000047");
}

TEST(okta_sim_checklist, too_many_at_once_are_refused_with_a_limit_of_nothing)
{
    staffed okta({.strict = true, .concurrency = 2});
    okta.fault(R"({"match":{"path":"/api/v1/users/*"},"times":2,"delay":"10s"})");
    EXPECT_EQ(okta.get(jane).status, 200);
    EXPECT_EQ(okta.get(jane).status, 200);
    auto const refused = okta.get(jane); // two answers are still under way
    EXPECT_EQ(refused.status, 429);
    EXPECT_EQ(refused.header("X-Rate-Limit-Limit"), "0");
    EXPECT_EQ(refused.header("X-Rate-Limit-Remaining"), "0");
    okta.now += 10s;
    EXPECT_EQ(okta.get(jane).status, 200);
    EXPECT_EQ(okta.events().back(), "core.concurrency.org.limit.violation");
    okta.fault(
        R"({"match":{"path":"/api/v1/users/*"},"answer":{"status":429,"headers":{"X-Rate-Limit-Limit":"0","X-Rate-Limit-Remaining":"0"}}})");
    EXPECT_EQ(okta.get(jane).header("X-Rate-Limit-Limit"), "0");
}

TEST(okta_sim_checklist, an_error_comes_after_or_before_the_effect)
{
    staffed okta;
    okta.fault(
        R"([{"match":{"path":"/api/v1/users/*/lifecycle/suspend"},"answer":{"status":500}},{"match":{"path":"/api/v1/users/*/lifecycle/suspend"},"answer":{"status":500},"applies":true}])");
    EXPECT_EQ(okta.post(jane + "/lifecycle/suspend").code(), "E0000009");
    EXPECT_EQ(okta.status_of("00u1"), "ACTIVE");
    EXPECT_EQ(okta.post(jane + "/lifecycle/suspend").code(), "E0000009");
    EXPECT_EQ(okta.status_of("00u1"), "SUSPENDED");
}

TEST(okta_sim_checklist, a_connection_is_lost_after_the_effect)
{
    staffed okta;
    okta.fault(R"({"match":{"path":"/api/v1/users/*/lifecycle/suspend"},"drop":"after"})");
    EXPECT_EQ(okta.post(jane + "/lifecycle/suspend").drop, answer::drop_kind::after);
    EXPECT_EQ(okta.status_of("00u1"), "SUSPENDED");
}

TEST(okta_sim_checklist, rules_are_locked_while_priorities_are_reconciled)
{
    staffed okta;
    okta.fault(R"({"match":{"method":"POST","path":"/api/v1/groups/rules/**"},"answer":{"status":423}})");
    EXPECT_EQ(okta.post("/api/v1/groups/rules/0pr1/lifecycle/deactivate").code(), "E0000239");
    EXPECT_EQ(okta.post("/api/v1/groups/rules/0pr1/lifecycle/deactivate").status, 204);
}

TEST(okta_sim_checklist, a_fresh_object_is_not_found_for_some_reads)
{
    staffed okta;
    auto const id = okta.post("/api/v1/users?activate=false", new_user).body["id"].text_or();
    okta.fault(R"({"match":{"method":"GET","path":"/api/v1/users/*"},"times":2,"answer":{"status":404}})");
    EXPECT_EQ(okta.get("/api/v1/users/" + id).code(), "E0000007");
    EXPECT_EQ(okta.get("/api/v1/users/" + id).code(), "E0000007");
    EXPECT_EQ(okta.get("/api/v1/users/" + id).status, 200);
}

TEST(okta_sim_checklist, a_search_lags_behind)
{
    driver okta;
    okta.load(R"({"settings":{"search_lag":"5s"}})");
    okta.now += 10s;
    okta.post("/api/v1/users?activate=false", new_user);
    auto const search = "/api/v1/users?search=" + http::percent_encode(R"(profile.login eq "new@example.com")");
    EXPECT_TRUE(okta.get(search).body.items().empty());
    EXPECT_EQ(okta.get("/api/v1/users/new@example.com").status, 200) << "the look-up by login does not";
    okta.now += 5s;
    EXPECT_EQ(okta.get(search).body.items().size(), 1U);
}

TEST(okta_sim_checklist, a_list_of_memberships_lags_behind)
{
    staffed okta;
    okta.fault(R"({"match":{"path":"/api/v1/users/*/groups"},"always":true,"stale":"4s"})");
    okta.now += 10s;
    EXPECT_EQ(okta.del("/api/v1/groups/00g1/users/00u1").status, 204);
    EXPECT_TRUE(okta.lists_group("00g1"));
    okta.now += 4s;
    EXPECT_FALSE(okta.lists_group("00g1"));
}

TEST(okta_sim_checklist, a_status_is_on_its_way_for_some_reads)
{
    driver okta;
    okta.load(R"({"settings":{"transition_reads":2}})");
    auto const id = okta.create("jane@example.com");
    okta.post("/api/v1/users/" + id + "/lifecycle/activate?sendEmail=false");
    EXPECT_EQ(okta.get("/api/v1/users/" + id).body["transitioningToStatus"].text_or(), "PROVISIONED");
    okta.get("/api/v1/users/" + id);
    EXPECT_TRUE(okta.get("/api/v1/users/" + id).body["transitioningToStatus"].is_null());
}

TEST(okta_sim_checklist, an_app_follows_later_or_fails)
{
    staffed okta;
    auto const assign = [&](const std::string& app) {
        return okta.post("/api/v1/apps/" + app + "/users", R"({"id":"00u1","scope":"USER"})")
            .body["syncState"]
            .text_or();
    };
    auto const follows = [&](const std::string& app) {
        okta.get("/api/v1/apps/" + app + "/users/00u1");
        return okta.get("/api/v1/apps/" + app + "/users/00u1").body["syncState"].text_or();
    };
    EXPECT_NE(assign("0oa2"), "ERROR");
    EXPECT_EQ(follows("0oa2"), "ERROR");
    EXPECT_NE(assign("0oa3"), "ERROR");
    EXPECT_EQ(follows("0oa3"), "SYNCHRONIZED");
}

TEST(okta_sim_checklist, a_token_expires_under_way)
{
    okta_with_client okta(false);
    auto const token = okta.ask(okta.claims("1")).body["access_token"].text_or();
    EXPECT_EQ(okta.with("Bearer", token, "GET", "/api/v1/users").status, 200);
    okta.now += 1h;
    EXPECT_EQ(okta.with("Bearer", token, "GET", "/api/v1/users").code(), "E0000011");
    staffed other;
    other.fault(R"({"match":{"path":"/api/v1/users/*"},"answer":{"status":401}})");
    EXPECT_EQ(other.get(jane).code(), "E0000011");
}

TEST(okta_sim_checklist, a_nonce_is_renewed_every_day_and_an_old_one_counts_three_days_more)
{
    okta_with_client okta(true);
    int asked = 0;
    auto const with_nonce = [&](std::string_view nonce) {
        auto const number = std::to_string(++asked);
        okta.extra = {{"DPoP", okta.proof("POST", token_url, "p" + number, nonce, "")}};
        return okta.ask(okta.claims(number));
    };
    auto const first = with_nonce("").header("dpop-nonce");
    EXPECT_EQ(with_nonce(first).status, 200);
    okta.now += 24h * 3;
    EXPECT_EQ(with_nonce(first).status, 200);
    okta.now += 24h;
    auto const renewed = with_nonce(first);
    EXPECT_EQ(renewed.body["error"].text_or(), "use_dpop_nonce");
    EXPECT_EQ(with_nonce(renewed.header("dpop-nonce")).status, 200);
}

TEST(okta_sim_checklist, an_assertion_or_a_proof_serves_once)
{
    okta_with_client okta(true);
    okta.extra = {{"DPoP", okta.proof("POST", token_url, "p1", "", "")}};
    auto const nonce = okta.ask(okta.claims("1")).header("dpop-nonce");
    okta.extra = {{"DPoP", okta.proof("POST", token_url, "p2", nonce, "")}};
    EXPECT_EQ(okta.ask(okta.claims("1")).body["error"].text_or(), "invalid_client");
    EXPECT_EQ(okta.ask(okta.claims("2")).status, 200);
    EXPECT_EQ(okta.ask(okta.claims("3")).body["error"].text_or(), "invalid_dpop_proof")
        << "it came with the call before";
}

TEST(okta_sim_checklist, a_write_on_an_old_version_is_refused)
{
    staffed okta;
    auto const version = okta.get(jane).header("ETag");
    ASSERT_TRUE(version.starts_with("W/\""));
    okta.extra = {{"If-Match", version}};
    EXPECT_EQ(okta.post(jane, R"({"profile":{"title":"A"}})").status, 200);
    auto const refused = okta.post(jane, R"({"profile":{"title":"B"}})");
    EXPECT_EQ(refused.status, 412);
    EXPECT_EQ(refused.code(), "E0000231");
}

TEST(okta_sim_checklist, okta_is_read_only_for_a_while)
{
    staffed okta;
    okta.fault(
        R"({"match":{"method":"POST","path":"/api/v1/**"},"for":"1m","answer":{"status":503,"body":{"errorCode":"E0000010","errorSummary":"Okta is in read only mode.","errorCauses":[]}}})");
    EXPECT_EQ(okta.post(jane + "/lifecycle/suspend").code(), "E0000010");
    EXPECT_EQ(okta.get(jane).status, 200);
    okta.now += 1min;
    EXPECT_EQ(okta.post(jane + "/lifecycle/suspend").status, 200);
}

TEST(okta_sim_checklist, profiles_may_be_mastered_elsewhere)
{
    driver okta;
    okta.load(
        R"({"users":[{"id":"00u1","profile":{"login":"jane@example.com","email":"jane@example.com","firstName":"J","lastName":"S"},"credentials":{"provider":{"type":"ACTIVE_DIRECTORY"}}}]})");
    EXPECT_EQ(okta.post(jane, R"({"profile":{"firstName":"K"}})").status, 403);
}

TEST(okta_sim_checklist, a_rule_excludes_who_is_taken_out_by_hand_and_at_most_a_hundred)
{
    staffed okta;
    EXPECT_EQ(okta.del("/api/v1/groups/00g2/users/00u1").status, 204);
    EXPECT_EQ(okta.get("/api/v1/groups/rules/0pr1").body["conditions"]["people"]["users"]["exclude"].items().size(),
              1U);
    auto const log = okta.get("/api/v1/logs").body;
    ASSERT_GE(log.items().size(), 2U);
    EXPECT_EQ(okta.put("/api/v1/groups/00g2/users/00u1").status, 204) << "by hand again, the exclusion stays";
    EXPECT_EQ(okta.get("/api/v1/groups/rules/0pr1").body["conditions"]["people"]["users"]["exclude"].items().size(),
              1U);
    auto full = engine::json::parse(staff).value();
    engine::value_list excluded;
    for (int number = 0; number < 100; ++number)
        excluded.emplace_back(fmt::format("00ux{}", number));
    auto rule = full["rules"].items().at(0);
    auto const people = value::map({{"users", value::map({{"exclude", excluded}})}});
    rule = rule.with("conditions", rule["conditions"].with("people", people));
    ASSERT_TRUE(okta.org.load(full.with("rules", value::list({rule})), okta.now));
    EXPECT_EQ(okta.del("/api/v1/groups/00g2/users/00u1").status, 400);
}

TEST(okta_sim_checklist, everybody_is_in_everyone)
{
    staffed okta;
    auto const groups = okta.get(jane + "/groups").body.items();
    auto const everyone =
        std::ranges::find_if(groups, [](const value& one) { return one["type"] == value("BUILT_IN"); });
    ASSERT_NE(everyone, groups.end());
    auto const path = "/api/v1/groups/" + (*everyone)["id"].text_or() + "/users/00u1";
    EXPECT_EQ(okta.put(path).code(), "E0000060");
    EXPECT_EQ(okta.del(path).status, 403);
}

TEST(okta_sim_checklist, what_a_group_assigns_is_the_groups_to_take)
{
    staffed okta;
    EXPECT_EQ(okta.get("/api/v1/apps/0oa1/users/00u1").body["scope"], value("GROUP"));
    EXPECT_EQ(okta.del("/api/v1/apps/0oa1/users/00u1").code(), "E0000046");
    okta.del("/api/v1/groups/00g1/users/00u1");
    EXPECT_EQ(okta.get("/api/v1/apps/0oa1/users/00u1").status, 404);
}

TEST(okta_sim_checklist, deactivating_answers_200_or_204)
{
    for (int const status : {200, 204}) {
        driver okta;
        okta.load(fmt::format(R"({{"settings":{{"deactivate_status":{}}}}})", status));
        EXPECT_EQ(okta.post("/api/v1/users/" + okta.create("jane@example.com") + "/lifecycle/deactivate").status,
                  status);
    }
}

TEST(okta_sim_checklist, links_stand_in_several_header_lines)
{
    staffed okta;
    auto const page = okta.get("/api/v1/groups?limit=1");
    EXPECT_EQ(http::all_headers(page.headers, "Link").size(), 2U);
    EXPECT_FALSE(page.next_link().empty());
    okta.fault(
        R"({"match":{"path":"/api/v1/groups"},"answer":{"status":200,"body":[],"headers":{"Link":["<https://okta-sim.example/api/v1/groups>; rel=\"self\"","<https://okta-sim.example/api/v1/groups?after=x>; rel=\"next\""]}}})");
    EXPECT_EQ(http::all_headers(okta.get("/api/v1/groups").headers, "Link").size(), 2U);
}

TEST(okta_sim_checklist, answers_hold_keys_that_nobody_knows)
{
    staffed okta;
    okta.fault(
        R"({"match":{"path":"/api/v1/users/*"},"answer":{"status":200,"body":{"id":"00u1","status":"ACTIVE","profile":{},"somethingNew":{"a":[1]}}}})");
    EXPECT_TRUE(okta.get(jane).body["somethingNew"].is_map());
}

TEST(okta_sim_checklist, a_gateway_answers_with_a_page)
{
    staffed okta;
    okta.fault(R"({"match":{"path":"/api/v1/users/*"},"answer":{"status":502}})");
    auto const page = okta.get(jane);
    EXPECT_EQ(page.header("Content-Type"), "text/html");
    EXPECT_TRUE(page.text.starts_with("<html>"));
}

// ---- the System Log

TEST(okta_sim_log, refuses_moments_it_cannot_read)
{
    driver okta;
    EXPECT_EQ(okta.get("/api/v1/logs?since=yesterday").code(), "E0000001");
    EXPECT_EQ(okta.get("/api/v1/logs?until=2027-13-01T00:00:00Z").code(), "E0000001");
    EXPECT_EQ(okta.get("/api/v1/logs?since=2027-02-01T00:00:00Z&until=2027-01-01T00:00:00Z").code(), "E0000001");
    EXPECT_EQ(okta.get("/api/v1/logs?sortOrder=UP").code(), "E0000001");
    EXPECT_EQ(okta.get("/api/v1/logs?after=elsewhere").code(), "E0000029");
    EXPECT_EQ(okta.get("/api/v1/logs?since=2027-01-01T00:00:00Z&until=2027-02-01T00:00:00Z").status, 200);
}

TEST(okta_sim_log, holds_sign_ins_that_failed_and_why)
{
    driver okta;
    okta.load(
        R"({"users":[{"id":"00u1","status":"ACTIVE","credentials":{"password":{"value":"right"}},"profile":{"login":"jane@example.com"}},
                     {"id":"00u2","status":"LOCKED_OUT","credentials":{"password":true},"profile":{"login":"bo@example.com"}}]})");
    okta.post("/api/v1/authn", R"({"username":"jane@example.com","password":"wrong"})");
    okta.post("/api/v1/authn", R"({"username":"bo@example.com","password":"right"})");
    okta.post("/api/v1/authn", R"({"username":"nobody@example.com","password":"right"})");
    auto const failed = okta.get("/api/v1/logs?filter=" + http::percent_encode(R"(outcome.result eq "FAILURE")")).body;
    ASSERT_EQ(failed.items().size(), 3U);
    auto const& first = failed.items().at(0);
    EXPECT_EQ(first["eventType"], value("user.session.start"));
    EXPECT_EQ(first["outcome"]["reason"], value("INVALID_CREDENTIALS"));
    EXPECT_EQ(first["actor"]["id"], value("00u1"));
    EXPECT_EQ(first["actor"]["alternateId"], value("jane@example.com"));
    EXPECT_EQ(failed.items().at(1)["outcome"]["reason"], value("LOCKED_OUT"));
    EXPECT_EQ(failed.items().at(2)["actor"]["alternateId"], value("nobody@example.com"));
}

TEST(okta_sim_log, names_who_did_it)
{
    okta_with_client okta(false);
    auto const token = okta.ask(okta.claims("1"), "okta.groups.manage okta.logs.read").body["access_token"].text_or();
    http::request message{
        "POST", "/api/v1/groups", {{"Authorization", "Bearer " + token}}, R"({"profile":{"name":"Ops"}})"};
    EXPECT_EQ(okta.org.handle(message, okta.now).response.status, 200);
    auto const by_app = okta.with("Bearer", token, "GET", "/api/v1/logs").body.items().back()["actor"];
    EXPECT_EQ(by_app["id"], value("0oaclient"));
    EXPECT_EQ(by_app["type"], value("PublicClientApp"));
    driver other;
    other.load(
        R"({"users":[{"id":"00uA","status":"ACTIVE","profile":{"login":"admin@example.com"},"api_tokens":[{"id":"00T1","name":"ops","token":"anything"}]}]})");
    EXPECT_EQ(other.post("/api/v1/groups", R"({"profile":{"name":"Ops"}})").status, 200);
    auto const by_user = other.get("/api/v1/logs").body.items().back()["actor"];
    EXPECT_EQ(by_user["type"], value("User"));
    EXPECT_EQ(by_user["alternateId"], value("admin@example.com"));
}

} // namespace
} // namespace jmld::okta_sim
