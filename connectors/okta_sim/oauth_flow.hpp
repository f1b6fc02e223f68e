// What the OAuth endpoints share: reading forms, telling clients apart, the terms of a server, tokens. It has no
// routes.
#pragma once

#include "connectors/okta_sim/call.hpp"
#include "connectors/okta_sim/oauth.hpp"

#include <expected>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace jmld::okta_sim {

using form = std::vector<std::pair<std::string, std::string>>;

std::string field(const form& sent, std::string_view name);
form read_form(std::string body);
std::vector<std::string> words(std::string_view text);
std::int64_t epoch_seconds(time_point instant);
http::response invalid_client(std::string_view reason);

/// The client by its assertion, secret or, where it has none, its id.
std::expected<client, http::response> who_asks(call& asked, const form& sent);
/// The thumbprint of the key in the request's DPoP proof; "" without a proof.
std::expected<std::string, http::response> proven_key(call& asked, const client& known);

/// The server that a path names: the org's own without an id.
struct oauth_server
{
    std::string id, issuer;
    const value* document = nullptr; ///< nullptr for the org's own
};
std::expected<oauth_server, http::response> server_of(call& asked);
const signing_key& key_of(call& asked, const oauth_server& server);

/// Everything that a grant has settled before a token is made.
struct granted
{
    std::string client_id, user_id, thumbprint, nonce;
    std::vector<std::string> scopes;
    duration lifetime{3'600'000};
};
struct token_request
{
    call& asked;
    const oauth_server& server;
    const form& sent;
    const client& known;
    std::string thumbprint;
};

http::response invalid_grant(std::string_view reason);
/// Asks the server's policies, then hands out.
http::response grant_by_policy(call& asked, const oauth_server& server, granted given, std::string_view grant);
/// Cross-app access: an identity for an assertion, at the org's own server; that assertion for access, at a custom one.
http::response by_token_exchange(const token_request& request);
http::response by_identity_assertion(const token_request& request);

/// What policies of a custom server say to a client, a grant and scopes: for how long, or no.
std::expected<duration, http::response> token_lifetime(call& asked, const oauth_server& server,
                                                       const std::string& client_id, std::string_view grant,
                                                       const std::vector<std::string>& scopes);

} // namespace jmld::okta_sim
