// Custom authorization servers as their clients meet them: tokens that verify against the published keys, PKCE,
// refresh, devices, introspection, revocation.
#include "connectors/okta_sim/jwt.hpp"
#include "engine/digest.hpp"
#include "tests/okta_sim/driver.hpp"

namespace jmld::okta_sim {
namespace {

using engine::value;
using testing::driver;

struct with_people : driver
{
    std::string jane;

    with_people()
    {
        extra = {};
        jane =
            post("/api/v1/users",
                 R"({"profile":{"login":"jane@example.com","email":"jane@example.com","firstName":"J","lastName":"S"},
                        "credentials":{"password":{"value":"long-enough-1"}}})")
                .body["id"]
                .text_or();
    }
    std::string session_token()
    {
        return post("/api/v1/authn", R"({"username":"jane@example.com","password":"long-enough-1"})")
            .body["sessionToken"]
            .text_or();
    }
    /// The code that an authorization request brings back.
    std::string code(const std::string& server, const std::string& verifier, const std::string& scope)
    {
        auto const challenge = digest::base64url(digest::view(digest::sha256(verifier)));
        auto const sent =
            get("/oauth2/" + server + "/v1/authorize?response_type=code&client_id=web&state=s&scope=" + scope +
                "&redirect_uri=https%3A%2F%2Fapp.example%2Fcb&code_challenge_method=S256&code_challenge=" + challenge +
                "&sessionToken=" + session_token());
        EXPECT_EQ(sent.status, 302);
        auto const location = sent.header("Location");
        EXPECT_TRUE(location.starts_with("https://app.example/cb?code=")) << location;
        EXPECT_TRUE(location.ends_with("state=s")) << location;
        auto const from = location.find("code=") + 5;
        return location.substr(from, location.find('&') - from);
    }
    testing::seen exchange(const std::string& server, const std::string& form)
    {
        return post("/oauth2/" + server + "/v1/token",
                    form + "&client_id=web&redirect_uri=https%3A%2F%2Fapp.example%2Fcb");
    }
};

TEST(okta_sim_custom_server, a_code_with_its_verifier_becomes_tokens_that_verify)
{
    with_people okta;
    auto const code = okta.code("default", "verifier-1", "openid%20offline_access");
    auto const given = okta.exchange("default", "grant_type=authorization_code&code_verifier=verifier-1&code=" + code);
    ASSERT_EQ(given.status, 200) << given.text;
    auto const keys = okta.get("/oauth2/default/v1/keys").body["keys"];
    for (auto const* const name : {"access_token", "id_token"}) {
        auto const token = jwt::read(given.body[name].text_or());
        ASSERT_TRUE(token) << name;
        EXPECT_TRUE(verify(*token, keys.items().at(0))) << name;
        EXPECT_EQ(token->claims["iss"], value(std::string(driver::base) + "/oauth2/default")) << name;
    }
    EXPECT_EQ(okta.user(okta.jane)["tokens"].items().size(), 1U) << "the refresh token hangs on the user";
    EXPECT_EQ(
        okta.exchange("default", "grant_type=authorization_code&code_verifier=verifier-1&code=" + code).body["error"],
        value("invalid_grant"))
        << "a code is good once";
    EXPECT_EQ(okta.call("GET", "/api/v1/users").status, 200);
}

TEST(okta_sim_custom_server, another_verifier_or_client_gets_nothing)
{
    with_people okta;
    auto const code = okta.code("default", "verifier-1", "openid");
    EXPECT_EQ(okta.exchange("default", "grant_type=authorization_code&code_verifier=other&code=" + code).body["error"],
              value("invalid_grant"));
    auto const again = okta.code("default", "verifier-1", "openid");
    auto const stolen =
        okta.post("/oauth2/default/v1/token",
                  "grant_type=authorization_code&client_id=thief&redirect_uri=https%3A%2F%2Fapp.example%2Fcb"
                  "&code_verifier=verifier-1&code=" +
                      again);
    EXPECT_EQ(stolen.body["error"], value("invalid_grant"));
}

TEST(okta_sim_custom_server, a_refresh_token_is_good_once_and_dies_with_the_users_tokens)
{
    with_people okta;
    auto const first = okta.exchange("default", "grant_type=authorization_code&code_verifier=v&code=" +
                                                    okta.code("default", "v", "offline_access"));
    auto const refresh = [&](const testing::seen& from) {
        return okta.exchange("default",
                             "grant_type=refresh_token&refresh_token=" + from.body["refresh_token"].text_or());
    };
    auto const second = refresh(first);
    ASSERT_EQ(second.status, 200) << second.text;
    EXPECT_EQ(refresh(first).body["error"], value("invalid_grant"));
    EXPECT_EQ(okta.del("/api/v1/users/" + okta.jane + "/sessions?oauthTokens=true").status, 204);
    EXPECT_EQ(refresh(second).body["error"], value("invalid_grant"));
}

TEST(okta_sim_custom_server, no_policy_means_no_token)
{
    with_people okta;
    auto const id =
        okta.post("/api/v1/authorizationServers", R"({"name":"api","audiences":["api://x"]})").body["id"].text_or();
    auto const self = "/api/v1/authorizationServers/" + id;
    okta.post(self + "/scopes", R"({"name":"orders"})");
    auto const ask = [&](const std::string& scope) {
        return okta.post("/oauth2/" + id + "/v1/token", "grant_type=client_credentials&client_id=web&scope=" + scope);
    };
    EXPECT_EQ(ask("nothing").body["error"], value("invalid_scope"));
    EXPECT_EQ(ask("orders").body["error"], value("access_denied"));
    auto const policy = okta.post(self + "/policies", R"({"name":"p","conditions":{"clients":{"include":["web"]}}})")
                            .body["id"]
                            .text_or();
    okta.post(self + "/policies/" + policy + "/rules",
              R"({"name":"r","actions":{"token":{"accessTokenLifetimeMinutes":5}}})");
    auto const given = ask("orders");
    ASSERT_EQ(given.status, 200) << given.text;
    EXPECT_EQ(given.body["expires_in"], value(300));
    EXPECT_EQ(okta.post(self + "/lifecycle/deactivate").status, 204);
    EXPECT_EQ(ask("orders").status, 404);
}

TEST(okta_sim_custom_server, a_token_is_introspected_and_revoked_and_an_unknown_one_is_no_error)
{
    with_people okta;
    auto const token = okta.exchange("default", "grant_type=client_credentials").body["access_token"].text_or();
    auto const ask = [&](const std::string& path, const std::string& text) {
        return okta.post("/oauth2/default/v1/" + path, "client_id=web&token=" + text);
    };
    EXPECT_EQ(ask("introspect", token).body["active"], value(true));
    EXPECT_EQ(ask("introspect", "nobody").body["active"], value(false));
    EXPECT_EQ(ask("revoke", token).status, 200);
    EXPECT_EQ(ask("revoke", "nobody").status, 200);
    EXPECT_EQ(ask("introspect", token).body["active"], value(false));
    EXPECT_EQ(okta.post("/oauth2/v1/introspect", "client_id=web").body["error"], value("invalid_request"));
}

TEST(okta_sim_custom_server, keys_rotate_and_are_the_same_for_the_same_seed)
{
    with_people okta, same;
    EXPECT_EQ(okta.get("/oauth2/default/v1/keys").text, same.get("/oauth2/default/v1/keys").text);
    auto const listed = okta.get("/api/v1/authorizationServers/default/credentials/keys").body;
    ASSERT_EQ(listed.items().size(), 2U);
    auto const next = listed.items().at(1)["kid"];
    auto const rotated =
        okta.post("/api/v1/authorizationServers/default/credentials/lifecycle/keyRotate", R"({"use":"sig"})");
    EXPECT_EQ(rotated.body.items().at(0)["kid"], next);
    EXPECT_EQ(okta.get("/oauth2/default/v1/keys").body["keys"].items().at(0)["kid"], next);
}

TEST(okta_sim_device_grant, it_waits_until_somebody_signs_in_for_the_device)
{
    with_people okta;
    auto const begun = okta.post("/oauth2/v1/device/authorize", "client_id=cli&scope=openid%20okta.users.read");
    ASSERT_EQ(begun.status, 200) << begun.text;
    auto const poll = [&] {
        return okta.post(
            "/oauth2/v1/token",
            "grant_type=urn%3Aietf%3Aparams%3Aoauth%3Agrant-type%3Adevice_code&client_id=cli&device_code=" +
                begun.body["device_code"].text_or());
    };
    EXPECT_EQ(poll().body["error"], value("authorization_pending"));
    EXPECT_EQ(poll().body["error"], value("slow_down"));
    auto const typed = begun.body["user_code"].text_or();
    EXPECT_EQ(okta.post("/activate", "username=jane@example.com&password=wrong&user_code=" + typed).status, 401);
    EXPECT_EQ(okta.post("/activate", "username=jane@example.com&password=long-enough-1&user_code=" + typed).status,
              200);
    okta.now += std::chrono::seconds(6);
    auto const given = poll();
    ASSERT_EQ(given.status, 200) << given.text;
    EXPECT_EQ(poll().body["error"], value("invalid_grant"));
    okta.extra = {};
    http::request info{
        "GET", "/oauth2/v1/userinfo", {{"Authorization", "Bearer " + given.body["access_token"].text_or()}}, {}};
    auto const shown = engine::json::parse(okta.org.handle(info, okta.now).response.body);
    EXPECT_EQ((*shown)["sub"], value(okta.jane));
}

TEST(okta_sim_device_grant, a_code_ends_after_ten_minutes)
{
    with_people okta;
    auto const begun = okta.post("/oauth2/v1/device/authorize", "client_id=cli&scope=openid");
    okta.now += std::chrono::minutes(10);
    auto const late =
        okta.post("/oauth2/v1/token",
                  "grant_type=urn%3Aietf%3Aparams%3Aoauth%3Agrant-type%3Adevice_code&client_id=cli&device_code=" +
                      begun.body["device_code"].text_or());
    EXPECT_EQ(late.body["error"], value("expired_token"));
}

TEST(okta_sim_custom_server, universal_logout_ends_what_one_person_has)
{
    with_people okta;
    okta.post("/api/v1/sessions", R"({"sessionToken":")" + okta.session_token() + R"("})");
    EXPECT_EQ(okta.user(okta.jane)["sessions"].items().size(), 1U);
    auto const body = R"({"sub_id":{"format":"email","email":"jane@example.com"}})";
    EXPECT_EQ(okta.post("/oauth2/v1/global-token-revocation", body).status, 204);
    EXPECT_EQ(okta.user(okta.jane)["sessions"].items().size(), 0U);
}

} // namespace
} // namespace jmld::okta_sim
