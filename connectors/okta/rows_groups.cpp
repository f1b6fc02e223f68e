// Rows about groups, their members, owners and apps.
#include "connectors/okta/operation_rows.hpp"

namespace jmld::okta::rows {

namespace {

std::vector<parameter_description> member_outputs()
{
    return {output("group", parameter_type::map, "{id, name}"), output("user", parameter_type::text, "Okta id"),
            review()};
}

operation add_user()
{
    return {
        .name = "okta.groups.add_user",
        .tool = "add_user_to_group",
        .summary = "Makes a user a direct member of a group of type OKTA_GROUP.",
        .method = "PUT",
        .path = "/api/v1/groups/{group}/users/{user}",
        .parameters = {group_in_path(), user_in_path()},
        .outputs = member_outputs(),
        .scope = groups_manage,
        .bucket = groups_bucket,
        .effect = effect_class::grants,
        .success = {204, 200},
        .how = conduct::add_member,
        .probe = probe_kind::membership,
        .inverse = inverse_kind::restore_membership,
        .undone_by = "okta.groups.remove_user",
        .seed = "PUT /api/v1/groups/{gid}/users/{uid}",
    };
}

operation remove_user()
{
    return {
        .name = "okta.groups.remove_user",
        .tool = "remove_user_from_group",
        .summary = "Ends a direct membership; leaves alone what a rule or a directory gives.",
        .method = "DELETE",
        .path = "/api/v1/groups/{group}/users/{user}",
        .parameters = {group_in_path(), user_in_path()},
        .outputs = member_outputs(),
        .scope = groups_manage,
        .bucket = groups_bucket,
        .effect = effect_class::revokes,
        .success = {204, 200},
        .already = {{404, "E0000007", false}},
        .how = conduct::remove_member,
        .probe = probe_kind::membership,
        .inverse = inverse_kind::restore_membership,
        .undone_by = "okta.groups.add_user",
        .seed = "DEL /api/v1/groups/{gid}/users/{uid}",
    };
}

operation writing(std::string_view name, std::string_view tool, std::string_view summary, std::string_view method,
                  std::string_view template_, std::vector<operation_parameter> parameters, effect_class effect)
{
    return object_row(name, tool, summary, method, template_, std::move(parameters), groups_manage, groups_bucket,
                      effect);
}

operation create()
{
    auto row =
        writing("okta.groups.create", "create_group",
                "Makes a group; takes the one that is there, if it is as it should be made.", "POST", "/api/v1/groups",
                {in_body("name", "profile.name", parameter_type::text, true, "name, up to 255 characters"),
                 in_body("description", "profile.description", parameter_type::text, false, "for people")},
                effect_class::changes);
    row.outputs = made_outputs();
    row.repeat = repeatability::read_first;
    row.inverse = inverse_kind::remove_made;
    row.undone_by = "okta.groups.delete";
    row.looks = {
        .row = "okta.groups.list", .shows = sign::made, .at = "profile.name", .narrowed_by = "q", .name_is_key = true};
    row.kept_while = "okta.groups.list_users";
    row.seed = "POST /api/v1/groups";
    return row;
}

operation update()
{
    auto row = writing("okta.groups.update", "update_group",
                       "Changes name or description of a group of type OKTA_GROUP.", "PUT", "/api/v1/groups/{group}",
                       {group_in_path(), kept_in_body("name", "profile.name", parameter_type::text, "new name"),
                        kept_in_body("description", "profile.description", parameter_type::text, "for people")},
                       effect_class::changes);
    row.bucket = group_bucket;
    row.inverse = inverse_kind::restore_object;
    row.looks = {.row = "okta.groups.get", .shows = sign::as_sent};
    row.seed = "PUT /api/v1/groups/{groupId}";
    return row;
}

operation remove()
{
    auto row =
        writing("okta.groups.delete", "delete_group", "Deletes a group: members, rules' targets and apps go with it.",
                "DELETE", "/api/v1/groups/{group}", {group_in_path()}, effect_class::revokes);
    row.bucket = group_bucket;
    row.repeat = repeatability::converges;
    row.success = {204};
    row.already = {{404, "E0000007", false}};
    row.no_inverse = "members and apps of the group are gone, and a new group has another id";
    row.destructive = true;
    row.looks = {.row = "okta.groups.get", .shows = sign::gone};
    row.seed = "DEL /api/v1/groups/{groupId}";
    return row;
}

operation add_owner()
{
    auto row = writing("okta.groups.add_owner", "assign_group_owner", "Makes a user or group an owner of a group.",
                       "POST", "/api/v1/groups/{group}/owners",
                       {group_in_path(),
                        in_body("owner", "id", parameter_type::user, true, "id, or a map with id"),
                        {.name = "type",
                         .type = parameter_type::text,
                         .where = place::body,
                         .wire = "type",
                         .otherwise = "USER",
                         .summary = "USER or GROUP"}},
                       effect_class::grants);
    row.repeat = repeatability::converges;
    row.success = {201};
    row.already = {{400, "E0000001", true}};
    row.inverse = inverse_kind::opposite;
    row.undone_by = "okta.groups.remove_owner";
    row.looks = {.row = "okta.groups.owners", .shows = sign::listed, .at = "id", .as = "owner"};
    return row;
}

operation remove_owner()
{
    auto row =
        writing("okta.groups.remove_owner", "delete_group_owner", "Ends an ownership of a group.", "DELETE",
                "/api/v1/groups/{group}/owners/{owner}",
                {group_in_path(), path("owner", parameter_type::user, "id, or a map with id")}, effect_class::revokes);
    row.repeat = repeatability::converges;
    row.success = {204};
    row.already = {{404, "E0000007", false}};
    row.inverse = inverse_kind::opposite;
    row.undone_by = "okta.groups.add_owner";
    row.looks = {.row = "okta.groups.owners", .shows = sign::unlisted, .at = "id", .as = "owner"};
    return row;
}

} // namespace

std::vector<operation> of_groups()
{
    return {
        seeded("GET /api/v1/groups?q={name}",
               listing("okta.groups.list", "list_groups",
                       "Lists groups whose name begins with a text; with q one page, at most 300.", "/api/v1/groups",
                       {query("q", "q", parameter_type::text, "", "beginning of the name"),
                        query("search", "search", parameter_type::text, "", "expression; lags behind writes"),
                        query("filter", "filter", parameter_type::text, "", "expression over few attributes"),
                        page_size()},
                       groups_read, groups_bucket)),
        seeded("GET /api/v1/groups/{groupId}",
               reading("okta.groups.get", "get_group", "Reads one group.", "/api/v1/groups/{group}", {group_in_path()},
                       groups_read, group_bucket)),
        create(),
        update(),
        remove(),
        seeded("GET /api/v1/groups/{groupId}/users",
               listing("okta.groups.list_users", "list_group_users", "Lists the members of a group.",
                       "/api/v1/groups/{group}/users", {group_in_path(), page_size()}, groups_read, groups_bucket)),
        add_user(),
        remove_user(),
        listing("okta.groups.rules_of_member", "list_group_rules_for_user",
                "Lists the rules that make a user a member of a group, where the organisation has that call.",
                "/api/v1/groups/{group}/users/{user}/group-rules", {group_in_path(), user_in_path()}, groups_read,
                groups_bucket),
        seeded("GET /api/v1/groups/{groupId}/apps",
               listing("okta.groups.list_apps", "list_group_apps", "Lists the apps that a group gives its members.",
                       "/api/v1/groups/{group}/apps", {group_in_path(), page_size()}, groups_read, groups_bucket)),
        listing("okta.groups.owners", "list_group_owners", "Lists the owners of a group.",
                "/api/v1/groups/{group}/owners", {group_in_path(), page_size()}, groups_read, groups_bucket),
        add_owner(),
        remove_owner(),
        listing("okta.groups.roles", "list_group_roles",
                "Lists the administrator roles that a group gives its members.", "/api/v1/groups/{group}/roles",
                {group_in_path()}, roles_read, groups_bucket),
    };
}

} // namespace jmld::okta::rows
