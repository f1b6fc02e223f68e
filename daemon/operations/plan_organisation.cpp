// Groups, apps and rules are collected from every account that names them, each once.
#include "daemon/operations/plan_organisation.hpp"

#include <map>

namespace jmld::daemon {

using engine::value;
using engine::value_list;

namespace {

constexpr std::string_view built_in = "BUILT_IN"; // Everyone: always there, never listed

struct collected
{
    std::map<std::string, value> groups, apps, rules;
    std::map<std::string, value_list> assigning; ///< app: the groups that assign it
};

value listed(const std::map<std::string, value>& all)
{
    value_list items;
    for (const auto& [id, item] : all)
        items.push_back(item);
    return value(std::move(items));
}

void add_group(collected& all, const std::string& id, std::string_view name, std::string_view type)
{
    all.groups[id] = value::map({{"id", id},
                                 {"type", type.empty() ? std::string_view("OKTA_GROUP") : type},
                                 {"profile", value::map({{"name", name}})}});
}

void add_rule(collected& all, const value& rule)
{
    const auto& content = rule["value"];
    const bool readable = content.is_text() && !rule["attribute"].text_or().empty();
    const auto expression =
        readable ? "user." + rule["attribute"].text_or() + rule["operator"].text_or() + "\"" + content.text_or() + "\""
                 : std::string(R"(user.login=="")");
    value_list groups;
    for (const auto& id : rule["groups"].items())
        if (all.groups.contains(id.text_or()))
            groups.push_back(id);
    all.rules[rule["id"].text_or()] = value::map(
        {{"id", rule["id"]},
         {"type", "group_rule"},
         {"name", rule["name"]},
         {"status", readable ? "ACTIVE" : "INACTIVE"},
         {"conditions",
          value::map({{"expression", value::map({{"type", "urn:okta:expression:1.0"}, {"value", expression}})}})},
         {"actions", value::map({{"assignUserToGroups", value::map({{"groupIds", value(std::move(groups))}})}})}});
}

value membership_of(const collected& all, const value& group)
{
    auto membership = value::map({{"id", group["id"]}, {"name", group["name"]}, {"membership", group["membership"]}});
    return all.rules.contains(group["rule"].text_or()) ? membership.with("rule", group["rule"])
                                                       : membership.with("membership", "direct");
}

value user_of(const collected& all, const value& image)
{
    const auto& user = image["user"];
    value_list groups, apps, tokens;
    for (const auto& group : image["groups"].items())
        if (group["type"].text_or() != built_in)
            groups.push_back(membership_of(all, group));
    for (const auto& app : image["apps"].items()) {
        auto assigned = value::map({{"id", app["id"]}, {"label", app["label"]}, {"scope", app["scope"]}});
        apps.push_back(app["via"].is_text() ? assigned.with("via", app["via"]) : assigned);
    }
    for (const auto& token : image["api_tokens"].items())
        tokens.push_back(token.with("userId", user["id"]));
    return value::map(
        {{"id", user["id"]},
         {"status", user["status"]},
         {"profile", user["profile"]},
         {"credentials", value::map({{"password", user["has_password"]},
                                     {"provider", value::map({{"type", user["provider"].text_or("OKTA")}})}})},
         {"groups", value(std::move(groups))},
         {"apps", value(std::move(apps))},
         {"roles", value(image["roles"].items())}, // null where they could not be read
         {"factors", value(image["factors"].items())},
         {"api_tokens", value(std::move(tokens))}});
}

void collect(collected& all, const value& image)
{
    for (const auto& group : image["groups"].items())
        if (group["type"].text_or() != built_in)
            add_group(all, group["id"].text_or(), group["name"].text_or(), group["type"].text_or());
    for (const auto& app : image["apps"].items()) {
        all.apps[app["id"].text_or()] =
            value::map({{"id", app["id"]}, {"label", app["label"]}, {"status", app["app_status"].text_or("ACTIVE")}});
        if (const auto via = app["via"].text_or(); all.groups.contains(via))
            all.assigning[app["id"].text_or()].push_back(via);
    }
    for (const auto& rule : image["rules"].items())
        add_rule(all, rule);
}

} // namespace

value organisation_document(const seen_organisation& seen)
{
    collected all;
    for (const auto& group : seen.groups)
        add_group(all, group.id, group.name, group.type);
    for (const auto& app : seen.apps)
        all.apps[app.id] = value::map({{"id", app.id}, {"label", app.name}, {"status", "ACTIVE"}});
    for (const auto& image : seen.images)
        collect(all, image);
    for (const auto& [app, groups] : all.assigning)
        all.apps[app] = all.apps[app].with("groups", value(groups));
    value_list users;
    for (const auto& image : seen.images)
        if (image["user"]["id"].is_text())
            users.push_back(user_of(all, image));
    return value::map({{"users", value(std::move(users))},
                       {"groups", listed(all.groups)},
                       {"apps", listed(all.apps)},
                       {"rules", listed(all.rules)}});
}

} // namespace jmld::daemon
