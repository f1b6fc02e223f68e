// Rows about the groups that give an app, and what an app can provision. Each changes the access of many at once.
#include "connectors/okta/operation_rows.hpp"

namespace jmld::okta::rows {

namespace {

operation assign_group()
{
    return {
        .name = "okta.apps.assign_group",
        .tool = "assign_group_to_app",
        .tool_aliases = {"assign_group_to_application"},
        .summary = "Gives an app to everybody in a group.",
        .method = "PUT",
        .path = "/api/v1/apps/{app}/groups/{group}",
        .parameters = {app_in_path(), group_in_path(),
                       in_body("priority", "priority", parameter_type::integer, false, "which group's profile counts"),
                       in_body("profile", "profile", parameter_type::map, false, "attributes of the app for members")},
        .outputs = object_outputs(),
        .scope = apps_manage,
        .bucket = apps_bucket,
        .effect = effect_class::grants,
        .how = conduct::object,
        .probe = probe_kind::looks,
        .inverse = inverse_kind::opposite,
        .undone_by = "okta.apps.unassign_group",
        .looks = {.row = "okta.apps.get_group", .shows = sign::there},
        .seed = "PUT /api/v1/apps/{appId}/groups/{gid}",
    };
}

operation unassign_group()
{
    return {
        .name = "okta.apps.unassign_group",
        .tool = "unassign_group_from_app",
        .tool_aliases = {"unassign_group_from_application"},
        .summary = "Takes an app from everybody who has it by a group.",
        .method = "DELETE",
        .path = "/api/v1/apps/{app}/groups/{group}",
        .parameters = {app_in_path(), group_in_path()},
        .outputs = object_outputs(),
        .scope = apps_manage,
        .bucket = apps_bucket,
        .repeat = repeatability::converges,
        .effect = effect_class::revokes,
        .success = {204},
        .already = {{404, "E0000007", false}},
        .how = conduct::object,
        .probe = probe_kind::looks,
        // Gives the app back, not what the app itself knew of its users.
        .inverse = inverse_kind::opposite,
        .undone_by = "okta.apps.assign_group",
        .destructive = true,
        .looks = {.row = "okta.apps.get_group", .shows = sign::gone},
    };
}

} // namespace

std::vector<operation> of_app_groups()
{
    return {
        assign_group(),
        unassign_group(),
        seeded("GET /api/v1/apps/{appId}/groups",
               listing("okta.apps.list_groups", "list_application_groups", "Lists the groups that give an app.",
                       "/api/v1/apps/{app}/groups", {app_in_path(), page_size()}, apps_read, apps_bucket)),
        reading("okta.apps.get_group", "get_application_group", "Reads how one group gives one app.",
                "/api/v1/apps/{app}/groups/{group}", {app_in_path(), group_in_path()}, apps_read, apps_bucket),
        listing("okta.apps.features", "list_application_features",
                "Lists what an app can do beyond sign-in; refused where it cannot provision.",
                "/api/v1/apps/{app}/features", {app_in_path()}, apps_read, apps_bucket),
        reading("okta.apps.get_feature", "get_application_feature", "Reads one of an app's features.",
                "/api/v1/apps/{app}/features/{feature}",
                {app_in_path(), path("feature", parameter_type::text, "USER_PROVISIONING or INBOUND_PROVISIONING")},
                apps_read, apps_bucket),
    };
}

} // namespace jmld::okta::rows
