// A person signs in: the device authorization grant (RFC 8628) and the exchange of an authorization code with PKCE. For
// operators at a terminal; the daemon itself never acts as a person.
#pragma once

#include "connectors/http_client.hpp"
#include "engine/result.hpp"
#include "engine/runtime/clock.hpp"
#include "engine/value.hpp"

#include <boost/asio/awaitable.hpp>

#include <functional>
#include <string>
#include <vector>

namespace jmld::okta {

struct native_app
{
    std::string client_id; ///< of an app of type Native; it has no secret
    std::vector<std::string> scopes;
    std::string server{}; ///< of the authorization server: `default`; empty for the org's own
};

struct device_prompt
{
    std::string user_code, verification_uri, verification_uri_complete;
    duration expires_in{0};
};

/// What a person's sign-in gives. Texts are secrets.
struct person_tokens
{
    std::string access_token, id_token, refresh_token;
    std::vector<std::string> scopes;
    time_point ends_at{};
    /// Claims of the id token as sent; it came from the token endpoint over TLS, so its signature is not looked at.
    engine::value claims;
};

/// Shows `prompt` once, then asks as often as the server allows until the person has decided. Errors: unauthorized (an
/// app that may not, a person who says no), timed_out (nobody came), and those of the transport.
boost::asio::awaitable<result<person_tokens>> sign_in_on_device(native_app app, http::transport& wire,
                                                                runtime::clock& time,
                                                                std::function<void(const device_prompt&)> prompt);

struct code_exchange
{
    std::string code, verifier, redirect_uri;
};
boost::asio::awaitable<result<person_tokens>> exchange_code(native_app app, code_exchange what, http::transport& wire,
                                                            runtime::clock& time);
boost::asio::awaitable<result<person_tokens>> refresh_tokens(native_app app, std::string refresh_token,
                                                             http::transport& wire, runtime::clock& time);

} // namespace jmld::okta
