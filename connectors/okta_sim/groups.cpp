// Groups and their members, owners, roles. Rules are in rules.cpp; what membership gives follows in mutation.
#include "connectors/okta_sim/call.hpp"
#include "connectors/okta_sim/filter.hpp"
#include "connectors/okta_sim/paging.hpp"
#include "connectors/okta_sim/text.hpp"

#include <array>

namespace jmld::okta_sim {
namespace {

http::response no_group(const call& asked) { return not_found(asked.values[0], "UserGroup"); }

// --- the group itself
// ----------------------------------------------------------------------------------------------------------

http::response list_groups(call& asked)
{
    page_rules rules;
    rules.limit = rules.limit_max = 10'000;
    auto const render = [&](const group& one) { return asked.show.group_object(one); };
    std::vector<const group*> found;
    auto const search = asked.argument("search");
    auto const condition = search ? search : asked.argument("filter");
    auto const& seen = search ? asked.searched : asked.org;
    auto const prefix = asked.argument("q");
    auto const read = condition ? filter::parse(*condition) : filter::parse("id pr");
    if (!read)
        return refuse("E0000031", {read.error().what});
    if (prefix) {
        rules.limit = 300;
        rules.pages = false;
    }
    for (auto const& [id, held] : seen.groups) {
        auto const rendered = render(held);
        bool const named = !prefix || fold_case(held.profile["name"].text_or()).starts_with(fold_case(*prefix));
        if (named && read->holds([&](const comparison& one) {
                return compares(at_path(rendered, one.attribute), one, search.has_value());
            }))
            found.push_back(&held);
    }
    return paged(asked, found, rules, render);
}

std::optional<http::response> refuse_group_profile(call& asked, const std::string& self)
{
    auto const name = asked.body["profile"]["name"].text_or();
    if (name.empty())
        return invalid("name", {"name: The field cannot be left blank"});
    if (character_count(name) > 255)
        return invalid("name", {"name: The field cannot exceed 255 characters"});
    for (auto const& [id, held] : asked.org.groups) {
        if (id != self && held.type != "APP_GROUP" && held.profile["name"].text_or() == name)
            return invalid("name", {"name: An object with this field already exists in the current organization"});
    }
    return std::nullopt;
}

http::response add_group(call& asked)
{
    if (auto refusal = refuse_group_profile(asked, {}))
        return *refusal;
    group made;
    made.id = asked.change.ids.make("00g");
    made.profile = asked.body["profile"];
    made.created = made.last_updated = made.last_membership_updated = asked.now();
    auto const& kept = asked.org.groups[made.id] = made;
    asked.did({"group.lifecycle.create", {}, made.id, {}, {}});
    asked.change.note("group.lifecycle.create", {asked.change.name(kept)});
    return ok(asked.show.group_object(kept));
}

http::response get_group(call& asked)
{
    auto const* const held = asked.group_at(0);
    return held == nullptr ? no_group(asked) : ok(asked.show.group_object(*held));
}

http::response replace_group(call& asked)
{
    auto* const held = asked.group_at(0);
    if (held == nullptr)
        return no_group(asked);
    if (held->type != "OKTA_GROUP")
        return refuse("E0000006");
    if (auto refusal = refuse_group_profile(asked, held->id))
        return *refusal;
    if (held->profile != asked.body["profile"]) {
        held->profile = asked.body["profile"];
        held->last_updated = asked.now();
        asked.did({"group.profile.update", {}, held->id, {}, {}});
        asked.change.note("group.profile.update", {asked.change.name(*held)});
    }
    return ok(asked.show.group_object(*held));
}

http::response delete_group(call& asked)
{
    auto const* const held = asked.group_at(0);
    if (held == nullptr)
        return no_group(asked);
    if (held->type == "BUILT_IN")
        return refuse("E0000060");
    auto const id = held->id;
    asked.change.note("group.lifecycle.delete", {asked.change.name(*held)});
    asked.change.erase_group(id);
    asked.did({"group.lifecycle.delete", {}, id, {}, {}});
    return no_content();
}

// --- members
// -------------------------------------------------------------------------------------------------------------------

http::response list_members(call& asked)
{
    auto const* const held = asked.group_at(0);
    if (held == nullptr)
        return no_group(asked);
    std::vector<const user*> members;
    for (auto const& [id, who] : asked.org.users) {
        if (held->id == asked.org.everyone || who.groups.contains(held->id))
            members.push_back(&who);
    }
    page_rules rules;
    rules.limit = rules.limit_max = 1000;
    return paged(asked, members, rules, [&](const user& who) { return asked.show.user_in_list(who); });
}

http::response add_member(call& asked)
{
    auto const* const held = asked.group_at(0);
    if (held == nullptr)
        return no_group(asked);
    auto* const who = asked.user_at(1);
    if (who == nullptr || who->status == "DEPROVISIONED")
        return not_found(asked.values[1], "User");
    if (held->type == "BUILT_IN")
        return refuse("E0000060");
    if (held->type != "OKTA_GROUP")
        return refuse("E0000006");
    auto const group_id = held->id;
    if (asked.change.add_member(*who, group_id))
        asked.did({"group.user_membership.add", who->id, group_id, {}, {}});
    return no_content();
}

// Removing what a rule gave makes the rule leave this user out for good.
std::optional<http::response> exclude(call& asked, const user& who, const membership& held)
{
    for (auto const& rule_id : held.rules) {
        auto const found = asked.org.rules.find(rule_id);
        if (found != asked.org.rules.end() && found->second.excluded.size() >= exclusions_max)
            return invalid("exclusion", {"The group rule cannot exclude more than 100 users."});
    }
    for (auto const& rule_id : held.rules) {
        auto const found = asked.org.rules.find(rule_id);
        if (found == asked.org.rules.end())
            continue;
        auto& excluded = found->second.excluded;
        if (std::ranges::find(excluded, who.id) == excluded.end())
            excluded.push_back(who.id);
        mutation system = asked.change;
        system.actor = okta_itself();
        system.note("group.user_membership.rule.add_exclusion",
                    {system.name(who), {rule_id, "Rule", found->second.name}});
    }
    return std::nullopt;
}

http::response remove_member(call& asked)
{
    auto const* const held = asked.group_at(0);
    if (held == nullptr)
        return no_group(asked);
    auto* const who = asked.user_at(1);
    if (who == nullptr)
        return not_found(asked.values[1], "User");
    if (held->type != "OKTA_GROUP")
        return refuse("E0000006");
    auto const group_id = held->id;
    auto const place = who->groups.find(group_id);
    if (place == who->groups.end())
        return no_content();
    if (auto refusal = exclude(asked, *who, place->second))
        return *refusal;
    asked.change.remove_member(*who, group_id);
    asked.did({"group.user_membership.remove", who->id, group_id, {}, {}});
    return no_content();
}

http::response list_rules_of_member(call& asked)
{
    auto const* const held = asked.group_at(0);
    auto const* const who = asked.user_at(1);
    if (held == nullptr)
        return no_group(asked);
    if (who == nullptr)
        return not_found(asked.values[1], "User");
    value_list rules;
    if (auto const place = who->groups.find(held->id); place != who->groups.end()) {
        for (auto const& rule_id : place->second.rules) {
            if (auto const found = asked.org.rules.find(rule_id); found != asked.org.rules.end())
                rules.push_back(asked.show.rule_object(found->second));
        }
    }
    return ok(rules);
}

// --- apps, roles, owners
// -------------------------------------------------------------------------------------------------------

http::response list_apps_of_group(call& asked)
{
    auto const* const held = asked.group_at(0);
    if (held == nullptr)
        return no_group(asked);
    std::vector<const app*> given;
    for (auto const& [id, offered] : asked.org.apps) {
        if (std::ranges::find(offered.groups, held->id, &group_assignment::group_id) != offered.groups.end())
            given.push_back(&offered);
    }
    page_rules rules;
    rules.limit = 20;
    return paged(asked, given, rules, [&](const app& one) { return asked.show.app_object(one); });
}

http::response list_roles_of_group(call& asked)
{
    auto const* const held = asked.group_at(0);
    if (held == nullptr)
        return no_group(asked);
    value_list roles;
    for (auto const& type : held->roles) {
        role_assignment const given{base32(type), type, role_label(type), "ACTIVE", "GROUP", held->created};
        roles.push_back(asked.show.role_object(given, "groups", held->id));
    }
    return ok(roles);
}

http::response assign_role_to_group(call& asked)
{
    auto* const held = asked.group_at(0);
    if (held == nullptr)
        return no_group(asked);
    auto const type = asked.body["type"].text_or();
    if (type.empty() || role_label(type) == type)
        return invalid("role", {"type: The field is not a known role type"});
    if (std::ranges::find(held->roles, type) != held->roles.end())
        return refuse("E0000090", {"The role specified is already assigned to the group."});
    held->roles.push_back(type);
    asked.did({"group.privilege.grant", {}, held->id, {}, type});
    role_assignment const given{base32(type), type, role_label(type), "ACTIVE", "GROUP", asked.now()};
    return json_answer(201, asked.show.role_object(given, "groups", held->id));
}

http::response unassign_role_from_group(call& asked)
{
    auto* const held = asked.group_at(0);
    if (held == nullptr)
        return no_group(asked);
    if (std::erase_if(held->roles, [&](const std::string& type) { return base32(type) == asked.values[1]; }) == 0)
        return not_found(asked.values[1], "RoleAssignment");
    asked.did({"group.privilege.revoke", {}, held->id, {}, {}});
    return no_content();
}

value owner_object(const call& asked, const std::string& id)
{
    auto const* const who = find_user(asked.org, id);
    auto const name =
        who == nullptr ? id : who->profile["firstName"].text_or() + " " + who->profile["lastName"].text_or();
    return value::map({{"id", id},
                       {"type", "USER"},
                       {"resolved", true},
                       {"originId", nullptr},
                       {"originType", "OKTA_DIRECTORY"},
                       {"displayName", name},
                       {"lastUpdated", okta_time(asked.now())}});
}

http::response list_owners(call& asked)
{
    auto const* const held = asked.group_at(0);
    if (held == nullptr)
        return no_group(asked);
    value_list owners;
    for (auto const& id : held->owners)
        owners.push_back(owner_object(asked, id));
    return ok(owners);
}

http::response add_owner(call& asked)
{
    auto* const held = asked.group_at(0);
    if (held == nullptr)
        return no_group(asked);
    auto const id = asked.body["id"].text_or();
    if (find_user(asked.org, id) == nullptr)
        return not_found(id, "User");
    if (std::ranges::find(held->owners, id) != held->owners.end())
        return invalid("owner", {"Provided owner is already assigned to this group"});
    held->owners.push_back(id);
    asked.did({"group.owner.add", id, held->id, {}, {}});
    return json_answer(201, owner_object(asked, id));
}

http::response remove_owner(call& asked)
{
    auto* const held = asked.group_at(0);
    if (held == nullptr)
        return no_group(asked);
    if (std::erase(held->owners, asked.values[1]) == 0)
        return not_found(asked.values[1], "LinkedObject");
    asked.did({"group.owner.remove", asked.values[1], held->id, {}, {}});
    return no_content();
}

} // namespace

std::span<const route> group_routes()
{
    static constexpr auto routes = std::to_array<route>({
        {"GET", "/api/v1/groups", list_groups},
        {"POST", "/api/v1/groups", add_group},
        {"GET", "/api/v1/groups/{}", get_group},
        {"PUT", "/api/v1/groups/{}", replace_group},
        {"DELETE", "/api/v1/groups/{}", delete_group},
        {"GET", "/api/v1/groups/{}/users", list_members},
        {"PUT", "/api/v1/groups/{}/users/{}", add_member},
        {"DELETE", "/api/v1/groups/{}/users/{}", remove_member},
        {"GET", "/api/v1/groups/{}/users/{}/group-rules", list_rules_of_member},
        {"GET", "/api/v1/groups/{}/apps", list_apps_of_group},
        {"GET", "/api/v1/groups/{}/roles", list_roles_of_group},
        {"POST", "/api/v1/groups/{}/roles", assign_role_to_group},
        {"DELETE", "/api/v1/groups/{}/roles/{}", unassign_role_from_group},
        {"GET", "/api/v1/groups/{}/owners", list_owners},
        {"POST", "/api/v1/groups/{}/owners", add_owner},
        {"DELETE", "/api/v1/groups/{}/owners/{}", remove_owner},
    });
    return routes;
}

} // namespace jmld::okta_sim
