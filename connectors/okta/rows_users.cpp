// Rows about users as objects: made, read, changed, deleted.
#include "connectors/okta/operation_rows.hpp"

namespace jmld::okta::rows {

namespace {

operation create()
{
    return {
        .name = "okta.users.create",
        .tool = "create_user",
        .summary = "Creates a user; finds the next free login when the wanted one is somebody else's.",
        .method = "POST",
        .path = "/api/v1/users",
        .parameters =
            {
                {.name = "profile",
                 .type = parameter_type::map,
                 .where = place::body,
                 .wire = "profile",
                 .required = true,
                 .summary = "Okta profile: login, email, firstName, lastName, employeeNumber, …"},
                query("activate", "activate", parameter_type::boolean, "false",
                      "true also activates, and mails the user when there is no password"),
                {.name = "collision",
                 .type = parameter_type::text,
                 .where = place::local,
                 .otherwise = "number",
                 .summary = "number: a taken login is tried again with 2, 3, … before the @; park: it fails"},
                local("avoid", parameter_type::list, "logins that are not tried: somebody else had them"),
                {.name = "adopt",
                 .type = parameter_type::boolean,
                 .where = place::local,
                 .summary = "false: an account of its own, such as a service account; never the one that the run's "
                            "person has"},
                {.name = "credentials",
                 .type = parameter_type::map,
                 .where = place::body,
                 .wire = "credentials",
                 .summary = "password, hook or provider, as Okta takes it",
                 .secret = true},
                query("next_login", "nextLogin", parameter_type::text, "",
                      "changePassword: the password given here must be changed at the first sign-in"),
                query("provider", "provider", parameter_type::boolean, "",
                      "true: signed in by another provider, which credentials names"),
                in_body("type", "type.id", parameter_type::text, false, "id of a user type (okta.user_types.list)"),
                in_body("realm", "realmId", parameter_type::text, false, "id of a realm"),
            },
        .outputs = {output("id", parameter_type::text, "Okta id"),
                    output("login", parameter_type::text, "login it got"),
                    output("email", parameter_type::text, "address"),
                    output("status", parameter_type::text, "user status"),
                    output("adopted", parameter_type::boolean, "the account existed and is this worker's")},
        .scope = users_manage,
        .bucket = users_bucket,
        .repeat = repeatability::read_first,
        .effect = effect_class::grants,
        .how = conduct::create_user,
        .probe = probe_kind::user_by_login,
        .inverse = inverse_kind::delete_created,
        .seed = "POST /api/v1/users?activate=true",
    };
}

operation update()
{
    return {
        .name = "okta.users.update",
        .tool = "update_user",
        .summary = "Changes some attributes of a profile; null clears one, attributes left out stay.",
        .method = "POST",
        .path = "/api/v1/users/{user}",
        .parameters = {user_in_path(),
                       {.name = "profile",
                        .type = parameter_type::map,
                        .where = place::body,
                        .wire = "profile",
                        .required = true,
                        .summary = "only the attributes that change"},
                       {.name = "if_match",
                        .type = parameter_type::text,
                        .where = place::local,
                        .summary = "ETag: fails when somebody changed the user since"}},
        .outputs = {output("id", parameter_type::text, "Okta id"),
                    output("profile", parameter_type::map, "the attributes as they are now"),
                    output("not_set", parameter_type::list,
                           "attributes that belong to another source, which Okta therefore refused")},
        .scope = users_manage,
        .bucket = user_bucket,
        .repeat = repeatability::idempotent,
        .effect = effect_class::changes,
        .how = conduct::update_user,
        .probe = probe_kind::profile,
        .inverse = inverse_kind::restore_profile,
        .seed = "POST /api/v1/users/{userId}",
    };
}

operation remove()
{
    return {
        .name = "okta.users.delete",
        .tool = "delete_user",
        .tool_aliases = {"delete_deactivated_user"},
        .summary = "Deletes a user who is DEPROVISIONED, for good; refuses any other.",
        .method = "DELETE",
        .path = "/api/v1/users/{user}",
        .parameters = {user_in_path(),
                       query("send_email", "sendEmail", parameter_type::boolean, "false", "mails the administrators")},
        .outputs = {output("id", parameter_type::text, "Okta id")},
        .scope = users_manage,
        .bucket = user_bucket,
        .repeat = repeatability::read_first,
        .effect = effect_class::revokes,
        .success = {204},
        .how = conduct::delete_user,
        .probe = probe_kind::deletion,
        .no_inverse = "a deleted user is gone for good",
        .destructive = true,
        .guarded = true,
        .seed = "DEL /api/v1/users/{userId}",
    };
}

operation get()
{
    return {
        .name = "okta.users.get",
        .tool = "get_user",
        .summary = "Reads one user by id or login.",
        .method = "GET",
        .path = "/api/v1/users/{user}",
        .parameters = {user_in_path()},
        .outputs = {body("the user")},
        .scope = users_read,
        .bucket = user_get_bucket,
        .seed = "GET /api/v1/users/{userId}",
    };
}

operation find()
{
    return {
        .name = "okta.users.find",
        .tool = "find_user",
        .summary = "Reads one user by login: the strongly consistent look-up.",
        .method = "GET",
        .path = "/api/v1/users/{login}",
        .parameters = {path("login", parameter_type::text, "login, without /")},
        .outputs = {body("the user")},
        .scope = users_read,
        .bucket = user_get_bucket,
    };
}

operation list()
{
    return {
        .name = "okta.users.list",
        .tool = "list_users",
        .summary = "Lists users by a search or filter; a search lags behind writes and includes DEPROVISIONED users.",
        .method = "GET",
        .path = "/api/v1/users",
        .parameters = {query("search", "search", parameter_type::text, "", "SCIM-like expression"),
                       query("filter", "filter", parameter_type::text, "", "expression over few attributes"),
                       query("q", "q", parameter_type::text, "",
                             "beginning of a name or address; DEPROVISIONED users are left out, one page"),
                       query("limit", "limit", parameter_type::integer, "200", "at most 200 for each page"),
                       query("sort_by", "sortBy", parameter_type::text, "", "attribute; with search only"),
                       query("sort_order", "sortOrder", parameter_type::text, "", "asc or desc")},
        .outputs = {items("users")},
        .scope = users_read,
        .bucket = users_bucket,
        .paged = true,
        .seed = "GET /api/v1/users?search=profile.email eq \"{e}\"",
    };
}

operation groups()
{
    return {
        .name = "okta.users.groups",
        .tool = "list_user_groups",
        .summary = "Lists the groups a user is in, Everyone included.",
        .method = "GET",
        .path = "/api/v1/users/{user}/groups",
        .parameters = {user_in_path()},
        .outputs = {items("groups")},
        .scope = users_read,
        .bucket = users_bucket,
        .paged = true,
        .seed = "GET /api/v1/users/{userId}/groups",
    };
}

operation replace()
{
    return {
        .name = "okta.users.replace",
        .tool = "replace_user",
        .summary =
            "Sets a whole profile: attributes left out are cleared. Refused when somebody changed the user since.",
        .method = "PUT",
        .path = "/api/v1/users/{user}",
        .parameters = {user_in_path(),
                       in_body("profile", "profile", parameter_type::map, true, "every attribute that is to stay"),
                       {.name = "if_match",
                        .type = parameter_type::text,
                        .where = place::local,
                        .summary = "ETag; without it the one read before the call"}},
        .outputs = object_outputs(),
        .scope = users_manage,
        .bucket = user_bucket,
        .effect = effect_class::changes,
        .how = conduct::object,
        .probe = probe_kind::looks,
        .inverse = inverse_kind::restore_object,
        .looks = {.row = "okta.users.get", .shows = sign::as_sent},
        .seed = "PUT /api/v1/users/{userId}",
    };
}

operation app_links()
{
    return seeded(
        "GET /api/v1/users/{userId}/appLinks",
        listing("okta.users.app_links", "list_user_app_links",
                "Lists what a user's dashboard links to: no list of assignments (okta.apps.list with filter is).",
                "/api/v1/users/{user}/appLinks", {user_in_path()}, users_read, users_bucket));
}

operation blocks()
{
    return listing("okta.users.blocks", "list_user_blocks",
                   "Lists what keeps a user from signing in, such as unknown devices.", "/api/v1/users/{user}/blocks",
                   {user_in_path()}, users_read, users_bucket);
}

} // namespace

std::vector<operation> of_users()
{
    return {create(), get(), find(), list(), update(), replace(), remove(), groups(), app_links(), blocks()};
}

} // namespace jmld::okta::rows
