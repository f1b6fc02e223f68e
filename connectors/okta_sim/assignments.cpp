// Who is assigned to an app: users and groups. A 200 here never says that the account exists downstream; `syncState`
// does.
#include "connectors/okta_sim/call.hpp"
#include "connectors/okta_sim/paging.hpp"
#include "connectors/okta_sim/text.hpp"

#include <array>

namespace jmld::okta_sim {
namespace {

http::response no_app(const call& asked) { return not_found(asked.values[0], "AppInstance"); }

// --- users
// ---------------------------------------------------------------------------------------------------------------------

struct listed_user
{
    std::string id;
    const app_user* given;
};

http::response list_users(call& asked)
{
    auto const* const held = asked.app_at(0);
    if (held == nullptr)
        return no_app(asked);
    auto const prefix = fold_case(asked.argument("q").value_or(""));
    std::vector<listed_user> given;
    for (auto const& [id, who] : asked.org.users) {
        auto const place = who.apps.find(held->id);
        if (place != who.apps.end() && fold_case(place->second.credentials["userName"].text_or()).starts_with(prefix))
            given.push_back({id, &place->second});
    }
    std::vector<const listed_user*> all;
    for (auto const& one : given)
        all.push_back(&one);
    page_rules rules;
    rules.limit = 50;
    rules.limit_max = 500;
    return paged(asked, all, rules,
                 [&](const listed_user& one) { return asked.show.app_user_object(held->id, one.id, *one.given); });
}

/// What the answer to an assignment shows: provisioning has only begun.
value as_just_assigned(const call& asked, const app& held, const std::string& user_id, app_user given)
{
    if (!held.provisioning.empty()) {
        given.status = "PENDING";
        given.sync_state = "SYNCING";
    }
    return asked.show.app_user_object(held.id, user_id, given);
}

void take_details(app_user& given, const value& body)
{
    if (body["credentials"].is_map()) {
        // A password goes downstream and never comes back.
        given.credentials = merged(given.credentials, body["credentials"].without("password"));
    }
    if (body["profile"].is_map())
        given.profile = merged(given.profile, body["profile"]);
}

http::response assign_user(call& asked)
{
    auto* const held = asked.app_at(0);
    if (held == nullptr)
        return no_app(asked);
    auto const id = asked.body["id"].text_or();
    auto* const who = find_user(asked.org, id);
    if (who == nullptr)
        return not_found(id, "User");
    if (who->status == "DEPROVISIONED")
        return refuse("E0000117");
    if (held->status != "ACTIVE")
        return invalid("assignment", {"The application is not active."});
    if (auto const place = who->apps.find(held->id); place != who->apps.end()) {
        if (place->second.scope == "USER")
            return refuse("E0000062");
        // Access through a group stays access through a group.
        take_details(place->second, asked.body);
        return ok(asked.show.app_user_object(held->id, who->id, place->second));
    }
    auto& given = asked.change.assign_app(*who, *held, "USER", {});
    take_details(given, asked.body);
    asked.did({"application.user_membership.add", who->id, {}, held->id, {}});
    return ok(as_just_assigned(asked, *held, who->id, given));
}

app_user* assignment_at(call& asked, user*& who)
{
    who = asked.user_at(1);
    if (who == nullptr)
        return nullptr;
    auto const place = who->apps.find(asked.values[0]);
    return place == who->apps.end() ? nullptr : &place->second;
}

http::response not_assigned(const call& asked) { return not_found(asked.values[1], "AppUser"); }

http::response get_assigned_user(call& asked)
{
    if (asked.app_at(0) == nullptr)
        return no_app(asked);
    user* who = nullptr;
    auto const* const given = assignment_at(asked, who);
    return given == nullptr ? not_assigned(asked) : ok(asked.show.app_user_object(asked.values[0], who->id, *given));
}

http::response update_assigned_user(call& asked)
{
    if (asked.app_at(0) == nullptr)
        return no_app(asked);
    user* who = nullptr;
    auto* const given = assignment_at(asked, who);
    if (given == nullptr)
        return not_assigned(asked);
    auto const before = asked.show.app_user_object(asked.values[0], who->id, *given);
    take_details(*given, asked.body);
    if (asked.show.app_user_object(asked.values[0], who->id, *given) != before) {
        given->last_updated = asked.now();
        asked.did({"application.user_membership.update", who->id, {}, asked.values[0], {}});
        asked.change.note("application.user_membership.update",
                          {asked.change.name(*who), asked.change.name(*asked.app_at(0))});
    }
    return ok(asked.show.app_user_object(asked.values[0], who->id, *given));
}

http::response unassign_user(call& asked)
{
    auto const* const held = asked.app_at(0);
    if (held == nullptr)
        return no_app(asked);
    user* who = nullptr;
    auto const* const given = assignment_at(asked, who);
    if (given == nullptr)
        return not_assigned(asked);
    if (given->scope == "GROUP")
        return refuse(
            "E0000046",
            {"The application cannot be unassigned from the user while their group memberships grant them access."});
    asked.change.unassign_app(*who, held->id);
    // A group may grant what was hidden behind the individual assignment.
    asked.change.reconcile_apps(*who);
    asked.did({"application.user_membership.remove", who->id, {}, held->id, {}});
    return no_content();
}

// --- groups
// --------------------------------------------------------------------------------------------------------------------

struct listed_group
{
    std::string id;
    const group_assignment* given;
};

http::response list_groups(call& asked)
{
    auto const* const held = asked.app_at(0);
    if (held == nullptr)
        return no_app(asked);
    std::vector<listed_group> given;
    for (auto const& one : held->groups)
        given.push_back({one.group_id, &one});
    std::vector<const listed_group*> all;
    for (auto const& one : given)
        all.push_back(&one);
    page_rules rules;
    rules.limit = 20;
    rules.sorted_by_id = false;
    return paged(asked, all, rules,
                 [&](const listed_group& one) { return asked.show.app_group_object(held->id, *one.given); });
}

group_assignment* group_assignment_at(app& held, const std::string& group_id)
{
    auto const found = std::ranges::find(held.groups, group_id, &group_assignment::group_id);
    return found == held.groups.end() ? nullptr : &*found;
}

http::response not_given(const call& asked) { return not_found(asked.values[1], "ApplicationGroupAssignment"); }

http::response get_group(call& asked)
{
    auto* const held = asked.app_at(0);
    if (held == nullptr)
        return no_app(asked);
    auto const* const given = group_assignment_at(*held, asked.values[1]);
    return given == nullptr ? not_given(asked) : ok(asked.show.app_group_object(held->id, *given));
}

http::response assign_group(call& asked)
{
    auto* const held = asked.app_at(0);
    if (held == nullptr)
        return no_app(asked);
    auto const* const whole = asked.group_at(1);
    if (whole == nullptr)
        return not_found(asked.values[1], "UserGroup");
    auto* given = group_assignment_at(*held, whole->id);
    if (given == nullptr) {
        held->groups.push_back({whole->id, 0, value_map{}, asked.now()});
        given = &held->groups.back();
        asked.did({"group.application_assignment.add", {}, whole->id, held->id, {}});
        asked.change.note("group.application_assignment.add", {asked.change.name(*whole), asked.change.name(*held)});
        asked.change.reconcile_all_apps();
    }
    if (auto const* const priority = asked.body["priority"].if_integer())
        given->priority = *priority;
    if (asked.body["profile"].is_map())
        given->profile = asked.body["profile"];
    return ok(asked.show.app_group_object(held->id, *given));
}

/// One operation of a JSON patch; false when it cannot be carried out here.
bool patch(group_assignment& given, const value& operation)
{
    auto const op = operation["op"].text_or(), path = operation["path"].text_or();
    constexpr std::string_view below_profile = "/profile/";
    bool const sets = op == "add" || op == "replace";
    auto const* const priority = operation["value"].if_integer();
    if (path == "/priority" && sets && priority != nullptr) {
        given.priority = *priority;
    } else if (path == "/profile" && sets && operation["value"].is_map()) {
        given.profile = operation["value"];
    } else if (path.starts_with(below_profile) && (sets || op == "remove")) {
        auto const key = path.substr(below_profile.size());
        auto const held = given.profile.is_map() ? given.profile : value(value_map{});
        given.profile = sets ? held.with(key, operation["value"]) : held.without(key);
    } else {
        return false;
    }
    return true;
}

http::response patch_group(call& asked)
{
    auto* const held = asked.app_at(0);
    if (held == nullptr)
        return no_app(asked);
    auto* const given = group_assignment_at(*held, asked.values[1]);
    if (given == nullptr)
        return not_given(asked);
    auto changed = *given;
    for (auto const& operation : asked.body.items()) {
        if (!patch(changed, operation))
            return invalid("patch", {"Only priority and profile can be patched."});
    }
    if (changed.priority != given->priority || changed.profile != given->profile) {
        *given = changed;
        given->last_updated = asked.now();
        asked.did({"group.application_assignment.update", {}, asked.values[1], held->id, {}});
        asked.change.note("group.application_assignment.update",
                          {{asked.values[1], "UserGroup", {}}, asked.change.name(*held)});
    }
    return ok(asked.show.app_group_object(held->id, *given));
}

http::response unassign_group(call& asked)
{
    auto* const held = asked.app_at(0);
    if (held == nullptr)
        return no_app(asked);
    if (group_assignment_at(*held, asked.values[1]) == nullptr)
        return not_given(asked);
    std::erase_if(held->groups, [&](const group_assignment& one) { return one.group_id == asked.values[1]; });
    asked.did({"group.application_assignment.remove", {}, asked.values[1], held->id, {}});
    asked.change.note("group.application_assignment.remove",
                      {{asked.values[1], "UserGroup", {}}, asked.change.name(*held)});
    asked.change.reconcile_all_apps();
    return no_content();
}

} // namespace

std::span<const route> assignment_routes()
{
    static constexpr auto routes = std::to_array<route>({
        {"GET", "/api/v1/apps/{}/users", list_users},
        {"POST", "/api/v1/apps/{}/users", assign_user},
        {"GET", "/api/v1/apps/{}/users/{}", get_assigned_user},
        {"POST", "/api/v1/apps/{}/users/{}", update_assigned_user},
        {"DELETE", "/api/v1/apps/{}/users/{}", unassign_user},
        {"GET", "/api/v1/apps/{}/groups", list_groups},
        {"GET", "/api/v1/apps/{}/groups/{}", get_group},
        {"PUT", "/api/v1/apps/{}/groups/{}", assign_group},
        {"PATCH", "/api/v1/apps/{}/groups/{}", patch_group},
        {"DELETE", "/api/v1/apps/{}/groups/{}", unassign_group},
    });
    return routes;
}

} // namespace jmld::okta_sim
