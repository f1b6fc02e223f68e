// Rows about administrator roles and factors.
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

operation unenroll()
{
    return {
        .name = "okta.factors.unenroll",
        .tool = "unenroll_factor",
        .summary = "Removes one factor of a user who is not deactivated.",
        .method = "DELETE",
        .path = "/api/v1/users/{user}/factors/{factor}",
        .parameters = {user_in_path(),
                       path("factor", parameter_type::factor, "id of the factor, or a map {id, factorType}")},
        .outputs = {output("id", parameter_type::text, "Okta id")},
        .scope = users_manage,
        .bucket = users_bucket,
        .repeat = repeatability::converges,
        .effect = effect_class::revokes,
        .success = {204, 200},
        .already = {{404, "E0000007", false}},
        .probe = probe_kind::factor,
        .no_inverse = "only the user can enrol again",
        .destructive = true,
    };
}

operation list_of(std::string_view name, std::string_view tool, std::string_view summary, std::string_view template_,
                  std::string_view scope)
{
    return {.name = name,
            .tool = tool,
            .summary = summary,
            .method = "GET",
            .path = template_,
            .parameters = {user_in_path()},
            .outputs = {items("one map each")},
            .scope = scope,
            .bucket = users_bucket,
            .paged = true};
}

} // namespace

std::vector<operation> of_roles_and_factors()
{
    return {
        list_of("okta.roles.list", "list_user_roles",
                "Lists the administrator roles of a user, given directly or by a group.", "/api/v1/users/{user}/roles",
                roles_read),
        assign_role(),
        unassign_role(),
        list_of("okta.factors.list", "list_user_factors",
                "Lists the factors that the enrolment policy lets us see: not a complete inventory.",
                "/api/v1/users/{user}/factors", users_read),
        unenroll(),
    };
}

} // namespace jmld::okta::rows
