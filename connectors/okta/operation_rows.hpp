// Inner seam of the table: the rows by subject, so that no file is long. Nobody outside operations.cpp includes it.
#pragma once

#include "connectors/okta/operations.hpp"

namespace jmld::okta::rows {

std::vector<operation> of_users();
std::vector<operation> of_lifecycle();
std::vector<operation> of_groups();
std::vector<operation> of_apps();
std::vector<operation> of_roles_and_factors();
std::vector<operation> of_organisation();

using engine::effect_class;
using engine::parameter_description;
using engine::parameter_type;
using engine::repeatability;

inline constexpr std::string_view users_manage = "okta.users.manage", users_read = "okta.users.read";
inline constexpr std::string_view groups_manage = "okta.groups.manage", groups_read = "okta.groups.read";
inline constexpr std::string_view apps_manage = "okta.apps.manage", apps_read = "okta.apps.read";
inline constexpr std::string_view roles_manage = "okta.roles.manage", roles_read = "okta.roles.read";

inline constexpr std::string_view users_bucket = "/api/v1/users", user_get_bucket = "/api/v1/users/{id:.+}";
inline constexpr std::string_view user_bucket = "/api/v1/users/{id}";
inline constexpr std::string_view groups_bucket = "/api/v1/groups", group_bucket = "/api/v1/groups/{id}";
inline constexpr std::string_view apps_bucket = "/api/v1/apps", app_bucket = "/api/v1/apps/{id}";
inline constexpr std::string_view other_bucket = "/api/v1";

inline operation_parameter path(std::string_view name, parameter_type type, std::string_view summary)
{
    return {.name = name, .type = type, .where = place::path, .wire = name, .required = true, .summary = summary};
}
inline operation_parameter user_in_path()
{
    return path("user", parameter_type::user, "Okta id of the user, or a map with id");
}
inline operation_parameter query(std::string_view name, std::string_view wire, parameter_type type,
                                 std::string_view otherwise, std::string_view summary)
{
    return {
        .name = name, .type = type, .where = place::query, .wire = wire, .otherwise = otherwise, .summary = summary};
}
inline parameter_description output(std::string_view name, parameter_type type, std::string_view summary)
{
    return {.name = std::string(name), .type = type, .required = true, .summary = std::string(summary)};
}
inline parameter_description items(std::string_view summary) { return output("items", parameter_type::list, summary); }
inline parameter_description body(std::string_view summary) { return output("body", parameter_type::map, summary); }
inline parameter_description review()
{
    return output("review", parameter_type::list, "what was left on purpose, with its owner");
}

} // namespace jmld::okta::rows
