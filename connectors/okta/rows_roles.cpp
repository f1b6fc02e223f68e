// Rows about administrator roles.
#include "connectors/okta/operation_rows.hpp"

namespace jmld::okta::rows {

namespace {

operation assign_role()
{
    return {
        .name = "okta.roles.assign",
        .tool = "assign_role_to_user",
        .summary = "Gives a user a standard administrator role.",
        .method = "POST",
        .path = "/api/v1/users/{user}/roles",
        .parameters = {user_in_path(),
                       {.name = "role",
                        .type = parameter_type::role,
                        .where = place::body,
                        .wire = "type",
                        .required = true,
                        .summary = "role type, or a map with type"}},
        .outputs = {output("id", parameter_type::text, "id of the assignment"),
                    output("type", parameter_type::text, "role type"), output("user", parameter_type::text, "Okta id")},
        .scope = roles_manage,
        .bucket = users_bucket,
        .repeat = repeatability::converges,
        .effect = effect_class::grants,
        .success = {201, 200},
        .already = {{409, "E0000090", false}, {409, "E0000263", false}},
        .how = conduct::assign_role,
        .probe = probe_kind::role,
        .inverse = inverse_kind::restore_role,
        .undone_by = "okta.roles.unassign",
    };
}

operation unassign_role()
{
    return {
        .name = "okta.roles.unassign",
        .tool = "unassign_role_from_user",
        .summary = "Takes back a role given to the user alone; what a group gives is left to the group.",
        .method = "DELETE",
        .path = "/api/v1/users/{user}/roles/{role}",
        .parameters = {user_in_path(),
                       path("role", parameter_type::role, "id of the assignment, or a map {id, type, assignmentType}")},
        .outputs = {output("role", parameter_type::map, "{id, type}"), output("user", parameter_type::text, "Okta id"),
                    review()},
        .scope = roles_manage,
        .bucket = users_bucket,
        .repeat = repeatability::converges,
        .effect = effect_class::revokes,
        .success = {204},
        .already = {{404, "E0000007", false}},
        .how = conduct::unassign_role,
        .probe = probe_kind::role,
        .inverse = inverse_kind::restore_role,
        .undone_by = "okta.roles.assign",
    };
}

} // namespace

std::vector<operation> of_roles()
{
    return {
        listing("okta.roles.list", "list_user_roles",
                "Lists the administrator roles of a user, given directly or by a group.", "/api/v1/users/{user}/roles",
                {user_in_path()}, roles_read, users_bucket),
        reading("okta.roles.get", "get_user_role", "Reads one role of a user.", "/api/v1/users/{user}/roles/{role}",
                {user_in_path(), path("role", parameter_type::role, "id of the assignment, or a map with id")},
                roles_read, users_bucket),
        assign_role(),
        unassign_role(),
        reading("okta.roles.assignees", "list_administrators", "Reads who has administrator roles: {value: [{id}]}.",
                "/api/v1/iam/assignees/users",
                {query("after", "after", parameter_type::text, "", "where an earlier page ended"), page_size("100")},
                roles_read, iam_bucket),
    };
}

} // namespace jmld::okta::rows
