// What the token endpoint remembers between requests: tokens it handed out, assertions and proofs it has seen, and
// session tokens of /authn. Keys belong to clients of the organisation, not here.
#pragma once

#include "connectors/http_message.hpp"
#include "connectors/okta_sim/model.hpp"

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
    time_point expires{};
};

class oauth_state
{
public:
    std::map<std::string, access_token> tokens;
    std::set<std::string> seen;                        ///< jti of assertions and proofs, by kind and client
    std::map<std::string, std::string> session_tokens; ///< one-time token of /authn → user id

    /// False when this one was used before.
    bool first_use(std::string_view kind, const std::string& issuer, const std::string& jti);
};

/// Who may ask, judged by Authorization and DPoP headers: an answer refuses the request.
std::optional<http::response> refuse_access(const http::request& message, const organisation_data& org,
                                            oauth_state& oauth, const std::string& base_url, time_point now);

/// The DPoP nonce of a moment; it changes every 24 h.
std::string dpop_nonce(const std::string& base_url, time_point now);

} // namespace jmld::okta_sim
