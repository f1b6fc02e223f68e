// Cross-app access: an id token for an assertion at the org's server, the assertion for a token at a custom one.
#include "connectors/okta_sim/jwt.hpp"
#include "tests/okta_sim/driver.hpp"

#include <fmt/format.h>

namespace jmld::okta_sim {
namespace {

using engine::value;
using testing::driver;

constexpr std::string_view exchange = "urn:ietf:params:oauth:grant-type:token-exchange";
constexpr std::string_view bearer = "urn:ietf:params:oauth:grant-type:jwt-bearer";
constexpr std::string_view jag = "urn:ietf:params:oauth:token-type:id-jag";

std::string form(std::initializer_list<std::pair<std::string_view, std::string_view>> fields)
{
    std::string text;
    for (auto const& [name, content] : fields)
        text += (text.empty() ? "" : "&") + std::string(name) + "=" + http::percent_encode(content);
    return text;
}

struct okta_with_alice : driver
{
    std::string issuer;

    okta_with_alice()
    {
        load(R"({"users":[{"id":"00ualice","status":"ACTIVE","credentials":{"password":true},
                 "profile":{"login":"alice@example.com","email":"alice@example.com","firstName":"A","lastName":"L"}}]})");
        issuer = "https://okta-sim.example/oauth2/default";
    }
    /// By a code, as a browser would bring it.
    std::string id_token_of_alice()
    {
        auto const signed_in = post("/api/v1/authn", R"({"username":"alice@example.com","password":"any"})");
        auto const sent =
            get("/oauth2/v1/authorize?" + form({{"response_type", "code"},
                                                {"client_id", "0oaagent"},
                                                {"redirect_uri", "http://127.0.0.1/cb"},
                                                {"scope", "openid"},
                                                {"state", "s"},
                                                {"sessionToken", signed_in.body["sessionToken"].text_or()}}));
        auto const location = sent.header("Location");
        auto const query = http::parse_query(location.substr(std::min(location.find('?') + 1, location.size())));
        std::string code;
        for (auto const& [name, content] : query)
            code = name == "code" ? content : code;
        auto const given = post("/oauth2/v1/token", form({{"grant_type", "authorization_code"},
                                                          {"client_id", "0oaagent"},
                                                          {"code", code},
                                                          {"redirect_uri", "http://127.0.0.1/cb"}}));
        EXPECT_EQ(given.status, 200) << given.text << " after " << sent.status << " " << location;
        return given.body["id_token"].text_or();
    }
    testing::seen ask_assertion(const std::string& subject, std::string_view client = "0oaagent")
    {
        return post("/oauth2/v1/token", form({{"grant_type", exchange},
                                              {"requested_token_type", jag},
                                              {"audience", issuer},
                                              {"scope", "pages.read"},
                                              {"subject_token", subject},
                                              {"subject_token_type", "urn:ietf:params:oauth:token-type:id_token"},
                                              {"client_id", client}}));
    }
    testing::seen show(const std::string& assertion, std::string_view client = "0oaagent")
    {
        return post("/oauth2/default/v1/token",
                    form({{"grant_type", bearer}, {"assertion", assertion}, {"client_id", client}}));
    }
};

TEST(okta_sim_id_jag, an_identity_becomes_an_assertion_for_one_audience)
{
    okta_with_alice okta;
    auto const given = okta.ask_assertion(okta.id_token_of_alice());
    ASSERT_EQ(given.status, 200) << given.text;
    EXPECT_EQ(given.body["issued_token_type"].text_or(), jag);
    EXPECT_EQ(given.body["token_type"].text_or(), "N_A");
    auto const assertion = jwt::read(given.body["access_token"].text_or());
    ASSERT_TRUE(assertion);
    EXPECT_EQ(assertion->header["typ"].text_or(), "oauth-id-jag+jwt");
    EXPECT_EQ(assertion->claims["aud"].text_or(), okta.issuer);
    EXPECT_EQ(assertion->claims["sub"].text_or(), "00ualice");
    EXPECT_EQ(assertion->claims["client_id"].text_or(), "0oaagent");
}

TEST(okta_sim_id_jag, anything_else_is_no_subject)
{
    okta_with_alice okta;
    EXPECT_EQ(okta.ask_assertion("rubbish").body["error"].text_or(), "invalid_grant");
    auto const token = okta.id_token_of_alice();
    EXPECT_EQ(okta.ask_assertion(token, "0oaother").body["error"].text_or(), "invalid_grant")
        << "the subject token was given to another client";
    okta.now += std::chrono::hours(2);
    EXPECT_EQ(okta.ask_assertion(token).body["error"].text_or(), "invalid_grant") << "it has expired";
}

TEST(okta_sim_id_jag, an_assertion_opens_the_other_server_where_its_rules_say_so)
{
    okta_with_alice okta;
    auto const assertion = okta.ask_assertion(okta.id_token_of_alice()).body["access_token"].text_or();
    EXPECT_EQ(okta.show(assertion).status, 400) << "no rule of that server lets this grant in";
    auto const server = std::string("/api/v1/authorizationServers/default");
    EXPECT_EQ(okta.post(server + "/scopes", R"({"name":"pages.read"})").status, 201);
    auto const policy = okta.get(server + "/policies").body.items().front()["id"].text_or();
    auto const rule = okta.post(
        server + "/policies/" + policy + "/rules",
        fmt::format(
            R"({{"type":"RESOURCE_ACCESS","name":"agents","priority":1,"conditions":{{"people":{{"groups":{{"include":["EVERYONE"]}}}},
                        "grantTypes":{{"include":["{}"]}},"scopes":{{"include":["*"]}}}},
                        "actions":{{"token":{{"accessTokenLifetimeMinutes":30}}}}}})",
            bearer));
    EXPECT_EQ(rule.status, 201) << rule.text;
    auto const given = okta.show(assertion);
    ASSERT_EQ(given.status, 200) << given.text;
    EXPECT_EQ(given.body["expires_in"], value(1800));
    auto const token = jwt::read(given.body["access_token"].text_or());
    ASSERT_TRUE(token);
    EXPECT_EQ(token->claims["uid"].text_or(), "00ualice");
    EXPECT_EQ(token->claims["cid"].text_or(), "0oaagent");
}

TEST(okta_sim_id_jag, an_assertion_is_for_its_client_and_for_five_minutes)
{
    okta_with_alice okta;
    auto const assertion = okta.ask_assertion(okta.id_token_of_alice()).body["access_token"].text_or();
    EXPECT_EQ(okta.show(assertion, "0oathief").body["error"].text_or(), "invalid_grant");
    EXPECT_EQ(okta.show(okta.id_token_of_alice()).body["error"].text_or(), "invalid_grant")
        << "an id token is no assertion";
    okta.now += std::chrono::minutes(6);
    EXPECT_EQ(okta.show(assertion).body["error"].text_or(), "invalid_grant");
}

} // namespace
} // namespace jmld::okta_sim
