// Where a person comes in: the authorization endpoint with a session token instead of a page, and the device grant with
// the page on which somebody signs in for a device. No consent is asked for.
#include "connectors/okta_sim/oauth_flow.hpp"
#include "connectors/okta_sim/signing_in.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>

namespace jmld::okta_sim {
namespace {

using namespace std::chrono_literals;

constexpr duration code_lifetime = 5min, device_lifetime = 10min;

// --- authorize
// -----------------------------------------------------------------------------------------------------------------

struct asked_for
{
    std::string client_id, redirect_uri, state, challenge, nonce, session_token;
    std::vector<std::string> scopes;
};

http::response sent_back(const asked_for& wanted, std::initializer_list<std::pair<std::string_view, std::string>> said)
{
    auto url = wanted.redirect_uri + (wanted.redirect_uri.contains('?') ? "&" : "?");
    for (auto const& [key, content] : said)
        url += fmt::format("{}={}&", key, http::percent_encode(content));
    return {302, {{"Location", fmt::format("{}state={}", url, http::percent_encode(wanted.state))}}, {}};
}

http::response refused(const asked_for& wanted, std::string_view error, std::string_view description)
{
    return sent_back(wanted, {{"error", std::string(error)}, {"error_description", std::string(description)}});
}

/// What cannot be told by sending somebody back: where to is not certain.
std::optional<http::response> refuse_client(const call& asked, const asked_for& wanted)
{
    if (wanted.client_id.empty() || wanted.redirect_uri.empty())
        return oauth_error(400, "invalid_request", "The 'client_id' and 'redirect_uri' parameters are required.");
    bool any_app = false;
    for (auto const& [id, offered] : asked.org.apps) {
        if (offered.sign_on_mode != "OPENID_CONNECT")
            continue;
        any_app = true;
        auto const rendered = asked.show.app_object(offered);
        if (rendered["credentials"]["oauthClient"]["client_id"].text_or() != wanted.client_id)
            continue;
        auto const& known = rendered["settings"]["oauthClient"]["redirect_uris"].items();
        bool const listed =
            std::ranges::any_of(known, [&](const value& one) { return one.text_or() == wanted.redirect_uri; });
        return listed ? std::nullopt
                      : std::optional(oauth_error(
                            400, "invalid_request",
                            "The 'redirect_uri' parameter must be a Login redirect URI in the client app settings."));
    }
    return any_app ? std::optional(oauth_error(400, "invalid_client", "Invalid value for 'client_id' parameter."))
                   : std::nullopt;
}

/// The user of a one-time session token, which is used up by this.
std::string signed_in(call& asked, const std::string& session_token)
{
    auto const found = asked.oauth.session_tokens.find(session_token);
    if (found == asked.oauth.session_tokens.end())
        return {};
    auto const user_id = found->second;
    asked.oauth.session_tokens.erase(found);
    return user_id;
}

http::response authorize(call& asked, const form& sent)
{
    auto const server = server_of(asked);
    if (!server)
        return server.error();
    asked_for const wanted{field(sent, "client_id"),      field(sent, "redirect_uri"), field(sent, "state"),
                           field(sent, "code_challenge"), field(sent, "nonce"),        field(sent, "sessionToken"),
                           words(field(sent, "scope"))};
    if (auto const refusal = refuse_client(asked, wanted))
        return *refusal;
    if (field(sent, "response_type") != "code")
        return refused(wanted, "unsupported_response_type", "Only the response type 'code' is supported.");
    if (wanted.state.empty())
        return refused(wanted, "invalid_request", "The 'state' parameter is required.");
    if (!wanted.challenge.empty() && field(sent, "code_challenge_method") != "S256")
        return refused(wanted, "invalid_request", "The 'code_challenge_method' must be S256.");
    auto const terms = token_lifetime(asked, *server, wanted.client_id, "authorization_code", wanted.scopes);
    if (!terms)
        return refused(wanted, "access_denied",
                       "Policy evaluation failed for this request, please check the policy configurations.");
    auto const user_id = signed_in(asked, wanted.session_token);
    if (user_id.empty())
        return refused(wanted, "login_required", "The client specified not to prompt, but the user is not signed in.");
    auto const code = asked.change.ids.token(43);
    asked.oauth.codes[code] = {wanted.client_id, user_id,      server->id,    wanted.redirect_uri,
                               wanted.challenge, wanted.nonce, wanted.scopes, asked.now() + code_lifetime};
    return sent_back(wanted, {{"code", code}});
}

http::response authorize_by_get(call& asked) { return authorize(asked, asked.query); }
http::response authorize_by_post(call& asked) { return authorize(asked, read_form(asked.message.body)); }

// --- devices
// -------------------------------------------------------------------------------------------------------------------

/// Eight letters that cannot be taken for one another.
std::string user_code(call& asked)
{
    constexpr std::string_view letters = "BCDFGHJKLMNPQRSTVWXZ";
    std::string code;
    for (char const c : asked.change.ids.token(8))
        code += letters[static_cast<std::uint8_t>(c) % letters.size()];
    return code;
}

http::response authorize_device(call& asked)
{
    auto const server = server_of(asked);
    if (!server)
        return server.error();
    auto const sent = read_form(asked.message.body);
    auto const known = who_asks(asked, sent);
    if (!known)
        return known.error();
    auto const scopes = words(field(sent, "scope"));
    auto const terms =
        token_lifetime(asked, *server, known->id, "urn:ietf:params:oauth:grant-type:device_code", scopes);
    if (!terms)
        return terms.error();
    auto const device_code = asked.change.ids.token(43);
    auto const typed = user_code(asked);
    asked.oauth.devices[device_code] = {known->id, server->id, typed, {}, scopes, asked.now() + device_lifetime, {}};
    auto const page = asked.show.base() + "/activate";
    return ok(value::map({{"device_code", device_code},
                          {"user_code", typed},
                          {"verification_uri", page},
                          {"verification_uri_complete", fmt::format("{}?user_code={}", page, typed)},
                          {"expires_in", std::chrono::floor<std::chrono::seconds>(device_lifetime).count()},
                          {"interval", 5}}));
}

std::string escaped(std::string_view text)
{
    std::string safe;
    for (char const c : text) {
        bool const plain = (c >= '0' && c <= '9') || (c >= 'A' && c <= 'Z') || (c >= 'a' && c <= 'z');
        safe += plain ? std::string(1, c) : std::string();
    }
    return safe;
}

http::response page(int status, std::string_view content)
{
    return {status,
            {{"Content-Type", "text/html; charset=utf-8"}},
            fmt::format("<!doctype html><title>Activate your device</title>{}\n", content)};
}

http::response show_activation(call& asked)
{
    auto const typed = escaped(asked.argument("user_code").value_or(""));
    return page(200, fmt::format("<form method=\"post\"><p><label>Code <input name=\"user_code\" value=\"{}\"></label>"
                                 "<p><label>Login <input name=\"username\"></label>"
                                 "<p><label>Password <input type=\"password\" name=\"password\"></label>"
                                 "<p><button>Activate</button></form>",
                                 typed));
}

http::response activate_device(call& asked)
{
    auto const sent = read_form(asked.message.body);
    auto* const who = let_in(asked, field(sent, "username"), field(sent, "password"));
    if (who == nullptr)
        return page(401, "<p>Login or password are wrong.</p>");
    for (auto& [code, device] : asked.oauth.devices) {
        if (device.user_code != field(sent, "user_code") || device.expires <= asked.now())
            continue;
        device.user_id = who->id;
        note_session(asked, *who);
        return page(200, "<p>Device activated. You can close this page.</p>");
    }
    return page(400, "<p>This code is not known, or has expired.</p>");
}

} // namespace

std::span<const route> sign_in_routes()
{
    static constexpr auto routes = std::to_array<route>({
        {"GET", "/oauth2/v1/authorize", authorize_by_get},
        {"POST", "/oauth2/v1/authorize", authorize_by_post},
        {"GET", "/oauth2/{}/v1/authorize", authorize_by_get},
        {"POST", "/oauth2/{}/v1/authorize", authorize_by_post},
        {"POST", "/oauth2/v1/device/authorize", authorize_device},
        {"POST", "/oauth2/{}/v1/device/authorize", authorize_device},
        {"GET", "/activate", show_activation},
        {"POST", "/activate", activate_device},
    });
    return routes;
}

} // namespace jmld::okta_sim
