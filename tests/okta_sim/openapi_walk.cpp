// The walk itself. It judges nothing beyond "this call succeeds here": openapi_test.cpp compares with the description.
#include "tests/okta_sim/openapi_walk.hpp"
#include "tests/okta_sim/driver.hpp"

#include <fmt/format.h>

namespace jmld::okta_sim::testing {
namespace {

constexpr std::string_view organisation =
    R"({"groups":[{"id":"00gstaff","profile":{"name":"Staff"},"roles":["APP_ADMIN"]}],
  "apps":[{"id":"0oaslack","label":"Slack","groups":["00gstaff"],"provisioning":"ok"}],
  "devices":[{"id":"guo1","status":"ACTIVE","profile":{"displayName":"Mac","platform":"MACOS","registered":true},"users":["00ujane"]}],
  "users":[{"id":"00ujane","status":"ACTIVE","profile":{"login":"jane@example.com","email":"jane@example.com","firstName":"J","lastName":"S"},
    "credentials":{"password":true},"groups":["00gstaff"],"tokens":[{"id":"oar1","client_id":"0oaslack"}],
    "grants":[{"id":"oag1","client_id":"0oaslack","scope_id":"scp1"}],"factors":[{"factorType":"sms"}]},
   {"id":"00uboss","status":"ACTIVE","profile":{"login":"boss@example.com","email":"boss@example.com","firstName":"B","lastName":"B"}}]})";

class walker : public driver
{
public:
    std::vector<walked_answer> answers;

    walker() { load(organisation); }

    /// The {} of the path are filled in order.
    value step(std::string_view method, std::string_view path, const std::vector<std::string>& filled = {},
               std::string body = {}, std::string_view query = {})
    {
        std::string target;
        std::size_t next = 0;
        for (std::size_t at = 0; at < path.size(); ++at) {
            bool const slot = path.substr(at, 2) == "{}";
            target += slot ? filled.at(next++) : std::string(1, path[at]);
            at += slot ? 1 : 0;
        }
        auto const seen = call(std::string(method), target + std::string(query), std::move(body));
        answers.push_back({fmt::format("{} {}", method, path), seen.status, seen.body});
        return seen.body;
    }
    std::string made(std::string_view path, const std::vector<std::string>& filled, std::string body,
                     std::string_view query = {})
    {
        return step("POST", path, filled, std::move(body), query)["id"].text_or();
    }

    void users()
    {
        auto const profile =
            R"({"profile":{"login":"new@example.com","email":"new@example.com","firstName":"N","lastName":"W"}})";
        auto const id = made("/api/v1/users", {}, profile, "?activate=false");
        made("/api/v1/users", {}, profile);
        step("GET", "/api/v1/users");
        for (auto const* const who : {"00ujane", "nobody"})
            step("GET", "/api/v1/users/{}", {who});
        step("POST", "/api/v1/users/{}", {id}, R"({"profile":{"title":"Clerk"}})");
        step("PUT", "/api/v1/users/{}", {id}, profile);
        step("POST", "/api/v1/users/{}/lifecycle/activate", {id}, {}, "?sendEmail=false");
        step("POST", "/api/v1/users/{}/lifecycle/reactivate", {id}, {}, "?sendEmail=false");
        step("POST", "/api/v1/users/{}/lifecycle/deactivate", {id});
        step("DELETE", "/api/v1/users/{}", {id});
        for (auto const* const verb : {"suspend", "unsuspend"})
            step("POST", fmt::format("/api/v1/users/{{}}/lifecycle/{}", verb), {"00uboss"});
        step("POST", "/api/v1/users/{}/lifecycle/unlock", {"00uboss"});
        step("POST", "/api/v1/users/{}/lifecycle/expire_password", {"00uboss"});
        step("POST", "/api/v1/users/{}/lifecycle/expire_password_with_temp_password", {"00uboss"});
        step("POST", "/api/v1/users/{}/lifecycle/reset_password", {"00uboss"}, {}, "?sendEmail=false");
        step("POST", "/api/v1/users/{}/credentials/change_password", {"00ujane"},
             R"({"oldPassword":{"value":"long-enough-1"},"newPassword":{"value":"long-enough-2"}})");
        for (auto const* const list : {"groups", "appLinks", "blocks", "clients", "devices", "grants", "roles"})
            step("GET", fmt::format("/api/v1/users/{{}}/{}", list), {"00ujane"});
        step("GET", "/api/v1/iam/assignees/users");
    }

    void access_of_a_user()
    {
        step("GET", "/api/v1/users/{}/clients/{}/tokens", {"00ujane", "0oaslack"});
        step("DELETE", "/api/v1/users/{}/clients/{}/tokens", {"00ujane", "0oaslack"});
        step("GET", "/api/v1/users/{}/clients/{}/grants", {"00ujane", "0oaslack"});
        step("DELETE", "/api/v1/users/{}/clients/{}/grants", {"00ujane", "0oaslack"});
        step("DELETE", "/api/v1/users/{}/grants", {"00ujane"});
        auto const role = made("/api/v1/users/{}/roles", {"00uboss"}, R"({"type":"USER_ADMIN"})");
        step("GET", "/api/v1/users/{}/roles/{}", {"00uboss", role});
        step("DELETE", "/api/v1/users/{}/roles/{}", {"00uboss", role});
        auto const definition = R"({"primary":{"name":"manager","title":"Manager","description":"m","type":"USER"},
            "associated":{"name":"report","title":"Report","description":"r","type":"USER"}})";
        step("POST", "/api/v1/meta/schemas/user/linkedObjects", {}, definition);
        step("GET", "/api/v1/meta/schemas/user/linkedObjects");
        step("GET", "/api/v1/meta/schemas/user/linkedObjects/{}", {"manager"});
        step("PUT", "/api/v1/users/{}/linkedObjects/{}/{}", {"00ujane", "manager", "00uboss"});
        step("GET", "/api/v1/users/{}/linkedObjects/{}", {"00ujane", "manager"});
        step("DELETE", "/api/v1/users/{}/linkedObjects/{}", {"00ujane", "manager"});
        step("DELETE", "/api/v1/meta/schemas/user/linkedObjects/{}", {"manager"});
        step("DELETE", "/api/v1/users/{}/sessions", {"00ujane"}, {}, "?oauthTokens=true");
    }

    void factors()
    {
        step("GET", "/api/v1/users/{}/factors", {"00ujane"});
        step("GET", "/api/v1/users/{}/factors/catalog", {"00ujane"});
        auto const push = made("/api/v1/users/{}/factors", {"00ujane"}, R"({"factorType":"push","provider":"OKTA"})");
        auto const mail = made("/api/v1/users/{}/factors", {"00ujane"}, R"({"factorType":"email","provider":"OKTA"})");
        step("POST", "/api/v1/users/{}/factors/{}/resend", {"00ujane", mail}, R"({"factorType":"email"})");
        step("POST", "/api/v1/users/{}/factors/{}/lifecycle/activate", {"00ujane", push});
        step("GET", "/api/v1/users/{}/factors/{}", {"00ujane", push});
        auto const sent = step("POST", "/api/v1/users/{}/factors/{}/verify", {"00ujane", push});
        auto const poll = sent["_links"]["poll"]["href"].text_or();
        step("GET", "/api/v1/users/{}/factors/{}/transactions/{}", {"00ujane", push, poll.substr(poll.rfind('/') + 1)});
        auto const code = made("/api/v1/users/{}/authenticator-enrollments/tac", {"00ujane"},
                               R"({"profile":{"multiUse":true,"ttl":60}})");
        step("GET", "/api/v1/users/{}/authenticator-enrollments", {"00ujane"});
        step("DELETE", "/api/v1/users/{}/authenticator-enrollments/{}", {"00ujane", code});
        step("DELETE", "/api/v1/users/{}/factors/{}", {"00ujane", push});
        step("DELETE", "/api/v1/users/{}/factors/{}", {"00ujane", push});
        step("POST", "/api/v1/users/{}/lifecycle/reset_factors", {"00ujane"});
    }

    void groups()
    {
        auto const id = made("/api/v1/groups", {}, R"({"profile":{"name":"Crew","description":"c"}})");
        step("GET", "/api/v1/groups");
        step("GET", "/api/v1/groups/{}", {id});
        step("PUT", "/api/v1/groups/{}", {id}, R"({"profile":{"name":"Crew 2"}})");
        step("PUT", "/api/v1/groups/{}/users/{}", {id, "00ujane"});
        step("GET", "/api/v1/groups/{}/users", {id});
        step("DELETE", "/api/v1/groups/{}/users/{}", {id, "00ujane"});
        step("GET", "/api/v1/groups/{}/apps", {"00gstaff"});
        step("GET", "/api/v1/groups/{}/roles", {"00gstaff"});
        step("POST", "/api/v1/groups/{}/owners", {id}, R"({"id":"00ujane","type":"USER"})");
        step("GET", "/api/v1/groups/{}/owners", {id});
        step("DELETE", "/api/v1/groups/{}/owners/{}", {id, "00ujane"});
        auto const body =
            fmt::format(R"({{"type":"group_rule","name":"r","conditions":{{"expression":{{"value":"user.title==\"x\"",
            "type":"urn:okta:expression:1.0"}}}},"actions":{{"assignUserToGroups":{{"groupIds":["{}"]}}}}}})",
                        id);
        auto const rule = made("/api/v1/groups/rules", {}, body);
        step("GET", "/api/v1/groups/rules");
        step("GET", "/api/v1/groups/rules/{}", {rule});
        step("PUT", "/api/v1/groups/rules/{}", {rule}, body);
        step("POST", "/api/v1/groups/rules/{}/lifecycle/activate", {rule});
        step("POST", "/api/v1/groups/rules/{}/lifecycle/deactivate", {rule});
        step("DELETE", "/api/v1/groups/rules/{}", {rule});
        step("DELETE", "/api/v1/groups/{}", {id});
    }

    void apps()
    {
        auto const body =
            R"({"name":"bookmark","label":"Wiki","signOnMode":"BOOKMARK","settings":{"app":{"url":"https://wiki.example"}}})";
        auto const id = made("/api/v1/apps", {}, body);
        made("/api/v1/apps", {},
             R"({"name":"oidc_client","label":"Web","signOnMode":"OPENID_CONNECT","settings":{"oauthClient":
            {"redirect_uris":["https://app.example/cb"],"application_type":"web"}},"credentials":{"oauthClient":{"token_endpoint_auth_method":"none","client_id":"web"}}})");
        made("/api/v1/apps", {},
             R"({"label":"Saml","signOnMode":"SAML_2_0","settings":{"signOn":{"ssoAcsUrl":"https://s.example"}}})");
        step("GET", "/api/v1/apps");
        step("GET", "/api/v1/apps/{}", {id});
        step("PUT", "/api/v1/apps/{}", {id}, body);
        step("POST", "/api/v1/apps/{}/users", {id}, R"({"id":"00ujane","scope":"USER"})");
        step("GET", "/api/v1/apps/{}/users", {id});
        step("GET", "/api/v1/apps/{}/users/{}", {id, "00ujane"});
        step("POST", "/api/v1/apps/{}/users/{}", {id, "00ujane"}, R"({"profile":{"role":"reader"}})");
        step("DELETE", "/api/v1/apps/{}/users/{}", {id, "00ujane"});
        step("PUT", "/api/v1/apps/{}/groups/{}", {id, "00gstaff"}, R"({"priority":3})");
        step("PATCH", "/api/v1/apps/{}/groups/{}", {id, "00gstaff"},
             R"([{"op":"replace","path":"/priority","value":2}])");
        step("GET", "/api/v1/apps/{}/groups", {id});
        step("GET", "/api/v1/apps/{}/groups/{}", {id, "00gstaff"});
        step("DELETE", "/api/v1/apps/{}/groups/{}", {id, "00gstaff"});
        step("GET", "/api/v1/apps/{}/features", {"0oaslack"});
        step("GET", "/api/v1/apps/{}/features/{}", {"0oaslack", "USER_PROVISIONING"});
        step("POST", "/api/v1/apps/{}/lifecycle/deactivate", {id});
        step("POST", "/api/v1/apps/{}/lifecycle/activate", {id});
        step("POST", "/api/v1/apps/{}/lifecycle/deactivate", {id});
        step("DELETE", "/api/v1/apps/{}", {id});
    }

    void policies()
    {
        auto const policy =
            R"({"type":"OKTA_SIGN_ON","name":"Risk","conditions":{"people":{"groups":{"include":["00gstaff"]}}}})";
        auto const id = made("/api/v1/policies", {}, policy);
        for (auto const* const type : {"ACCESS_POLICY", "MFA_ENROLL", "OKTA_SIGN_ON", "PASSWORD", "IDP_DISCOVERY"})
            step("GET", "/api/v1/policies", {}, {}, std::string("?type=") + type);
        step("GET", "/api/v1/policies/{}", {id});
        step("PUT", "/api/v1/policies/{}", {id}, policy);
        auto const rule =
            R"({"type":"SIGN_ON","name":"High","actions":{"signon":{"access":"ALLOW","requireFactor":true,"factorPromptMode":"ALWAYS"}}})";
        auto const rule_id = made("/api/v1/policies/{}/rules", {id}, rule);
        step("GET", "/api/v1/policies/{}/rules", {id});
        step("GET", "/api/v1/policies/{}/rules/{}", {id, rule_id});
        step("PUT", "/api/v1/policies/{}/rules/{}", {id, rule_id}, rule);
        for (auto const* const verb : {"deactivate", "activate"}) {
            step("POST", fmt::format("/api/v1/policies/{{}}/rules/{{}}/lifecycle/{}", verb), {id, rule_id});
            step("POST", fmt::format("/api/v1/policies/{{}}/lifecycle/{}", verb), {id});
        }
        step("DELETE", "/api/v1/policies/{}/rules/{}", {id, rule_id});
        step("DELETE", "/api/v1/policies/{}", {id});
    }

    void authorization_servers()
    {
        auto const id =
            made("/api/v1/authorizationServers", {}, R"({"name":"api","description":"a","audiences":["api://x"]})");
        step("GET", "/api/v1/authorizationServers");
        step("GET", "/api/v1/authorizationServers/{}", {id});
        step("POST", "/api/v1/authorizationServers/{}/scopes", {id},
             R"({"name":"orders","metadataPublish":"ALL_CLIENTS"})");
        step(
            "POST", "/api/v1/authorizationServers/{}/claims", {id},
            R"({"name":"dept","status":"ACTIVE","claimType":"RESOURCE","valueType":"EXPRESSION","value":"user.department"})");
        step(
            "POST", "/api/v1/authorizationServers/{}/policies", {id},
            R"({"type":"OAUTH_AUTHORIZATION_POLICY","name":"p","conditions":{"clients":{"include":["ALL_CLIENTS"]}}})");
        step("POST", "/api/v1/authorizationServers/{}/lifecycle/deactivate", {id});
        step("DELETE", "/api/v1/authorizationServers/{}", {id});
    }

    void oauth()
    {
        extra = {};
        step("GET", "/.well-known/openid-configuration");
        step("GET", "/oauth2/v1/keys");
        auto const device = "client_id=web&scope=openid";
        step("POST", "/oauth2/v1/device/authorize", {}, device);
        step("POST", "/oauth2/{}/v1/device/authorize", {"default"}, device);
        step("POST", "/oauth2/v1/token", {}, "grant_type=client_credentials");
        auto const token = step("POST", "/oauth2/{}/v1/token", {"default"},
                                "grant_type=client_credentials&client_id=web")["access_token"]
                               .text_or();
        for (auto const* const server : {"default"}) {
            step("GET", "/oauth2/{}/.well-known/openid-configuration", {server});
            step("GET", "/oauth2/{}/v1/keys", {server});
            step("POST", "/oauth2/{}/v1/introspect", {server}, "client_id=web&token=" + token);
            step("GET", "/oauth2/{}/v1/userinfo", {server});
            step("GET", "/oauth2/{}/v1/authorize", {server}, {},
                 "?client_id=web&redirect_uri=https%3A%2F%2Fapp.example%2Fcb");
            step("POST", "/oauth2/{}/v1/authorize", {server},
                 "client_id=web&redirect_uri=https%3A%2F%2Fapp.example%2Fcb");
            step("POST", "/oauth2/{}/v1/revoke", {server}, "client_id=web&token=" + token);
        }
        step("POST", "/oauth2/v1/introspect", {}, "client_id=web&token=none");
        step("POST", "/oauth2/v1/revoke", {}, "client_id=web&token=none");
        step("GET", "/oauth2/v1/userinfo");
        step("POST", "/oauth2/v1/global-token-revocation", {},
             R"({"sub_id":{"format":"email","email":"jane@example.com"}})");
    }

    void sessions_devices_and_the_rest()
    {
        auto const token = post("/api/v1/authn", R"({"username":"jane@example.com","password":"long-enough-2"})")
                               .body["sessionToken"]
                               .text_or();
        auto const session = made("/api/v1/sessions", {}, R"({"sessionToken":")" + token + R"("})");
        step("GET", "/api/v1/sessions/{}", {session});
        step("POST", "/api/v1/sessions/{}/lifecycle/refresh", {session});
        step("DELETE", "/api/v1/sessions/{}", {session});
        step("GET", "/api/v1/devices");
        step("GET", "/api/v1/devices/{}", {"guo1"});
        step("GET", "/api/v1/devices/{}/users", {"guo1"});
        for (auto const* const verb : {"suspend", "unsuspend", "deactivate", "activate", "deactivate"})
            step("POST", fmt::format("/api/v1/devices/{{}}/lifecycle/{}", verb), {"guo1"});
        step("DELETE", "/api/v1/devices/{}", {"guo1"});
        step("GET", "/api/v1/logs");
        step("GET", "/api/v1/meta/types/user");
        step("GET", "/api/v1/meta/types/user/{}", {"default"});
        step("GET", "/api/v1/meta/schemas/user/{}", {"default"});
        step("GET", "/api/v1/meta/schemas/group/default");
        step("GET", "/api/v1/meta/schemas/apps/{}/default", {"0oaslack"});
        auto const hook = made("/api/v1/eventHooks", {},
                               R"({"name":"h","events":{"type":"EVENT_TYPE","items":["user.lifecycle.create"]},
            "channel":{"type":"HTTP","version":"1.0.0","config":{"uri":"https://h.example"}}})");
        step("GET", "/api/v1/eventHooks");
        step("GET", "/api/v1/eventHooks/{}", {hook});
        for (auto const* const verb : {"verify", "deactivate", "activate"})
            step("POST", fmt::format("/api/v1/eventHooks/{{}}/lifecycle/{}", verb), {hook});
        step("DELETE", "/api/v1/eventHooks/{}", {hook});
    }
};

} // namespace

std::vector<walked_answer> walk_through_every_operation()
{
    walker walk;
    walk.users();
    walk.access_of_a_user();
    walk.factors();
    walk.groups();
    walk.apps();
    walk.policies();
    walk.authorization_servers();
    walk.sessions_devices_and_the_rest();
    walk.oauth();
    return walk.answers;
}

std::vector<std::string> known_differences()
{
    std::string const patch = R"(/hints/allow[] is "PATCH", which is not among the values declared)";
    return {
        // Recorded so.
        "GET /api/v1/devices (200): []/_links/self" + patch,
        "GET /api/v1/devices/{} (200): /_links/self" + patch,
        "GET /api/v1/users/{}/devices (200): []/device/_links/self" + patch,
        "GET /api/v1/users/{}/blocks (401): status 401 is not declared",
        "POST /api/v1/users/{}/factors (200): /_links/resend is not of type object",
        // Sending somebody back is all that these do.
        "GET /oauth2/{}/v1/authorize (302): status 302 is not declared",
        "POST /oauth2/{}/v1/authorize (302): status 302 is not declared",
        // A list of enrolments is described as one enrolment.
        "GET /api/v1/users/{}/authenticator-enrollments (200):  is not of type object",
    };
}

} // namespace jmld::okta_sim::testing
