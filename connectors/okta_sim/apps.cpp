// Apps as objects: list, create, replace, lifecycle, delete, features. Who is assigned is in assignments.cpp.
#include "connectors/okta_sim/call.hpp"
#include "connectors/okta_sim/filter.hpp"
#include "connectors/okta_sim/paging.hpp"
#include "connectors/okta_sim/system_documents.hpp"
#include "connectors/okta_sim/text.hpp"

#include <fmt/format.h>

#include <array>

namespace jmld::okta_sim {
namespace {

http::response no_app(const call& asked) { return not_found(asked.values[0], "AppInstance"); }

// --- list
// ----------------------------------------------------------------------------------------------------------------------

/// The id of `expand=user/{id}`; nothing when the expansion cannot be read, "" when there is none.
std::optional<std::string> expanded_user(const call& asked)
{
    auto const expand = asked.argument("expand").value_or("");
    if (expand.empty())
        return "";
    if (!expand.starts_with("user/") || expand.size() == 5 || expand.find_first_of("/,", 5) != std::string::npos)
        return std::nullopt;
    return expand.substr(5);
}

bool holds(const app& offered, const value& rendered, const organisation_data& org, const comparison& one)
{
    auto const wanted = one.literal.text_or();
    if (one.attribute == "user.id") {
        auto const* const who = find_user(org, wanted);
        return one.op == "eq" && who != nullptr && who->id == wanted && who->apps.contains(offered.id);
    }
    if (one.attribute == "group.id")
        return one.op == "eq" &&
               std::ranges::find(offered.groups, wanted, &group_assignment::group_id) != offered.groups.end();
    return compares(at_path(rendered, one.attribute), one, false);
}

http::response list_apps(call& asked)
{
    auto const read = filter::parse(asked.argument("filter").value_or("id pr"));
    if (!read)
        return refuse("E0000031", {read.error().what});
    auto const expand = expanded_user(asked);
    if (!expand)
        return invalid("RequestParams", {"Expand query is malformed."});
    auto const prefix = fold_case(asked.argument("q").value_or(""));
    std::vector<const app*> found;
    for (auto const& [id, offered] : asked.org.apps) {
        if (!fold_case(offered.label).starts_with(prefix) && !fold_case(offered.name).starts_with(prefix))
            continue;
        auto const rendered = asked.show.app_object(offered);
        if (read->holds([&](const comparison& one) { return holds(offered, rendered, asked.org, one); }))
            found.push_back(&offered);
    }
    auto const* const who = expand->empty() ? nullptr : find_user(asked.org, *expand);
    page_rules rules;
    rules.limit = 20;
    return paged(asked, found, rules, [&](const app& one) {
        auto rendered = asked.show.app_object(one);
        auto const given = who == nullptr ? decltype(who->apps.begin()){} : who->apps.find(one.id);
        if (who == nullptr || given == who->apps.end())
            return rendered;
        auto const embedded = asked.show.app_user_object(one.id, who->id, given->second);
        return rendered.with("_embedded", value::map({{"user", embedded}}));
    });
}

// --- create, replace, delete
// ---------------------------------------------------------------------------------------------------

std::string usual_sign_on(std::string_view name)
{
    constexpr auto known =
        std::to_array<std::pair<std::string_view, std::string_view>>({{"bookmark", "BOOKMARK"},
                                                                      {"oidc_client", "OPENID_CONNECT"},
                                                                      {"template_basic_auth", "BASIC_AUTH"},
                                                                      {"template_swa", "BROWSER_PLUGIN"},
                                                                      {"template_swa3field", "BROWSER_PLUGIN"},
                                                                      {"template_sps", "SECURE_PASSWORD_STORE"}});
    auto const* const found = std::ranges::find(known, name, &std::pair<std::string_view, std::string_view>::first);
    return std::string(found == known.end() ? "SAML_2_0" : found->second);
}

/// What a client may set; identity, status and links are Okta's.
value given_content(const value& body)
{
    value content = value_map{};
    for (std::string_view const key : {"accessibility", "visibility", "credentials", "settings", "profile"}) {
        if (body[key].is_map())
            content = content.with(std::string(key), body[key]);
    }
    return content;
}

http::response create_app(call& asked)
{
    app made;
    made.label = asked.body["label"].text_or();
    if (made.label.empty())
        return invalid("label", {"label: The field cannot be left blank"});
    made.name = asked.body["name"].text_or(asked.body["signOnMode"].text_or() == "OPENID_CONNECT" ? "oidc_client"
                                                                                                  : "custom_app");
    made.sign_on_mode = asked.body["signOnMode"].text_or(usual_sign_on(made.name));
    made.status = asked.flag("activate", true) ? "ACTIVE" : "INACTIVE";
    made.content = given_content(asked.body);
    made.id = asked.change.ids.make("0oa");
    made.created = made.last_updated = asked.now();
    auto const& kept = asked.org.apps[made.id] = made;
    asked.did({"application.lifecycle.create", {}, {}, made.id, {}});
    asked.change.note("application.lifecycle.create", {asked.change.name(kept)});
    return ok(asked.show.app_object(kept));
}

http::response get_app(call& asked)
{
    auto const* const held = asked.app_at(0);
    return held == nullptr ? no_app(asked) : ok(asked.show.app_object(*held));
}

http::response replace_app(call& asked)
{
    auto* const held = asked.app_at(0);
    if (held == nullptr)
        return no_app(asked);
    auto const label = asked.body["label"].text_or();
    if (label.empty())
        return invalid("label", {"label: The field cannot be left blank"});
    auto const content = merged(held->content.is_map() ? held->content : value(value_map{}), given_content(asked.body));
    if (held->label != label || held->content != content) {
        held->label = label;
        held->content = content;
        held->last_updated = asked.now();
        asked.did({"application.lifecycle.update", {}, {}, held->id, {}});
        asked.change.note("application.lifecycle.update", {asked.change.name(*held)});
    }
    return ok(asked.show.app_object(*held));
}

http::response delete_app(call& asked)
{
    auto const* const held = asked.app_at(0);
    if (held == nullptr)
        return no_app(asked);
    if (held->status == "ACTIVE")
        return refuse("E0000056", {"The application must be deactivated before deletion."});
    auto const id = held->id;
    asked.change.note("application.lifecycle.delete", {asked.change.name(*held)});
    for (auto& entry : asked.org.users)
        entry.second.apps.erase(id);
    asked.org.apps.erase(id);
    asked.did({"application.lifecycle.delete", {}, {}, id, {}});
    return no_content();
}

http::response switch_app(call& asked, std::string_view status, std::string_view event)
{
    auto* const held = asked.app_at(0);
    if (held == nullptr)
        return no_app(asked);
    if (held->status == status)
        return ok_empty();
    held->status = status;
    held->last_updated = asked.now();
    asked.did({std::string(event), {}, {}, held->id, {}});
    asked.change.note(event, {asked.change.name(*held)});
    for (auto& [id, who] : asked.org.users) {
        auto const given = who.apps.find(held->id);
        if (status == "INACTIVE" && given != who.apps.end() && given->second.scope == "GROUP")
            asked.change.unassign_app(who, held->id);
    }
    asked.change.reconcile_all_apps();
    return ok_empty();
}

http::response activate_app(call& asked) { return switch_app(asked, "ACTIVE", "application.lifecycle.activate"); }
http::response deactivate_app(call& asked) { return switch_app(asked, "INACTIVE", "application.lifecycle.deactivate"); }

// --- features
// ------------------------------------------------------------------------------------------------------------------

value feature_object(const call& asked, const app& held)
{
    auto const self =
        asked.show.link(fmt::format("/api/v1/apps/{}/features/USER_PROVISIONING", held.id), {"GET", "PUT"});
    auto const enabled = value::map({{"status", "ENABLED"}});
    auto const capabilities =
        value::map({{"create", value::map({{"lifecycleCreate", enabled}})},
                    {"update", value::map({{"lifecycleDeactivate", enabled}, {"profile", enabled}})}});
    return value::map({{"name", "USER_PROVISIONING"},
                       {"status", "ENABLED"},
                       {"description", "User provisioning settings from Okta to a downstream application"},
                       {"capabilities", capabilities},
                       {"_links", value::map({{"self", self}})}});
}

http::response list_features(call& asked)
{
    auto const* const held = asked.app_at(0);
    if (held == nullptr)
        return no_app(asked);
    if (held->provisioning.empty())
        return invalid("feature", {"Provisioning is not supported."});
    return ok(value::list({feature_object(asked, *held)}));
}

http::response get_feature(call& asked)
{
    auto const* const held = asked.app_at(0);
    if (held == nullptr)
        return no_app(asked);
    if (held->provisioning.empty())
        return invalid("feature", {"Provisioning is not supported."});
    return asked.values[1] == "USER_PROVISIONING" ? ok(feature_object(asked, *held))
                                                  : not_found(asked.values[1], "AppFeature");
}

// Saying how provisioning reaches the app; nothing is connected.
http::response set_connection(call& asked)
{
    auto const* const held = asked.app_at(0);
    if (held == nullptr)
        return no_app(asked);
    return ok(value::map({{"status", "UNKNOWN"}, {"profile", asked.body["profile"]}}));
}

http::response switch_connection(call& asked) { return asked.app_at(0) == nullptr ? no_app(asked) : no_content(); }

// --- the policy of access to it
// ------------------------------------------------------------------------------------------------

http::response assign_policy(call& asked)
{
    auto* const held = asked.app_at(0);
    if (held == nullptr)
        return no_app(asked);
    auto const& policies = asked.org.documents[std::string(policies_path)];
    auto const found = policies.find(asked.values[1]);
    if (found == policies.end() || found->second["type"].text_or() != "ACCESS_POLICY")
        return not_found(asked.values[1], "Policy");
    if (held->access_policy != found->first) {
        held->access_policy = found->first;
        held->last_updated = asked.now();
        asked.did({"application.policy.sign_on.update", {}, {}, held->id, {}});
        asked.change.note("application.policy.sign_on.update",
                          {asked.change.name(*held), {found->first, "Policy", found->second["name"].text_or()}});
    }
    return no_content();
}

} // namespace

std::span<const route> app_routes()
{
    static constexpr auto routes = std::to_array<route>({
        {"GET", "/api/v1/apps", list_apps},
        {"POST", "/api/v1/apps", create_app},
        {"GET", "/api/v1/apps/{}", get_app},
        {"PUT", "/api/v1/apps/{}", replace_app},
        {"DELETE", "/api/v1/apps/{}", delete_app},
        {"POST", "/api/v1/apps/{}/lifecycle/activate", activate_app},
        {"POST", "/api/v1/apps/{}/lifecycle/deactivate", deactivate_app},
        {"PUT", "/api/v1/apps/{}/policies/{}", assign_policy},
        {"GET", "/api/v1/apps/{}/features", list_features},
        {"GET", "/api/v1/apps/{}/features/{}", get_feature},
        {"POST", "/api/v1/apps/{}/connections/default", set_connection},
        {"POST", "/api/v1/apps/{}/connections/default/lifecycle/activate", switch_connection},
        {"POST", "/api/v1/apps/{}/connections/default/lifecycle/deactivate", switch_connection},
    });
    return routes;
}

} // namespace jmld::okta_sim
