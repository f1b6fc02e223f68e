// Sign-in as far as sessions need it: /authn with a password, sessions made from its one-time token. No MFA, no
// lock-out counting.
#include "connectors/okta_sim/call.hpp"
#include "connectors/okta_sim/oauth.hpp"
#include "connectors/okta_sim/signing_in.hpp"
#include "connectors/okta_sim/text.hpp"

#include <algorithm>
#include <array>

namespace jmld::okta_sim {
namespace {

using namespace std::chrono_literals;

constexpr duration session_lifetime = 2h, session_token_lifetime = 5min;

http::response authenticate(call& asked)
{
    auto* const who = let_in(asked, asked.body["username"].text_or(), asked.body["password"].text_or());
    if (who == nullptr)
        return refuse("E0000004");
    auto const token = asked.change.ids.token(24);
    asked.oauth.session_tokens[token] = who->id;
    who->last_login = asked.now();
    note_session(asked, *who);
    auto const profile = value::map({{"login", who->profile["login"]},
                                     {"firstName", who->profile["firstName"]},
                                     {"lastName", who->profile["lastName"]},
                                     {"locale", who->profile["locale"].text_or("en_US")},
                                     {"timeZone", who->profile["timezone"].text_or("America/Los_Angeles")}});
    auto const shown =
        value::map({{"id", who->id}, {"passwordChanged", time_or_null(who->password_changed)}, {"profile", profile}});
    return ok(value::map({{"expiresAt", okta_time(asked.now() + session_token_lifetime)},
                          {"status", "SUCCESS"},
                          {"sessionToken", token},
                          {"_embedded", value::map({{"user", shown}})},
                          {"_links", value::map({{"cancel", asked.show.link("/api/v1/authn/cancel", {"POST"})}})}}));
}

http::response create_session(call& asked)
{
    auto const token = asked.body["sessionToken"].text_or();
    if (token.empty())
        return refuse("E0000003");
    auto const found = asked.oauth.session_tokens.find(token);
    auto* const who = found == asked.oauth.session_tokens.end() ? nullptr : find_user(asked.org, found->second);
    if (who == nullptr)
        return refuse("E0000004");
    asked.oauth.session_tokens.erase(found);
    auto const id = "102" + asked.change.ids.token(22);
    who->sessions.push_back({id, id, asked.now(), asked.now() + session_lifetime});
    asked.did({"user.session.start", who->id, {}, {}, {}});
    return ok(asked.show.session_object(*who, who->sessions.back()));
}

struct open_session
{
    user* who = nullptr;
    std::vector<session>::iterator at;
};

open_session session_at(call& asked)
{
    for (auto& entry : asked.org.users) {
        auto& sessions = entry.second.sessions;
        auto const named = [&](const session& one) {
            return one.id == asked.values[0] || one.alias == asked.values[0];
        };
        if (auto const found = std::ranges::find_if(sessions, named); found != sessions.end())
            return {&entry.second, found};
    }
    return {};
}

http::response no_session(const call& asked) { return not_found(asked.values[0], "AppSession"); }

http::response get_session(call& asked)
{
    auto const open = session_at(asked);
    return open.who == nullptr ? no_session(asked) : ok(asked.show.session_object(*open.who, *open.at));
}

http::response refresh_session(call& asked)
{
    auto const open = session_at(asked);
    if (open.who == nullptr)
        return no_session(asked);
    open.at->expires = asked.now() + session_lifetime;
    return ok(asked.show.session_object(*open.who, *open.at));
}

http::response revoke_session(call& asked)
{
    auto const open = session_at(asked);
    if (open.who == nullptr)
        return no_session(asked);
    asked.did({"user.session.end", open.who->id, {}, {}, {}});
    asked.change.note("user.session.end", {asked.change.name(*open.who)});
    open.who->sessions.erase(open.at);
    return no_content();
}

} // namespace

std::span<const route> session_routes()
{
    static constexpr auto routes = std::to_array<route>({
        {"POST", "/api/v1/authn", authenticate},
        {"POST", "/api/v1/sessions", create_session},
        {"GET", "/api/v1/sessions/{}", get_session},
        {"DELETE", "/api/v1/sessions/{}", revoke_session},
        {"POST", "/api/v1/sessions/{}/lifecycle/refresh", refresh_session},
    });
    return routes;
}

} // namespace jmld::okta_sim
