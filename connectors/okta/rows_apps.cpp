// Rows about apps and who has them.
#include "connectors/okta/operation_rows.hpp"

namespace jmld::okta::rows {

namespace {

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
        .tool = "assign_user_to_app",
        .tool_aliases = {"assign_user_to_application", "assign_app_to_user"},
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
        .seed = "PUT /api/v1/apps/{appId}/users/{uid}",
    };
}

operation unassign_user()
{
    return {
        .name = "okta.apps.unassign_user",
        .tool = "unassign_user_from_app",
        .tool_aliases = {"unassign_user_from_application"},
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
        .seed = "DEL /api/v1/apps/{appId}/users/{uid}",
    };
}

operation writing(std::string_view name, std::string_view tool, std::string_view summary, std::string_view method,
                  std::string_view template_, std::vector<operation_parameter> parameters, effect_class effect)
{
    return object_row(name, tool, summary, method, template_, std::move(parameters), apps_manage, apps_bucket, effect);
}

operation create()
{
    auto row = writing(
        "okta.apps.create", "create_application",
        "Makes an app integration (SAML_2_0, OPENID_CONNECT, BOOKMARK, …); takes the one that is there, if it is "
        "alike.",
        "POST", "/api/v1/apps",
        {whole_body("definition", false, "the rest of the app as Okta takes it: settings, credentials, …"),
         in_body("label", "label", parameter_type::text, true, "name for people"),
         in_body("sign_on_mode", "signOnMode", parameter_type::text, true, "SAML_2_0, OPENID_CONNECT, BOOKMARK, …"),
         in_body("name", "name", parameter_type::text, false, "kind of app: oidc_client, bookmark, template_…"),
         query("activate", "activate", parameter_type::boolean, "true", "false leaves it INACTIVE")},
        effect_class::changes);
    row.outputs = made_outputs();
    row.repeat = repeatability::read_first;
    row.inverse = inverse_kind::remove_made;
    row.undone_by = "okta.apps.delete";
    row.looks = {.row = "okta.apps.list", .shows = sign::made, .at = "label", .narrowed_by = "q", .name_is_key = true};
    row.kept_while = "okta.apps.list_users";
    row.seed = "POST /api/v1/apps";
    return row;
}

operation update()
{
    auto row = writing("okta.apps.update", "update_application", "Sets an app's definition; what is left out is reset.",
                       "PUT", "/api/v1/apps/{app}",
                       {app_in_path(), whole_body("definition", true, "the app as Okta takes it"),
                        kept_in_body("label", "label", parameter_type::text, "name for people"),
                        kept_in_body("sign_on_mode", "signOnMode", parameter_type::text, "as it is"),
                        kept_in_body("name", "name", parameter_type::text, "kind of app, as it is")},
                       effect_class::changes);
    row.bucket = app_bucket;
    row.inverse = inverse_kind::restore_object;
    row.looks = {.row = "okta.apps.get", .shows = sign::as_sent};
    row.seed = "PUT /api/v1/apps/{appId}";
    return row;
}

operation remove()
{
    auto row = writing("okta.apps.delete", "delete_application", "Deactivates an app and deletes it, for good.",
                       "DELETE", "/api/v1/apps/{app}", {app_in_path()}, effect_class::revokes);
    row.bucket = app_bucket;
    row.repeat = repeatability::converges;
    row.success = {204};
    row.already = {{404, "E0000007", false}};
    row.no_inverse = "settings, keys and assignments of the app are gone";
    row.destructive = true;
    row.looks = {.row = "okta.apps.get", .shows = sign::gone};
    row.closed_by = "okta.apps.deactivate";
    row.seed = "DEL /api/v1/apps/{appId}";
    return row;
}

operation activate()
{
    auto row = writing("okta.apps.activate", "activate_application", "Lets an app be used again.", "POST",
                       "/api/v1/apps/{app}/lifecycle/activate", {app_in_path()}, effect_class::grants);
    row.inverse = inverse_kind::opposite;
    row.undone_by = "okta.apps.deactivate";
    row.looks = {.row = "okta.apps.get", .shows = sign::field, .at = "status", .as = "ACTIVE"};
    return row;
}

operation deactivate()
{
    auto row = writing("okta.apps.deactivate", "deactivate_application",
                       "Closes an app for everybody; assignments through groups are reconciled away.", "POST",
                       "/api/v1/apps/{app}/lifecycle/deactivate", {app_in_path()}, effect_class::revokes);
    row.inverse = inverse_kind::opposite;
    row.undone_by = "okta.apps.activate";
    row.destructive = true;
    row.looks = {.row = "okta.apps.get", .shows = sign::field, .at = "status", .as = "INACTIVE"};
    return row;
}

operation update_user()
{
    auto row = writing("okta.apps.update_user", "update_application_user",
                       "Changes what an app knows of one of its users: name in the app, attributes.", "POST",
                       "/api/v1/apps/{app}/users/{user}",
                       {app_in_path(), user_in_path(),
                        in_body("username", "credentials.userName", parameter_type::text, false, "name in the app"),
                        in_body("profile", "profile", parameter_type::map, false, "attributes that change")},
                       effect_class::changes);
    row.inverse = inverse_kind::restore_object;
    row.looks = {.row = "okta.apps.get_user", .shows = sign::as_sent, .partly = true};
    return row;
}

} // namespace

std::vector<operation> of_apps()
{
    return {
        seeded("GET /api/v1/apps",
               listing("okta.apps.list", "list_applications",
                       "Lists apps by the beginning of their label, or those of one user.", "/api/v1/apps",
                       {query("q", "q", parameter_type::text, "", "beginning of name or label"),
                        query("filter", "filter", parameter_type::text, "", "`user.id eq \"…\"`"),
                        query("expand", "expand", parameter_type::text, "",
                              "`user/{id}`: the app user comes with each app"),
                        page_size()},
                       apps_read, apps_bucket)),
        seeded("GET /api/v1/apps/{appId}", reading("okta.apps.get", "get_application", "Reads one app.",
                                                   "/api/v1/apps/{app}", {app_in_path()}, apps_read, app_bucket)),
        create(),
        update(),
        activate(),
        deactivate(),
        remove(),
        assign_user(),
        reading("okta.apps.get_user", "get_application_user", "Reads how one user has one app.",
                "/api/v1/apps/{app}/users/{user}", {app_in_path(), user_in_path()}, apps_read, apps_bucket),
        update_user(),
        unassign_user(),
        seeded("GET /api/v1/apps/{appId}/users",
               listing("okta.apps.list_users", "list_application_users", "Lists the users of one app.",
                       "/api/v1/apps/{app}/users", {app_in_path(), page_size()}, apps_read, apps_bucket)),
    };
}

} // namespace jmld::okta::rows
