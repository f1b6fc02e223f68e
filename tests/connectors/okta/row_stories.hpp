// One story for each subject of the operation table: its rows in an order in which each has something to act on, and
// the organisation they are told in. What is expected is for the tests to say.
#pragma once

#include "engine/value.hpp"

#include <map>
#include <ostream>
#include <string>
#include <vector>

namespace jmld::tests {

inline constexpr const char* whole_company = R"({
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

/// The ids that the lines so far have answered, and the inputs of the next one with them filled in.
class story_ids
{
public:
    std::string inputs_of(const line& told) const
    {
        std::string inputs = told.inputs;
        for (const auto& [name, id] : ids_)
            for (auto at = inputs.find("{" + name + "}"); at != std::string::npos; at = inputs.find("{" + name + "}"))
                inputs.replace(at, name.size() + 2, id);
        return inputs;
    }
    void keep(const line& told, const engine::value& outputs)
    {
        if (*told.kept_as == '\0')
            return;
        const auto& items = outputs["items"].items();
        const auto poll = outputs["body"]["_links"]["poll"]["href"].text_or();
        ids_[told.kept_as] = !poll.empty()   ? poll.substr(poll.rfind('/') + 1)
                             : items.empty() ? outputs["id"].text_or()
                                             : items.front()["id"].text_or();
    }

private:
    std::map<std::string, std::string> ids_;
};

inline void PrintTo(const story& told, std::ostream* out) { *out << told.name; }

inline const std::vector<story>& stories()
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

} // namespace jmld::tests
