// Users, groups, memberships and status, with the events each change writes. Assignments and rules are in
// mutation_access.cpp. It does not answer requests.
#include "connectors/okta_sim/mutation.hpp"

#include "connectors/okta_sim/text.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>

namespace jmld::okta_sim {

void mutation::note(std::string_view event, std::vector<log_target> targets, std::string_view outcome,
                    std::string_view reason)
{
    log_event entry;
    entry.published = now;
    auto const hex = ids.token(32);
    entry.uuid = fmt::format("{}-{}-{}-{}-{}", hex.substr(0, 8), hex.substr(8, 4), hex.substr(12, 4), hex.substr(16, 4),
                             hex.substr(20));
    entry.event_type = event;
    entry.actor = actor;
    entry.transaction_id = transaction_id;
    entry.outcome = outcome;
    entry.reason = reason;
    entry.targets = std::move(targets);
    log.push_back(std::move(entry));
}

log_target mutation::name(const user& who) const { return {who.id, "User", who.profile["login"].text_or()}; }
log_target mutation::name(const group& which) const { return {which.id, "UserGroup", which.profile["name"].text_or()}; }
log_target mutation::name(const app& which) const { return {which.id, "AppInstance", which.label}; }

void mutation::add_user(user created)
{
    org.logins[fold_login(created.profile["login"].text_or())] = created.id;
    auto const id = created.id;
    auto& placed = org.users[id] = std::move(created);
    org.groups[org.everyone].last_membership_updated = now;
    reconcile_apps(placed);
}

void mutation::erase_user(const std::string& id)
{
    auto const found = org.users.find(id);
    if (found == org.users.end())
        return;
    org.logins.erase(fold_login(found->second.profile["login"].text_or()));
    org.users.erase(found);
    for (auto& entry : org.rules)
        std::erase(entry.second.excluded, id);
    for (auto& entry : org.users)
        std::erase_if(entry.second.linked, [&](const auto& link) { return link.second == id; });
    for (auto& entry : org.groups)
        std::erase(entry.second.owners, id);
    for (auto& entry : org.devices)
        std::erase(entry.second.users, id);
}

void mutation::erase_group(const std::string& id)
{
    for (auto& entry : org.rules) {
        // A rule that points at a group which is gone can neither run nor be switched.
        if (std::erase(entry.second.group_ids, id) > 0)
            entry.second.status = "INVALID";
    }
    for (auto& entry : org.apps)
        std::erase_if(entry.second.groups, [&](const group_assignment& given) { return given.group_id == id; });
    for (auto& entry : org.users)
        entry.second.groups.erase(id);
    org.groups.erase(id);
    reconcile_all_apps();
}

void mutation::set_profile(user& who, value profile)
{
    org.logins.erase(fold_login(who.profile["login"].text_or()));
    who.profile = std::move(profile);
    who.last_updated = now;
    org.logins[fold_login(who.profile["login"].text_or())] = who.id;
}

bool mutation::add_member(user& who, const std::string& group_id)
{
    auto const [place, added] = who.groups.try_emplace(group_id);
    if (!added)
        return false;
    place->second.direct = true;
    auto& joined = org.groups[group_id];
    joined.last_membership_updated = now;
    note("group.user_membership.add", {name(who), name(joined)});
    reconcile_apps(who);
    return true;
}

bool mutation::remove_member(user& who, const std::string& group_id)
{
    if (who.groups.erase(group_id) == 0)
        return false;
    auto& left = org.groups[group_id];
    left.last_membership_updated = now;
    note("group.user_membership.remove", {name(who), name(left)});
    reconcile_apps(who);
    return true;
}

void mutation::set_status(user& who, std::string_view status)
{
    if (org.set.transition_reads > 0 &&
        (who.status == "STAGED" || who.status == "DEPROVISIONED" || status == "DEPROVISIONED"))
        who.moving = transition{who.status, std::string(status), org.set.transition_reads};
    else
        who.moving.reset();
    who.status = status;
    who.status_changed = now;
    who.last_updated = now;
}

void mutation::deactivate(user& who)
{
    set_status(who, "DEPROVISIONED");
    who.password = false;
    who.password_text.clear();
    who.recovery_question.clear();
    note("user.lifecycle.deactivate", {name(who)});
    std::vector<std::string> dropped;
    for (auto const& [id, assigned] : who.apps) {
        if (auto const found = org.apps.find(id); found != org.apps.end() && found->second.status == "ACTIVE")
            dropped.push_back(id);
    }
    for (auto const& id : dropped)
        unassign_app(who, id);
}

std::vector<const group*> groups_of(const organisation_data& org, const user& who)
{
    std::vector<const group*> found;
    for (auto const& [id, held] : org.groups) {
        if (id == org.everyone || who.groups.contains(id))
            found.push_back(&held);
    }
    return found;
}

std::string role_label(std::string_view type)
{
    constexpr auto known = std::to_array<std::pair<std::string_view, std::string_view>>({
        {"API_ACCESS_MANAGEMENT_ADMIN", "API Access Management Administrator"},
        {"APP_ADMIN", "Application Administrator"},
        {"GROUP_MEMBERSHIP_ADMIN", "Group Membership Administrator"},
        {"HELP_DESK_ADMIN", "Help Desk Administrator"},
        {"MOBILE_ADMIN", "Mobile Administrator"},
        {"ORG_ADMIN", "Organization Administrator"},
        {"READ_ONLY_ADMIN", "Read-Only Administrator"},
        {"REPORT_ADMIN", "Report Administrator"},
        {"SUPER_ADMIN", "Super Administrator"},
        {"USER_ADMIN", "User Administrator"},
    });
    auto const* const found = std::ranges::find(known, type, &std::pair<std::string_view, std::string_view>::first);
    return std::string(found == known.end() ? type : found->second);
}

std::vector<role_assignment> roles_of(const organisation_data& org, const user& who)
{
    auto all = who.roles;
    for (auto const* joined : groups_of(org, who)) {
        for (auto const& type : joined->roles) {
            auto const same = [&](const role_assignment& r) { return r.type == type && r.assignment_type == "GROUP"; };
            if (std::ranges::none_of(all, same))
                all.push_back({base32(type), type, role_label(type), "ACTIVE", "GROUP", joined->created});
        }
    }
    return all;
}

const user* find_user(const organisation_data& org, std::string_view id_or_login)
{
    if (auto const by_id = org.users.find(std::string(id_or_login)); by_id != org.users.end())
        return &by_id->second;
    auto const by_login = org.logins.find(fold_login(id_or_login));
    if (by_login == org.logins.end())
        return nullptr;
    // Accents make a login taken, but they do not make it found.
    auto const& candidate = org.users.at(by_login->second);
    return fold_case(candidate.profile["login"].text_or()) == fold_case(id_or_login) ? &candidate : nullptr;
}

user* find_user(organisation_data& org, std::string_view id_or_login)
{
    return const_cast<user*>(find_user(std::as_const(org), id_or_login));
}

} // namespace jmld::okta_sim
