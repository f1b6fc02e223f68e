// The token endpoint and what a token opens: believed assertions without `clients`, checked ones with them, DPoP.
#include "connectors/okta_sim/jwt.hpp"
#include "engine/digest.hpp"
#include "tests/okta_sim/driver.hpp"

#include <fmt/format.h>
#include <openssl/bn.h>
#include <openssl/core_names.h>
#include <openssl/ecdsa.h>
#include <openssl/evp.h>

#include <memory>

namespace jmld::okta_sim {
namespace {

using engine::value;
using testing::driver;

constexpr std::string_view token_url = "https://okta-sim.example/oauth2/v1/token";

std::string padded(const BIGNUM* number)
{
    std::string bytes(32, '\0');
    BN_bn2binpad(number, reinterpret_cast<unsigned char*>(bytes.data()), 32);
    return bytes;
}

/// A P-256 key that signs JSON Web Tokens.
class signer
{
public:
    signer() : key_(EVP_EC_gen("P-256"), EVP_PKEY_free) {}

    value jwk() const
    {
        auto const coordinate = [&](const char* name) {
            BIGNUM* number = nullptr;
            EVP_PKEY_get_bn_param(key_.get(), name, &number);
            auto text = digest::base64url(padded(number));
            BN_free(number);
            return text;
        };
        return value::map({{"kty", "EC"},
                           {"crv", "P-256"},
                           {"kid", "k1"},
                           {"x", coordinate(OSSL_PKEY_PARAM_EC_PUB_X)},
                           {"y", coordinate(OSSL_PKEY_PARAM_EC_PUB_Y)}});
    }

    std::string sign(value header, const value& claims) const
    {
        header = header.with("alg", "ES256");
        auto const text =
            digest::base64url(engine::json::write(header)) + "." + digest::base64url(engine::json::write(claims));
        auto const context = std::unique_ptr<EVP_MD_CTX, decltype(&EVP_MD_CTX_free)>(EVP_MD_CTX_new(), EVP_MD_CTX_free);
        EVP_DigestSignInit(context.get(), nullptr, EVP_sha256(), nullptr, key_.get());
        std::string der(128, '\0');
        std::size_t length = der.size();
        EVP_DigestSign(context.get(), reinterpret_cast<unsigned char*>(der.data()), &length,
                       reinterpret_cast<const unsigned char*>(text.data()), text.size());
        auto const* at = reinterpret_cast<const unsigned char*>(der.data());
        auto const pair = std::unique_ptr<ECDSA_SIG, decltype(&ECDSA_SIG_free)>(
            d2i_ECDSA_SIG(nullptr, &at, static_cast<long>(length)), ECDSA_SIG_free);
        return text + "." +
               digest::base64url(padded(ECDSA_SIG_get0_r(pair.get())) + padded(ECDSA_SIG_get0_s(pair.get())));
    }

private:
    std::unique_ptr<EVP_PKEY, decltype(&EVP_PKEY_free)> key_;
};

std::int64_t seconds(time_point instant)
{
    return std::chrono::floor<std::chrono::seconds>(instant).time_since_epoch().count();
}

struct okta_with_client : driver
{
    signer key, proof_key;

    explicit okta_with_client(bool dpop)
    {
        auto const known = value::map({{"client_id", "0oaclient"},
                                       {"jwks", value::map({{"keys", value::list({key.jwk()})}})},
                                       {"scopes", value::list({"okta.users.read", "okta.groups.manage"})},
                                       {"dpop", dpop}});
        load(engine::json::write(value::map({{"clients", value::list({known})}})));
        extra = {};
    }

    value claims(std::string_view jti) const
    {
        return value::map({{"iss", "0oaclient"},
                           {"sub", "0oaclient"},
                           {"aud", token_url},
                           {"iat", seconds(now)},
                           {"exp", seconds(now) + 300},
                           {"jti", jti}});
    }
    std::string proof(std::string_view method, std::string_view url, std::string_view jti, std::string_view nonce,
                      std::string_view token) const
    {
        auto const body = value::map({{"htm", method},
                                      {"htu", url},
                                      {"iat", seconds(now)},
                                      {"jti", jti},
                                      {"nonce", nonce},
                                      {"ath", digest::base64url(digest::view(digest::sha256(token)))}});
        return proof_key.sign(value::map({{"typ", "dpop+jwt"}, {"jwk", proof_key.jwk()}}), body);
    }
    testing::seen ask(const value& stated, const std::string& scope = "okta.users.read")
    {
        return post("/oauth2/v1/token", "grant_type=client_credentials&scope=" + http::percent_encode(scope) +
                                            "&client_assertion_type=urn%3Aietf%3Aparams%3Aoauth%3Aclient-assertion-"
                                            "type%3Ajwt-bearer&client_assertion=" +
                                            key.sign(value::map({{"kid", "k1"}}), stated));
    }
    testing::seen with(const std::string& scheme, const std::string& token, const std::string& method,
                       const std::string& target, const std::string& dpop = {})
    {
        http::request message{method, target, {{"Authorization", scheme + " " + token}}, {}};
        if (!dpop.empty())
            message.headers.emplace_back("DPoP", dpop);
        auto given = org.handle(message, now);
        return {given.response.status, given.response.headers,
                engine::json::parse(given.response.body).value_or(value()), given.response.body};
    }
};

TEST(okta_sim_oauth, without_clients_a_well_formed_assertion_is_believed_once)
{
    driver okta;
    okta_with_client other(false);
    auto const form = "grant_type=client_credentials&scope=okta.users.read&client_assertion_type=urn%3Aietf%3Aparams%"
                      "3Aoauth%3Aclient-"
                      "assertion-type%3Ajwt-bearer&client_assertion=" +
                      other.key.sign(value(engine::value_map{}), other.claims("a"));
    auto const given = okta.post("/oauth2/v1/token", form);
    EXPECT_EQ(given.status, 200) << given.text;
    EXPECT_EQ(given.body["token_type"], value("Bearer"));
    auto const again = okta.post("/oauth2/v1/token", form);
    EXPECT_EQ(again.status, 401);
    EXPECT_EQ(again.body["error"], value("invalid_client"));
    EXPECT_EQ(okta.post("/oauth2/v1/token", "grant_type=password").body["error"], value("unsupported_grant_type"));
}

TEST(okta_sim_oauth, a_known_client_must_sign_with_its_key_for_this_endpoint_and_in_time)
{
    okta_with_client okta(false);
    EXPECT_EQ(okta.ask(okta.claims("1")).status, 200);
    EXPECT_EQ(okta.ask(okta.claims("1")).status, 401) << "used before";
    EXPECT_EQ(okta.ask(okta.claims("2").with("aud", "https://elsewhere.example/token")).status, 401);
    EXPECT_EQ(okta.ask(okta.claims("3").with("exp", seconds(okta.now))).status, 401);
    EXPECT_EQ(okta.ask(okta.claims("4").with("exp", seconds(okta.now) + 7200)).status, 401);
    EXPECT_EQ(okta.ask(okta.claims("5").with("iss", "0oaother").with("sub", "0oaother")).status, 401);
    EXPECT_EQ(okta.ask(okta.claims("6"), "okta.users.manage").body["error"], value("invalid_scope"));
    okta.key = signer();
    EXPECT_EQ(okta.ask(okta.claims("7")).status, 401) << "another key";
}

TEST(okta_sim_oauth, a_token_opens_what_its_scopes_cover_until_it_expires)
{
    okta_with_client okta(false);
    auto const token = okta.ask(okta.claims("1"), "okta.users.read okta.groups.manage").body["access_token"].text_or();
    EXPECT_EQ(okta.with("Bearer", token, "GET", "/api/v1/users").status, 200);
    EXPECT_EQ(okta.with("Bearer", token, "GET", "/api/v1/groups").status, 200) << "manage includes read";
    EXPECT_EQ(okta.with("Bearer", token, "GET", "/api/v1/apps").code(), "E0000006");
    EXPECT_EQ(okta.with("Bearer", token, "POST", "/api/v1/users").code(), "E0000006");
    EXPECT_EQ(okta.with("Bearer", "made-up", "GET", "/api/v1/users").code(), "E0000011");
    EXPECT_EQ(okta.get("/api/v1/users").code(), "E0000011") << "any SSWS token is no longer enough";
    okta.now += std::chrono::hours(1);
    EXPECT_EQ(okta.with("Bearer", token, "GET", "/api/v1/users").code(), "E0000011");
}

TEST(okta_sim_oauth, dpop_asks_for_a_nonce_and_binds_the_token_to_the_key)
{
    okta_with_client okta(true);
    EXPECT_EQ(okta.ask(okta.claims("1")).body["error"], value("invalid_dpop_proof"));
    okta.extra = {{"DPoP", okta.proof("POST", token_url, "p1", "", "")}};
    auto const challenge = okta.ask(okta.claims("2"));
    EXPECT_EQ(challenge.body["error"], value("use_dpop_nonce"));
    auto const nonce = challenge.header("dpop-nonce");
    ASSERT_FALSE(nonce.empty());
    okta.extra = {{"DPoP", okta.proof("POST", token_url, "p2", nonce, "")}};
    EXPECT_EQ(okta.ask(okta.claims("2")).status, 401) << "the assertion was used by the first attempt";
    auto const given = okta.ask(okta.claims("3"));
    ASSERT_EQ(given.status, 200) << given.text;
    EXPECT_EQ(given.body["token_type"], value("DPoP"));
    auto const token = given.body["access_token"].text_or();
    std::string const url = "https://okta-sim.example/api/v1/users";
    auto const proof = okta.proof("GET", url, "r1", "", token);
    EXPECT_EQ(okta.with("DPoP", token, "GET", "/api/v1/users?limit=1", proof).status, 200);
    EXPECT_EQ(okta.with("DPoP", token, "GET", "/api/v1/users", proof).status, 400) << "a proof serves once";
    EXPECT_EQ(okta.with("Bearer", token, "GET", "/api/v1/users").status, 400);
    EXPECT_EQ(okta.with("DPoP", token, "GET", "/api/v1/users", okta.proof("GET", url, "r2", "", "other")).status, 400);
    okta.proof_key = signer();
    EXPECT_EQ(okta.with("DPoP", token, "GET", "/api/v1/users", okta.proof("GET", url, "r3", "", token)).status, 400);
}

TEST(okta_sim_oauth, a_known_api_token_dies_with_its_owner)
{
    driver okta;
    okta.load(
        R"({"users":[{"id":"00u1","profile":{"login":"admin@example.com"},"api_tokens":[{"id":"00T1","name":"ops","token":"anything"}]}]})");
    EXPECT_EQ(okta.get("/api/v1/users").status, 200);
    ASSERT_TRUE(okta.org.change_by_other(value::map({{"user", "00u1"}, {"status", "DEPROVISIONED"}}), okta.now));
    EXPECT_EQ(okta.get("/api/v1/users").code(), "E0000011");
}

} // namespace
} // namespace jmld::okta_sim
