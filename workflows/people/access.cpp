// The difference between what the rules want for a person and what Okta has: lists that the workflow files hand to
// their steps one by one. It leaves alone what it does not understand, and lists it for review.
#include "workflows/people/access.hpp"

#include <algorithm>
#include <array>
#include <utility>

namespace jmld::workflows {

namespace {

using engine::direction;
using engine::value;
using engine::value_list;
using engine::value_map;

bool contains(const std::vector<std::string>& names, std::string_view name)
{
    return std::find(names.begin(), names.end(), name) != names.end();
}

// ---- what is there ------------------------------------------------------------------------------

bool is_direct(const value& group) { return group["membership"].text_or("direct") == "direct"; }
bool is_okta_group(const value& group) { return group["type"].text_or("OKTA_GROUP") == "OKTA_GROUP"; }
bool is_built_in(const value& group) { return group["type"].text_or() == "BUILT_IN"; }
bool is_user_scope(const value& app) { return app["scope"].text_or("USER") == "USER"; }
bool is_user_role(const value& role) { return role["assignmentType"].text_or("USER") == "USER"; }
bool is_assigned(const value& app)
{
    const auto status = app["status"].text_or("ACTIVE");
    return status != "DEPROVISIONED" && status != "UNASSIGNED" && status != "REVOKED";
}
bool is_deprovisioned(const value& image) { return image["user"]["status"].text_or() == "DEPROVISIONED"; }

value group_reference(const value& group) { return value::map({{"id", group["id"]}, {"name", group["name"]}}); }
value app_reference(const value& app) { return value::map({{"id", app["id"]}, {"label", app["label"]}}); }
value role_reference(const value& role) { return value::map({{"id", role["id"]}, {"type", role["type"]}}); }
value factor_reference(const value& factor)
{
    return value::map({{"id", factor["id"]}, {"factorType", factor["factorType"]}});
}

const value* find_by(const value& list, std::string_view key, std::string_view content)
{
    for (const auto& item : list.items())
        if (item[key].text_or() == content)
            return &item;
    return nullptr;
}

/// What one comparison builds up; becomes the `access` map.
struct difference
{
    value_list target_groups, target_apps, target_roles;
    value_list groups_add, groups_remove, groups_first, apps_add, apps_remove, roles_add, roles_remove, factors_remove,
        review;
    value_map set, clear;
    std::vector<std::string> unknown;

    void review_group(const value& group, std::string_view owner)
    {
        review.push_back(value::map({{"group", group_reference(group)}, {"owner", owner}}));
    }
    value to_access() &&
    {
        return value::map({
            {"target", value::map({{"groups", std::move(target_groups)},
                                   {"apps", std::move(target_apps)},
                                   {"roles", std::move(target_roles)}})},
            {"groups", value::map({{"add", std::move(groups_add)},
                                   {"remove", std::move(groups_remove)},
                                   {"remove_first", std::move(groups_first)}})},
            {"apps", value::map({{"add", std::move(apps_add)}, {"remove", std::move(apps_remove)}})},
            {"roles", value::map({{"add", std::move(roles_add)}, {"remove", std::move(roles_remove)}})},
            {"factors", value::map({{"remove", std::move(factors_remove)}})},
            {"attributes", value::map({{"set", std::move(set)}, {"clear", std::move(clear)}})},
            {"review", std::move(review)},
        });
    }
};

// ---- what is wanted -----------------------------------------------------------------------------

struct wanted
{
    std::string_view kind, name_key; ///< "group", "name" · "app", "label"
    const std::vector<std::string>& names;
    const std::map<std::string, std::string, std::less<>>& ids;
    const value& present; ///< of the image
};

void compare(const wanted& want, value_list& target, value_list& add, std::vector<std::string>& unknown)
{
    for (const auto& name : want.names) {
        const auto* there = find_by(want.present, want.name_key, name);
        const auto known = want.ids.find(name);
        if (there == nullptr && known == want.ids.end()) {
            unknown.push_back(std::string(want.kind) + " '" + name + "'");
            continue;
        }
        const auto id = known != want.ids.end() ? value(known->second) : (*there)["id"];
        // Two groups may carry the same name (one of a directory): the id decides which one is meant.
        if (known != want.ids.end())
            there = find_by(want.present, "id", known->second);
        auto reference = value::map({{"id", id}, {std::string(want.name_key), name}});
        target.push_back(reference);
        if (there == nullptr || (want.kind == "app" && !is_assigned(*there)))
            add.push_back(std::move(reference));
    }
}

worker from_profile(const value& profile, const worker& now)
{
    worker who;
    who.id = profile["employeeNumber"].text_or();
    who.universal_id = profile["universalId"].text_or();
    who.given_name = profile["firstName"].text_or();
    who.family_name = profile["lastName"].text_or();
    who.login = profile["login"].text_or();
    who.email = profile["email"].text_or();
    who.title = profile["title"].text_or();
    who.department = profile["department"].text_or();
    who.organisation = profile["organization"].text_or();
    who.cost_center = profile["costCenter"].text_or();
    // Organisations use userType for other things too; a word that is no kind of ours says nothing.
    const auto kind = profile["userType"].text_or();
    who.kind = kind == "employee" || kind == "contingent_worker" ? kind : now.kind;
    return who;
}

access_target given_before(const access_rules& rules, const access_request& request)
{
    access_target before;
    // What HR did not say of the old record, the profile still shows: else nothing of it would be taken.
    const auto shown = from_profile(request.image["user"]["profile"], request.person);
    for (const auto& who : request.former)
        before =
            united(std::move(before), target_of(rules, request.dir == direction::change ? merge(shown, who) : who));
    if (request.former.empty() && request.dir == direction::change)
        before = target_of(rules, shown);
    return before;
}

/// Nobody is in two groups that exclude each other, not even between two calls.
void order_conflicts(difference& out, const access_rules& rules)
{
    const auto in = [](const std::vector<std::string>& names, const value& group) {
        return contains(names, group["name"].text_or());
    };
    for (const auto& gone : out.groups_remove) {
        const bool first = std::any_of(rules.conflicts.begin(), rules.conflicts.end(), [&](const auto& exclusive) {
            return in(exclusive, gone) && std::any_of(out.groups_add.begin(), out.groups_add.end(),
                                                      [&](const value& added) { return in(exclusive, added); });
        });
        if (first)
            out.groups_first.push_back(gone);
    }
}

// ---- grant and change ---------------------------------------------------------------------------

void remove_former(difference& out, const access_request& request, const access_target& target,
                   const access_target& before)
{
    const bool strip = request.dir == direction::grant && is_deprovisioned(request.image);
    for (const auto& group : request.image["groups"].items()) {
        const auto name = group["name"].text_or();
        if (is_built_in(group) || contains(target.groups, name))
            continue;
        if (!is_okta_group(group))
            out.review_group(group, "directory");
        else if (is_direct(group) && (strip || contains(before.groups, name)))
            out.groups_remove.push_back(group_reference(group));
        else if (is_direct(group))
            out.review_group(group, "manager");
    }
    for (const auto& app : request.image["apps"].items()) {
        const auto label = app["label"].text_or();
        if (contains(target.apps, label) || !is_user_scope(app) || !is_assigned(app))
            continue;
        if (contains(before.apps, label))
            out.apps_remove.push_back(app_reference(app));
        else
            out.review.push_back(value::map({{"app", app_reference(app)}, {"owner", "manager"}}));
    }
    for (const auto& role : request.image["roles"].items()) {
        if (!is_user_role(role) || contains(target.roles, role["type"].text_or()))
            continue;
        if (strip || contains(before.roles, role["type"].text_or()))
            out.roles_remove.push_back(role_reference(role));
        else
            out.review.push_back(value::map({{"role", role_reference(role)}, {"owner", "manager"}}));
    }
}

bool is_name_attribute(std::string_view attribute)
{
    constexpr std::array<std::string_view, 4> names{"firstName", "lastName", "displayName", "login"};
    return std::find(names.begin(), names.end(), attribute) != names.end();
}

// Only what differs is sent, so that a step without anything to say makes no call.
void set_attributes(difference& out, const access_request& request)
{
    const auto& there = request.image["user"]["profile"];
    for (const auto& [attribute, content] : request.okta_profile.entries()) {
        if (request.event_type == "worker.renamed" && !is_name_attribute(attribute))
            continue;
        // An address that HR did not say was only derived: what somebody set in Okta since then stays.
        if (attribute == "email" && request.person.email.empty() && !there["email"].is_null())
            continue;
        if (!(there[attribute] == content))
            out.set.emplace_back(attribute, content);
    }
}

// A reinstatement gives no role, so its read-back must not look for one: a person is told of those that are missing.
void want_roles(difference& out, const access_request& request, const std::vector<std::string>& roles)
{
    const bool reinstated = request.event_type == "worker.termination_rescinded";
    for (const auto& role : roles) {
        const bool missing = find_by(request.image["roles"], "type", role) == nullptr;
        if (!reinstated)
            out.target_roles.emplace_back(role);
        if (missing && reinstated)
            out.review.push_back(value::map({{"role", value::map({{"type", role}})}, {"owner", "manager"}}));
        else if (missing)
            out.roles_add.push_back(value::map({{"type", role}}));
    }
}

void grant_or_change(difference& out, const access_rules& rules, const access_request& request)
{
    set_attributes(out, request);
    if (request.event_type == "worker.renamed")
        return;
    auto target = target_of(rules, request.person);
    for (const auto& other : request.others)
        target = united(std::move(target), target_of(rules, other));
    compare({"group", "name", target.groups, request.names.groups, request.image["groups"]}, out.target_groups,
            out.groups_add, out.unknown);
    compare({"app", "label", target.apps, request.names.apps, request.image["apps"]}, out.target_apps, out.apps_add,
            out.unknown);
    want_roles(out, request, target.roles);
    remove_former(out, request, target, given_before(rules, request));
    order_conflicts(out, rules);
}

// ---- reinstate ----------------------------------------------------------------------------------

// What was there before the leaver and can be given by a call, without what the role gave then and does not give now.
// Admin roles are left to a person, what rules and directories give comes back with the attributes.
void restore(difference& out, const access_rules& rules, const access_request& request)
{
    const auto& now = request.image;
    const auto then = from_profile(request.before["user"]["profile"], request.person);
    const auto gave = target_of(rules, then);
    auto gives = target_of(rules, merge(then, request.person));
    for (const auto& other : request.others)
        gives = united(std::move(gives), target_of(rules, other));
    for (const auto& [attribute, content] : request.before["user"]["profile"].entries())
        if (!content.is_null() && now["user"]["profile"][attribute].is_null())
            out.set.emplace_back(attribute, content);
    for (const auto& group : request.before["groups"].items()) {
        const auto name = group["name"].text_or();
        if (is_built_in(group) || !is_okta_group(group) || !is_direct(group) ||
            (contains(gave.groups, name) && !contains(gives.groups, name)))
            continue;
        out.target_groups.push_back(group_reference(group));
        if (find_by(now["groups"], "id", group["id"].text_or()) == nullptr)
            out.groups_add.push_back(group_reference(group));
    }
    for (const auto& app : request.before["apps"].items()) {
        const auto label = app["label"].text_or();
        if (!is_user_scope(app) || !is_assigned(app) || (contains(gave.apps, label) && !contains(gives.apps, label)))
            continue;
        out.target_apps.push_back(app_reference(app));
        const auto* there = find_by(now["apps"], "id", app["id"].text_or());
        if (there == nullptr || !is_assigned(*there))
            out.apps_add.push_back(app_reference(app));
    }
    for (const auto& role : request.before["roles"].items())
        if (is_user_role(role))
            out.review.push_back(value::map({{"role", role_reference(role)}, {"owner", "manager"}}));
}

// ---- revoke -------------------------------------------------------------------------------------

std::string_view attribute_of(const value& rule, std::string& kept)
{
    kept = rule["attribute"].text_or();
    std::string_view name = kept;
    if (name.starts_with("user."))
        name.remove_prefix(5);
    return name;
}

// Nulling would make this rule match, and so give a group to somebody who leaves.
bool would_match_when_null(const value& rules, std::string_view attribute, std::string_view content)
{
    return std::any_of(rules.items().begin(), rules.items().end(), [&](const value& rule) {
        std::string kept;
        return rule["operator"].text_or() == "!=" && attribute_of(rule, kept) == attribute &&
               rule["value"].text_or() == content;
    });
}

void clear_attributes(difference& out, const value& image)
{
    constexpr std::array<std::string_view, 4> required{"login", "email", "firstName", "lastName"};
    const auto& profile = image["user"]["profile"];
    for (const auto& rule : image["rules"].items()) {
        std::string kept;
        const auto attribute = attribute_of(rule, kept);
        const auto content = profile[attribute].text_or();
        const bool matches =
            rule["operator"].text_or() == "==" && !content.empty() && rule["value"].text_or() == content;
        if (!matches || std::find(required.begin(), required.end(), attribute) != required.end() ||
            would_match_when_null(image["rules"], attribute, content))
            continue;
        out.clear.emplace_back(attribute, value());
    }
}

bool is_super_admin(const value& role) { return role["type"].text_or() == "SUPER_ADMIN"; }

// The last super administrator keeps that role, and where a group gives it, the groups.
void revoke(difference& out, const value& image, bool last_super_admin)
{
    const auto& roles = image["roles"].items();
    const bool keeps_groups = last_super_admin && std::any_of(roles.begin(), roles.end(), [](const value& role) {
                                  return is_super_admin(role) && !is_user_role(role);
                              });
    for (const auto& group : image["groups"].items()) {
        if (is_built_in(group))
            continue;
        if (!is_okta_group(group))
            out.review_group(group, "directory");
        else if (keeps_groups)
            out.review_group(group, "administrator");
        else if (is_direct(group))
            out.groups_remove.push_back(group_reference(group));
    }
    for (const auto& app : image["apps"].items())
        if (is_user_scope(app))
            out.apps_remove.push_back(app_reference(app));
    for (const auto& role : roles) {
        if (is_user_role(role) && last_super_admin && is_super_admin(role))
            out.review.push_back(value::map({{"role", role_reference(role)}, {"owner", "administrator"}}));
        else if (is_user_role(role))
            out.roles_remove.push_back(role_reference(role));
    }
    // Okta refuses both on a deactivated user.
    if (is_deprovisioned(image))
        return;
    clear_attributes(out, image);
    for (const auto& factor : image["factors"].items())
        out.factors_remove.push_back(factor_reference(factor));
}

} // namespace

computed_access compute_access(const access_rules& rules, const access_request& request)
{
    difference out;
    if (request.dir == direction::revoke)
        revoke(out, request.image, request.last_super_admin);
    else if (!request.before.is_null())
        restore(out, rules, request);
    else
        grant_or_change(out, rules, request);
    auto unknown = std::move(out.unknown);
    return {std::move(out).to_access(), std::move(unknown)};
}

} // namespace jmld::workflows
