// A service app before the imitation: it signs assertions and proofs with keys of its own. It judges nothing.
#pragma once

#include "connectors/okta_sim/jwt.hpp"
#include "engine/digest.hpp"
#include "tests/okta_sim/driver.hpp"

#include <openssl/bn.h>
#include <openssl/core_names.h>
#include <openssl/ecdsa.h>
#include <openssl/evp.h>

#include <memory>

namespace jmld::okta_sim::testing {

inline constexpr std::string_view token_url = "https://okta-sim.example/oauth2/v1/token";

inline std::string padded(const BIGNUM* number)
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

inline std::int64_t seconds(time_point instant)
{
    return std::chrono::floor<std::chrono::seconds>(instant).time_since_epoch().count();
}

struct okta_with_client : driver
{
    signer key, proof_key;

    explicit okta_with_client(bool dpop)
    {
        auto const known =
            value::map({{"client_id", "0oaclient"},
                        {"jwks", value::map({{"keys", value::list({key.jwk()})}})},
                        {"scopes", value::list({"okta.users.read", "okta.groups.manage", "okta.logs.read"})},
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
    seen ask(const value& stated, const std::string& scope = "okta.users.read")
    {
        return post("/oauth2/v1/token", "grant_type=client_credentials&scope=" + http::percent_encode(scope) +
                                            "&client_assertion_type=urn%3Aietf%3Aparams%3Aoauth%3Aclient-assertion-"
                                            "type%3Ajwt-bearer&client_assertion=" +
                                            key.sign(value::map({{"kid", "k1"}}), stated));
    }
    seen with(const std::string& scheme, const std::string& token, const std::string& method, const std::string& target,
              const std::string& dpop = {})
    {
        http::request message{method, target, {{"Authorization", scheme + " " + token}}, {}};
        if (!dpop.empty())
            message.headers.emplace_back("DPoP", dpop);
        auto given = org.handle(message, now);
        return {given.response.status, given.response.headers,
                engine::json::parse(given.response.body).value_or(value()), given.response.body};
    }
};

} // namespace jmld::okta_sim::testing
