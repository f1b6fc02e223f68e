// The token endpoints: client_credentials, authorization_code with PKCE, refresh_token, the device grant; identity
// assertions have a file of their own. The org's own server hands out what only it can read; a custom one signs JWTs.
#include "connectors/okta_sim/oauth_flow.hpp"
#include "engine/digest.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>

namespace jmld::okta_sim {
namespace {

using namespace std::chrono_literals;

bool has(const std::vector<std::string>& list, std::string_view wanted)
{
    return std::ranges::find(list, wanted) != list.end();
}

std::string joined(const std::vector<std::string>& scopes) { return fmt::format("{}", fmt::join(scopes, " ")); }

// --- tokens
// --------------------------------------------------------------------------------------------------------------------

value claims_of_server(call& asked, const oauth_server& server, const granted& given)
{
    auto const& audiences = (*server.document)["audiences"].items();
    value_list scopes;
    for (auto const& scope : given.scopes)
        scopes.emplace_back(scope);
    auto claims = value::map({{"ver", 1},
                              {"jti", "AT." + asked.change.ids.token(43)},
                              {"iss", server.issuer},
                              {"aud", audiences.empty() ? value(server.issuer) : audiences.front()},
                              {"iat", epoch_seconds(asked.now())},
                              {"exp", epoch_seconds(asked.now() + given.lifetime)},
                              {"cid", given.client_id},
                              {"scp", std::move(scopes)},
                              {"sub", given.client_id}});
    auto const* const who = given.user_id.empty() ? nullptr : find_user(asked.org, given.user_id);
    if (who == nullptr)
        return claims;
    claims = claims.with("uid", who->id).with("sub", who->profile["login"]);
    for (auto const& [id, claim] :
         asked.org.documents[fmt::format("/api/v1/authorizationServers/{}/claims", server.id)])
    {
        auto const expression = claim["value"].text_or();
        bool const on = claim["status"].text_or() == "ACTIVE" && claim["claimType"].text_or() == "RESOURCE";
        if (on && expression.starts_with("user."))
            claims = claims.with(claim["name"].text_or(), who->profile[expression.substr(5)]);
    }
    return claims;
}

std::string id_token(call& asked, const oauth_server& server, const granted& given)
{
    auto const* const who = find_user(asked.org, given.user_id);
    auto claims = value::map({{"ver", 1},
                              {"jti", "ID." + asked.change.ids.token(43)},
                              {"iss", server.issuer},
                              {"aud", given.client_id},
                              {"iat", epoch_seconds(asked.now())},
                              {"exp", epoch_seconds(asked.now() + 1h)},
                              {"sub", given.user_id},
                              {"amr", value::list({"pwd"})},
                              {"auth_time", epoch_seconds(asked.now())}});
    if (who != nullptr && has(given.scopes, "profile"))
        claims = claims.with("preferred_username", who->profile["login"]);
    if (who != nullptr && has(given.scopes, "email"))
        claims = claims.with("email", who->profile["email"]);
    if (!given.nonce.empty())
        claims = claims.with("nonce", given.nonce);
    return key_of(asked, server).sign(claims);
}

http::response hand_out(call& asked, const oauth_server& server, const granted& given)
{
    auto const token = server.document == nullptr ? asked.change.ids.token(64)
                                                  : key_of(asked, server).sign(claims_of_server(asked, server, given));
    asked.oauth.tokens[token] = {given.client_id, given.thumbprint, given.scopes, asked.now() + given.lifetime,
                                 asked.now(),     given.user_id,    server.id};
    value_map shown{{"token_type", given.thumbprint.empty() ? "Bearer" : "DPoP"},
                    {"expires_in", std::chrono::floor<std::chrono::seconds>(given.lifetime).count()},
                    {"access_token", token},
                    {"scope", joined(given.scopes)}};
    auto* const who = given.user_id.empty() ? nullptr : find_user(asked.org, given.user_id);
    if (who != nullptr && has(given.scopes, "openid"))
        shown.emplace_back("id_token", id_token(asked, server, given));
    if (who != nullptr && has(given.scopes, "offline_access")) {
        auto const id = asked.change.ids.make("oar"), text = asked.change.ids.token(43);
        who->tokens.push_back({id, given.client_id});
        asked.oauth.refresh_tokens[text] = {id, given.client_id, given.user_id, server.id, given.scopes};
        shown.emplace_back("refresh_token", text);
    }
    return ok(std::move(shown));
}

// --- grants
// --------------------------------------------------------------------------------------------------------------------

http::response by_client_credentials(const token_request& request)
{
    auto const scopes = words(field(request.sent, "scope"));
    bool const org = request.server.document == nullptr;
    if (org && scopes.empty())
        return oauth_error(400, "invalid_scope", "The authorization server resource requires a scope.");
    for (auto const& scope : org ? scopes : std::vector<std::string>()) {
        if (!request.asked.org.clients.empty() && !has(request.known.scopes, scope))
            return oauth_error(400, "invalid_scope",
                               "One or more scopes are not configured for the authorization server resource.");
    }
    return grant_by_policy(request.asked, request.server, {request.known.id, {}, request.thumbprint, {}, scopes},
                           "client_credentials");
}

bool verifier_fits(const std::string& challenge, const std::string& verifier)
{
    return challenge.empty() || digest::base64url(digest::view(digest::sha256(verifier))) == challenge;
}

http::response by_code(const token_request& request)
{
    auto const found = request.asked.oauth.codes.find(field(request.sent, "code"));
    if (found == request.asked.oauth.codes.end())
        return invalid_grant("The authorization code is invalid or has expired.");
    auto const code = found->second;
    request.asked.oauth.codes.erase(found); // one use, whatever comes of it
    if (code.expires <= request.asked.now() || code.client_id != request.known.id || code.server != request.server.id)
        return invalid_grant("The authorization code is invalid or has expired.");
    if (code.redirect_uri != field(request.sent, "redirect_uri"))
        return invalid_grant(
            "The 'redirect_uri' does not match the redirection URI used in the authorization request.");
    if (!verifier_fits(code.challenge, field(request.sent, "code_verifier")))
        return invalid_grant("PKCE verification failed.");
    return grant_by_policy(request.asked, request.server,
                           {code.client_id, code.user_id, request.thumbprint, code.nonce, code.scopes},
                           "authorization_code");
}

// Each use gives a new refresh token; the old one is worth nothing then.
http::response by_refresh_token(const token_request& request)
{
    auto& known = request.asked.oauth.refresh_tokens;
    auto const found = known.find(field(request.sent, "refresh_token"));
    auto* const who = found == known.end() ? nullptr : find_user(request.asked.org, found->second.user_id);
    if (who == nullptr || found->second.client_id != request.known.id || found->second.server != request.server.id)
        return invalid_grant("The refresh token is invalid or expired.");
    auto const held = found->second;
    known.erase(found);
    bool const stood = std::erase_if(who->tokens, [&](const refresh_token& one) { return one.id == held.id; }) > 0;
    if (!stood || who->status != "ACTIVE")
        return invalid_grant("The refresh token is invalid or expired.");
    auto const fewer = words(field(request.sent, "scope"));
    if (!std::ranges::all_of(fewer, [&](const std::string& scope) { return has(held.scopes, scope); }))
        return oauth_error(400, "invalid_scope", "The requested scope is not among those that were granted.");
    return grant_by_policy(request.asked, request.server,
                           {held.client_id, held.user_id, request.thumbprint, {}, fewer.empty() ? held.scopes : fewer},
                           "refresh_token");
}

http::response by_device_code(const token_request& request)
{
    constexpr duration interval = 5s;
    auto& waiting = request.asked.oauth.devices;
    auto const found = waiting.find(field(request.sent, "device_code"));
    if (found == waiting.end() || found->second.client_id != request.known.id ||
        found->second.server != request.server.id)
        return invalid_grant("The device code is invalid or has expired.");
    auto& device = found->second;
    auto const now = request.asked.now();
    if (device.expires <= now) {
        waiting.erase(found);
        return oauth_error(400, "expired_token", "The device code has expired.");
    }
    if (device.user_id.empty()) {
        bool const hurries = device.polled && now < *device.polled + interval;
        device.polled = now;
        return hurries ? oauth_error(400, "slow_down", "The client polls too often.")
                       : oauth_error(400, "authorization_pending",
                                     "The device authorization is pending. Please try again later.");
    }
    granted const given{device.client_id, device.user_id, request.thumbprint, {}, device.scopes};
    waiting.erase(found);
    return grant_by_policy(request.asked, request.server, given, "urn:ietf:params:oauth:grant-type:device_code");
}

using grant_handler = http::response (*)(const token_request&);

constexpr auto grants = std::to_array<std::pair<std::string_view, grant_handler>>({
    {"client_credentials", by_client_credentials},
    {"authorization_code", by_code},
    {"refresh_token", by_refresh_token},
    {"urn:ietf:params:oauth:grant-type:device_code", by_device_code},
    {"urn:ietf:params:oauth:grant-type:token-exchange", by_token_exchange},
    {"urn:ietf:params:oauth:grant-type:jwt-bearer", by_identity_assertion},
});

http::response give_token(call& asked)
{
    auto const server = server_of(asked);
    if (!server)
        return server.error();
    auto const sent = read_form(asked.message.body);
    auto const grant = field(sent, "grant_type");
    auto const* const known_grant =
        std::ranges::find(grants, grant, &std::pair<std::string_view, grant_handler>::first);
    if (known_grant == grants.end())
        return oauth_error(400, "unsupported_grant_type",
                           "The authorization grant type is not supported by the authorization server.");
    bool const service = server->document == nullptr && grant == "client_credentials";
    if (service && field(sent, "client_assertion").empty())
        return invalid_client("The client_assertion_type is missing or not supported.");
    auto const known = who_asks(asked, sent);
    if (!known)
        return known.error();
    auto const print = proven_key(asked, *known);
    if (!print)
        return print.error();
    return known_grant->second({asked, *server, sent, *known, *print});
}

} // namespace

http::response grant_by_policy(call& asked, const oauth_server& server, granted given, std::string_view grant)
{
    auto const lifetime = token_lifetime(asked, server, given.client_id, grant, given.scopes);
    if (!lifetime)
        return lifetime.error();
    given.lifetime = *lifetime;
    return hand_out(asked, server, given);
}

http::response invalid_grant(std::string_view reason) { return oauth_error(400, "invalid_grant", reason); }

std::span<const route> token_routes()
{
    static constexpr auto routes = std::to_array<route>({
        {"POST", "/oauth2/v1/token", give_token},
        {"POST", "/oauth2/{}/v1/token", give_token},
    });
    return routes;
}

} // namespace jmld::okta_sim
