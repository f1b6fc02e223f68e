// What groups give: assignments through groups, and the groups that rules give. Direct changes of membership are in
// mutation.cpp.
#include "connectors/okta_sim/mutation.hpp"
#include "connectors/okta_sim/rule_expression.hpp"

#include <algorithm>

namespace jmld::okta_sim {

app_user& mutation::assign_app(user& who, app& which, std::string_view scope, std::string_view via)
{
    auto& given = who.apps[which.id];
    given = {};
    given.scope = scope;
    given.via = via;
    given.created = given.last_updated = now;
    given.credentials = value::map({{"userName", who.profile["login"]}});
    given.profile = value(value_map{});
    note("application.user_membership.add", {name(who), name(which)});
    if (which.provisioning == "ok") {
        given.status = "PROVISIONED";
        given.sync_state = "SYNCHRONIZED";
        note("application.provision.user.push", {name(who), name(which)});
    }
    if (which.provisioning == "error") {
        given.status = "PENDING";
        given.sync_state = "ERROR";
        note("application.provision.user.push", {name(who), name(which)}, "FAILURE",
             "The application refused the account.");
    }
    return given;
}

bool mutation::unassign_app(user& who, const std::string& app_id)
{
    if (who.apps.erase(app_id) == 0)
        return false;
    if (auto const found = org.apps.find(app_id); found != org.apps.end())
        note("application.user_membership.remove", {name(who), name(found->second)});
    return true;
}

void mutation::reconcile_apps(user& who)
{
    for (auto& [id, offered] : org.apps) {
        if (offered.status != "ACTIVE")
            continue;
        auto const member = [&](const group_assignment& given) {
            return given.group_id == org.everyone || who.groups.contains(given.group_id);
        };
        auto const source = std::ranges::find_if(offered.groups, member);
        bool const granted = source != offered.groups.end() && who.status != "DEPROVISIONED";
        auto const held = who.apps.find(id);
        if (held == who.apps.end()) {
            if (granted)
                assign_app(who, offered, "GROUP", source->group_id);
        } else if (held->second.scope == "GROUP") {
            if (granted)
                held->second.via = source->group_id;
            else
                unassign_app(who, id);
        }
    }
}

void mutation::reconcile_all_apps()
{
    for (auto& entry : org.users)
        reconcile_apps(entry.second);
}

void mutation::apply_rule(user& who, const rule& held)
{
    auto const matched = matches_rule(held.expression, who.profile);
    bool const wanted = matched.value_or(false) && std::ranges::find(held.excluded, who.id) == held.excluded.end();
    for (auto const& group_id : held.group_ids) {
        auto const found = org.groups.find(group_id);
        if (found == org.groups.end())
            continue;
        if (wanted) {
            auto const [place, added] = who.groups.try_emplace(group_id);
            place->second.rules.insert(held.id);
            if (added) {
                found->second.last_membership_updated = now;
                note("group.user_membership.add", {name(who), name(found->second), {held.id, "Rule", held.name}});
            }
            continue;
        }
        auto const place = who.groups.find(group_id);
        if (place == who.groups.end() || place->second.rules.erase(held.id) == 0)
            continue;
        if (!place->second.direct && place->second.rules.empty()) {
            who.groups.erase(place);
            found->second.last_membership_updated = now;
            note("group.user_membership.remove", {name(who), name(found->second), {held.id, "Rule", held.name}});
        }
    }
}

void mutation::evaluate_rules(user& who)
{
    if (who.status == "DEPROVISIONED")
        return;
    mutation system = *this;
    system.actor = okta_itself();
    for (auto const& [id, held] : org.rules) {
        if (held.status == "ACTIVE")
            system.apply_rule(who, held);
    }
    system.reconcile_apps(who);
}

void mutation::profile_changed(user& who)
{
    if (org.set.rule_delay > duration::zero())
        org.pending.push_back({now + org.set.rule_delay, who.id});
    else
        evaluate_rules(who);
}

void mutation::settle()
{
    std::vector<pending_rules> due;
    std::erase_if(org.pending, [&](const pending_rules& waiting) {
        if (waiting.due > now)
            return false;
        due.push_back(waiting);
        return true;
    });
    for (auto const& waiting : due) {
        if (auto const found = org.users.find(waiting.user_id); found != org.users.end())
            evaluate_rules(found->second);
    }
}

} // namespace jmld::okta_sim
