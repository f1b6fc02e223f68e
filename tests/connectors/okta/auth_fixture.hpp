// A service app with a key of its own, for tests of tokens and of what they may do. It verifies nothing.
#pragma once

#include "tests/connectors/okta/okta_fixture.hpp"

#include <openssl/evp.h>
#include <openssl/pem.h>

namespace jmld::tests {

inline std::string pem_of(EVP_PKEY* key)
{
    BIO* out = BIO_new(BIO_s_mem());
    PEM_write_bio_PrivateKey(out, key, nullptr, nullptr, 0, nullptr, nullptr);
    char* bytes = nullptr;
    const auto size = BIO_get_mem_data(out, &bytes);
    std::string pem(bytes, static_cast<std::size_t>(size));
    BIO_free(out);
    return pem;
}

inline std::string new_rsa_key(int bits)
{
    EVP_PKEY* key = EVP_RSA_gen(static_cast<unsigned>(bits));
    auto pem = pem_of(key);
    EVP_PKEY_free(key);
    return pem;
}
inline std::string new_ec_key(const char* curve)
{
    EVP_PKEY* key = EVP_EC_gen(curve);
    auto pem = pem_of(key);
    EVP_PKEY_free(key);
    return pem;
}

/// Made once: RSA keys take a moment.
inline const std::string& client_key()
{
    static const std::string pem = new_rsa_key(2048);
    return pem;
}

class OktaAuth : public OktaFixture
{
protected:
    void use_service_app(okta::dpop_mode mode = okta::dpop_mode::automatic, std::string pem = client_key())
    {
        okta::auth_options options;
        options.origin = origin;
        options.client_id = "0oaclient";
        options.key_pem = std::move(pem);
        options.key_id = "key-1";
        options.dpop = mode;
        options.scopes = {"okta.users.read", "okta.users.manage"};
        auto made = okta::authenticator::make(options, clock, random);
        ASSERT_TRUE(made) << made.error().what;
        who = std::move(*made);
        build(wire);
    }
    void expect_token(std::string token = "t1", std::string type = "Bearer", int seconds = 3600)
    {
        wire.expect("POST", "/oauth2/v1/token", 200,
                    R"({"token_type":")" + type + R"(","expires_in":)" + std::to_string(seconds) +
                        R"(,"access_token":")" + token + R"(","scope":"okta.users.read"})");
    }
    void expect_user(std::string authorization)
    {
        wire.expect("GET", "/api/v1/users/00u1", 200, user_json("ACTIVE"))
            .with([authorization](const http::request& sent) {
                EXPECT_EQ(*http::find_header(sent.headers, "Authorization"), authorization);
            });
    }
    okta::reply get()
    {
        scope.calls.clear();
        return run(client->send(
            {.row = &okta::operation_named("okta.users.get"), .arguments = json(R"({"user":"00u1"})")}, scope));
    }
    okta::call_scope scope;
};

} // namespace jmld::tests
