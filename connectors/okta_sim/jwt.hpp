// JSON Web Tokens as far as an authorization server reads them: the parts, a signature against a public JWK, a
// thumbprint. It signs nothing and holds no private key.
#pragma once

#include "engine/result.hpp"
#include "engine/value.hpp"

#include <string>
#include <string_view>

namespace jmld::okta_sim {

struct jwt
{
    engine::value header, claims;
    std::string signed_part, signature; ///< signature: raw bytes

    /// Three base64url parts, the first two JSON objects. Errors: invalid_input.
    static result<jwt> read(std::string_view compact);
};

/// Whether the signature is of this key, for RS256/384/512 and ES256/384/512; false for any other algorithm or a bad
/// key.
bool verify(const jwt& token, const engine::value& jwk);
/// RFC 7638, SHA-256, base64url; empty for a key type that is not RSA or EC.
std::string thumbprint(const engine::value& jwk);

} // namespace jmld::okta_sim
