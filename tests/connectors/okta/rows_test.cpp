// Every row that a step can use, against the imitation of Okta: plainly, with the answer to each writing call lost, and
// undone. The stories are tables; a row that none of them tells makes the last test fail.
#include "tests/connectors/okta/imitation.hpp"

#include <algorithm>
#include <map>
#include <set>
#include <vector>

namespace jmld::tests {

using engine::probe_verdict;

namespace {

constexpr const char* whole_company = R"({
  "users": [
    {"id":"00u1","status":"ACTIVE","profile":{"login":"ana.ruiz@example.com","email":"ana.ruiz@example.com","firstName":"Ana","lastName":"Ruiz","employeeNumber":"1001"},
     "credentials":{"password":true},"groups":[{"id":"00g1","membership":"direct"}],
     "roles":[{"id":"ra1","type":"APP_ADMIN","status":"ACTIVE","assignmentType":"USER"}],
     "factors":[{"id":"mbl1","factorType":"sms","status":"ACTIVE"},{"id":"opf1","factorType":"push","status":"ACTIVE"}],
     "sessions":[{"id":"s1"},{"id":"s2"}],"tokens":[{"id":"t1","client_id":"0oac"}]},
    {"id":"00u2","status":"LOCKED_OUT","profile":{"login":"bo@example.com","email":"bo@example.com","firstName":"Bo","lastName":"Li"},"credentials":{"password":true}},
    {"id":"00u3","status":"PROVISIONED","profile":{"login":"cy@example.com","email":"cy@example.com","firstName":"Cy","lastName":"Ng"}}],
  "groups": [{"id":"00g1","type":"OKTA_GROUP","profile":{"name":"Staff"}},{"id":"00g2","type":"OKTA_GROUP","profile":{"name":"Ops"}}],
  "apps": [{"id":"0oa1","label":"Slack","status":"ACTIVE","provisioning":"ok"}],
  "devices": [{"id":"guo1","status":"ACTIVE","profile":{"displayName":"Laptop","platform":"MACOS","registered":true}},
              {"id":"guo2","status":"ACTIVE","profile":{"displayName":"Phone","platform":"IOS","registered":true}}],
  "rules": []
})";

/// One step of a story. `{NAME}` in the inputs is an id that an earlier one answered under that name.
struct line
{
    const char* action;
    const char* inputs;
    const char* kept_as = "";
};
struct story
{
    const char* name;
    std::vector<line> lines;
};
void PrintTo(const story& told, std::ostream* out) { *out << told.name; }

const std::vector<story>& stories()
{
    static const std::vector<story> all = {
        {"Groups",
         {{"okta.groups.create", R"({"name":"Sales","description":"who sells"})", "group"},
          {"okta.groups.get", R"({"group":"{group}"})"},
          {"okta.groups.list", R"({"q":"Sal"})"},
          {"okta.groups.update", R"({"group":"{group}","name":"Selling"})"},
          {"okta.groups.add_user", R"({"group":"{group}","user":"00u1"})"},
          {"okta.groups.list_users", R"({"group":"{group}"})"},
          {"okta.groups.rules_of_member", R"({"group":"{group}","user":"00u1"})"},
          {"okta.groups.list_apps", R"({"group":"{group}"})"},
          {"okta.groups.roles", R"({"group":"{group}"})"},
          {"okta.groups.add_owner", R"({"group":"{group}","owner":"00u2"})"},
          {"okta.groups.owners", R"({"group":"{group}"})"},
          {"okta.groups.remove_owner", R"({"group":"{group}","owner":"00u2"})"},
          {"okta.groups.remove_user", R"({"group":"{group}","user":"00u1"})"},
          {"okta.groups.delete", R"({"group":"{group}"})"}}},
        {"GroupRules",
         {{"okta.group_rules.create", R"({"name":"ops","expression":"user.department==\"Ops\"","groups":["00g2"]})",
           "rule"},
          {"okta.group_rules.list", "{}"},
          {"okta.group_rules.replace", R"({"rule":"{rule}","expression":"user.title==\"Ops\""})"},
          {"okta.group_rules.activate", R"({"rule":"{rule}"})"},
          {"okta.group_rules.get", R"({"rule":"{rule}"})"},
          {"okta.group_rules.deactivate", R"({"rule":"{rule}"})"},
          {"okta.group_rules.delete", R"({"rule":"{rule}"})"}}},
        {"Apps",
         {{"okta.apps.create",
           R"({"label":"Wiki","sign_on_mode":"BOOKMARK","name":"bookmark","definition":{"settings":{"app":{"url":"https://wiki.example.com"}}}})",
           "app"},
          {"okta.apps.list", R"({"q":"Wi"})"},
          {"okta.apps.get", R"({"app":"{app}"})"},
          {"okta.apps.update",
           R"({"app":"{app}","label":"Wiki 2","definition":{"settings":{"app":{"url":"https://wiki.example.com"}}}})"},
          {"okta.apps.assign_group", R"({"app":"{app}","group":"00g2"})"},
          {"okta.apps.get_group", R"({"app":"{app}","group":"00g2"})"},
          {"okta.apps.list_groups", R"({"app":"{app}"})"},
          {"okta.apps.unassign_group", R"({"app":"{app}","group":"00g2"})"},
          {"okta.apps.assign_user", R"({"app":"{app}","user":"00u1"})"},
          {"okta.apps.get_user", R"({"app":"{app}","user":"00u1"})"},
          {"okta.apps.update_user", R"({"app":"{app}","user":"00u1","username":"ana"})"},
          {"okta.apps.list_users", R"({"app":"{app}"})"},
          {"okta.apps.unassign_user", R"({"app":"{app}","user":"00u1"})"},
          {"okta.apps.features", R"({"app":"0oa1"})"},
          {"okta.apps.get_feature", R"({"app":"0oa1","feature":"USER_PROVISIONING"})"},
          {"okta.apps.deactivate", R"({"app":"{app}"})"},
          {"okta.apps.activate", R"({"app":"{app}"})"},
          {"okta.apps.delete", R"({"app":"{app}"})"}}},
        {"Policies",
         {{"okta.policies.create",
           R"({"type":"OKTA_SIGN_ON","name":"High risk","description":"more is asked","conditions":{"people":{"groups":{"include":["00g1"]}}}})",
           "policy"},
          {"okta.policies.list", R"({"type":"OKTA_SIGN_ON"})"},
          {"okta.policies.get", R"({"policy":"{policy}"})"},
          {"okta.policies.replace", R"({"policy":"{policy}","description":"much more is asked"})"},
          {"okta.policies.deactivate", R"({"policy":"{policy}"})"},
          {"okta.policies.activate", R"({"policy":"{policy}"})"},
          {"okta.policy_rules.create",
           R"({"policy":"{policy}","name":"MFA","type":"SIGN_ON","actions":{"signon":{"access":"ALLOW","requireFactor":true,"factorPromptMode":"ALWAYS"}}})",
           "rule"},
          {"okta.policy_rules.list", R"({"policy":"{policy}"})"},
          {"okta.policy_rules.get", R"({"policy":"{policy}","rule":"{rule}"})"},
          {"okta.policy_rules.replace", R"({"policy":"{policy}","rule":"{rule}","name":"MFA always"})"},
          {"okta.policy_rules.deactivate", R"({"policy":"{policy}","rule":"{rule}"})"},
          {"okta.policy_rules.activate", R"({"policy":"{policy}","rule":"{rule}"})"},
          {"okta.policy_rules.delete", R"({"policy":"{policy}","rule":"{rule}"})"},
          {"okta.policies.delete", R"({"policy":"{policy}"})"}}},
        {"AuthorizationServers",
         {{"okta.authorization_servers.create", R"({"name":"Orders","audiences":["api://orders"]})", "server"},
          {"okta.authorization_servers.list", "{}"},
          {"okta.authorization_servers.get", R"({"server":"{server}"})"},
          {"okta.authorization_servers.create_scope", R"({"server":"{server}","name":"orders:read"})", "scope"},
          {"okta.authorization_servers.scopes", R"({"server":"{server}"})"},
          {"okta.authorization_servers.create_claim",
           R"({"server":"{server}","name":"department","token":"RESOURCE","value_type":"EXPRESSION","value":"user.department"})",
           "claim"},
          {"okta.authorization_servers.claims", R"({"server":"{server}"})"},
          {"okta.authorization_servers.create_policy",
           R"({"server":"{server}","name":"All","description":"everybody","clients":["ALL_CLIENTS"]})", "policy"},
          {"okta.authorization_servers.policies", R"({"server":"{server}"})"},
          {"okta.oauth.keys", R"({"server":"{server}"})"},
          {"okta.oauth.discovery", R"({"server":"{server}"})"},
          {"okta.oauth.introspect", R"({"server":"{server}","token":"nonsense","client_id":"0oac"})"},
          {"okta.oauth.revoke", R"({"server":"{server}","token":"nonsense","client_id":"0oac"})"},
          {"okta.authorization_servers.delete_policy", R"({"server":"{server}","policy":"{policy}"})"},
          {"okta.authorization_servers.delete_claim", R"({"server":"{server}","claim":"{claim}"})"},
          {"okta.authorization_servers.delete_scope", R"({"server":"{server}","scope":"{scope}"})"},
          {"okta.authorization_servers.deactivate", R"({"server":"{server}"})"},
          {"okta.authorization_servers.activate", R"({"server":"{server}"})"},
          {"okta.authorization_servers.delete", R"({"server":"{server}"})"}}},
        {"Factors",
         {{"okta.factors.catalog", R"({"user":"00u1"})"},
          {"okta.factors.enroll", R"({"user":"00u1","type":"email","profile":{"email":"ana.ruiz@example.com"}})",
           "factor"},
          {"okta.factors.list", R"({"user":"00u1"})"},
          {"okta.factors.resend", R"({"user":"00u1","factor":"{factor}","type":"email"})"},
          {"okta.factors.activate", R"({"user":"00u1","factor":"{factor}","code":"123456"})"},
          {"okta.factors.get", R"({"user":"00u1","factor":"{factor}"})"},
          {"okta.factors.verify", R"({"user":"00u1","factor":"{factor}"})"},
          {"okta.factors.verify", R"({"user":"00u1","factor":"opf1"})", "challenge"},
          {"okta.factors.transaction", R"({"user":"00u1","factor":"opf1","transaction":"{challenge}"})"},
          {"okta.factors.unenroll", R"({"user":"00u1","factor":"{factor}"})"},
          {"okta.enrollments.create_temporary_code", R"({"user":"00u1","authenticator":"aut1"})", "code"},
          {"okta.enrollments.list", R"({"user":"00u1"})"},
          {"okta.enrollments.delete", R"({"user":"00u1","enrollment":"{code}"})"}}},
        {"Passwords",
         {{"okta.users.unlock", R"({"user":"00u2"})"},
          {"okta.users.set_password", R"({"user":"00u1","password":"Corr3ct-horse"})"},
          {"okta.users.change_password",
           R"({"user":"00u1","old_password":"Corr3ct-horse","new_password":"Batt3ry-staple"})"},
          {"okta.users.expire_password", R"({"user":"00u1"})"},
          {"okta.users.set_temporary_password", R"({"user":"00u1"})"},
          {"okta.users.reset_password", R"({"user":"00u1","send_email":false})"},
          {"okta.users.reactivate", R"({"user":"00u3"})"}}},
        {"Users",
         {{"okta.users.get", R"({"user":"00u1"})"},
          {"okta.users.find", R"({"login":"bo@example.com"})"},
          {"okta.users.list", R"({"filter":"status eq \"ACTIVE\""})"},
          {"okta.users.replace",
           R"({"user":"00u3","profile":{"login":"cy@example.com","email":"cy@example.com","firstName":"Cy","lastName":"Nguyen"}})"},
          {"okta.users.groups", R"({"user":"00u1"})"},
          {"okta.users.app_links", R"({"user":"00u1"})"},
          {"okta.users.grants", R"({"user":"00u1"})"},
          {"okta.users.revoke_grants", R"({"user":"00u1"})"},
          {"okta.users.clients", R"({"user":"00u1"})"},
          {"okta.users.client_grants", R"({"user":"00u1","client":"0oac"})"},
          {"okta.users.client_tokens", R"({"user":"00u1","client":"0oac"})"},
          {"okta.users.revoke_client_tokens", R"({"user":"00u1","client":"0oac"})"},
          {"okta.users.revoke_client_grants", R"({"user":"00u1","client":"0oac"})"},
          {"okta.users.devices", R"({"user":"00u1"})"},
          {"okta.users.revoke_sessions", R"({"user":"00u1"})"},
          {"okta.users.reset_factors", R"({"user":"00u1"})"},
          {"okta.user_types.list", "{}", "type"},
          {"okta.user_types.get", R"({"type":"{type}"})"},
          {"okta.schemas.get_user", "{}"},
          {"okta.api_tokens.list", "{}"},
          {"okta.logs.list",
           R"({"since":"2027-01-01T00:00:00Z","filter":"eventType eq \"user.account.update_profile\""})"}}},
        {"LinkedObjects",
         {{"okta.linked_objects.create",
           R"({"primary":"mentor","primary_title":"Mentor","associated":"mentee","associated_title":"Mentee"})"},
          {"okta.linked_objects.list", "{}"},
          {"okta.linked_objects.get", R"({"relation":"mentor"})"},
          {"okta.users.link", R"({"user":"00u1","relation":"mentor","primary":"00u2"})"},
          {"okta.users.link", R"({"user":"00u1","relation":"mentor","primary":"00u3"})"},
          {"okta.users.linked", R"({"user":"00u1","relation":"mentor"})"},
          {"okta.users.unlink", R"({"user":"00u1","relation":"mentor"})"},
          {"okta.linked_objects.delete", R"({"relation":"mentor"})"}}},
        {"SessionsAndDevices",
         {{"okta.sessions.get", R"({"session":"s1"})"},
          {"okta.sessions.refresh", R"({"session":"s1"})"},
          {"okta.sessions.revoke", R"({"session":"s1"})"},
          {"okta.devices.list", "{}"},
          {"okta.devices.get", R"({"device":"guo1"})"},
          {"okta.devices.users", R"({"device":"guo1"})"},
          {"okta.devices.suspend", R"({"device":"guo1"})"},
          {"okta.devices.unsuspend", R"({"device":"guo1"})"},
          {"okta.devices.deactivate", R"({"device":"guo1"})"},
          {"okta.devices.activate", R"({"device":"guo1"})"},
          {"okta.devices.delete", R"({"device":"guo2"})"}}},
        {"Roles",
         {{"okta.roles.list", R"({"user":"00u1"})"},
          {"okta.roles.get", R"({"user":"00u1","role":"ra1"})"},
          {"okta.roles.assignees", "{}"}}},
    };
    return all;
}

/// Told by tests of their own: what joiner, mover and leaver are made of.
const std::set<std::string_view> told_elsewhere{
    "okta.users.create",  "okta.users.update",    "okta.users.delete", "okta.users.activate", "okta.users.deactivate",
    "okta.users.suspend", "okta.users.unsuspend", "okta.roles.assign", "okta.roles.unassign", "okta.verify_access",
    "okta.users.blocks", // below
};

} // namespace

class OktaRows : public CompanyFixture, public testing::WithParamInterface<story>
{
protected:
    OktaRows() : CompanyFixture(whole_company) {}
    runtime::action_request asked_by(const line& told)
    {
        std::string inputs = told.inputs;
        for (const auto& [name, id] : ids)
            for (auto at = inputs.find("{" + name + "}"); at != std::string::npos; at = inputs.find("{" + name + "}"))
                inputs.replace(at, name.size() + 2, id);
        return request(told.action, inputs);
    }
    void keep(const line& told, const value& outputs)
    {
        if (*told.kept_as == '\0')
            return;
        const auto& items = outputs["items"].items();
        const auto poll = outputs["body"]["_links"]["poll"]["href"].text_or();
        ids[told.kept_as] = !poll.empty()   ? poll.substr(poll.rfind('/') + 1)
                            : items.empty() ? outputs["id"].text_or()
                                            : items.front()["id"].text_or();
    }
    /// Everything but times and the log.
    value organisation() { return org.snapshot(clock.now()); }

    std::map<std::string, std::string> ids;
};

TEST_P(OktaRows, DoWhatTheySay)
{
    for (const auto& told : GetParam().lines) {
        const auto& row = okta::operation_named(told.action);
        const auto out = succeeds(asked_by(told));
        EXPECT_EQ(out.changed, row.writes()) << told.action;
        for (const auto& output : row.outputs)
            EXPECT_NE(out.outputs.find(output.name), nullptr) << told.action << ' ' << output.name;
        keep(told, out.outputs);
        const bool again = row.writes() && row.repeat != engine::repeatability::side_effect;
        if (again && row.how == okta::conduct::object && row.probe == okta::probe_kind::looks) {
            auto twice = asked_by(told);
            twice.attempt = 2;
            if (row.repeat != engine::repeatability::read_first || row.looks.shows == okta::sign::made)
                succeeds(twice);
            EXPECT_NE(settles(asked_by(told)).verdict, probe_verdict::not_done) << told.action;
        }
    }
}

// Whatever a lost answer leaves unknown is found out, and nothing happens twice.
TEST_P(OktaRows, AreNotWrongAboutALostAnswer)
{
    for (const auto& told : GetParam().lines) {
        const auto& row = okta::operation_named(told.action);
        clock.advance_to(clock.now() + std::chrono::seconds(1)); // Okta stamps passwords to the second
        auto asked = asked_by(told);
        if (!row.writes()) {
            keep(told, succeeds(asked).outputs);
            continue;
        }
        const auto fault =
            value::map({{"match", value::map({{"method", row.method}, {"path", "/**"}})}, {"drop", "after"}});
        EXPECT_TRUE(org.add_faults(fault, clock.now()));
        auto out = run(actions->attempt(asked));
        org.clear_faults();
        const auto* failed = std::get_if<engine::attempt_failed>(&out);
        if (failed == nullptr) { // the call that was lost was another one of the same attempt
            keep(told, std::get<engine::attempt_succeeded>(out).outputs);
            continue;
        }
        if (failed->kind != engine::failure_kind::unknown_outcome) { // harmless to repeat
            EXPECT_EQ(row.repeat, engine::repeatability::idempotent) << told.action << ": " << failed->detail;
            EXPECT_EQ(row.probe, okta::probe_kind::none) << told.action;
            succeeds(asked);
            continue;
        }
        asked.before = failed->before;
        const auto found = settles(asked);
        const bool again = row.probe == okta::probe_kind::again || found.verdict == probe_verdict::not_done;
        EXPECT_NE(found.verdict, probe_verdict::cannot_tell) << told.action << ": " << found.detail;
        EXPECT_EQ(again, row.probe == okta::probe_kind::again) << told.action;
        asked.attempt = 2;
        keep(told, again ? succeeds(asked).outputs : found.outputs);
    }
}

TEST_P(OktaRows, LeaveNothingBehindWhenUndone)
{
    for (const auto& told : GetParam().lines) {
        const auto& row = okta::operation_named(told.action);
        auto asked = asked_by(told);
        if (row.inverse != okta::inverse_kind::none && row.how == okta::conduct::object) {
            const auto before = organisation();
            auto done = succeeds(asked);
            auto undo = asked;
            undo.before = done.before;
            undo.outputs = done.outputs;
            const auto back = undoes(undo);
            EXPECT_TRUE(back.changed) << told.action << ": " << back.detail;
            EXPECT_FALSE(back.conflict) << told.action << ": " << back.detail;
            EXPECT_FALSE(undoes(undo).changed) << told.action << " is undone twice";
            for (const auto* part : {"groups", "apps", "rules"})
                EXPECT_EQ(organisation()[part].items().size(), before[part].items().size()) << told.action;
        }
        keep(told, succeeds(asked).outputs);
    }
}

INSTANTIATE_TEST_SUITE_P(Told, OktaRows, testing::ValuesIn(stories()),
                         [](const testing::TestParamInfo<story>& info) { return std::string(info.param.name); });

// A 401 that is no matter of our credential: where the feature is off nothing is asked again.
class OktaRowsApart : public OktaRows
{};

TEST_F(OktaRowsApart, SayThatAFeatureIsOff)
{
    const auto failed = fails(request("okta.users.blocks", R"({"user":"00u1"})"));
    EXPECT_EQ(failed.mark.code, "E0000015");
    EXPECT_EQ(failed.calls.items().size(), 1U);
}

TEST(OktaRowsTold, AreAllThatAStepCanUse)
{
    std::set<std::string_view> told = told_elsewhere;
    for (const auto& one : stories())
        for (const auto& step : one.lines)
            told.insert(step.action);
    for (const auto& row : okta::operations())
        if (row.for_people.empty()) {
            EXPECT_TRUE(told.contains(row.name)) << row.name;
        }
}

} // namespace jmld::tests
