// Signing keys and compact JWTs (RS256, ES256) through OpenSSL: what assertions and DPoP proofs need, and nothing else
// of JOSE. Keys never leave the object except as the public JWK.
#pragma once

#include "engine/result.hpp"
#include "engine/value.hpp"

#include <memory>
#include <string>
#include <string_view>

struct evp_pkey_st;

namespace jmld::okta {

class signing_key
{
public:
    /// An RSA key of at least 2048 bits or one on P-256. Errors: invalid_input, without a word of the key's content.
    static result<signing_key> from_pem(std::string_view pem);
    /// A new P-256 key. Errors: internal.
    static result<signing_key> generate();

    /// `RS256` or `ES256`.
    std::string_view algorithm() const { return algorithm_; }
    /// {kty, …}: the public part.
    const engine::value& public_jwk() const { return jwk_; }
    /// Compact serialisation; `alg` is added to `header`. Empty when OpenSSL fails.
    std::string sign_jwt(const engine::value& header, const engine::value& claims) const;

private:
    using key_pointer = std::shared_ptr<evp_pkey_st>;
    static result<signing_key> from_key(key_pointer key);

    key_pointer key_;
    std::string_view algorithm_;
    engine::value jwk_;
};

} // namespace jmld::okta
