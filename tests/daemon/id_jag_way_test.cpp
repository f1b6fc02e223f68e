// Cross-app access from one end to the other: a person's id token, an assertion of the organisation, an access token of
// the host's own server, and the host that lets jmld in. All of it is played by the imitation of Okta.
#include "daemon/id_jag_way.hpp"
#include "tests/connectors/okta/imitation.hpp"

#include <algorithm>

namespace jmld::tests {

namespace {

const std::string issuer = std::string(origin) + "/oauth2/default";
constexpr const char* who_am_i = "/oauth2/default/v1/userinfo";

std::string form(std::initializer_list<std::pair<std::string_view, std::string_view>> fields)
{
    std::string text;
    for (const auto& [name, content] : fields)
        text += (text.empty() ? "" : "&") + std::string(name) + "=" + http::percent_encode(content);
    return text;
}

std::string field_of(std::string_view query, std::string_view wanted)
{
    for (const auto& [name, content] : http::parse_query(query))
        if (name == wanted)
            return content;
    return {};
}

class IdJagWay : public CompanyFixture
{
protected:
    IdJagWay()
    {
        okta::id_jag_options options;
        options.token_url = std::string(origin) + "/oauth2/v1/token";
        options.at_provider = {.client_id = "0oaagent", .key_id = {}, .secret = "at-okta", .key = {}};
        options.audience = issuer;
        options.resource_token_url = issuer + "/v1/token";
        options.at_resource = {.client_id = "0oaagent", .key_id = {}, .secret = "at-the-host", .key = {}};
        options.scopes = {"openid", "email"};
        way = std::make_unique<daemon::id_jag_way>(
            std::make_unique<imitation>(org, clock), std::make_unique<imitation>(org, clock),
            std::make_unique<imitation>(org, clock), options,
            [this]() -> result<okta::subject_token> {
                ++asked_for_subject;
                return okta::subject_token{okta::subject_kind::id_token, id_token};
            },
            clock, random);
        allow_assertions();
        id_token = sign_in_ana();
    }
    /// The host's server takes the grant for every scope.
    void allow_assertions()
    {
        const std::string server = "/api/v1/authorizationServers/default";
        const http::header_list ssws{{"Authorization", "SSWS anything"}};
        const auto listed = org.handle({"GET", server + "/policies", ssws, {}}, clock.now()).response;
        const auto policy = json(listed.body).items().front()["id"].text_or();
        const auto made = org.handle(
            {"POST", server + "/policies/" + policy + "/rules", ssws,
             R"({"type":"RESOURCE_ACCESS","name":"assertions","priority":1,"conditions":{"people":{"groups":{"include":["EVERYONE"]}},
                 "grantTypes":{"include":["urn:ietf:params:oauth:grant-type:jwt-bearer"]},"scopes":{"include":["*"]}},
                 "actions":{"token":{"accessTokenLifetimeMinutes":60}}})"},
            clock.now());
        EXPECT_LT(made.response.status, 300) << made.response.body;
    }
    value posted(std::string path, std::string body)
    {
        http::request message{"POST", std::move(path), {}, std::move(body)};
        return engine::json::parse(org.handle(message, clock.now()).response.body).value_or(value());
    }
    /// As a browser would bring it: a code, and the tokens for it.
    std::string sign_in_ana()
    {
        const auto session = posted("/api/v1/authn", R"({"username":"ana.ruiz@example.com","password":"any"})");
        http::request page{"GET",
                           "/oauth2/v1/authorize?" + form({{"response_type", "code"},
                                                           {"client_id", "0oaagent"},
                                                           {"redirect_uri", "http://127.0.0.1/cb"},
                                                           {"scope", "openid"},
                                                           {"state", "s"},
                                                           {"sessionToken", session["sessionToken"].text_or()}}),
                           {},
                           {}};
        const auto sent = org.handle(page, clock.now()).response;
        const auto* location = http::find_header(sent.headers, "Location");
        const std::string at = location == nullptr ? std::string() : *location;
        const auto code = field_of(at.substr(std::min(at.find('?') + 1, at.size())), "code");
        return posted("/oauth2/v1/token", form({{"grant_type", "authorization_code"},
                                                {"client_id", "0oaagent"},
                                                {"code", code},
                                                {"redirect_uri", "http://127.0.0.1/cb"}}))["id_token"]
            .text_or();
    }
    result<http::response> ask_host()
    {
        http::request message{"GET", who_am_i, {{"Authorization", "Bearer of somebody else"}}, {}};
        return run(way->send(std::move(message), duration(30'000)));
    }
    std::ptrdiff_t token_requests() const
    {
        return std::ranges::count_if(org.ledger(), [](const auto& one) { return one.path.ends_with("/v1/token"); });
    }

    std::unique_ptr<daemon::id_jag_way> way;
    std::string id_token;
    int asked_for_subject = 0;
};

} // namespace

TEST_F(IdJagWay, TheHostSeesThePersonWhoseLoginItIs)
{
    const auto before = token_requests();
    const auto answer = ask_host();
    ASSERT_TRUE(answer) << answer.error().what;
    EXPECT_EQ(answer->status, 200) << answer->body;
    EXPECT_EQ(json(answer->body)["sub"].text_or(), "00u1");
    EXPECT_EQ(json(answer->body)["email"].text_or(), "ana.ruiz@example.com");
    EXPECT_EQ(token_requests() - before, 2) << "one at each server";
    EXPECT_EQ(ask_host()->status, 200);
    EXPECT_EQ(token_requests() - before, 2) << "the access token is kept";
}

TEST_F(IdJagWay, ATokenThatTheHostRefusesIsRenewedOnce)
{
    ASSERT_EQ(ask_host()->status, 200);
    const auto before = token_requests();
    ASSERT_TRUE(org.add_faults(
        json(R"({"match":{"method":"GET","path":"/oauth2/default/v1/userinfo"},"answer":{"status":401}})"),
        clock.now()));
    EXPECT_EQ(ask_host()->status, 200);
    EXPECT_GT(token_requests(), before);
}

TEST_F(IdJagWay, NothingIsSentToTheHostForSomebodyWhoMayNotComeIn)
{
    ASSERT_TRUE(org.change_by_other(json(R"({"user":"00u1","status":"SUSPENDED"})"), clock.now()));
    const auto answer = ask_host();
    ASSERT_FALSE(answer);
    EXPECT_EQ(answer.error().code, errc::refused);
    EXPECT_THAT(answer.error().what, testing::HasSubstr("no access token"));
    EXPECT_TRUE(std::ranges::none_of(org.ledger(), [](const auto& one) { return one.path == who_am_i; }));
}

} // namespace jmld::tests
