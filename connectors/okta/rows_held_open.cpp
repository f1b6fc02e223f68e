// Rows about what a user leaves open beside Okta's own session: consents, clients and their tokens, devices.
#include "connectors/okta/operation_rows.hpp"

namespace jmld::okta::rows {

namespace {

operation_parameter client_in_path()
{
    return path("client", parameter_type::text, "client id of the app (okta.users.clients)");
}

operation revoking(std::string_view name, std::string_view tool, std::string_view summary, std::string_view template_,
                   std::vector<operation_parameter> parameters, std::string_view seen_in)
{
    return {.name = name,
            .tool = tool,
            .summary = summary,
            .method = "DELETE",
            .path = template_,
            .parameters = std::move(parameters),
            .outputs = object_outputs(),
            .scope = users_manage,
            .bucket = users_bucket,
            .effect = effect_class::revokes,
            .success = {204},
            .how = conduct::object,
            .probe = probe_kind::looks,
            .no_inverse = "only the user can allow it again",
            .destructive = true,
            .looks = {.row = seen_in, .shows = sign::empty}};
}

} // namespace

std::vector<operation> of_held_open()
{
    return {
        listing("okta.users.grants", "list_user_grants", "Lists what a user has allowed apps to do.",
                "/api/v1/users/{user}/grants", {user_in_path()}, users_read, users_bucket),
        revoking("okta.users.revoke_grants", "revoke_user_grants",
                 "Takes back everything a user has allowed apps to do.", "/api/v1/users/{user}/grants",
                 {user_in_path()}, "okta.users.grants"),
        listing("okta.users.clients", "list_user_clients", "Lists the OAuth clients that hold something of a user.",
                "/api/v1/users/{user}/clients", {user_in_path()}, users_read, users_bucket),
        listing("okta.users.client_grants", "list_user_client_grants", "Lists what a user has allowed one client.",
                "/api/v1/users/{user}/clients/{client}/grants", {user_in_path(), client_in_path()}, users_read,
                users_bucket),
        revoking("okta.users.revoke_client_grants", "revoke_user_client_grants",
                 "Takes back what a user has allowed one client.", "/api/v1/users/{user}/clients/{client}/grants",
                 {user_in_path(), client_in_path()}, "okta.users.client_grants"),
        listing("okta.users.client_tokens", "list_user_client_tokens",
                "Lists the refresh tokens that one client holds of a user.",
                "/api/v1/users/{user}/clients/{client}/tokens", {user_in_path(), client_in_path()}, users_read,
                users_bucket),
        revoking("okta.users.revoke_client_tokens", "revoke_user_client_tokens",
                 "Ends the refresh tokens that one client holds of a user.",
                 "/api/v1/users/{user}/clients/{client}/tokens", {user_in_path(), client_in_path()},
                 "okta.users.client_tokens"),
        listing("okta.users.devices", "list_user_devices", "Lists the devices that a user has enrolled.",
                "/api/v1/users/{user}/devices", {user_in_path()}, users_read, users_bucket),
    };
}

} // namespace jmld::okta::rows
