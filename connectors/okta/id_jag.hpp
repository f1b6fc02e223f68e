// Cross-app access by an identity assertion grant (ID-JAG): a person's token is exchanged at the identity provider for
// an assertion about that person and one resource, and that assertion for an access token at the resource's own
// authorization server. It always needs somebody's identity; a daemon alone cannot begin it.
#pragma once

#include "connectors/http_client.hpp"
#include "connectors/okta/jose.hpp"
#include "engine/random_source.hpp"
#include "engine/result.hpp"
#include "engine/runtime/clock.hpp"

#include <boost/asio/awaitable.hpp>

#include <map>
#include <optional>
#include <string>
#include <vector>

namespace jmld::okta {

enum class subject_kind : std::uint8_t { id_token, saml2, refresh_token };

/// Whose rights are asked for. The token's audience must be the client that asks.
struct subject_token
{
    subject_kind kind = subject_kind::id_token;
    std::string text;
};

/// How a client proves itself to one token endpoint: with its key, else with its secret.
struct client_proof
{
    std::string client_id, key_id, secret;
    std::optional<signing_key> key;
};

struct id_jag_options
{
    std::string token_url; ///< of the identity provider: `https://example.okta.com/oauth2/v1/token`
    client_proof at_provider;
    std::string audience;           ///< issuer of the resource's authorization server
    std::string resource_token_url; ///< of that server
    client_proof at_resource;
    std::string resource; ///< identifier of the API; may be empty
    std::vector<std::string> scopes;
};

struct bearer_token
{
    std::string text;
    time_point ends_at{};
};

/// Event loop's thread only. Keeps, for each subject, the assertion (which may be shown again until it ends) and the
/// access token; asks anew shortly before either ends.
class id_jag
{
public:
    /// `provider` and `resource` lead to the two token endpoints; they may be the same.
    id_jag(id_jag_options options, http::transport& provider, http::transport& resource, runtime::clock& time,
           random_source& random);

    /// Errors: unauthorized (refused, with the server's reason), invalid_input (no subject), and the transport's.
    boost::asio::awaitable<result<bearer_token>> token_for(subject_token subject);
    /// The resource refused the last one: the next token_for() asks again.
    void forget(const subject_token& subject);

private:
    struct held
    {
        bearer_token assertion, access;
    };
    boost::asio::awaitable<result<bearer_token>> identity_assertion(const subject_token& subject);
    boost::asio::awaitable<result<bearer_token>> access_token(const std::string& assertion);
    bool is_fresh(const bearer_token& one) const;

    id_jag_options options_;
    http::transport &provider_, &resource_;
    runtime::clock& time_;
    random_source& random_;
    std::map<std::string, held> held_; ///< by the digest of the subject's token
};

} // namespace jmld::okta
