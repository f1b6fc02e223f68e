// What hangs on a user: groups, app links, roles, sessions, tokens, grants, devices. Factors and linked objects have
// files of their own.
#include "connectors/okta_sim/call.hpp"
#include "connectors/okta_sim/paging.hpp"
#include "connectors/okta_sim/text.hpp"

#include <array>
#include <set>

namespace jmld::okta_sim {
namespace {

http::response no_user(const call& asked) { return not_found(asked.values[0], "User"); }

http::response list_groups_of_user(call& asked)
{
    auto const* const who = asked.user_at(0);
    if (who == nullptr)
        return no_user(asked);
    return paged(asked, groups_of(asked.org, *who), {}, [&](const group& one) { return asked.show.group_object(one); });
}

http::response list_app_links(call& asked)
{
    auto const* const who = asked.user_at(0);
    if (who == nullptr)
        return no_user(asked);
    value_list links;
    for (auto const& [id, given] : who->apps) {
        auto const found = asked.org.apps.find(id);
        if (found != asked.org.apps.end() && found->second.status == "ACTIVE")
            links.push_back(asked.show.app_link(*who, found->second));
    }
    return ok(links);
}

// --- roles
// ---------------------------------------------------------------------------------------------------------------------

http::response list_roles(call& asked)
{
    auto const* const who = asked.user_at(0);
    if (who == nullptr)
        return no_user(asked);
    value_list roles;
    for (auto const& given : roles_of(asked.org, *who))
        roles.push_back(asked.show.role_object(given, "users", who->id));
    return ok(roles);
}

http::response assign_role(call& asked)
{
    auto* const who = asked.user_at(0);
    if (who == nullptr)
        return no_user(asked);
    auto const type = asked.body["type"].text_or();
    bool const custom = type == "CUSTOM";
    if (type.empty() || (!custom && role_label(type) == type))
        return invalid("role", {"type: The field is not a known role type"});
    auto const same = [&](const role_assignment& r) {
        return !custom && r.type == type && r.assignment_type == "USER";
    };
    if (std::ranges::any_of(who->roles, same))
        return refuse("E0000090", {"The role specified is already assigned to the user."});
    auto const label = custom ? asked.body["role"].text_or("Custom") : role_label(type);
    who->roles.push_back(
        {custom ? asked.change.ids.make("irb") : base32(type), type, label, "ACTIVE", "USER", asked.now()});
    asked.did({"user.account.privilege.grant", who->id, {}, {}, type});
    asked.change.note("user.account.privilege.grant", {asked.change.name(*who), {who->roles.back().id, "ROLE", label}});
    return json_answer(201, asked.show.role_object(who->roles.back(), "users", who->id));
}

http::response get_role(call& asked)
{
    auto const* const who = asked.user_at(0);
    if (who == nullptr)
        return no_user(asked);
    for (auto const& given : roles_of(asked.org, *who)) {
        if (given.id == asked.values[1])
            return ok(asked.show.role_object(given, "users", who->id));
    }
    return not_found(asked.values[1], "RoleAssignment");
}

http::response unassign_role(call& asked)
{
    auto* const who = asked.user_at(0);
    if (who == nullptr)
        return no_user(asked);
    auto const named = [&](const role_assignment& r) { return r.id == asked.values[1] && r.assignment_type == "USER"; };
    auto const given = std::ranges::find_if(who->roles, named);
    if (given == who->roles.end()) {
        auto const all = roles_of(asked.org, *who);
        bool const by_group = std::ranges::find(all, asked.values[1], &role_assignment::id) != all.end();
        return by_group ? refuse("E0000006", {"The role is granted by a group."})
                        : not_found(asked.values[1], "RoleAssignment");
    }
    asked.did({"user.account.privilege.revoke", who->id, {}, {}, given->type});
    asked.change.note("user.account.privilege.revoke", {asked.change.name(*who), {given->id, "ROLE", given->label}});
    who->roles.erase(given);
    return no_content();
}

http::response list_users_with_roles(call& asked)
{
    value_list holders;
    for (auto const& [id, who] : asked.org.users) {
        if (!roles_of(asked.org, who).empty())
            holders.push_back(value::map({{"id", id}, {"orn", "orn:okta:directory:org:users:" + id}}));
    }
    return ok(value::map({{"value", std::move(holders)}, {"_links", value_map{}}}));
}

// --- sessions, tokens, grants
// --------------------------------------------------------------------------------------------------

http::response revoke_sessions(call& asked)
{
    auto* const who = asked.user_at(0);
    if (who == nullptr)
        return no_user(asked);
    bool const with_tokens = asked.flag("oauthTokens", false) && !who->tokens.empty();
    if (!who->sessions.empty() || with_tokens) {
        who->sessions.clear();
        if (with_tokens)
            who->tokens.clear();
        asked.did({"user.session.clear", who->id, {}, {}, {}});
    }
    asked.change.note("user.session.clear", {asked.change.name(*who)});
    return no_content();
}

value grant_object(const call& asked, const user& who, const grant& given)
{
    return value::map(
        {{"id", given.id},
         {"status", "ACTIVE"},
         {"scopeId", given.scope_id},
         {"clientId", given.client_id},
         {"userId", who.id},
         {"source", "END_USER"},
         {"issuer", asked.show.base()},
         {"created", okta_time(given.created)},
         {"lastUpdated", okta_time(given.created)},
         {"_links", value::map({{"self", asked.show.link("/api/v1/users/" + who.id + "/grants/" + given.id)}})}});
}

http::response list_grants(call& asked)
{
    auto const* const who = asked.user_at(0);
    if (who == nullptr)
        return no_user(asked);
    std::vector<const grant*> all;
    for (auto const& given : who->grants)
        all.push_back(&given);
    page_rules rules;
    rules.limit = 20;
    rules.sorted_by_id = false;
    return paged(asked, all, rules, [&](const grant& one) { return grant_object(asked, *who, one); });
}

http::response revoke_grants(call& asked)
{
    auto* const who = asked.user_at(0);
    if (who == nullptr)
        return no_user(asked);
    if (!who->grants.empty()) {
        who->grants.clear();
        asked.did({"app.oauth2.as.consent.revoke.user", who->id, {}, {}, {}});
        asked.change.note("app.oauth2.as.consent.revoke.user", {asked.change.name(*who)});
    }
    return no_content();
}

http::response list_clients(call& asked)
{
    auto const* const who = asked.user_at(0);
    if (who == nullptr)
        return no_user(asked);
    std::set<std::string> named;
    for (auto const& token : who->tokens)
        named.insert(token.client_id);
    for (auto const& given : who->grants)
        named.insert(given.client_id);
    value_list clients;
    for (auto const& id : named) {
        auto const path = "/api/v1/users/" + who->id + "/clients/" + id;
        clients.push_back(value::map({{"client_id", id},
                                      {"client_name", id},
                                      {"client_uri", nullptr},
                                      {"logo_uri", nullptr},
                                      {"_links", value::map({{"grants", asked.show.link(path + "/grants")},
                                                             {"tokens", asked.show.link(path + "/tokens")}})}}));
    }
    return ok(clients);
}

http::response list_tokens(call& asked)
{
    auto const* const who = asked.user_at(0);
    if (who == nullptr)
        return no_user(asked);
    value_list tokens;
    for (auto const& token : who->tokens) {
        if (token.client_id == asked.values[1])
            tokens.push_back(value::map(
                {{"id", token.id}, {"status", "ACTIVE"}, {"clientId", token.client_id}, {"userId", who->id}}));
    }
    return ok(tokens);
}

http::response revoke_tokens(call& asked)
{
    auto* const who = asked.user_at(0);
    if (who == nullptr)
        return no_user(asked);
    if (std::erase_if(who->tokens, [&](const refresh_token& token) { return token.client_id == asked.values[1]; }) > 0)
    {
        asked.did({"app.oauth2.token.revoke", who->id, {}, {}, {}});
        asked.change.note("app.oauth2.token.revoke", {asked.change.name(*who)});
    }
    return no_content();
}

http::response list_grants_of_client(call& asked)
{
    auto const* const who = asked.user_at(0);
    if (who == nullptr)
        return no_user(asked);
    value_list grants;
    for (auto const& given : who->grants) {
        if (given.client_id == asked.values[1])
            grants.push_back(grant_object(asked, *who, given));
    }
    return ok(grants);
}

http::response revoke_grants_of_client(call& asked)
{
    auto* const who = asked.user_at(0);
    if (who == nullptr)
        return no_user(asked);
    if (std::erase_if(who->grants, [&](const grant& given) { return given.client_id == asked.values[1]; }) > 0)
        asked.did({"app.oauth2.as.consent.revoke.user", who->id, {}, {}, {}});
    return no_content();
}

// The feature is off in most organisations: a 401 that is no failure of authentication.
http::response list_blocks(call& asked) { return asked.user_at(0) == nullptr ? no_user(asked) : refuse("E0000015"); }

http::response list_devices_of_user(call& asked)
{
    auto const* const who = asked.user_at(0);
    if (who == nullptr)
        return no_user(asked);
    value_list devices;
    for (auto const& [id, held] : asked.org.devices) {
        if (std::ranges::find(held.users, who->id) != held.users.end())
            devices.push_back(value::map({{"created", okta_time(held.created)},
                                          {"deviceUserId", id},
                                          {"device", asked.show.device_object(held)}}));
    }
    return ok(devices);
}

http::response list_api_tokens(call& asked)
{
    value_list tokens;
    for (auto const& [id, who] : asked.org.users) {
        for (auto const& token : who.api_tokens) {
            auto const self = asked.show.link("/api/v1/api-tokens/" + token.id, {"GET", "DELETE"});
            tokens.push_back(value::map({{"id", token.id},
                                         {"name", token.name},
                                         {"userId", id},
                                         {"clientName", "Okta API"},
                                         {"created", okta_time(token.created)},
                                         {"lastUpdated", okta_time(token.created)},
                                         {"expiresAt", okta_time(asked.now() + std::chrono::days(30))},
                                         {"tokenWindow", "P30D"},
                                         {"_links", value::map({{"self", self}})}}));
        }
    }
    return ok(tokens);
}

http::response revoke_api_token(call& asked)
{
    for (auto& entry : asked.org.users) {
        auto& tokens = entry.second.api_tokens;
        if (std::erase_if(tokens, [&](const api_token& token) { return token.id == asked.values[0]; }) > 0) {
            asked.did({"system.api_token.revoke", entry.first, {}, {}, {}});
            asked.change.note("system.api_token.revoke", {asked.change.name(entry.second)});
            return no_content();
        }
    }
    return not_found(asked.values[0], "ApiToken");
}

} // namespace

std::span<const route> user_access_routes()
{
    static constexpr auto routes = std::to_array<route>({
        {"GET", "/api/v1/users/{}/groups", list_groups_of_user},
        {"GET", "/api/v1/users/{}/appLinks", list_app_links},
        {"GET", "/api/v1/users/{}/roles", list_roles},
        {"POST", "/api/v1/users/{}/roles", assign_role},
        {"GET", "/api/v1/users/{}/roles/{}", get_role},
        {"DELETE", "/api/v1/users/{}/roles/{}", unassign_role},
        {"GET", "/api/v1/iam/assignees/users", list_users_with_roles},
        {"DELETE", "/api/v1/users/{}/sessions", revoke_sessions},
        {"GET", "/api/v1/users/{}/grants", list_grants},
        {"DELETE", "/api/v1/users/{}/grants", revoke_grants},
        {"GET", "/api/v1/users/{}/clients", list_clients},
        {"GET", "/api/v1/users/{}/clients/{}/tokens", list_tokens},
        {"DELETE", "/api/v1/users/{}/clients/{}/tokens", revoke_tokens},
        {"GET", "/api/v1/users/{}/clients/{}/grants", list_grants_of_client},
        {"DELETE", "/api/v1/users/{}/clients/{}/grants", revoke_grants_of_client},
        {"GET", "/api/v1/users/{}/blocks", list_blocks},
        {"GET", "/api/v1/users/{}/devices", list_devices_of_user},
        {"GET", "/api/v1/api-tokens", list_api_tokens},
        {"DELETE", "/api/v1/api-tokens/{}", revoke_api_token},
    });
    return routes;
}

} // namespace jmld::okta_sim
