// What an authorization server answers besides tokens: keys, discovery, introspection, revocation, user info. Signing
// in is in oauth_sign_in.cpp.
#include "connectors/okta_sim/documents.hpp"
#include "connectors/okta_sim/oauth_flow.hpp"
#include "connectors/okta_sim/system_documents.hpp"
#include "connectors/okta_sim/text.hpp"
#include "engine/json/json.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>

namespace jmld::okta_sim {
namespace {

using namespace std::chrono_literals;

std::string kid_of(call& asked, const oauth_server& server)
{
    return server.document == nullptr ? asked.change.ids.fixed("kid", "org")
                                      : (*server.document)["credentials"]["signing"]["kid"].text_or();
}

const signing_key& key_named(call& asked, const std::string& kid)
{
    auto& keys = asked.oauth.keys;
    auto const found = keys.find(kid);
    return found != keys.end() ? found->second : keys.emplace(kid, kid).first->second;
}

/// Every key has its successor, so that verifiers can learn it in time.
std::string next_kid(const call& asked, const std::string& kid) { return asked.change.ids.fixed("kid", kid); }

// --- keys
// ----------------------------------------------------------------------------------------------------------------------

http::response public_keys(call& asked)
{
    auto const server = server_of(asked);
    if (!server)
        return server.error();
    return ok(value::map({{"keys", value::list({key_of(asked, *server).public_jwk()})}}));
}

value key_list(call& asked, const std::string& server, const std::string& kid)
{
    auto const shown = [&](const std::string& id, std::string_view status) {
        auto const moment = okta_time(asked.now());
        auto const self = fmt::format("{}/{}/credentials/keys/{}", servers_path, server, id);
        return key_named(asked, id)
            .public_jwk()
            .with("status", status)
            .with("created", moment)
            .with("lastUpdated", moment)
            .with("_links", value::map({{"self", asked.show.link(self, {"GET"})}}));
    };
    return value::list({shown(kid, "ACTIVE"), shown(next_kid(asked, kid), "NEXT")});
}

value* server_document(call& asked, const std::string& id)
{
    auto& servers = asked.org.documents[std::string(servers_path)];
    auto const found = servers.find(id);
    return found == servers.end() ? nullptr : &found->second;
}

http::response list_keys(call& asked)
{
    auto const id = server_named(asked, asked.values[0]);
    auto const* const held = server_document(asked, id);
    return held == nullptr ? not_found(id, "AuthorizationServer")
                           : ok(key_list(asked, id, (*held)["credentials"]["signing"]["kid"].text_or()));
}

http::response rotate_key(call& asked)
{
    auto const id = server_named(asked, asked.values[0]);
    auto* const held = server_document(asked, id);
    if (held == nullptr)
        return not_found(id, "AuthorizationServer");
    if (asked.body["use"].text_or() != "sig")
        return invalid("use", {"use: The field must be sig"});
    auto const kid = next_kid(asked, (*held)["credentials"]["signing"]["kid"].text_or());
    auto const signing = (*held)["credentials"]["signing"]
                             .with("kid", kid)
                             .with("lastRotated", okta_time(asked.now()))
                             .with("nextRotation", okta_time(asked.now() + 24h * 90));
    *held = held->with("credentials", value::map({{"signing", signing}}));
    asked.did({"oauth2.as.key.rollover", {}, {}, {}, {}});
    asked.change.note("oauth2.as.key.rollover", {{id, "AuthorizationServer", (*held)["name"].text_or()}});
    return ok(key_list(asked, id, kid));
}

// --- discovery
// -----------------------------------------------------------------------------------------------------------------

value texts(std::initializer_list<std::string_view> list)
{
    value_list items;
    for (auto const text : list)
        items.emplace_back(text);
    return items;
}

http::response discovery(call& asked)
{
    auto const server = server_of(asked);
    if (!server)
        return server.error();
    auto const at = server->issuer + (server->document == nullptr ? "/oauth2/v1/" : "/v1/");
    return ok(value::map(
        {{"issuer", server->issuer},
         {"authorization_endpoint", at + "authorize"},
         {"token_endpoint", at + "token"},
         {"userinfo_endpoint", at + "userinfo"},
         {"jwks_uri", at + "keys"},
         {"introspection_endpoint", at + "introspect"},
         {"revocation_endpoint", at + "revoke"},
         {"device_authorization_endpoint", at + "device/authorize"},
         {"response_types_supported", texts({"code"})},
         {"response_modes_supported", texts({"query"})},
         {"grant_types_supported", texts({"client_credentials", "authorization_code", "refresh_token",
                                          "urn:ietf:params:oauth:grant-type:device_code"})},
         {"subject_types_supported", texts({"public"})},
         {"id_token_signing_alg_values_supported", texts({"RS256"})},
         {"scopes_supported", texts({"openid", "profile", "email", "offline_access"})},
         {"token_endpoint_auth_methods_supported",
          texts({"client_secret_basic", "client_secret_post", "private_key_jwt", "none"})},
         {"code_challenge_methods_supported", texts({"S256"})},
         {"dpop_signing_alg_values_supported", texts({"RS256", "RS384", "RS512", "ES256", "ES384", "ES512"})}}));
}

// --- introspection, revocation
// -------------------------------------------------------------------------------------------------

bool holds(const user& who, const std::string& refresh_id)
{
    return std::ranges::find(who.tokens, refresh_id, &refresh_token::id) != who.tokens.end();
}

value active_token(call& asked, const oauth_server& server, const access_token& held)
{
    auto shown = value::map({{"active", true},
                             {"token_type", held.thumbprint.empty() ? "Bearer" : "DPoP"},
                             {"scope", fmt::format("{}", fmt::join(held.scopes, " "))},
                             {"client_id", held.client_id},
                             {"iss", server.issuer},
                             {"sub", held.client_id},
                             {"exp", epoch_seconds(held.expires)},
                             {"iat", epoch_seconds(held.issued)}});
    auto const* const who = held.user_id.empty() ? nullptr : find_user(asked.org, held.user_id);
    return who == nullptr
               ? shown
               : shown.with("uid", who->id).with("sub", who->profile["login"]).with("username", who->profile["login"]);
}

http::response introspect(call& asked)
{
    auto const server = server_of(asked);
    if (!server)
        return server.error();
    auto const sent = read_form(asked.message.body);
    if (auto const known = who_asks(asked, sent); !known)
        return known.error();
    auto const text = field(sent, "token");
    if (text.empty())
        return oauth_error(400, "invalid_request", "The 'token' parameter is missing.");
    auto const access = asked.oauth.tokens.find(text);
    bool const alive = access != asked.oauth.tokens.end() && access->second.expires > asked.now() &&
                       access->second.server == server->id;
    if (alive)
        return ok(active_token(asked, *server, access->second));
    auto const refresh = asked.oauth.refresh_tokens.find(text);
    auto const* const who =
        refresh == asked.oauth.refresh_tokens.end() ? nullptr : find_user(asked.org, refresh->second.user_id);
    // Of a token that nobody knows, only that is said.
    if (who == nullptr || !holds(*who, refresh->second.id))
        return ok(value::map({{"active", false}}));
    return ok(value::map({{"active", true},
                          {"scope", fmt::format("{}", fmt::join(refresh->second.scopes, " "))},
                          {"client_id", refresh->second.client_id},
                          {"uid", who->id},
                          {"sub", who->profile["login"]},
                          {"username", who->profile["login"]}}));
}

http::response revoke(call& asked)
{
    auto const sent = read_form(asked.message.body);
    if (auto const server = server_of(asked); !server)
        return server.error();
    auto const known = who_asks(asked, sent);
    if (!known)
        return known.error();
    auto const text = field(sent, "token");
    if (text.empty())
        return oauth_error(400, "invalid_request", "The 'token' parameter is missing.");
    bool gone = asked.oauth.tokens.erase(text) > 0;
    if (auto const refresh = asked.oauth.refresh_tokens.find(text); refresh != asked.oauth.refresh_tokens.end()) {
        if (auto* const who = find_user(asked.org, refresh->second.user_id))
            std::erase_if(who->tokens, [&](const refresh_token& one) { return one.id == refresh->second.id; });
        asked.oauth.refresh_tokens.erase(refresh);
        gone = true;
    }
    if (gone) {
        asked.did({"app.oauth2.token.revoke", {}, {}, {}, {}});
        asked.change.note("app.oauth2.token.revoke", {{known->id, "PublicClientApp", known->id}});
    }
    return {200, {}, {}};
}

// Universal logout: sessions and tokens of one person end, by id, login or e-mail.
http::response revoke_everything(call& asked)
{
    if (http::find_header(asked.message.headers, "Authorization") == nullptr)
        return refuse("E0000005");
    auto const body = engine::json::parse(asked.message.body).value_or(value());
    auto const& named = body["sub_id"];
    auto const subject =
        named["format"].text_or() == "email" ? named["email"].text_or() : named["sub"].text_or(named["id"].text_or());
    auto* who = find_user(asked.org, subject);
    for (auto& entry : asked.org.users) {
        if (who == nullptr && named["format"].text_or() == "email" &&
            entry.second.profile["email"].text_or() == subject)
            who = &entry.second;
    }
    if (who == nullptr)
        return invalid("sub_id", {"sub_id: no such user"});
    who->sessions.clear();
    who->tokens.clear();
    std::erase_if(asked.oauth.tokens, [&](const auto& entry) { return entry.second.user_id == who->id; });
    asked.did({"user.authentication.universal_logout", who->id, {}, {}, {}});
    asked.change.note("user.authentication.universal_logout", {asked.change.name(*who)});
    return no_content();
}

http::response user_info(call& asked)
{
    auto const server = server_of(asked);
    if (!server)
        return server.error();
    auto const* const header = http::find_header(asked.message.headers, "Authorization");
    auto const text = header != nullptr && header->starts_with("Bearer ") ? header->substr(7) : std::string();
    auto const found = asked.oauth.tokens.find(text);
    bool const alive = found != asked.oauth.tokens.end() && found->second.expires > asked.now();
    auto const* const who = alive ? find_user(asked.org, found->second.user_id) : nullptr;
    if (who == nullptr) {
        auto answer = oauth_error(401, "invalid_token", "The access token is invalid.");
        answer.headers.emplace_back("WWW-Authenticate", "Bearer error=\"invalid_token\"");
        return answer;
    }
    auto const granted = [&](std::string_view scope) {
        return std::ranges::find(found->second.scopes, scope) != found->second.scopes.end();
    };
    if (!granted("openid"))
        return oauth_error(403, "insufficient_scope", "The access token must provide access to the openid scope.");
    auto shown = value::map({{"sub", who->id}});
    if (granted("profile")) {
        auto const given = who->profile["firstName"].text_or(), family = who->profile["lastName"].text_or();
        shown = shown.with("name", given + " " + family)
                    .with("given_name", given)
                    .with("family_name", family)
                    .with("preferred_username", who->profile["login"]);
    }
    return ok(granted("email") ? shown.with("email", who->profile["email"]).with("email_verified", true) : shown);
}

} // namespace

std::expected<oauth_server, http::response> server_of(call& asked)
{
    if (asked.values.empty())
        return oauth_server{{}, asked.show.base(), nullptr};
    auto const id = server_named(asked, asked.values[0]);
    auto const* const held = server_document(asked, id);
    if (held == nullptr || (*held)["status"].text_or() != "ACTIVE")
        return std::unexpected(not_found(asked.values[0], "AuthorizationServer"));
    return oauth_server{id, fmt::format("{}/oauth2/{}", asked.show.base(), asked.values[0]), held};
}

const signing_key& key_of(call& asked, const oauth_server& server) { return key_named(asked, kid_of(asked, server)); }

std::span<const route> oauth_routes()
{
    static constexpr auto routes = std::to_array<route>({
        {"GET", "/.well-known/openid-configuration", discovery},
        {"GET", "/.well-known/oauth-authorization-server", discovery},
        {"GET", "/oauth2/v1/keys", public_keys},
        {"POST", "/oauth2/v1/introspect", introspect},
        {"POST", "/oauth2/v1/revoke", revoke},
        {"POST", "/oauth2/v1/global-token-revocation", revoke_everything},
        {"GET", "/oauth2/v1/userinfo", user_info},
        {"GET", "/oauth2/{}/.well-known/openid-configuration", discovery},
        {"GET", "/oauth2/{}/.well-known/oauth-authorization-server", discovery},
        {"GET", "/oauth2/{}/v1/keys", public_keys},
        {"POST", "/oauth2/{}/v1/introspect", introspect},
        {"POST", "/oauth2/{}/v1/revoke", revoke},
        {"GET", "/oauth2/{}/v1/userinfo", user_info},
        {"GET", "/api/v1/authorizationServers/{}/credentials/keys", list_keys},
        {"POST", "/api/v1/authorizationServers/{}/credentials/lifecycle/keyRotate", rotate_key},
    });
    return routes;
}

} // namespace jmld::okta_sim
