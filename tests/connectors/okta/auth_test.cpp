// Tokens: assertions, refresh, DPoP. Signatures are verified with the public key that was sent.
#include "engine/digest.hpp"
#include "tests/connectors/okta/auth_fixture.hpp"

#include <openssl/bn.h>
#include <openssl/core_names.h>

namespace jmld::tests {

namespace {

struct jwt
{
    value header, claims;
    std::string signed_part, signature;
};
jwt parse_jwt(std::string_view text)
{
    const auto first = text.find('.');
    const auto second = text.find('.', first + 1);
    EXPECT_NE(second, std::string_view::npos) << text;
    return {json(*digest::base64url_decode(text.substr(0, first))),
            json(*digest::base64url_decode(text.substr(first + 1, second - first - 1))),
            std::string(text.substr(0, second)), *digest::base64url_decode(text.substr(second + 1))};
}

bool verifies_rs256(const std::string& pem, const jwt& token)
{
    BIO* in = BIO_new_mem_buf(pem.data(), static_cast<int>(pem.size()));
    EVP_PKEY* key = PEM_read_bio_PrivateKey(in, nullptr, nullptr, nullptr);
    BIO_free(in);
    EVP_MD_CTX* context = EVP_MD_CTX_new();
    EVP_DigestVerifyInit(context, nullptr, EVP_sha256(), nullptr, key);
    const int good = EVP_DigestVerify(
        context, reinterpret_cast<const unsigned char*>(token.signature.data()), token.signature.size(),
        reinterpret_cast<const unsigned char*>(token.signed_part.data()), token.signed_part.size());
    EVP_MD_CTX_free(context);
    EVP_PKEY_free(key);
    return good == 1;
}

std::string assertion_in(const http::request& sent)
{
    for (const auto& [name, content] : http::parse_query(sent.body))
        if (name == "client_assertion")
            return content;
    return {};
}

} // namespace

TEST_F(OktaAuth, AsksForATokenWithASignedAssertion)
{
    use_service_app();
    wire.expect("POST", "/oauth2/v1/token", 200, R"({"token_type":"Bearer","expires_in":3600,"access_token":"t1"})")
        .with([](const http::request& sent) {
            const auto token = parse_jwt(assertion_in(sent));
            EXPECT_EQ(token.header, json(R"({"alg":"RS256","kid":"key-1","typ":"JWT"})"));
            EXPECT_EQ(token.claims["iss"].text_or(), "0oaclient");
            EXPECT_EQ(token.claims["sub"].text_or(), "0oaclient");
            EXPECT_EQ(token.claims["aud"].text_or(), "https://example.okta.com/oauth2/v1/token");
            EXPECT_FALSE(token.claims["jti"].text_or().empty());
            EXPECT_LE(*token.claims["exp"].if_integer() - *token.claims["iat"].if_integer(), 3600);
            EXPECT_TRUE(verifies_rs256(client_key(), token));
            EXPECT_THAT(sent.body, testing::HasSubstr("scope=okta.users.read%20okta.users.manage"));
            EXPECT_EQ(http::find_header(sent.headers, "Authorization"), nullptr);
        });
    expect_user("Bearer t1");
    EXPECT_TRUE(get().ok());
}

TEST_F(OktaAuth, SignsWithAnEllipticKeyToo)
{
    use_service_app(okta::dpop_mode::off, new_ec_key("P-256"));
    wire.expect("POST", "/oauth2/v1/token", 200, R"({"token_type":"Bearer","expires_in":3600,"access_token":"t1"})")
        .with([](const http::request& sent) {
            const auto token = parse_jwt(assertion_in(sent));
            EXPECT_EQ(token.header["alg"].text_or(), "ES256");
            EXPECT_EQ(token.signature.size(), 64U); // r and s, not DER
        });
    expect_user("Bearer t1");
    EXPECT_TRUE(get().ok());
}

TEST_F(OktaAuth, RefusesKeysThatOktaWouldNotTake)
{
    okta::auth_options options;
    options.origin = origin;
    options.client_id = "0oaclient";
    for (const auto& pem : {std::string("rubbish"), new_rsa_key(1024), new_ec_key("P-384")}) {
        options.key_pem = pem;
        const auto made = okta::authenticator::make(options, clock, random);
        ASSERT_FALSE(made);
        EXPECT_EQ(made.error().code, errc::invalid_input);
        EXPECT_THAT(made.error().remedy, testing::HasSubstr("2048"));
    }
    options.client_id.clear();
    EXPECT_FALSE(okta::authenticator::make(options, clock, random));
}

TEST_F(OktaAuth, KeepsTheTokenUntilShortlyBeforeItsEnd)
{
    use_service_app();
    expect_token("t1");
    expect_user("Bearer t1");
    expect_user("Bearer t1");
    EXPECT_TRUE(get().ok());
    clock.advance_to(clock.now() + std::chrono::minutes(57));
    EXPECT_TRUE(get().ok());
    clock.advance_to(clock.now() + std::chrono::minutes(2));
    expect_token("t2");
    expect_user("Bearer t2");
    EXPECT_TRUE(get().ok());
}

TEST_F(OktaAuth, GetsANewTokenOnceWhenTheOldOneIsRefused)
{
    use_service_app();
    std::vector<std::string> ids;
    const auto remember = [&ids](const http::request& sent) {
        ids.push_back(parse_jwt(assertion_in(sent)).claims["jti"].text_or());
    };
    expect_token("t1");
    wire.expect("GET", "/api/v1/users/00u1", 401, refusal_json("E0000011", "Invalid token provided"));
    wire.expect("POST", "/oauth2/v1/token", 200, R"({"token_type":"Bearer","expires_in":3600,"access_token":"t2"})")
        .with(remember);
    wire.expect("GET", "/api/v1/users/00u1", 401, refusal_json("E0000011", "Invalid token provided"));
    const auto answer = get();
    EXPECT_EQ(answer.failure->kind, engine::failure_kind::unauthorized);
    EXPECT_EQ(scope.calls.size(), 4U);
    EXPECT_EQ(ids.size(), 1U);
}

TEST_F(OktaAuth, DoesNotRenewForAFeatureThatIsOff)
{
    use_service_app();
    expect_token("t1");
    wire.expect("GET", "/api/v1/users/00u1", 401,
                refusal_json("E0000015", "You do not have permission to access the feature"));
    EXPECT_EQ(get().failure->kind, engine::failure_kind::forbidden);
}

TEST_F(OktaAuth, SaysWhichCredentialWasRefused)
{
    use_service_app();
    wire.expect("POST", "/oauth2/v1/token", 401,
                R"({"error":"invalid_client","error_description":"The client_assertion has expired."})");
    const auto answer = get();
    EXPECT_EQ(answer.failure->kind, engine::failure_kind::unauthorized);
    EXPECT_EQ(answer.mark.code, "invalid_client");
    EXPECT_THAT(answer.failure->detail, testing::HasSubstr("has expired"));
    EXPECT_FALSE(answer.failure->outage);
}

TEST_F(OktaAuth, CountsASilentTokenEndpointAsAnOutage)
{
    use_service_app();
    wire.expect_failure("POST", "/oauth2/v1/token", errc::refused);
    EXPECT_TRUE(get().failure->outage);
    wire.expect("POST", "/oauth2/v1/token", 503);
    const auto answer = get();
    EXPECT_TRUE(answer.failure->outage);
    EXPECT_EQ(answer.failure->kind, engine::failure_kind::unavailable);
}

TEST_F(OktaAuth, DancesForDpopAndBindsEveryCall)
{
    use_service_app();
    std::vector<std::string> ids;
    wire.expect("POST", "/oauth2/v1/token", 400,
                R"({"error":"invalid_dpop_proof","error_description":"The DPoP proof JWT header is missing."})")
        .with([](const http::request& sent) { EXPECT_EQ(http::find_header(sent.headers, "DPoP"), nullptr); });
    wire.expect("POST", "/oauth2/v1/token", 400, R"({"error":"use_dpop_nonce"})")
        .header("dpop-nonce", "nonce-1")
        .with([&](const http::request& sent) {
            const auto proof = parse_jwt(*http::find_header(sent.headers, "DPoP"));
            EXPECT_TRUE(proof.claims["nonce"].is_null());
            ids.push_back(proof.claims["jti"].text_or());
            ids.push_back(parse_jwt(assertion_in(sent)).claims["jti"].text_or());
        });
    wire.expect("POST", "/oauth2/v1/token", 200, R"({"token_type":"DPoP","expires_in":3600,"access_token":"bound"})")
        .with([&](const http::request& sent) {
            const auto proof = parse_jwt(*http::find_header(sent.headers, "DPoP"));
            EXPECT_EQ(proof.header["typ"].text_or(), "dpop+jwt");
            EXPECT_EQ(proof.header["jwk"]["kty"].text_or(), "EC");
            EXPECT_EQ(proof.claims["nonce"].text_or(), "nonce-1");
            EXPECT_EQ(proof.claims["htm"].text_or(), "POST");
            EXPECT_EQ(proof.claims["htu"].text_or(), "https://example.okta.com/oauth2/v1/token");
            ids.push_back(proof.claims["jti"].text_or());
            ids.push_back(parse_jwt(assertion_in(sent)).claims["jti"].text_or());
        });
    const auto check_call = [&](const http::request& sent) {
        EXPECT_EQ(*http::find_header(sent.headers, "Authorization"), "DPoP bound");
        const auto proof = parse_jwt(*http::find_header(sent.headers, "DPoP"));
        EXPECT_EQ(proof.claims["htm"].text_or(), "GET");
        EXPECT_EQ(proof.claims["htu"].text_or(), "https://example.okta.com/api/v1/groups"); // without the query
        EXPECT_EQ(proof.claims["ath"].text_or(), digest::base64url(digest::view(digest::sha256("bound"))));
        EXPECT_TRUE(proof.claims["nonce"].is_null());
        ids.push_back(proof.claims["jti"].text_or());
    };
    wire.expect("GET", "/api/v1/groups?limit=200", 200, "[]").with(check_call);
    wire.expect("GET", "/api/v1/groups?limit=200", 200, "[]").with(check_call);
    for (int round = 0; round < 2; ++round)
        EXPECT_TRUE(run(client->list({.row = &okta::operation_named("okta.groups.list")}, scope)).ok());
    std::ranges::sort(ids);
    EXPECT_EQ(std::ranges::adjacent_find(ids), ids.end()) << "an id was used twice";
    EXPECT_EQ(ids.size(), 6U);
}

TEST_F(OktaAuth, LeavesDpopAloneWhenToldTo)
{
    use_service_app(okta::dpop_mode::off);
    wire.expect("POST", "/oauth2/v1/token", 400, R"({"error":"invalid_dpop_proof"})");
    EXPECT_EQ(get().failure->kind, engine::failure_kind::unauthorized);
}

TEST_F(OktaAuth, SignsByTheServersClockWhenOursIsWrong)
{
    use_service_app();
    const auto issued = [](const http::request& sent) {
        return *parse_jwt(assertion_in(sent)).claims["iat"].if_integer();
    };
    std::int64_t wrong = 0, right = 0;
    wire.expect("POST", "/oauth2/v1/token", 401,
                R"({"error":"invalid_client","error_description":"The client_assertion was issued in the future."})")
        .header("Date", "Mon, 01 Feb 2027 08:50:00 GMT")
        .with([&](const http::request& sent) { wrong = issued(sent); });
    wire.expect("POST", "/oauth2/v1/token", 200, R"({"token_type":"Bearer","expires_in":3600,"access_token":"t1"})")
        .header("Date", "Mon, 01 Feb 2027 08:50:00 GMT")
        .with([&](const http::request& sent) { right = issued(sent); });
    expect_user("Bearer t1");
    EXPECT_TRUE(get().ok());
    EXPECT_EQ(wrong - right, 600);
    EXPECT_EQ(who->ahead(), duration(-600'000));
}

TEST_F(OktaAuth, LeavesASecondOfDifferenceAlone)
{
    use_service_app();
    wire.expect("POST", "/oauth2/v1/token", 401, R"({"error":"invalid_client"})")
        .header("Date", "Mon, 01 Feb 2027 09:00:01 GMT");
    EXPECT_EQ(get().failure->kind, engine::failure_kind::unauthorized);
    EXPECT_EQ(who->ahead(), duration(0));
}

TEST_F(OktaAuth, GetsOneTokenForAllWhoWait)
{
    use_service_app();
    expect_token("t1");
    for (int caller = 0; caller < 3; ++caller)
        expect_user("Bearer t1");
    int answered = 0;
    std::array<okta::call_scope, 3> scopes;
    for (auto& one : scopes)
        boost::asio::co_spawn(
            loop,
            client->send({.row = &okta::operation_named("okta.users.get"), .arguments = json(R"({"user":"00u1"})")},
                         one),
            [&](std::exception_ptr, okta::reply answer) { answered += answer.ok() ? 1 : 0; });
    runtime::run_virtually(loop, clock, clock.now() + std::chrono::hours(1));
    EXPECT_EQ(answered, 3);
}

} // namespace jmld::tests
