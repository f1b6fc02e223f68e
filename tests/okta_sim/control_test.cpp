// What is arranged from outside: faults, limits, the organisation document, the ledger, the clock, another hand,
// access.
#include "tests/okta_sim/driver.hpp"

#include <fmt/format.h>

namespace jmld::okta_sim {
namespace {

using engine::value;
using testing::driver;

constexpr std::string_view whole =
    R"({"groups":[{"id":"00g1","profile":{"name":"Staff"},"roles":["APP_ADMIN"]},{"id":"00g2","type":"APP_GROUP","profile":{"name":"AD"}}],
  "apps":[{"id":"0oa1","label":"Slack","groups":["00g1"],"provisioning":"ok"},{"id":"0oa2","label":"Old","status":"INACTIVE"}],
  "rules":[{"id":"0pr1","name":"staff","status":"ACTIVE","conditions":{"people":{"users":{"exclude":["00u9"]}},"expression":{"type":"urn:okta:expression:1.0","value":"user.userType==\"employee\""}},"actions":{"assignUserToGroups":{"groupIds":["00g1"]}}}],
  "settings":{"transition_reads":1,"search_lag":"5s","rule_delay":"1m","deactivate_status":204},
  "users":[{"id":"00u1","status":"ACTIVE","profile":{"login":"jane@example.com","employeeNumber":"7"},"credentials":{"password":true,"provider":{"type":"OKTA"}},
    "groups":[{"id":"00g1","membership":"rule","rule":"0pr1"},{"name":"AD"}],"apps":[{"label":"Old"}],
    "roles":[{"type":"USER_ADMIN"}],"factors":[{"factorType":"sms"}],"sessions":[{"id":"102a"}],"tokens":[{"id":"oar1","client_id":"c"}],"api_tokens":[{"id":"00T1","name":"script"}]}]})";

TEST(okta_sim_document, what_get_shows_put_takes_back_unchanged)
{
    driver okta;
    okta.load(whole);
    auto const first = okta.get("/_sim/org");
    ASSERT_EQ(first.status, 200);
    EXPECT_EQ(okta.put("/_sim/org", first.text).status, 200);
    EXPECT_EQ(okta.get("/_sim/org").text, first.text);
    auto const jane = okta.user("00u1");
    EXPECT_EQ(jane["groups"].items().size(), 2U) << "Everyone is never listed";
    EXPECT_EQ(jane["apps"].items().at(0)["scope"], value("GROUP")) << "what a group assigns follows from it";
    EXPECT_EQ(jane["roles"].items().size(), 2U);
    EXPECT_EQ(okta.get("/api/v1/api-tokens").body.items().at(0)["userId"], value("00u1"));
}

TEST(okta_sim_document, oktas_own_objects_are_taken_with_ids_links_and_keys_nobody_knows)
{
    driver okta;
    okta.load(
        R"({"users":[{"id":"00uqrks9ig7XuWV7X5d7","status":"SUSPENDED","created":"2025-09-29T03:49:50.000Z","type":{"id":"oty1"},"surprise":{"a":1},
        "profile":{"login":"jane@example.com","mobilePhone":null},"credentials":{"password":{},"provider":{"type":"OKTA","name":"OKTA"}},"_links":{"self":{"href":"x"}}}],
        "groups":[{"id":"00gevery","type":"BUILT_IN","objectClass":["okta:user_group"],"profile":{"name":"Everyone"}}],"devices":[{"id":"guo1","status":"ACTIVE"}]})");
    auto const shown = okta.get("/api/v1/users/00uqrks9ig7XuWV7X5d7").body;
    EXPECT_EQ(shown["created"], value("2025-09-29T03:49:50.000Z"));
    EXPECT_EQ(okta.get("/api/v1/users/jane@example.com/groups").body.items().at(0)["id"], value("00gevery"));
    EXPECT_EQ(okta.get("/api/v1/devices/guo1").status, 200);
}

TEST(okta_sim_document, what_cannot_be_read_is_named_by_its_place_and_leaves_the_organisation_alone)
{
    driver okta;
    okta.load(whole);
    auto const refused = [&](std::string_view body) {
        return okta.put("/_sim/org", std::string(body)).body["detail"].text_or();
    };
    EXPECT_TRUE(refused(R"({"users":[{"profile":{"login":"a@example.com"},"status":"GONE"}]})")
                    .starts_with("/users/0/status:"));
    EXPECT_TRUE(refused(R"({"users":[{"profile":{"login":"a@example.com"},"groups":["Nobody"]}]})")
                    .starts_with("/users/0/groups/0:"));
    EXPECT_TRUE(refused(R"({"people":[]})").starts_with("/people:"));
    EXPECT_TRUE(refused(R"({"settings":{"deactivate_status":201}})").starts_with("/settings/deactivate_status:"));
    EXPECT_TRUE(refused(R"({"users":[{"profile":{"login":"a@example.com"}},{"profile":{"login":"Á@example.com"}}]})")
                    .starts_with("/users/1/profile/login:"));
    EXPECT_FALSE(okta.user("00u1").is_null());
}

TEST(okta_sim_faults, the_first_that_matches_wins_and_counts)
{
    driver okta;
    auto const id = okta.create("jane@example.com");
    okta.fault(
        R"([{"match":{"method":"GET","path":"/api/v1/users/*"},"times":2,"answer":{"status":503}},{"match":{"path":"/api/v1/users/**"},"answer":{"status":500}}])");
    EXPECT_EQ(okta.status_of(id), "");
    EXPECT_EQ(okta.get("/api/v1/users/" + id).status, 503);
    EXPECT_EQ(okta.get("/api/v1/users/" + id + "/groups").status, 500) << "* is one segment, ** any rest";
    EXPECT_EQ(okta.get("/api/v1/users/" + id).status, 200);
}

TEST(okta_sim_faults, an_answer_replaces_the_effect_unless_it_applies)
{
    driver okta;
    auto const id = okta.create("jane@example.com", true);
    auto const path = "/api/v1/users/" + id + "/lifecycle/deactivate";
    okta.fault(
        R"({"match":{"method":"POST","path":"/api/v1/users/*/lifecycle/deactivate"},"answer":{"status":500,"headers":{"X-Odd":"1"},"body":{"errorCode":"E0000009"}}})");
    auto const first = okta.post(path);
    EXPECT_EQ(first.status, 500);
    EXPECT_EQ(first.header("X-Odd"), "1");
    EXPECT_FALSE(first.header("X-Okta-Request-Id").empty());
    EXPECT_EQ(okta.status_of(id), "PROVISIONED");
    okta.fault(
        R"({"match":{"method":"POST","path":"/api/v1/users/*/lifecycle/deactivate"},"applies":true,"answer":{"status":500}})");
    EXPECT_EQ(okta.post(path).status, 500);
    EXPECT_EQ(okta.last_entry()["effect"]["event"], value("user.lifecycle.deactivate"));
    EXPECT_EQ(okta.status_of(id), "DEPROVISIONED");
}

TEST(okta_sim_faults, a_connection_is_lost_before_or_after_the_effect)
{
    driver okta;
    okta.fault(
        R"([{"match":{"method":"POST","path":"/api/v1/users"},"drop":"before"},{"match":{"method":"POST","path":"/api/v1/users"},"crash":"after"}])");
    okta.create("jane@example.com");
    EXPECT_TRUE(okta.last_entry()["status"].is_null());
    EXPECT_TRUE(okta.last_entry()["effect"].is_null());
    EXPECT_TRUE(okta.org.snapshot(okta.now)["users"].items().empty());
    auto const lost =
        okta.post("/api/v1/users",
                  R"({"profile":{"login":"jane@example.com","email":"j@example.com","firstName":"J","lastName":"S"}})");
    EXPECT_EQ(lost.drop, answer::drop_kind::after);
    EXPECT_TRUE(lost.crashed);
    EXPECT_TRUE(okta.last_entry()["status"].is_null());
    EXPECT_EQ(okta.last_entry()["effect"]["event"], value("user.lifecycle.create"));
    EXPECT_EQ(okta.org.snapshot(okta.now)["users"].items().size(), 1U);
}

TEST(okta_sim_faults, a_fault_stands_from_a_moment_for_a_while)
{
    driver okta;
    okta.fault(R"({"at":"10s","for":"20s","match":{"path":"/api/v1/groups"},"answer":{"status":503}})");
    EXPECT_EQ(okta.get("/api/v1/groups").status, 200);
    okta.now += std::chrono::seconds(10);
    EXPECT_EQ(okta.get("/api/v1/groups").status, 503);
    okta.now += std::chrono::seconds(19);
    EXPECT_EQ(okta.get("/api/v1/groups").status, 503);
    okta.now += std::chrono::seconds(1);
    EXPECT_EQ(okta.get("/api/v1/groups").status, 200);
}

TEST(okta_sim_faults, stale_reads_show_the_past_and_writes_go_through)
{
    driver okta;
    auto const id = okta.create("jane@example.com");
    okta.now += std::chrono::seconds(60);
    okta.fault(R"({"match":{"path":"/api/v1/users/**"},"always":true,"stale":"30s"})");
    EXPECT_EQ(okta.post("/api/v1/users/" + id + "/lifecycle/activate").status, 200);
    EXPECT_EQ(okta.status_of(id), "STAGED");
    okta.now += std::chrono::seconds(30);
    EXPECT_EQ(okta.status_of(id), "PROVISIONED");
}

TEST(okta_sim_faults, a_delayed_answer_has_its_effect_at_once)
{
    driver okta;
    okta.fault(R"({"match":{"path":"/api/v1/users"},"delay":"90s"})");
    auto const late =
        okta.post("/api/v1/users",
                  R"({"profile":{"login":"jane@example.com","email":"j@example.com","firstName":"J","lastName":"S"}})");
    EXPECT_EQ(late.delay, std::chrono::seconds(90));
    EXPECT_EQ(okta.org.snapshot(okta.now)["users"].items().size(), 1U);
}

TEST(okta_sim_faults, an_injected_429_carries_the_limit_headers_it_does_not_state)
{
    driver okta;
    okta.fault(R"([{"match":{"path":"/api/v1/groups"},"answer":{"status":429}},
        {"match":{"path":"/api/v1/groups"},"answer":{"status":429,"headers":{"X-Rate-Limit-Limit":"0","x-rate-limit-remaining":0}}}])");
    auto const usual = okta.get("/api/v1/groups");
    EXPECT_EQ(usual.code(), "E0000047");
    EXPECT_EQ(usual.header("X-Rate-Limit-Remaining"), "0");
    EXPECT_NE(usual.header("X-Rate-Limit-Limit"), "0");
    auto const concurrency = okta.get("/api/v1/groups");
    EXPECT_EQ(concurrency.header("X-Rate-Limit-Limit"), "0");
    EXPECT_EQ(http::all_headers(concurrency.headers, "X-Rate-Limit-Remaining").size(), 1U);
    EXPECT_FALSE(concurrency.header("X-Rate-Limit-Reset").empty());
}

TEST(okta_sim_log, polling_always_offers_a_next_link_that_shows_what_came_later)
{
    driver okta;
    okta.create("jane@example.com");
    std::string target = "/api/v1/logs?sortOrder=ASCENDING&limit=10";
    auto const first = okta.get(target);
    ASSERT_EQ(first.body.items().size(), 1U);
    EXPECT_EQ(first.body.items()[0]["eventType"], value("user.lifecycle.create"));
    target = first.next_link().substr(driver::base.size());
    EXPECT_TRUE(okta.get(target).body.items().empty());
    okta.create("bob@example.com");
    auto const later = okta.get(target);
    ASSERT_EQ(later.body.items().size(), 1U);
    EXPECT_EQ(later.body.items()[0]["target"].items().at(0)["alternateId"], value("bob@example.com"));
}

TEST(okta_sim_faults, one_that_says_nothing_or_something_unknown_is_refused)
{
    driver okta;
    auto const detail = [&](std::string_view body) {
        return okta.post("/_sim/faults", std::string(body)).body["detail"].text_or();
    };
    EXPECT_FALSE(detail(R"({"match":{"path":"/x"}})").empty());
    EXPECT_TRUE(detail(R"({"match":{"path":"/x"},"anser":{"status":500}})").starts_with("/anser:"));
    EXPECT_TRUE(detail(R"([{"match":{"path":"/x"},"drop":"sometimes"}])").starts_with("/0/drop:"));
    EXPECT_TRUE(detail(R"({"match":{"path":"/x"},"times":1,"always":true,"drop":"after"})").find("one of") !=
                std::string::npos);
    EXPECT_TRUE(okta.get("/_sim/faults").body.items().empty());
}

TEST(okta_sim_limits, a_full_bucket_answers_429_until_its_own_minute_is_over)
{
    driver okta;
    EXPECT_EQ(okta.put("/_sim/limits", R"({"/api/v1/users":2})").status, 200);
    okta.now += std::chrono::seconds(17);
    auto const first = okta.get("/api/v1/users");
    EXPECT_EQ(first.header("X-Rate-Limit-Limit"), "2");
    EXPECT_EQ(first.header("X-Rate-Limit-Remaining"), "1");
    EXPECT_EQ(first.header("X-Rate-Limit-Reset"),
              std::to_string(std::chrono::floor<std::chrono::seconds>(okta.now).time_since_epoch().count() + 60));
    EXPECT_EQ(okta.get("/api/v1/users").status, 200);
    okta.now += std::chrono::seconds(59);
    auto const refused = okta.post("/api/v1/users", "{}");
    EXPECT_EQ(refused.status, 429);
    EXPECT_EQ(refused.code(), "E0000047");
    EXPECT_EQ(refused.header("X-Rate-Limit-Remaining"), "0");
    EXPECT_EQ(okta.get("/api/v1/users/nobody").status, 404) << "another bucket";
    okta.now += std::chrono::seconds(1);
    EXPECT_EQ(okta.get("/api/v1/users").status, 200);
}

TEST(okta_sim_limits, nothing_is_refused_by_default_and_strict_enforces_oktas_own)
{
    driver lenient, strict({.strict = true});
    for (int i = 0; i < 100; ++i) {
        lenient.get("/api/v1/apps");
        strict.get("/api/v1/apps");
    }
    EXPECT_EQ(lenient.get("/api/v1/apps").status, 200);
    EXPECT_EQ(strict.get("/api/v1/apps").status, 429);
    EXPECT_FALSE(lenient.get("/api/v1/apps").header("X-Rate-Limit-Remaining").empty());
    EXPECT_EQ(lenient.put("/_sim/limits", R"({"/api/v2":1})").status, 400);
}

TEST(okta_sim_ledger, every_request_is_entered_in_order_and_control_calls_are_not)
{
    driver okta;
    auto const id = okta.create("jane@example.com");
    okta.get("/_sim/org");
    okta.get("/api/v1/users/jane@example.com?x=%20y");
    okta.get("/api/v1/users/00unobody");
    auto const all = okta.get("/_sim/ledger").body.items();
    ASSERT_EQ(all.size(), 3U);
    EXPECT_EQ(all[0]["seq"], value(1));
    EXPECT_EQ(all[0]["user"], value(id));
    EXPECT_EQ(all[1]["path"], value("/api/v1/users/jane@example.com"));
    EXPECT_EQ(all[1]["query"], value("x=%20y"));
    EXPECT_EQ(all[1]["user"], value(id));
    EXPECT_EQ(all[1]["by"], value("jmld"));
    EXPECT_EQ(all[2]["user"], value("00unobody"));
    EXPECT_EQ(all[2]["status"], value(404));
    EXPECT_EQ(okta.get("/_sim/ledger?after=2").body.items().size(), 1U);
}

TEST(okta_sim_clock, it_advances_and_is_set)
{
    driver okta;
    EXPECT_EQ(okta.post("/_sim/clock", R"({"advance":"3d"})").body["now"], value("2027-02-04T09:00:00Z"));
    okta.create("jane@example.com");
    EXPECT_EQ(okta.get("/api/v1/users/jane@example.com").body["created"], value("2027-02-04T09:00:00.000Z"));
    EXPECT_EQ(okta.get("/api/v1/groups").header("Date"), "Thu, 04 Feb 2027 09:00:00 GMT");
    EXPECT_EQ(okta.post("/_sim/clock", R"({"set":"2030-01-01T00:00:00Z"})").body["now"], value("2030-01-01T00:00:00Z"));
    EXPECT_EQ(okta.post("/_sim/clock", R"({"advance":"soon"})").status, 400);
}

TEST(okta_sim_other_hand, somebody_else_changes_things_without_checks_and_without_the_ledger)
{
    driver okta;
    okta.load(whole);
    auto const change = [&](std::string_view json) {
        return okta.org.change_by_other(engine::json::parse(json).value(), okta.now).has_value();
    };
    EXPECT_TRUE(change(R"({"user":"00u1","remove_group":"Staff"})"));
    EXPECT_FALSE(okta.in_group("00u1", "00g1"));
    EXPECT_EQ(
        okta.org.snapshot(okta.now)["rules"].items()[0]["conditions"]["people"]["users"]["exclude"].items().size(), 1U);
    EXPECT_TRUE(change(R"({"user":"jane@example.com","add_group":"Staff"})"));
    EXPECT_TRUE(change(
        R"({"user":"00u1","remove_app":"Old","add_role":{"type":"SUPER_ADMIN"},"status":"LOCKED_OUT","profile":{"title":"x"}})"));
    auto const jane = okta.user("00u1");
    EXPECT_EQ(jane["status"], value("LOCKED_OUT"));
    EXPECT_EQ(jane["roles"].items().size(), 3U);
    EXPECT_EQ(jane["profile"]["title"], value("x"));
    EXPECT_FALSE(change(R"({"user":"nobody"})"));
    EXPECT_FALSE(change(R"({"user":"00u1","add_group":"Nowhere"})"));
    EXPECT_TRUE(okta.org.ledger().empty());
}

TEST(okta_sim_access, a_request_without_authorization_and_unknown_paths_and_methods_are_refused)
{
    driver okta;
    auto const bare = okta.org.handle({"GET", "/api/v1/users", {}, {}}, okta.now);
    EXPECT_EQ(bare.response.status, 403);
    EXPECT_EQ(okta.get("/api/v1/nowhere").code(), "E0000008");
    EXPECT_EQ(okta.put("/api/v1/users").status, 405);
}

TEST(okta_sim_access, answers_follow_the_host_they_were_asked_at)
{
    driver okta;
    okta.extra = {{"Host", "127.0.0.1:8443"}};
    auto const id = okta.create("jane@example.com");
    EXPECT_EQ(okta.get("/api/v1/users/" + id).body["_links"]["self"]["href"],
              value("https://127.0.0.1:8443/api/v1/users/" + id));
}

} // namespace
} // namespace jmld::okta_sim
