// Who asks an OAuth endpoint or the API: private_key_jwt, client secrets, DPoP proofs, access tokens. Without `clients`
// in the organisation it believes any well-formed assertion. What is granted is in oauth_grants.cpp.
#include "connectors/okta_sim/oauth.hpp"

#include "connectors/okta_sim/call.hpp"
#include "connectors/okta_sim/jwt.hpp"
#include "connectors/okta_sim/oauth_flow.hpp"
#include "engine/digest.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <expected>

namespace jmld::okta_sim {
namespace {

using namespace std::chrono_literals;

constexpr std::string_view assertion_type = "urn:ietf:params:oauth:client-assertion-type:jwt-bearer";
constexpr auto assertion_lifetime_max = 3600s, proof_age_max = 300s;

http::response invalid_proof(std::string_view reason) { return oauth_error(400, "invalid_dpop_proof", reason); }

// --- assertion
// -----------------------------------------------------------------------------------------------------------------

bool names_endpoint(const engine::value& audience, const std::string& url)
{
    if (audience.is_list())
        return std::ranges::any_of(audience.items(), [&](const engine::value& one) { return one.text_or() == url; });
    return audience.text_or() == url;
}

std::optional<http::response> refuse_claims(const jwt& assertion, const std::string& url, time_point now)
{
    auto const* const expires = assertion.claims["exp"].if_integer();
    auto const* const issued = assertion.claims["iat"].if_integer();
    if (!names_endpoint(assertion.claims["aud"], url))
        return invalid_client("The audience claim for client_assertion must be the endpoint invoked for the request.");
    if (expires == nullptr || *expires <= epoch_seconds(now))
        return invalid_client("The client_assertion token is expired.");
    if (*expires > epoch_seconds(now + assertion_lifetime_max))
        return invalid_client("The client_assertion token has an expiration too far into the future.");
    if (issued != nullptr && *issued > epoch_seconds(now))
        return invalid_client("The client_assertion was issued in the future.");
    return std::nullopt;
}

bool signed_by_some_key(const jwt& assertion, const engine::value& jwks)
{
    auto const& keys = jwks.is_list() ? jwks.items() : jwks["keys"].items();
    auto const kid = assertion.header["kid"].text_or();
    return std::ranges::any_of(keys, [&](const engine::value& jwk) {
        return (kid.empty() || jwk["kid"].is_null() || jwk["kid"].text_or() == kid) && verify(assertion, jwk);
    });
}

/// The client that signed; nothing known about it without `clients`.
std::expected<client, http::response> by_assertion(call& asked, const form& sent)
{
    if (field(sent, "client_assertion_type") != assertion_type)
        return std::unexpected(invalid_client("The client_assertion_type is missing or not supported."));
    auto const assertion = jwt::read(field(sent, "client_assertion"));
    if (!assertion)
        return std::unexpected(invalid_client("The client_assertion token is not a valid JWT."));
    auto const issuer = assertion->claims["iss"].text_or();
    if (issuer.empty() || issuer != assertion->claims["sub"].text_or())
        return std::unexpected(invalid_client("The issuer and subject of client_assertion must be the client id."));
    client known;
    known.id = issuer;
    if (!asked.org.clients.empty()) {
        auto const found = std::ranges::find(asked.org.clients, issuer, &client::id);
        if (found == asked.org.clients.end())
            return std::unexpected(invalid_client("Invalid value for 'client_id' parameter."));
        known = *found;
        if (!signed_by_some_key(*assertion, known.jwks))
            return std::unexpected(invalid_client("The client_assertion signature is invalid."));
        if (auto refusal =
                refuse_claims(*assertion, asked.show.base() + std::string(asked.message.path()), asked.now()))
            return std::unexpected(*refusal);
    }
    auto const jti = assertion->claims["jti"].text_or();
    if (!jti.empty() && !asked.oauth.first_use("assertion", issuer, jti))
        return std::unexpected(invalid_client("The client_assertion token has already been used."));
    return known;
}

// --- proof
// ---------------------------------------------------------------------------------------------------------------------

struct proof_demand
{
    std::string_view method;
    std::string url, token; ///< token: the access token it accompanies, or ""
    bool nonce = false;
};

/// The thumbprint of the key that signed it, or the refusal.
std::expected<std::string, http::response> check_proof(const std::string& text, const proof_demand& wanted,
                                                       oauth_state& oauth, const std::string& base_url, time_point now)
{
    auto const proof = jwt::read(text);
    if (!proof || proof->header["typ"].text_or() != "dpop+jwt" || !verify(*proof, proof->header["jwk"]))
        return std::unexpected(invalid_proof("The DPoP proof JWT is not valid."));
    auto const& claims = proof->claims;
    if (claims["htm"].text_or() != wanted.method || claims["htu"].text_or() != wanted.url)
        return std::unexpected(invalid_proof("The DPoP proof does not belong to this request."));
    auto const* const issued = claims["iat"].if_integer();
    if (issued == nullptr || *issued > epoch_seconds(now + proof_age_max) ||
        *issued < epoch_seconds(now - proof_age_max))
        return std::unexpected(invalid_proof("The DPoP proof is too old or was issued in the future."));
    auto const nonce = claims["nonce"].text_or();
    bool const nonce_known = nonce == dpop_nonce(base_url, now) || nonce == dpop_nonce(base_url, now - 24h) ||
                             nonce == dpop_nonce(base_url, now - 48h) || nonce == dpop_nonce(base_url, now - 72h);
    if (wanted.nonce && !nonce_known) {
        auto answer = oauth_error(400, "use_dpop_nonce", "Authorization server requires nonce in DPoP proof.");
        answer.headers.emplace_back("dpop-nonce", dpop_nonce(base_url, now));
        return std::unexpected(answer);
    }
    if (!wanted.token.empty() &&
        claims["ath"].text_or() != digest::base64url(digest::view(digest::sha256(wanted.token))))
        return std::unexpected(invalid_proof("The DPoP proof is not bound to the access token."));
    auto print = thumbprint(proof->header["jwk"]);
    auto const jti = claims["jti"].text_or();
    if (jti.empty() || !oauth.first_use("proof", print, jti))
        return std::unexpected(invalid_proof("The DPoP proof JWT has already been used."));
    return print;
}

// --- client secrets
// ------------------------------------------------------------------------------------------------------------

/// From `Authorization: Basic`, else from the form.
std::pair<std::string, std::string> stated_client(const http::request& message, const form& sent)
{
    auto const* const header = http::find_header(message.headers, "Authorization");
    if (header != nullptr && header->starts_with("Basic ")) {
        auto const text = digest::base64_decode(std::string_view(*header).substr(6)).value_or("");
        auto const colon = std::min(text.find(':'), text.size());
        return {text.substr(0, colon), text.substr(std::min(colon + 1, text.size()))};
    }
    return {field(sent, "client_id"), field(sent, "client_secret")};
}

std::expected<client, http::response> by_secret(call& asked, const form& sent)
{
    auto const [id, secret] = stated_client(asked.message, sent);
    if (id.empty())
        return std::unexpected(invalid_client("The client_id is missing."));
    client known;
    known.id = id;
    bool any_known = !asked.org.clients.empty();
    for (auto const& [app_id, offered] : asked.org.apps) {
        if (offered.sign_on_mode != "OPENID_CONNECT")
            continue;
        any_known = true;
        auto const oauth = asked.show.app_object(offered)["credentials"]["oauthClient"];
        if (oauth["client_id"].text_or() != id)
            continue;
        bool const has_secret = oauth["token_endpoint_auth_method"].text_or() != "none";
        if (offered.status != "ACTIVE" || (has_secret && oauth["client_secret"].text_or() != secret))
            return std::unexpected(invalid_client("The client secret supplied for a confidential client is invalid."));
        return known;
    }
    if (std::ranges::find(asked.org.clients, id, &client::id) != asked.org.clients.end())
        return std::unexpected(invalid_client("The client must authenticate with private_key_jwt."));
    if (any_known)
        return std::unexpected(invalid_client("Invalid value for 'client_id' parameter."));
    return known;
}

// --- access to the API
// ---------------------------------------------------------------------------------------------------------

std::string needed_scope(const http::request& message)
{
    auto const path = message.path();
    auto const rest = path.substr(std::min(path.size(), std::string_view("/api/v1/").size()));
    auto area = std::string(rest.substr(0, rest.find('/')));
    if (area == "users" && path.find("/roles") != std::string_view::npos)
        area = "roles";
    if (area == "api-tokens")
        area = "apiTokens";
    if (area == "meta")
        area = path.contains("/linkedObjects") ? "linkedObjects" : path.contains("/types/") ? "userTypes" : "schemas";
    if (area == "zones")
        area = "networkZones";
    if (area == "iam" || (area == "groups" && path.contains("/roles")))
        area = "roles";
    return fmt::format("okta.{}.{}", area, message.method == "GET" ? "read" : "manage");
}

bool covers(const std::vector<std::string>& scopes, const std::string& needed)
{
    if (std::ranges::find(scopes, needed) != scopes.end())
        return true;
    // Who may manage may read.
    auto const dot = needed.rfind('.');
    return needed.ends_with(".read") && std::ranges::find(scopes, needed.substr(0, dot) + ".manage") != scopes.end();
}

/// Whose API token it is; nullptr when nobody has it.
const user* owner_of(const organisation_data& org, std::string_view secret)
{
    for (auto const& [id, who] : org.users) {
        bool const owns = std::ranges::any_of(
            who.api_tokens, [&](const api_token& token) { return !token.secret.empty() && token.secret == secret; });
        if (owns)
            return &who;
    }
    return nullptr;
}

std::optional<http::response> refuse_ssws(const organisation_data& org, std::string_view secret)
{
    if (auto const* const owner = owner_of(org, secret))
        return owner->status == "ACTIVE" ? std::nullopt : std::optional(refuse("E0000011"));
    bool const any_known = !org.clients.empty() || std::ranges::any_of(org.users, [](const auto& entry) {
        return std::ranges::any_of(entry.second.api_tokens, [](const api_token& one) { return !one.secret.empty(); });
    });
    return any_known || secret.empty() ? std::optional(refuse("E0000011")) : std::nullopt;
}

struct credential
{
    std::string scheme, secret;
};

credential credential_of(const std::string& header)
{
    auto const space = std::min(header.find(' '), header.size());
    return {header.substr(0, space), header.substr(std::min(space + 1, header.size()))};
}

} // namespace

std::string field(const form& sent, std::string_view name)
{
    auto const found = std::ranges::find(sent, name, &form::value_type::first);
    return found == sent.end() ? std::string() : found->second;
}

form read_form(std::string body)
{
    std::ranges::replace(body, '+', ' ');
    return http::parse_query(body);
}

std::vector<std::string> words(std::string_view text)
{
    std::vector<std::string> found;
    for (std::size_t at = 0; at < text.size();) {
        auto const end = std::min(text.find(' ', at), text.size());
        if (end > at)
            found.emplace_back(text.substr(at, end - at));
        at = end + 1;
    }
    return found;
}

std::int64_t epoch_seconds(time_point instant)
{
    return std::chrono::floor<std::chrono::seconds>(instant).time_since_epoch().count();
}

http::response invalid_client(std::string_view reason) { return oauth_error(401, "invalid_client", reason); }

std::expected<client, http::response> who_asks(call& asked, const form& sent)
{
    bool const signs = !field(sent, "client_assertion").empty() || !field(sent, "client_assertion_type").empty();
    return signs ? by_assertion(asked, sent) : by_secret(asked, sent);
}

std::expected<std::string, http::response> proven_key(call& asked, const client& known)
{
    auto const* const proof = http::find_header(asked.message.headers, "DPoP");
    if (proof == nullptr)
        return known.dpop ? std::unexpected(invalid_proof("The DPoP proof JWT header is missing."))
                          : std::expected<std::string, http::response>();
    proof_demand const wanted{"POST", asked.show.base() + std::string(asked.message.path()), {}, true};
    return check_proof(*proof, wanted, asked.oauth, asked.show.base(), asked.now());
}

bool oauth_state::first_use(std::string_view kind, const std::string& issuer, const std::string& jti)
{
    return seen.insert(fmt::format("{}|{}|{}", kind, issuer, jti)).second;
}

std::string dpop_nonce(const std::string& base_url, time_point now)
{
    auto const day = std::chrono::floor<std::chrono::days>(now).time_since_epoch().count();
    return digest::sha256_hex(fmt::format("nonce|{}|{}", base_url, day)).substr(0, 32);
}

std::optional<http::response> refuse_access(const http::request& message, const organisation_data& org,
                                            oauth_state& oauth, const std::string& base_url, time_point now)
{
    auto const* const header = http::find_header(message.headers, "Authorization");
    if (header == nullptr)
        return refuse("E0000005");
    auto const [scheme, secret] = credential_of(*header);
    if (scheme == "SSWS")
        return refuse_ssws(org, secret);
    auto const found = oauth.tokens.find(secret);
    if ((scheme != "Bearer" && scheme != "DPoP") || found == oauth.tokens.end() || found->second.expires <= now)
        return refuse("E0000011");
    auto const& token = found->second;
    // What a custom server hands out is for other APIs.
    if (!token.server.empty())
        return refuse("E0000011");
    if (!token.thumbprint.empty()) {
        auto const* const proof = http::find_header(message.headers, "DPoP");
        if (scheme != "DPoP")
            return oauth_error(400, "invalid_request", "The request must use the DPoP authentication scheme.");
        if (proof == nullptr)
            return invalid_proof("The DPoP proof JWT header is missing.");
        auto const checked = check_proof(
            *proof, {message.method, base_url + std::string(message.path()), secret, false}, oauth, base_url, now);
        if (!checked)
            return checked.error();
        if (*checked != token.thumbprint)
            return invalid_proof("The DPoP proof was signed by another key than the token is bound to.");
    }
    if (!org.clients.empty() && !covers(token.scopes, needed_scope(message)))
        return refuse("E0000006", {"The access token provided does not contain the required scopes."});
    return std::nullopt;
}

log_actor actor_of(const http::request& message, const organisation_data& org, const oauth_state& oauth,
                   std::string_view otherwise)
{
    log_actor unknown{std::string(otherwise), "PublicClientApp", std::string(otherwise)};
    auto const as_user = [](const user* who) { return log_actor{who->id, "User", who->profile["login"].text_or()}; };
    auto const* const header = http::find_header(message.headers, "Authorization");
    if (header == nullptr)
        return unknown;
    auto const [scheme, secret] = credential_of(*header);
    if (auto const* const owner = scheme == "SSWS" ? owner_of(org, secret) : nullptr)
        return as_user(owner);
    auto const token = oauth.tokens.find(secret);
    if (scheme == "SSWS" || token == oauth.tokens.end())
        return unknown;
    auto const* const person = token->second.user_id.empty() ? nullptr : find_user(org, token->second.user_id);
    return person != nullptr ? as_user(person)
                             : log_actor{token->second.client_id, "PublicClientApp", token->second.client_id};
}

} // namespace jmld::okta_sim
