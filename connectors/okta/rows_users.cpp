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
                {.name = "credentials",
                 .type = parameter_type::map,
                 .where = place::body,
                 .wire = "credentials",
                 .summary = "password, hook or provider, as Okta takes it"},
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
                    output("profile", parameter_type::map, "the attributes as they are now")},
        .scope = users_manage,
        .bucket = user_bucket,
        .repeat = repeatability::idempotent,
        .effect = effect_class::changes,
        .how = conduct::update_user,
        .probe = probe_kind::profile,
        .inverse = inverse_kind::restore_profile,
    };
}

operation remove()
{
    return {
        .name = "okta.users.delete",
        .tool = "delete_deactivated_user",
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
                       query("limit", "limit", parameter_type::integer, "200", "at most 200 for each page")},
        .outputs = {items("users")},
        .scope = users_read,
        .bucket = users_bucket,
        .paged = true,
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
    };
}

} // namespace

std::vector<operation> of_users() { return {create(), get(), find(), list(), update(), remove(), groups()}; }

} // namespace jmld::okta::rows
