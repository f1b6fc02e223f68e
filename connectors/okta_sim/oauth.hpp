// What the OAuth endpoints remember between requests: what was handed out, assertions and proofs they have seen,
// session tokens of /authn. Keys of clients belong to the organisation, not here.
#pragma once

#include "connectors/http_message.hpp"
#include "connectors/okta_sim/model.hpp"
#include "connectors/okta_sim/signing_key.hpp"
#include "connectors/okta_sim/system_log.hpp"

#include <map>
#include <optional>
#include <set>
#include <string>
#include <string_view>
#include <vector>

namespace jmld::okta_sim {

struct access_token
{
    std::string client_id, thumbprint; ///< `thumbprint` of the DPoP key; empty for a bearer token
    std::vector<std::string> scopes;
    time_point expires{}, issued{};
    std::string user_id, server; ///< empty: the client itself; the org's own server
};

/// `id` is what the user's list of tokens holds; gone from there, it is revoked.
struct refresh_grant
{
    std::string id, client_id, user_id, server;
    std::vector<std::string> scopes;
};

struct authorization_code
{
    std::string client_id, user_id, server, redirect_uri, challenge, nonce;
    std::vector<std::string> scopes;
    time_point expires{};
};

/// A device that waits until somebody signs in for it.
struct device_grant
{
    std::string client_id, server, user_code, user_id;
    std::vector<std::string> scopes;
    time_point expires{};
    std::optional<time_point> polled;
};

class oauth_state
{
public:
    std::map<std::string, access_token> tokens;
    std::map<std::string, refresh_grant> refresh_tokens;
    std::map<std::string, authorization_code> codes;
    std::map<std::string, device_grant> devices;  ///< by device code
    std::map<std::string, time_point> challenges; ///< pushes that nobody has answered, by transaction; when they end
    std::map<std::string, signing_key> keys;      ///< made when first asked for
    std::set<std::string> seen;                   ///< jti of assertions and proofs, by kind and client
    std::map<std::string, std::string> session_tokens; ///< one-time token of /authn → user id

    /// False when this one was used before.
    bool first_use(std::string_view kind, const std::string& issuer, const std::string& jti);
};

/// Who may ask, judged by Authorization and DPoP headers: an answer refuses the request.
std::optional<http::response> refuse_access(const http::request& message, const organisation_data& org,
                                            oauth_state& oauth, const std::string& base_url, time_point now);

/// Whom the System Log names for a request that was let in: the owner of the API token, the app, the person of the
/// token; `otherwise` where the organisation knows neither.
log_actor actor_of(const http::request& message, const organisation_data& org, const oauth_state& oauth,
                   std::string_view otherwise);

/// The DPoP nonce of a moment; it changes every 24 h.
std::string dpop_nonce(const std::string& base_url, time_point now);

} // namespace jmld::okta_sim
