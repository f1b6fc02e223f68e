// Writing an organisation in the short form of scenario files. It leaves out what time stamps alone would change, so
// that two organisations can be compared as text.
#include "connectors/okta_sim/load.hpp"
#include "connectors/okta_sim/mutation.hpp"
#include "connectors/okta_sim/shapes.hpp"
#include "connectors/okta_sim/system_documents.hpp"

#include <algorithm>

namespace jmld::okta_sim {
namespace {

value text_list(const auto& texts)
{
    value_list items;
    for (auto const& text : texts)
        items.emplace_back(text);
    return items;
}

value groups_of_user(const organisation_data& org, const user& who)
{
    value_list groups;
    for (auto const& [id, place] : who.groups) {
        auto const held = org.groups.find(id);
        value_map entry{{"id", id}, {"membership", place.direct ? "direct" : "rule"}};
        if (held != org.groups.end())
            entry.emplace_back("name", held->second.profile["name"]);
        if (!place.rules.empty())
            entry.emplace_back("rule", *place.rules.begin());
        groups.emplace_back(std::move(entry));
    }
    return groups;
}

value apps_of_user(const organisation_data& org, const user& who)
{
    value_list apps;
    for (auto const& [id, given] : who.apps) {
        auto const held = org.apps.find(id);
        value_map entry{{"id", id}, {"scope", given.scope}, {"status", given.status}, {"syncState", given.sync_state}};
        if (held != org.apps.end())
            entry.emplace_back("label", held->second.label);
        if (!given.via.empty())
            entry.emplace_back("via", given.via);
        apps.emplace_back(std::move(entry));
    }
    return apps;
}

value roles_of_user(const organisation_data& org, const user& who)
{
    value_list roles;
    for (auto const& given : roles_of(org, who)) {
        roles.push_back(value::map({{"id", given.id},
                                    {"type", given.type},
                                    {"status", given.status},
                                    {"assignmentType", given.assignment_type}}));
    }
    return roles;
}

value_map tokens_of_user(const user& who)
{
    value_list factors, sessions, tokens, api_tokens, grants;
    for (auto const& one : who.factors)
        factors.push_back(value::map({{"id", one.id}, {"factorType", one.type}, {"status", one.status}}));
    for (auto const& one : who.sessions)
        sessions.push_back(value::map({{"id", one.id}}));
    for (auto const& one : who.tokens)
        tokens.push_back(value::map({{"id", one.id}, {"client_id", one.client_id}}));
    for (auto const& one : who.api_tokens) {
        auto entry = value::map({{"id", one.id}, {"name", one.name}, {"userId", who.id}});
        api_tokens.push_back(one.secret.empty() ? entry : entry.with("token", one.secret));
    }
    for (auto const& one : who.grants)
        grants.push_back(value::map({{"id", one.id}, {"client_id", one.client_id}, {"scope_id", one.scope_id}}));
    value_map entries{{"factors", std::move(factors)},
                      {"sessions", std::move(sessions)},
                      {"tokens", std::move(tokens)},
                      {"api_tokens", std::move(api_tokens)}};
    if (!grants.empty())
        entries.emplace_back("grants", std::move(grants));
    return entries;
}

value user_document(const organisation_data& org, const user& who)
{
    auto const provider = value::map({{"type", who.provider_type}});
    value_map entries = tokens_of_user(who);
    entries.emplace_back("id", who.id);
    entries.emplace_back("status", shown_status(who));
    entries.emplace_back("profile", who.profile);
    entries.emplace_back("credentials", value::map({{"password", who.password}, {"provider", provider}}));
    entries.emplace_back("groups", groups_of_user(org, who));
    entries.emplace_back("apps", apps_of_user(org, who));
    entries.emplace_back("roles", roles_of_user(org, who));
    if (who.moving && who.moving->reads_left > 0)
        entries.emplace_back("transitioningToStatus", who.moving->to);
    if (!who.linked.empty()) {
        value_map linked;
        for (auto const& [primary, other] : who.linked)
            linked.emplace_back(primary, other);
        entries.emplace_back("linkedObjects", std::move(linked));
    }
    return entries;
}

value group_document(const group& held)
{
    value_map entries{
        {"id", held.id}, {"type", held.type}, {"profile", held.profile}, {"roles", text_list(held.roles)}};
    if (!held.owners.empty())
        entries.emplace_back("owners", text_list(held.owners));
    return entries;
}

value app_document(const app& held)
{
    value_list groups;
    for (auto const& given : held.groups)
        groups.emplace_back(given.group_id);
    value_map entries{{"id", held.id}, {"label", held.label}, {"status", held.status}, {"groups", std::move(groups)}};
    if (!held.provisioning.empty())
        entries.emplace_back("provisioning", held.provisioning);
    if (!held.access_policy.empty())
        entries.emplace_back("accessPolicy", held.access_policy);
    return entries;
}

value rule_document(const rule& held)
{
    auto const people = value::map({{"users", value::map({{"exclude", text_list(held.excluded)}})}});
    auto const expression = value::map({{"type", held.expression_type}, {"value", held.expression}});
    auto const actions = value::map({{"assignUserToGroups", value::map({{"groupIds", text_list(held.group_ids)}})}});
    return value::map({{"id", held.id},
                       {"type", "group_rule"},
                       {"name", held.name},
                       {"status", held.status},
                       {"conditions", value::map({{"people", people}, {"expression", expression}})},
                       {"actions", actions}});
}

value device_document(const device& held)
{
    auto entry = held.content.with("id", held.id).with("status", held.status);
    return held.users.empty() ? entry : entry.with("users", text_list(held.users));
}

value settings_document(const settings& set)
{
    return value::map({{"transition_reads", set.transition_reads},
                       {"search_lag", to_text(set.search_lag)},
                       {"rule_delay", to_text(set.rule_delay)},
                       {"deactivate_status", set.deactivate_status}});
}

/// Authorization servers, policies, zones … as far as somebody made or changed them; by collection.
value_map documents_of(const organisation_data& org, const id_source& ids)
{
    auto const servers = org.documents.at(std::string(servers_path));
    auto const begun = servers.at(ids.fixed("aus", "default"))["created"].text_or();
    organisation_data first_day;
    add_system_documents(first_day, ids, parse_rfc3339(begun).value_or(time_point{}));
    value_map tables;
    for (auto const& [path, table] : org.documents) {
        auto const& usual = first_day.documents[path];
        value_list changed;
        for (auto const& [id, document] : table) {
            auto const found = usual.find(id);
            if (found == usual.end() || found->second != document)
                changed.push_back(document);
        }
        if (!changed.empty() && path != linked_objects_path)
            tables.emplace_back(path, std::move(changed));
    }
    return tables;
}

void add_extras(const organisation_data& org, value_map& entries)
{
    value_list clients, definitions;
    for (auto const& one : org.clients) {
        clients.push_back(value::map(
            {{"client_id", one.id}, {"jwks", one.jwks}, {"scopes", text_list(one.scopes)}, {"dpop", one.dpop}}));
    }
    if (auto const found = org.documents.find(std::string(linked_objects_path)); found != org.documents.end()) {
        for (auto const& [primary, definition] : found->second)
            definitions.push_back(definition);
    }
    if (!clients.empty())
        entries.emplace_back("clients", std::move(clients));
    if (!definitions.empty())
        entries.emplace_back("linked_object_definitions", std::move(definitions));
    if (org.profile_attributes)
        entries.emplace_back("profile_attributes", text_list(*org.profile_attributes));
}

} // namespace

value write_organisation(const organisation_data& org, const id_source& ids)
{
    value_list users, groups, apps, rules, devices;
    for (auto const& [id, who] : org.users)
        users.push_back(user_document(org, who));
    for (auto const& [id, held] : org.groups) {
        if (id != org.everyone)
            groups.push_back(group_document(held));
    }
    for (auto const& [id, held] : org.apps)
        apps.push_back(app_document(held));
    for (auto const& [id, held] : org.rules)
        rules.push_back(rule_document(held));
    for (auto const& [id, held] : org.devices)
        devices.push_back(device_document(held));
    value_map entries{{"users", std::move(users)},     {"groups", std::move(groups)},
                      {"apps", std::move(apps)},       {"rules", std::move(rules)},
                      {"devices", std::move(devices)}, {"settings", settings_document(org.set)}};
    add_extras(org, entries);
    if (auto tables = documents_of(org, ids); !tables.empty())
        entries.emplace_back("documents", std::move(tables));
    return entries;
}

} // namespace jmld::okta_sim
