// Policies, authorization servers, user types, zones: created, found again, switched and removed as clients of Okta do
// it, and refused where Okta refuses.
#include "tests/okta_sim/driver.hpp"

namespace jmld::okta_sim {
namespace {

using engine::value;
using testing::driver;

std::string text(const value& held) { return held.text_or(); }

std::vector<std::string> names(const value& list)
{
    std::vector<std::string> found;
    for (auto const& one : list.items())
        found.push_back(one["name"].text_or());
    return found;
}

using listed = std::vector<std::string>;

TEST(okta_sim_policies, every_type_has_a_default_that_stays_last_and_cannot_go)
{
    driver okta;
    auto const path = std::string("/api/v1/policies?type=OKTA_SIGN_ON");
    auto const standing = okta.get(path).body.items().at(0);
    EXPECT_EQ(standing["system"], value(true));
    auto const made = okta.post("/api/v1/policies", R"({"type":"OKTA_SIGN_ON","name":"Contractors"})");
    ASSERT_EQ(made.status, 200) << "not 201";
    EXPECT_EQ(made.body["priority"], value(1));
    EXPECT_EQ(names(okta.get(path).body), (listed{"Contractors", "Default Policy"}));
    EXPECT_EQ(okta.del("/api/v1/policies/" + text(standing["id"])).code(), "E0000077");
    EXPECT_EQ(okta.post("/api/v1/policies/" + text(standing["id"]) + "/lifecycle/deactivate").status, 403);
    EXPECT_EQ(okta.del("/api/v1/policies/" + text(made.body["id"])).status, 204);
    EXPECT_EQ(okta.del("/api/v1/policies/" + text(made.body["id"])).code(), "E0000007");
    EXPECT_EQ(okta.get(path).body.items().at(0)["priority"], value(1));
}

TEST(okta_sim_policies, a_type_is_demanded_and_a_name_belongs_to_one_policy_of_its_type)
{
    driver okta;
    EXPECT_EQ(okta.get("/api/v1/policies").code(), "E0000001");
    EXPECT_EQ(okta.get("/api/v1/policies?type=SIGN_ON").code(), "E0000001");
    EXPECT_EQ(okta.post("/api/v1/policies", R"({"type":"PASSWORD"})").code(), "E0000001");
    EXPECT_EQ(okta.post("/api/v1/policies", R"({"type":"PASSWORD","name":"P"})").status, 200);
    EXPECT_EQ(okta.post("/api/v1/policies", R"({"type":"PASSWORD","name":"P"})").code(), "E0000001");
    EXPECT_EQ(okta.post("/api/v1/policies", R"({"type":"MFA_ENROLL","name":"P"})").status, 200);
}

TEST(okta_sim_policies, rules_keep_their_order_and_an_invented_syntax_is_refused)
{
    driver okta;
    auto const made = okta.post("/api/v1/policies", R"({"type":"OKTA_SIGN_ON","name":"Risk"})");
    auto const rules = "/api/v1/policies/" + text(made.body["id"]) + "/rules";
    EXPECT_EQ(okta.post(rules, R"({"name":"r","actions":{"requireFactor":{"type":"webauthn"}}})").code(), "E0000001");
    auto const high = okta.post(rules,
                                R"({"name":"High","type":"SIGN_ON","conditions":{"riskScore":{"level":"HIGH"}},
                                    "actions":{"signon":{"access":"ALLOW","requireFactor":true}}})");
    ASSERT_EQ(high.status, 200);
    auto const first = okta.post(rules, R"({"name":"First","priority":1,"actions":{"signon":{"access":"DENY"}}})");
    EXPECT_EQ(names(okta.get(rules).body), (listed{"First", "High", "Default Rule"}));
    EXPECT_EQ(okta.get(rules + "/" + text(high.body["id"])).body["priority"], value(2));
    EXPECT_EQ(okta.post(rules + "/" + text(first.body["id"]) + "/lifecycle/deactivate").status, 204);
    EXPECT_EQ(text(okta.get(rules + "/" + text(first.body["id"])).body["status"]), "INACTIVE");
    EXPECT_EQ(okta.del(rules + "/" + text(first.body["id"])).status, 204);
    EXPECT_EQ(okta.get(rules + "/" + text(high.body["id"])).body["priority"], value(1));
    auto const expanded = okta.get("/api/v1/policies/" + text(made.body["id"]) + "?expand=rules");
    EXPECT_EQ(expanded.body["_embedded"]["rules"].items().size(), 2U);
}

TEST(okta_sim_policies, replacing_keeps_the_type_and_the_ledger_names_the_change)
{
    driver okta;
    auto const made = okta.post("/api/v1/policies", R"({"type":"PASSWORD","name":"P","status":"INACTIVE"})");
    auto const self = "/api/v1/policies/" + text(made.body["id"]);
    EXPECT_EQ(okta.put(self, R"({"type":"MFA_ENROLL","name":"P"})").code(), "E0000001");
    auto const changed = okta.put(self, R"({"type":"PASSWORD","name":"P2","description":"d"})");
    EXPECT_EQ(text(changed.body["name"]), "P2");
    EXPECT_EQ(text(changed.body["status"]), "INACTIVE") << "what is not stated stays";
    EXPECT_EQ(text(okta.last_entry()["effect"]["event"]), "policy.lifecycle.update");
    okta.put(self, R"({"type":"PASSWORD","name":"P2","description":"d"})");
    EXPECT_TRUE(okta.last_entry()["effect"].is_null()) << "the same again changes nothing";
}

TEST(okta_sim_servers, a_server_has_scopes_claims_policies_with_rules)
{
    driver okta;
    auto const made = okta.post("/api/v1/authorizationServers", R"({"name":"api","audiences":["api://x"]})");
    ASSERT_EQ(made.status, 201);
    auto const self = "/api/v1/authorizationServers/" + text(made.body["id"]);
    EXPECT_EQ(okta.get(self + "/scopes").body.items().size(), 7U) << "what every server has";
    auto const scope = okta.post(self + "/scopes", R"({"name":"orders:read"})");
    EXPECT_EQ(scope.status, 201);
    EXPECT_EQ(okta.post(self + "/scopes", R"({"name":"orders:read"})").code(), "E0000001");
    auto const claim =
        okta.post(self + "/claims", R"({"name":"dept","claimType":"RESOURCE","value":"user.department"})");
    EXPECT_EQ(claim.status, 201);
    auto const policy =
        okta.post(self + "/policies", R"({"name":"all","conditions":{"clients":{"include":["ALL_CLIENTS"]}}})");
    EXPECT_EQ(policy.status, 201);
    auto const rules = self + "/policies/" + text(policy.body["id"]) + "/rules";
    auto const rule = okta.post(rules, R"({"name":"r","type":"RESOURCE_ACCESS"})");
    EXPECT_EQ(rule.status, 201);
    EXPECT_EQ(okta.get(rules + "/" + text(rule.body["id"])).body["actions"]["token"]["accessTokenLifetimeMinutes"],
              value(60));
    EXPECT_EQ(okta.post(rules + "/" + text(rule.body["id"]) + "/lifecycle/deactivate").status, 204);
    EXPECT_EQ(okta.del(self + "/scopes/" + text(scope.body["id"])).status, 204);
    EXPECT_EQ(okta.get(self + "/scopes/" + text(scope.body["id"])).code(), "E0000007");
    EXPECT_EQ(okta.del(self).status, 204);
    EXPECT_EQ(okta.get(rules).code(), "E0000007");
}

TEST(okta_sim_servers, one_is_called_default_and_stays)
{
    driver okta;
    auto const standing = okta.get("/api/v1/authorizationServers/default");
    ASSERT_EQ(standing.status, 200);
    EXPECT_EQ(text(standing.body["issuer"]), std::string(driver::base) + "/oauth2/" + text(standing.body["id"]));
    EXPECT_EQ(okta.del("/api/v1/authorizationServers/default").status, 403);
    EXPECT_EQ(okta.post("/api/v1/authorizationServers/default/scopes", R"({"name":"a"})").status, 201);
    EXPECT_EQ(okta.get("/api/v1/authorizationServers/" + text(standing.body["id"]) + "/scopes").body.items().size(),
              8U);
}

TEST(okta_sim_plain_documents, zones_origins_behaviours_and_hooks_are_kept_and_switched)
{
    driver okta;
    struct row
    {
        std::string path, body;
    };
    for (auto const& [path, body] :
         {row{"/api/v1/zones", R"({"name":"a","type":"IP"})"},
          row{"/api/v1/trustedOrigins", R"({"name":"a","origin":"https://a.example","scopes":[{"type":"CORS"}]})"},
          row{"/api/v1/behaviors", R"({"name":"a","type":"VELOCITY"})"},
          row{"/api/v1/eventHooks", R"({"name":"a","events":{"type":"EVENT_TYPE","items":["user.lifecycle.create"]},
              "channel":{"type":"HTTP","version":"1.0.0","config":{"uri":"https://a.example"}}})"}})
    {
        auto const made = okta.post(path, body);
        ASSERT_EQ(made.status, 200) << path;
        auto const self = path + "/" + text(made.body["id"]);
        EXPECT_EQ(okta.post(path, R"({"name":"b"})").code(), "E0000001") << path;
        EXPECT_EQ(text(okta.post(self + "/lifecycle/deactivate").body["status"]), "INACTIVE") << path;
        EXPECT_EQ(text(okta.get(self).body["status"]), "INACTIVE") << path;
        EXPECT_EQ(okta.del(self).status, 204) << path;
        EXPECT_EQ(okta.get(self).code(), "E0000007") << path;
    }
}

TEST(okta_sim_types, a_type_in_use_stays_and_default_names_the_usual_one)
{
    driver okta;
    EXPECT_EQ(okta.get("/api/v1/meta/types/user/default").body["default"], value(true));
    auto const made = okta.post("/api/v1/meta/types/user", R"({"name":"service","displayName":"Service account"})");
    ASSERT_EQ(made.status, 200);
    auto const self = "/api/v1/meta/types/user/" + text(made.body["id"]);
    auto const body =
        R"({"profile":{"login":"ci@example.com","email":"ci@example.com","firstName":"C","lastName":"I"},"type":{"id":")" +
        text(made.body["id"]) + R"("}})";
    auto const user = okta.post("/api/v1/users?activate=false", body);
    EXPECT_EQ(user.body["type"]["id"], made.body["id"]);
    EXPECT_EQ(okta.del(self).code(), "E0000001");
    okta.del("/api/v1/users/" + text(user.body["id"]));
    okta.del("/api/v1/users/" + text(user.body["id"]));
    EXPECT_EQ(okta.del(self).status, 204);
}

TEST(okta_sim_plain_documents, a_snapshot_holds_what_somebody_made_and_nothing_of_the_first_day)
{
    driver okta;
    EXPECT_EQ(okta.get("/_sim/org").body.find("documents"), nullptr);
    auto const made = okta.post("/api/v1/policies", R"({"type":"OKTA_SIGN_ON","name":"Contractors"})");
    auto const shown = okta.get("/_sim/org");
    ASSERT_NE(shown.body.find("documents"), nullptr);
    EXPECT_EQ(okta.put("/_sim/org", shown.text).status, 200);
    EXPECT_EQ(okta.get("/_sim/org").text, shown.text);
    EXPECT_EQ(okta.get("/api/v1/policies/" + text(made.body["id"])).status, 200);
}

} // namespace
} // namespace jmld::okta_sim
