// One row for each action of the shipped workflows; any other action is named as it is.
#include "daemon/operations/plan_words.hpp"

#include <fmt/format.h>

#include <array>
#include <string_view>

namespace jmld::daemon {

namespace {

using engine::value;

struct words
{
    std::string_view action, says; ///< `{}`: the name of the target
};
constexpr std::array<words, 15> table{{
    {"okta.users.create", "Create the account {}; nobody can sign in with it yet"},
    {"okta.users.update", "Change the profile of the account"},
    {"okta.users.activate", "Activate the account; the person is sent a mail"},
    {"okta.users.suspend", "Block the account: nobody can sign in with it"},
    {"okta.users.unsuspend", "Open the blocked account again"},
    {"okta.users.revoke_sessions", "End every session and revoke every token"},
    {"okta.users.deactivate", "Close the account; it is kept, not deleted"},
    {"okta.users.delete", "Delete the account"},
    {"okta.groups.add_user", "Add to the group {}"},
    {"okta.groups.remove_user", "Remove from the group {}"},
    {"okta.apps.assign_user", "Assign the app {}"},
    {"okta.apps.unassign_user", "Take away the app {}"},
    {"okta.roles.assign", "Give the admin role {}"},
    {"okta.roles.unassign", "Take away the admin role {}"},
    {"okta.factors.unenroll", "Remove the sign-in factor {}"},
}};

std::string name_of(const value& call, const value& inputs)
{
    for (const auto* input : {"group", "app", "role", "factor"})
        for (const auto* name : {"name", "label", "type", "factorType"})
            if (inputs[input][name].is_text())
                return inputs[input][name].text_or();
    return call["target"]["name"].text_or(inputs["profile"]["login"].text_or());
}

std::string given_by(const planned_for& plan, const std::string& name)
{
    std::string found;
    for (const auto* rule : workflows::rules_giving(plan.rules, plan.person, name))
        found += fmt::format("{}line {} of the access rules gives it: {}", found.empty() ? "" : "; ", rule->line,
                             rule->said);
    return found.empty() ? "the access rules give it" : found;
}

std::string changed_in(const value& inputs)
{
    std::string names;
    for (const auto& [attribute, content] : inputs["profile"].entries())
        names += (names.empty() ? "" : ", ") + attribute;
    return names;
}

std::string why(const planned_for& plan, std::string_view action, const std::string& name, const value& inputs)
{
    const auto direction = plan.run["direction"].text_or();
    const bool leaves = direction == "revoke";
    const auto workflow = plan.run["workflow"].text_or();
    const auto day = plan.event["effective"]["date"].text_or();
    if (action == "okta.users.create")
        return "Okta has no account of this person";
    if (action == "okta.users.update")
        return leaves ? "these attributes give groups by a rule: " + changed_in(inputs)
                      : "HR says otherwise than Okta: " + changed_in(inputs);
    if (action == "okta.users.activate")
        return direction == "grant" && !day.empty() && workflow != "reinstate" ? "the employment begins on " + day
                                                                               : "the person is back";
    if (action == "okta.users.suspend")
        return leaves ? "the person leaves" : "the person is away";
    if (action == "okta.users.unsuspend")
        return "the person is back";
    if (action.ends_with("add_user") || action.ends_with(".assign_user") || action == "okta.roles.assign")
        return workflow == "reinstate" ? "it was there before the account was closed" : given_by(plan, name);
    const bool takes = action.ends_with("remove_user") || action.ends_with("unassign_user") ||
                       action == "okta.roles.unassign" || action == "okta.factors.unenroll";
    if (takes && direction == "change")
        return "the access rules gave it before, and do not any more";
    if (takes && direction == "grant")
        return "who comes back begins without the old access";
    return leaves ? "the person leaves" : "a step of workflow " + workflow;
}

} // namespace

value in_words(const planned_for& plan, value call, const value& inputs)
{
    const auto action = call["action"].text_or();
    const auto name = name_of(call, inputs);
    std::string says = action;
    for (const auto& row : table)
        if (row.action == action)
            says = row.says;
    if (const auto place = says.find("{}"); place != std::string::npos)
        says.replace(place, 2, name);
    return call.with("says", says).with("why", why(plan, action, name, inputs));
}

} // namespace jmld::daemon
