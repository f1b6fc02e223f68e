// Rows about apps and who has them.
#include "connectors/okta/operation_rows.hpp"

namespace jmld::okta::rows {

namespace {

operation_parameter app_in_path() { return path("app", parameter_type::app, "id of the app, or a map {id, label}"); }

std::vector<parameter_description> app_user_outputs()
{
    return {output("app", parameter_type::map, "{id, label}"),
            output("user", parameter_type::text, "Okta id"),
            output("scope", parameter_type::text, "USER or GROUP"),
            output("status", parameter_type::text, "of the app user"),
            output("sync_state", parameter_type::text, "how far the app itself has got"),
            review()};
}

operation assign_user()
{
    return {
        .name = "okta.apps.assign_user",
        .tool = "assign_user_to_application",
        .summary = "Assigns an app to a user and waits a little until the app has followed.",
        .method = "POST",
        .path = "/api/v1/apps/{app}/users",
        .parameters = {app_in_path(),
                       {.name = "user",
                        .type = parameter_type::user,
                        .where = place::body,
                        .wire = "id",
                        .required = true,
                        .summary = "Okta id of the user, or a map with id"},
                       {.name = "username",
                        .type = parameter_type::text,
                        .where = place::body,
                        .wire = "credentials.userName",
                        .summary = "name in the app; left out, the app's own template decides"},
                       {.name = "profile",
                        .type = parameter_type::map,
                        .where = place::body,
                        .wire = "profile",
                        .summary = "attributes of the app that no mapping fills"},
                       {.name = "scope",
                        .type = parameter_type::text,
                        .where = place::body,
                        .wire = "scope",
                        .otherwise = "USER",
                        .summary = "USER"}},
        .outputs = app_user_outputs(),
        .scope = apps_manage,
        .bucket = apps_bucket,
        .repeat = repeatability::read_first,
        .effect = effect_class::grants,
        .already = {{409, "E0000062", true}},
        .how = conduct::assign_app,
        .probe = probe_kind::app_user,
        .inverse = inverse_kind::restore_app_user,
        .undone_by = "okta.apps.unassign_user",
    };
}

operation unassign_user()
{
    return {
        .name = "okta.apps.unassign_user",
        .tool = "unassign_user_from_application",
        .summary = "Takes back an app assigned to the user alone; what a group gives is left to the group.",
        .method = "DELETE",
        .path = "/api/v1/apps/{app}/users/{user}",
        .parameters = {app_in_path(), user_in_path(),
                       query("send_email", "sendEmail", parameter_type::boolean, "false", "mails the administrators")},
        .outputs = app_user_outputs(),
        .scope = apps_manage,
        .bucket = apps_bucket,
        .repeat = repeatability::converges,
        .effect = effect_class::revokes,
        .success = {204, 200},
        .already = {{404, "E0000007", false}, {403, "E0000046", true}},
        .how = conduct::unassign_app,
        .probe = probe_kind::app_user,
        // Gives the app back, not what the app itself knew of the user: its own profile is lost for good.
        .inverse = inverse_kind::restore_app_user,
        .undone_by = "okta.apps.assign_user",
        .destructive = true,
    };
}

} // namespace

std::vector<operation> of_apps()
{
    return {
        {
            .name = "okta.apps.list",
            .tool = "list_applications",
            .summary = "Lists apps by the beginning of their label, or those of one user.",
            .method = "GET",
            .path = "/api/v1/apps",
            .parameters = {query("q", "q", parameter_type::text, "", "beginning of name or label"),
                           query("filter", "filter", parameter_type::text, "", "`user.id eq \"…\"`"),
                           query("expand", "expand", parameter_type::text, "",
                                 "`user/{id}`: the app user comes with each app"),
                           query("limit", "limit", parameter_type::integer, "200", "for each page")},
            .outputs = {items("apps")},
            .scope = apps_read,
            .bucket = apps_bucket,
            .paged = true,
        },
        {
            .name = "okta.apps.get",
            .tool = "get_application",
            .summary = "Reads one app.",
            .method = "GET",
            .path = "/api/v1/apps/{app}",
            .parameters = {app_in_path()},
            .outputs = {body("the app")},
            .scope = apps_read,
            .bucket = app_bucket,
        },
        assign_user(),
        {
            .name = "okta.apps.get_user",
            .tool = "get_application_user",
            .summary = "Reads how one user has one app.",
            .method = "GET",
            .path = "/api/v1/apps/{app}/users/{user}",
            .parameters = {app_in_path(), user_in_path()},
            .outputs = {body("the app user")},
            .scope = apps_read,
            .bucket = apps_bucket,
        },
        unassign_user(),
        {
            .name = "okta.apps.list_users",
            .tool = "list_application_users",
            .summary = "Lists the users of one app.",
            .method = "GET",
            .path = "/api/v1/apps/{app}/users",
            .parameters = {app_in_path(),
                           query("limit", "limit", parameter_type::integer, "200", "for each page, at most 500")},
            .outputs = {items("app users")},
            .scope = apps_read,
            .bucket = apps_bucket,
            .paged = true,
        },
    };
}

} // namespace jmld::okta::rows
