// Groups, rules, apps, roles and factors: who gets what, by which way, and what cannot be taken by which way.
#include "tests/okta_sim/driver.hpp"

#include <fmt/format.h>

namespace jmld::okta_sim {
namespace {

using engine::value;
using testing::driver;

constexpr std::string_view sales_rule = R"({"groups":[{"id":"00g1","profile":{"name":"Sales"}}],
    "rules":[{"id":"0pr1","type":"group_rule","name":"sales","status":"ACTIVE",
      "conditions":{"expression":{"type":"urn:okta:expression:1.0","value":"user.department==\"Sales\""}},
      "actions":{"assignUserToGroups":{"groupIds":["00g1"]}}}],)";

std::string with_users(std::string_view users)
{
    return std::string(sales_rule) + "\"users\":[" + std::string(users) + "]}";
}

constexpr std::string_view jane =
    R"({"id":"00u1","profile":{"login":"jane@example.com","email":"jane@example.com","firstName":"J","lastName":"S","department":"Support"}})";

TEST(okta_sim_groups, membership_is_idempotent_and_only_a_change_is_an_effect)
{
    driver okta;
    okta.load(with_users(jane));
    EXPECT_EQ(okta.put("/api/v1/groups/00g1/users/00u1").status, 204);
    EXPECT_EQ(okta.last_entry()["effect"], value::map({{"event", "group.user_membership.add"},
                                                       {"user", "00u1"},
                                                       {"group", "00g1"},
                                                       {"app", value()},
                                                       {"role", value()}}));
    EXPECT_EQ(okta.put("/api/v1/groups/00g1/users/00u1").status, 204);
    EXPECT_TRUE(okta.last_entry()["effect"].is_null());
    EXPECT_EQ(okta.del("/api/v1/groups/00g1/users/00u1").status, 204);
    EXPECT_EQ(okta.del("/api/v1/groups/00g1/users/00u1").status, 204);
    EXPECT_TRUE(okta.last_entry()["effect"].is_null());
    EXPECT_EQ(okta.put("/api/v1/groups/00gnone/users/00u1").code(), "E0000007");
}

TEST(okta_sim_groups, everyone_and_imported_groups_are_not_for_calls)
{
    driver okta;
    okta.load(
        R"({"groups":[{"id":"00gapp","type":"APP_GROUP","profile":{"name":"AD"}}],"users":[{"id":"00u1","profile":{"login":"jane@example.com"}}]})");
    auto const groups = okta.get("/api/v1/users/00u1/groups").body.items();
    ASSERT_EQ(groups.size(), 1U);
    EXPECT_EQ(groups[0]["type"], value("BUILT_IN"));
    auto const everyone = groups[0]["id"].text_or();
    EXPECT_EQ(okta.put("/api/v1/groups/" + everyone + "/users/00u1").code(), "E0000060");
    EXPECT_EQ(okta.put("/api/v1/groups/" + everyone + "/users/00u1").status, 501);
    EXPECT_EQ(okta.del("/api/v1/groups/" + everyone + "/users/00u1").code(), "E0000006");
    EXPECT_EQ(okta.put("/api/v1/groups/00gapp/users/00u1").code(), "E0000006");
}

TEST(okta_sim_rules, a_profile_change_moves_people_in_and_out)
{
    driver okta;
    okta.load(with_users(jane));
    okta.post("/api/v1/users/00u1", R"({"profile":{"department":"Sales"}})");
    ASSERT_TRUE(okta.in_group("00u1", "00g1"));
    auto const place = okta.user("00u1")["groups"].items().at(0);
    EXPECT_EQ(place["membership"], value("rule"));
    EXPECT_EQ(place["rule"], value("0pr1"));
    okta.post("/api/v1/users/00u1", R"({"profile":{"department":"Support"}})");
    EXPECT_FALSE(okta.in_group("00u1", "00g1"));
}

TEST(okta_sim_rules, removing_a_rule_member_by_call_excludes_the_person_for_good)
{
    driver okta;
    okta.load(with_users(jane));
    okta.post("/api/v1/users/00u1", R"({"profile":{"department":"Sales"}})");
    EXPECT_EQ(okta.del("/api/v1/groups/00g1/users/00u1").status, 204);
    auto const rule = okta.get("/api/v1/groups/rules/0pr1").body;
    EXPECT_EQ(rule["conditions"]["people"]["users"]["exclude"], value::list({"00u1"}));
    okta.post("/api/v1/users/00u1", R"({"profile":{"title":"x"}})");
    EXPECT_FALSE(okta.in_group("00u1", "00g1"));
    EXPECT_EQ(okta.put("/api/v1/groups/00g1/users/00u1").status, 204);
    EXPECT_EQ(okta.get("/api/v1/groups/rules/0pr1").body["conditions"]["people"]["users"]["exclude"].items().size(),
              1U);
    auto const log = okta.get("/api/v1/logs?filter=eventType+eq+%22group.user_membership.rule.add_exclusion%22").body;
    ASSERT_EQ(log.items().size(), 1U);
    EXPECT_EQ(log.items()[0]["actor"]["type"], value("SystemPrincipal"));
}

TEST(okta_sim_rules, the_hundred_and_first_exclusion_is_refused_and_nothing_happens)
{
    driver okta;
    std::string excluded;
    for (int i = 0; i < 100; ++i)
        excluded += fmt::format("{}\"00ux{}\"", i == 0 ? "" : ",", i);
    okta.load(fmt::format(R"({{"groups":[{{"id":"00g1","profile":{{"name":"Sales"}}}}],
        "rules":[{{"id":"0pr1","name":"sales","conditions":{{"people":{{"users":{{"exclude":[{}]}}}},"expression":{{"value":"user.department==\"Sales\""}}}},
          "actions":{{"assignUserToGroups":{{"groupIds":["00g1"]}}}}}}],
        "users":[{{"id":"00u1","profile":{{"login":"jane@example.com","department":"Sales"}},"groups":[{{"id":"00g1","membership":"rule","rule":"0pr1"}}]}}]}})",
                          excluded));
    EXPECT_EQ(okta.del("/api/v1/groups/00g1/users/00u1").status, 400);
    EXPECT_TRUE(okta.in_group("00u1", "00g1"));
    EXPECT_TRUE(okta.last_entry()["effect"].is_null());
}

TEST(okta_sim_rules, a_rule_acts_later_where_the_organisation_says_so)
{
    driver okta;
    okta.load(R"({"settings":{"rule_delay":"30s"},)" + with_users(jane).substr(1));
    okta.post("/api/v1/users/00u1", R"({"profile":{"department":"Sales"}})");
    EXPECT_FALSE(okta.in_group("00u1", "00g1"));
    okta.now += std::chrono::seconds(30);
    EXPECT_TRUE(okta.in_group("00u1", "00g1"));
}

TEST(okta_sim_rules, a_rule_is_made_inactive_acts_when_activated_and_keeps_members_when_deactivated)
{
    driver okta;
    okta.load(
        R"({"groups":[{"id":"00g1","profile":{"name":"Sales"}}],"users":[{"id":"00u1","profile":{"login":"jane@example.com","department":"Sales"}}]})");
    auto const made = okta.post(
        "/api/v1/groups/rules",
        R"({"type":"group_rule","name":"sales","conditions":{"expression":{"type":"urn:okta:expression:1.0","value":"user.department==\"Sales\""}},"actions":{"assignUserToGroups":{"groupIds":["00g1"]}}})");
    ASSERT_EQ(made.status, 200) << made.text;
    EXPECT_EQ(made.body["status"], value("INACTIVE"));
    auto const path = "/api/v1/groups/rules/" + made.body["id"].text_or();
    EXPECT_FALSE(okta.in_group("00u1", "00g1"));
    EXPECT_EQ(okta.post(path + "/lifecycle/activate").status, 204);
    EXPECT_TRUE(okta.in_group("00u1", "00g1"));
    EXPECT_EQ(okta.del(path).status, 400) << "deactivate first";
    EXPECT_EQ(okta.post(path + "/lifecycle/deactivate").status, 204);
    EXPECT_TRUE(okta.in_group("00u1", "00g1"));
    EXPECT_EQ(okta.del(path).status, 202);
    EXPECT_EQ(okta.get(path).status, 404);
}

TEST(okta_sim_rules, expressions_combine_and_what_cannot_be_read_is_refused)
{
    driver okta;
    okta.load(R"({"groups":[{"id":"00g1","profile":{"name":"A"}}]})");
    auto const status = [&](const std::string& name, const std::string& expression) {
        return okta
            .post("/api/v1/groups/rules",
                  R"({"type":"group_rule","name":")" + name +
                      R"(","conditions":{"expression":{"type":"urn:okta:expression:1.0","value":")" + expression +
                      R"("}},"actions":{"assignUserToGroups":{"groupIds":["00g1"]}}})")
            .status;
    };
    EXPECT_EQ(status("one", R"(user.a==\"x\" && (user.b!=\"y\" || !(user.c==null)))"), 200);
    EXPECT_EQ(status("two", R"(user.a=\"x\")"), 400);
    EXPECT_EQ(status("three", R"(user.a==\"x)"), 400);
    EXPECT_EQ(status("four", "hasGroup()"), 400);
}

TEST(okta_sim_apps, a_staged_user_may_be_assigned_and_a_deactivated_one_may_not)
{
    driver okta;
    okta.load(
        R"({"apps":[{"id":"0oa1","label":"Slack"}],"users":[{"id":"00u1","status":"STAGED","profile":{"login":"jane@example.com"}},{"id":"00u2","status":"DEPROVISIONED","profile":{"login":"bob@example.com"}}]})");
    auto const given = okta.post("/api/v1/apps/0oa1/users", R"({"id":"00u1","scope":"USER"})");
    EXPECT_EQ(given.status, 200);
    EXPECT_EQ(given.body["scope"], value("USER"));
    EXPECT_EQ(okta.last_entry()["effect"], value::map({{"event", "application.user_membership.add"},
                                                       {"user", "00u1"},
                                                       {"group", value()},
                                                       {"app", "0oa1"},
                                                       {"role", value()}}));
    EXPECT_EQ(okta.last_entry()["user"], value("00u1"));
    EXPECT_EQ(okta.post("/api/v1/apps/0oa1/users", R"({"id":"00u1"})").code(), "E0000062");
    EXPECT_EQ(okta.post("/api/v1/apps/0oa1/users", R"({"id":"00u2"})").code(), "E0000117");
}

TEST(okta_sim_apps, what_a_group_grants_is_taken_through_the_group)
{
    driver okta;
    okta.load(
        R"({"groups":[{"id":"00g1","profile":{"name":"Staff"}}],"apps":[{"id":"0oa1","label":"Slack","groups":["00g1"]}],
        "users":[{"id":"00u1","profile":{"login":"jane@example.com"}}]})");
    okta.put("/api/v1/groups/00g1/users/00u1");
    auto const given = okta.get("/api/v1/apps/0oa1/users/00u1");
    EXPECT_EQ(given.body["scope"], value("GROUP"));
    EXPECT_EQ(okta.user("00u1")["apps"].items().at(0)["via"], value("00g1"));
    EXPECT_EQ(okta.del("/api/v1/apps/0oa1/users/00u1").code(), "E0000046");
    EXPECT_EQ(okta.post("/api/v1/apps/0oa1/users", R"({"id":"00u1","scope":"USER"})").body["scope"], value("GROUP"));
    auto const listed = okta.get("/api/v1/apps?filter=user.id+eq+%2200u1%22&expand=user/00u1").body;
    ASSERT_EQ(listed.items().size(), 1U);
    EXPECT_EQ(listed.items()[0]["_embedded"]["user"]["scope"], value("GROUP"));
    okta.del("/api/v1/groups/00g1/users/00u1");
    EXPECT_EQ(okta.get("/api/v1/apps/0oa1/users/00u1").status, 404);
}

TEST(okta_sim_apps, activation_brings_back_group_apps_and_not_individual_ones)
{
    driver okta;
    okta.load(
        R"({"groups":[{"id":"00g1","profile":{"name":"Staff"}}],"apps":[{"id":"0oa1","label":"Slack","groups":["00g1"]},{"id":"0oa2","label":"Jira"}],
        "users":[{"id":"00u1","profile":{"login":"jane@example.com"},"groups":[{"id":"00g1"}],"apps":[{"id":"0oa2"}]}]})");
    EXPECT_EQ(okta.user("00u1")["apps"].items().size(), 2U);
    okta.post("/api/v1/users/00u1/lifecycle/deactivate");
    EXPECT_TRUE(okta.user("00u1")["apps"].items().empty());
    okta.post("/api/v1/users/00u1/lifecycle/activate?sendEmail=false");
    ASSERT_EQ(okta.user("00u1")["apps"].items().size(), 1U);
    EXPECT_EQ(okta.user("00u1")["apps"].items()[0]["id"], value("0oa1"));
}

TEST(okta_sim_apps, a_refusing_app_answers_200_and_shows_the_error_afterwards)
{
    driver okta;
    okta.load(
        R"({"apps":[{"id":"0oa1","label":"Slack","provisioning":"error"},{"id":"0oa2","label":"Jira","provisioning":"ok"}],"users":[{"id":"00u1","profile":{"login":"jane@example.com"}}]})");
    for (auto const* const app : {"0oa1", "0oa2"}) {
        auto const given = okta.post(std::string("/api/v1/apps/") + app + "/users", R"({"id":"00u1"})");
        EXPECT_EQ(given.status, 200);
        EXPECT_EQ(given.body["syncState"], value("SYNCING"));
    }
    EXPECT_EQ(okta.get("/api/v1/apps/0oa1/users/00u1").body["syncState"], value("ERROR"));
    EXPECT_EQ(okta.get("/api/v1/apps/0oa2/users/00u1").body["syncState"], value("SYNCHRONIZED"));
}

TEST(okta_sim_apps, an_active_app_cannot_be_deleted)
{
    driver okta;
    okta.load(R"({"apps":[{"id":"0oa1","label":"Slack"}]})");
    EXPECT_EQ(okta.del("/api/v1/apps/0oa1").code(), "E0000056");
    EXPECT_EQ(okta.post("/api/v1/apps/0oa1/lifecycle/deactivate").status, 200);
    EXPECT_EQ(okta.del("/api/v1/apps/0oa1").status, 204);
    EXPECT_EQ(okta.get("/api/v1/apps/0oa1").status, 404);
}

TEST(okta_sim_roles, a_role_given_directly_can_be_taken_and_one_through_a_group_cannot)
{
    driver okta;
    okta.load(
        R"({"groups":[{"id":"00g1","profile":{"name":"Admins"},"roles":["APP_ADMIN"]}],"users":[{"id":"00u1","profile":{"login":"jane@example.com"},"groups":[{"id":"00g1"}]}]})");
    auto const made = okta.post("/api/v1/users/00u1/roles", R"({"type":"USER_ADMIN"})");
    EXPECT_EQ(made.status, 201);
    EXPECT_EQ(made.body["id"], value("KVJUKUS7IFCE2SKO"));
    EXPECT_EQ(okta.post("/api/v1/users/00u1/roles", R"({"type":"USER_ADMIN"})").code(), "E0000090");
    EXPECT_EQ(okta.get("/api/v1/users/00u1/roles").body.items().size(), 2U);
    EXPECT_EQ(okta.del("/api/v1/users/00u1/roles/KVJUKUS7IFCE2SKO").status, 204);
    auto const again = okta.del("/api/v1/users/00u1/roles/KVJUKUS7IFCE2SKO");
    EXPECT_EQ(again.status, 404);
    EXPECT_NE(again.body["errorSummary"].text_or().find("(RoleAssignment)"), std::string::npos);
    EXPECT_EQ(okta.del("/api/v1/users/00u1/roles/IFIFAX2BIRGUSTQ").status, 403);
    okta.del("/api/v1/groups/00g1/users/00u1");
    EXPECT_TRUE(okta.user("00u1")["roles"].items().empty());
}

TEST(okta_sim_factors, factors_are_enrolled_activated_reset_and_not_removed_from_deactivated_users)
{
    driver okta;
    auto const id = okta.create("jane@example.com", true);
    auto const path = "/api/v1/users/" + id + "/factors";
    auto const made =
        okta.post(path, R"({"factorType":"sms","provider":"OKTA","profile":{"phoneNumber":"+12345678901"}})");
    EXPECT_EQ(made.body["status"], value("PENDING_ACTIVATION"));
    auto const factor = path + "/" + made.body["id"].text_or();
    EXPECT_EQ(okta.post(factor + "/lifecycle/activate", R"({"passCode":"123456"})").body["status"], value("ACTIVE"));
    okta.post("/api/v1/users/" + id + "/lifecycle/deactivate");
    EXPECT_EQ(okta.del(factor).code(), "E0000038");
    EXPECT_EQ(okta.post("/api/v1/users/" + id + "/lifecycle/reset_factors").status, 200);
    EXPECT_TRUE(okta.get(path).body.items().empty());
    EXPECT_EQ(okta.get(factor).status, 404);
}

TEST(okta_sim_links, a_manager_is_linked_replaced_and_removed)
{
    driver okta;
    auto const id = okta.create("jane@example.com"), boss = okta.create("bob@example.com");
    okta.post("/api/v1/meta/schemas/user/linkedObjects",
              R"({"primary":{"name":"manager","type":"USER"},"associated":{"name":"subordinate","type":"USER"}})");
    EXPECT_EQ(okta.put("/api/v1/users/" + id + "/linkedObjects/manager/" + boss).status, 204);
    EXPECT_EQ(okta.get("/api/v1/users/" + id + "/linkedObjects/manager").body.items().size(), 1U);
    EXPECT_EQ(okta.get("/api/v1/users/" + boss + "/linkedObjects/subordinate").body.items().size(), 1U);
    EXPECT_EQ(okta.del("/api/v1/users/" + id + "/linkedObjects/manager").status, 204);
    EXPECT_TRUE(okta.get("/api/v1/users/" + id + "/linkedObjects/manager").body.items().empty());
}

} // namespace
} // namespace jmld::okta_sim
