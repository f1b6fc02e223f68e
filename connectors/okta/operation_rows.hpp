// Inner seam of the table: the rows by subject, so that no file is long. Nobody outside operations.cpp includes it.
#pragma once

#include "connectors/okta/operations.hpp"

namespace jmld::okta::rows {

std::vector<operation> of_users();
std::vector<operation> of_lifecycle();
std::vector<operation> of_passwords();
std::vector<operation> of_held_open();
std::vector<operation> of_linked_objects();
std::vector<operation> of_groups();
std::vector<operation> of_group_rules();
std::vector<operation> of_apps();
std::vector<operation> of_app_groups();
std::vector<operation> of_roles();
std::vector<operation> of_factors();
std::vector<operation> of_policies();
std::vector<operation> of_authorization_servers();
std::vector<operation> of_oauth();
std::vector<operation> of_sessions();
std::vector<operation> of_devices();
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
inline constexpr std::string_view verify_bucket = "/api/v1/users/{userId}/factors/{f}/verify";
inline constexpr std::string_view devices_bucket = "/api/v1/devices",
                                  device_users_bucket = "/api/v1/devices/{id}/users";
inline constexpr std::string_view sessions_bucket = "/api/v1/sessions", iam_bucket = "/api/v1/iam";
inline constexpr std::string_view logs_bucket = "/api/v1/logs", oauth_bucket = "/oauth2";

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
inline operation_parameter group_in_path()
{
    return path("group", parameter_type::group, "id of the group, or a map {id, name}");
}
inline operation_parameter app_in_path()
{
    return path("app", parameter_type::app, "id of the app, or a map {id, label}");
}
inline operation_parameter page_size(std::string_view otherwise = "200")
{
    return query("limit", "limit", parameter_type::integer, otherwise, "for each page");
}
inline operation_parameter in_body(std::string_view name, std::string_view wire, parameter_type type, bool required,
                                   std::string_view summary)
{
    return {.name = name, .type = type, .where = place::body, .wire = wire, .required = required, .summary = summary};
}
/// Left out, what the object has there stays.
inline operation_parameter kept_in_body(std::string_view name, std::string_view wire, parameter_type type,
                                        std::string_view summary)
{
    return {.name = name, .type = type, .where = place::body, .wire = wire, .summary = summary, .kept = true};
}
/// Always sent, never asked for.
inline operation_parameter constant(std::string_view wire, std::string_view text)
{
    return {.where = place::body, .wire = wire, .otherwise = text};
}
inline operation_parameter whole_body(std::string_view name, bool required, std::string_view summary)
{
    return {.name = name, .type = parameter_type::map, .where = place::whole, .required = required, .summary = summary};
}
/// Steers the conduct, and is never sent.
inline operation_parameter local(std::string_view name, parameter_type type, std::string_view summary)
{
    return {.name = name, .type = type, .where = place::local, .summary = summary};
}
inline parameter_description output(std::string_view name, parameter_type type, std::string_view summary)
{
    return {.name = std::string(name), .type = type, .required = true, .summary = std::string(summary)};
}
inline parameter_description items(std::string_view summary) { return output("items", parameter_type::list, summary); }
inline parameter_description body(std::string_view summary) { return output("body", parameter_type::map, summary); }
/// What the conduct `object` answers.
inline std::vector<parameter_description> object_outputs()
{
    return {output("id", parameter_type::text, "its id"), body("what Okta answered; null when nothing")};
}
inline std::vector<parameter_description> made_outputs()
{
    auto all = object_outputs();
    all.push_back(output("adopted", parameter_type::boolean, "it existed already, as it should be made"));
    return all;
}
inline std::vector<parameter_description> secret_outputs(std::string_view what)
{
    auto all = object_outputs();
    all.back() = {
        .name = "body", .type = parameter_type::map, .required = true, .summary = std::string(what), .secret = true};
    return all;
}

inline operation reading(std::string_view name, std::string_view tool, std::string_view summary,
                         std::string_view template_, std::vector<operation_parameter> parameters,
                         std::string_view scope, std::string_view bucket)
{
    return {.name = name,
            .tool = tool,
            .summary = summary,
            .method = "GET",
            .path = template_,
            .parameters = std::move(parameters),
            .outputs = {body("as Okta has it")},
            .scope = scope,
            .bucket = bucket};
}
inline operation listing(std::string_view name, std::string_view tool, std::string_view summary,
                         std::string_view template_, std::vector<operation_parameter> parameters,
                         std::string_view scope, std::string_view bucket)
{
    auto row = reading(name, tool, summary, template_, std::move(parameters), scope, bucket);
    row.outputs = {items("one map each, as Okta has them")};
    row.paged = true;
    return row;
}
/// A call that changes one object: looked at before, told from its answer, probed by looking when that is lost.
inline operation object_row(std::string_view name, std::string_view tool, std::string_view summary,
                            std::string_view method, std::string_view template_,
                            std::vector<operation_parameter> parameters, std::string_view scope,
                            std::string_view bucket, effect_class effect = effect_class::changes)
{
    return {.name = name,
            .tool = tool,
            .summary = summary,
            .method = method,
            .path = template_,
            .parameters = std::move(parameters),
            .outputs = object_outputs(),
            .scope = scope,
            .bucket = bucket,
            .effect = effect,
            .how = conduct::object,
            .probe = probe_kind::looks};
}
/// As the API dictionary writes the call.
inline operation seeded(std::string_view seed, operation row)
{
    row.seed = seed;
    return row;
}
inline parameter_description review()
{
    return output("review", parameter_type::list, "what was left on purpose, with its owner");
}

} // namespace jmld::okta::rows
