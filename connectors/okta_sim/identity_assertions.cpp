// Cross-app access by ID-JAG, both legs. The first gives an assertion about one person for one other server and client;
// the second takes it for an access token there. Which app may reach which is not kept: any client may ask.
#include "connectors/okta_sim/jwt.hpp"
#include "connectors/okta_sim/oauth_flow.hpp"

#include <fmt/format.h>

#include <algorithm>

namespace jmld::okta_sim {
namespace {

using namespace std::chrono_literals;

constexpr std::string_view types = "urn:ietf:params:oauth:token-type:";
constexpr std::string_view assertion_header = "oauth-id-jag+jwt";
constexpr auto assertion_lifetime = 300s;

bool is_for(const value& audience, std::string_view wanted)
{
    auto const& several = audience.items();
    return audience.text_or() == wanted || (several.size() == 1 && several.front().text_or() == wanted);
}

bool has_ended(const jwt& token, time_point now)
{
    auto const* const expires = token.claims["exp"].if_integer();
    return expires == nullptr || *expires <= epoch_seconds(now);
}

/// Signed by the org's own server.
bool is_ours(call& asked, const jwt& token)
{
    oauth_server const own{{}, asked.show.base(), nullptr};
    return token.claims["iss"].text_or() == own.issuer && verify(token, key_of(asked, own).public_jwk());
}

user* subject_of(const token_request& request)
{
    auto const text = field(request.sent, "subject_token");
    auto const type = field(request.sent, "subject_token_type");
    if (type == fmt::format("{}refresh_token", types)) {
        auto const found = request.asked.oauth.refresh_tokens.find(text);
        bool const theirs =
            found != request.asked.oauth.refresh_tokens.end() && found->second.client_id == request.known.id;
        return theirs ? find_user(request.asked.org, found->second.user_id) : nullptr;
    }
    auto const token = jwt::read(text);
    bool const good = type == fmt::format("{}id_token", types) && token && is_ours(request.asked, *token) &&
                      is_for(token->claims["aud"], request.known.id) && !has_ended(*token, request.asked.now());
    return good ? find_user(request.asked.org, token->claims["sub"].text_or()) : nullptr;
}

} // namespace

http::response by_token_exchange(const token_request& request)
{
    if (request.server.document != nullptr ||
        field(request.sent, "requested_token_type") != fmt::format("{}id-jag", types))
        return oauth_error(400, "invalid_request", "The requested_token_type is not supported.");
    auto const audience = field(request.sent, "audience");
    if (audience.empty())
        return oauth_error(400, "invalid_target", "The audience is missing.");
    auto const* const who = subject_of(request);
    if (who == nullptr || who->status != "ACTIVE")
        return invalid_grant("The subject_token is invalid or expired.");
    auto& asked = request.asked;
    auto claims = value::map({{"iss", request.server.issuer},
                              {"sub", who->id},
                              {"aud", audience},
                              {"client_id", request.known.id},
                              {"jti", "JAG." + asked.change.ids.token(43)},
                              {"iat", epoch_seconds(asked.now())},
                              {"exp", epoch_seconds(asked.now() + assertion_lifetime)},
                              {"email", who->profile["email"]}});
    for (auto const* const said : {"resource", "scope"})
        if (auto const text = field(request.sent, said); !text.empty())
            claims = claims.with(said, text);
    return ok(value::map({{"issued_token_type", fmt::format("{}id-jag", types)},
                          {"access_token", key_of(asked, request.server).sign(claims, assertion_header)},
                          {"token_type", "N_A"},
                          {"expires_in", std::int64_t{assertion_lifetime.count()}}}));
}

http::response by_identity_assertion(const token_request& request)
{
    auto const assertion = jwt::read(field(request.sent, "assertion"));
    if (request.server.document == nullptr || !assertion || assertion->header["typ"].text_or() != assertion_header ||
        !is_ours(request.asked, *assertion))
        return invalid_grant("The assertion is not valid.");
    if (!is_for(assertion->claims["aud"], request.server.issuer))
        return invalid_grant("The assertion is for another audience.");
    if (assertion->claims["client_id"].text_or() != request.known.id)
        return invalid_grant("The assertion was given to another client.");
    auto const* const who = find_user(request.asked.org, assertion->claims["sub"].text_or());
    if (has_ended(*assertion, request.asked.now()) || who == nullptr || who->status != "ACTIVE")
        return invalid_grant("The assertion has expired.");
    auto const scopes = words(field(request.sent, "scope"));
    auto const allowed = words(assertion->claims["scope"].text_or());
    for (auto const& scope : scopes)
        if (std::ranges::find(allowed, scope) == allowed.end())
            return oauth_error(400, "invalid_scope", "The requested scope is not in the assertion.");
    return grant_by_policy(request.asked, request.server,
                           {request.known.id, who->id, request.thumbprint, {}, scopes.empty() ? allowed : scopes},
                           "urn:ietf:params:oauth:grant-type:jwt-bearer");
}

} // namespace jmld::okta_sim
