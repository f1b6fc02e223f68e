// A person signs in: the device grant's waiting, PKCE, and what an exchange sends.
#include "connectors/okta/pkce.hpp"
#include "connectors/okta/sign_in.hpp"
#include "engine/digest.hpp"
#include "tests/connectors/okta/okta_fixture.hpp"

namespace jmld::tests {

namespace {
std::string field_of(const http::request& sent, std::string_view wanted)
{
    for (const auto& [name, content] : http::parse_query(sent.body))
        if (name == wanted)
            return content;
    return {};
}
constexpr auto token_answer =
    R"({"token_type":"Bearer","expires_in":3600,"access_token":"at","id_token":"x.eyJzdWIiOiIwMHUxIn0.y","scope":"openid profile"})";
} // namespace

class OktaSignIn : public OktaFixture
{
protected:
    result<okta::person_tokens> on_device()
    {
        return run(okta::sign_in_on_device({"0oanative", {"openid", "profile"}}, wire, clock,
                                           [this](const okta::device_prompt& shown) { prompts.push_back(shown); }));
    }
    void expect_begin()
    {
        wire.expect("POST", "/oauth2/v1/device/authorize", 200,
                    R"({"device_code":"dc","user_code":"ABCD","verification_uri":"https://example.okta.com/activate",)"
                    R"("expires_in":600,"interval":5})");
    }
    void expect_refusal(std::string_view code)
    {
        wire.expect("POST", "/oauth2/v1/token", 400, R"({"error":")" + std::string(code) + R"("})");
    }
    std::vector<okta::device_prompt> prompts;
};

TEST_F(OktaSignIn, WaitsForThePersonAsOftenAsTheServerAllows)
{
    const auto began = clock.now();
    expect_begin();
    expect_refusal("authorization_pending");
    expect_refusal("slow_down");
    wire.expect("POST", "/oauth2/v1/token", 200, token_answer).with([](const http::request& sent) {
        EXPECT_EQ(field_of(sent, "grant_type"), "urn:ietf:params:oauth:grant-type:device_code");
        EXPECT_EQ(field_of(sent, "device_code"), "dc");
        EXPECT_EQ(field_of(sent, "client_id"), "0oanative");
    });
    const auto got = on_device();
    ASSERT_TRUE(got) << got.error().what;
    EXPECT_EQ(got->access_token, "at");
    EXPECT_EQ(got->claims["sub"].text_or(), "00u1");
    EXPECT_EQ(prompts.size(), 1U);
    EXPECT_EQ(prompts.at(0).user_code, "ABCD");
    EXPECT_EQ(clock.now() - began, duration(5'000 + 5'000 + 10'000)) << "slow_down adds five seconds";
}

TEST_F(OktaSignIn, EndsWhenThePersonSaysNoOrNeverComes)
{
    expect_begin();
    expect_refusal("access_denied");
    EXPECT_EQ(on_device().error().code, errc::unauthorized);
    expect_begin();
    expect_refusal("expired_token");
    EXPECT_EQ(on_device().error().code, errc::timed_out);
}

TEST_F(OktaSignIn, SurvivesALostAnswer)
{
    expect_begin();
    wire.expect_failure("POST", "/oauth2/v1/token", errc::timed_out);
    wire.expect("POST", "/oauth2/v1/token", 200, token_answer);
    EXPECT_TRUE(on_device());
}

TEST_F(OktaSignIn, ProvesThatTheCodeWasAskedForHere)
{
    const auto pair = okta::make_pkce(random);
    EXPECT_EQ(pair.verifier.size(), 43U);
    EXPECT_EQ(okta::pkce_challenge("dBjftJeZ4CVP-mB92K27uhbUJU1p1r_wW1gFWFOEjXk"),
              "E9Melhoa2OwvFrEMTJguCHaoeK1t8URWbuGJSstw-cM"); // RFC 7636, appendix B
    EXPECT_NE(okta::make_pkce(random).verifier, pair.verifier);
    const auto url = okta::authorization_url({.issuer = "https://example.okta.com/oauth2/default",
                                              .client_id = "0oanative",
                                              .redirect_uri = "http://127.0.0.1:8080/callback",
                                              .state = "s",
                                              .nonce = "n",
                                              .challenge = pair.challenge,
                                              .scopes = {"openid", "profile"}});
    EXPECT_THAT(url, testing::StartsWith("https://example.okta.com/oauth2/default/v1/authorize?response_type=code&"));
    EXPECT_THAT(url, testing::HasSubstr("code_challenge=" + pair.challenge + "&code_challenge_method=S256"));
    wire.expect("POST", "/oauth2/default/v1/token", 200, token_answer).with([&](const http::request& sent) {
        EXPECT_EQ(field_of(sent, "code"), "c");
        EXPECT_EQ(field_of(sent, "code_verifier"), pair.verifier);
        EXPECT_EQ(field_of(sent, "redirect_uri"), "http://127.0.0.1:8080/callback");
    });
    EXPECT_TRUE(run(okta::exchange_code({"0oanative", {"openid"}, "default"},
                                        {"c", pair.verifier, "http://127.0.0.1:8080/callback"}, wire, clock)));
}

} // namespace jmld::tests
