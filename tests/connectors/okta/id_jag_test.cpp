// Cross-app access: both legs, what each sends, what is kept, and what is not taken for an assertion.
#include "connectors/okta/id_jag.hpp"
#include "tests/connectors/okta/okta_fixture.hpp"

namespace jmld::tests {

class OktaIdJag : public OktaFixture
{
protected:
    static std::string field_of(const http::request& sent, std::string_view wanted)
    {
        for (const auto& [name, content] : http::parse_query(sent.body))
            if (name == wanted)
                return content;
        return {};
    }
    OktaIdJag()
    {
        okta::id_jag_options options;
        options.token_url = "https://example.okta.com/oauth2/v1/token";
        options.at_provider = {
            .client_id = "0oaagent", .key_id = "k1", .secret = {}, .key = *okta::signing_key::generate()};
        options.audience = "https://wiki.example/";
        options.resource_token_url = "https://wiki.example/token";
        options.at_resource = {.client_id = "wiki-client", .key_id = {}, .secret = "s3cret", .key = {}};
        options.resource = "https://wiki.example/api";
        options.scopes = {"pages.read"};
        access = std::make_unique<okta::id_jag>(options, wire, resource, clock, random);
    }
    void expect_assertion()
    {
        wire.expect("POST", "/oauth2/v1/token", 200,
                    R"({"issued_token_type":"urn:ietf:params:oauth:token-type:id-jag","token_type":"N_A",)"
                    R"("access_token":"the-assertion","expires_in":300})")
            .with([](const http::request& sent) {
                EXPECT_EQ(field_of(sent, "grant_type"), "urn:ietf:params:oauth:grant-type:token-exchange");
                EXPECT_EQ(field_of(sent, "requested_token_type"), "urn:ietf:params:oauth:token-type:id-jag");
                EXPECT_EQ(field_of(sent, "audience"), "https://wiki.example/");
                EXPECT_EQ(field_of(sent, "resource"), "https://wiki.example/api");
                EXPECT_EQ(field_of(sent, "subject_token"), "alices-id-token");
                EXPECT_EQ(field_of(sent, "subject_token_type"), "urn:ietf:params:oauth:token-type:id_token");
                EXPECT_FALSE(field_of(sent, "client_assertion").empty());
            });
    }
    void expect_access(std::string_view token, int seconds = 3600)
    {
        resource
            .expect("POST", "/token", 200,
                    R"({"token_type":"Bearer","access_token":")" + std::string(token) + R"(","expires_in":)" +
                        std::to_string(seconds) + "}")
            .with([](const http::request& sent) {
                EXPECT_EQ(field_of(sent, "grant_type"), "urn:ietf:params:oauth:grant-type:jwt-bearer");
                EXPECT_EQ(field_of(sent, "assertion"), "the-assertion");
                EXPECT_EQ(field_of(sent, "client_secret"), "s3cret");
            });
    }
    result<okta::bearer_token> ask(std::string text = "alices-id-token")
    {
        return run(access->token_for({okta::subject_kind::id_token, std::move(text)}));
    }
    ~OktaIdJag() override { EXPECT_TRUE(resource.finished()); }

    scripted_transport resource;
    std::unique_ptr<okta::id_jag> access;
};

TEST_F(OktaIdJag, GoesBothLegsAndKeepsTheToken)
{
    expect_assertion();
    expect_access("t1");
    EXPECT_EQ(ask()->text, "t1");
    EXPECT_EQ(ask()->text, "t1");
}

TEST_F(OktaIdJag, ShowsTheAssertionAgainAsLongAsItHolds)
{
    expect_assertion();
    expect_access("t1", 60);
    EXPECT_EQ(ask()->text, "t1");
    clock.advance_to(clock.now() + std::chrono::seconds(45));
    expect_access("t2", 600);
    EXPECT_EQ(ask()->text, "t2");
    clock.advance_to(clock.now() + std::chrono::minutes(20));
    expect_assertion();
    expect_access("t3");
    EXPECT_EQ(ask()->text, "t3");
}

TEST_F(OktaIdJag, TakesNothingElseForAnAssertion)
{
    wire.expect("POST", "/oauth2/v1/token", 200, R"({"token_type":"Bearer","access_token":"a-real-access-token"})");
    EXPECT_EQ(ask().error().code, errc::unauthorized);
}

TEST_F(OktaIdJag, SaysWhoRefused)
{
    wire.expect("POST", "/oauth2/v1/token", 400, R"({"error":"invalid_grant","error_description":"no connection"})");
    EXPECT_THAT(ask().error().what,
                testing::AllOf(testing::HasSubstr("identity provider"), testing::HasSubstr("no connection")));
    expect_assertion();
    resource.expect("POST", "/token", 401, R"({"error":"invalid_client"})");
    EXPECT_THAT(ask().error().what, testing::HasSubstr("resource's authorization server"));
}

TEST_F(OktaIdJag, NeedsSomebody) { EXPECT_EQ(ask("").error().code, errc::invalid_input); }

} // namespace jmld::tests
