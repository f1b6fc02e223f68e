// Proof Key for Code Exchange (RFC 7636) and the address that begins an authorization code flow. Pure: who opens the
// address and who hears of the code is the caller's affair.
#pragma once

#include "engine/random_source.hpp"

#include <string>
#include <string_view>
#include <vector>

namespace jmld::okta {

struct pkce_pair
{
    std::string verifier;  ///< 43 characters; kept until the code is exchanged
    std::string challenge; ///< base64url(SHA-256(verifier)), method S256
};
pkce_pair make_pkce(random_source& random);
std::string pkce_challenge(std::string_view verifier);
/// 128 bits as base64url: for `state` and `nonce`.
std::string one_time_word(random_source& random);

struct authorization_request
{
    std::string issuer; ///< `https://example.okta.com/oauth2/default`, or the origin for the org's own server
    std::string client_id, redirect_uri, state, nonce, challenge;
    std::vector<std::string> scopes;
};
/// `{issuer}/v1/authorize?response_type=code&…`; the org's own server is at `/oauth2/v1`.
std::string authorization_url(const authorization_request& wanted);

} // namespace jmld::okta
