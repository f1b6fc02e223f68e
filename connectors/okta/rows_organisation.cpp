// Rows about the organisation as a whole, and the one action that is made of other rows.
#include "connectors/okta/operation_rows.hpp"

namespace jmld::okta::rows {

namespace {

operation verify_access()
{
    return {
        .name = "okta.verify_access",
        .tool = "verify_access",
        .summary = "Looks until a person's access is as expected, or tells what is missing or left.",
        .parameters =
            {{.name = "user",
              .type = parameter_type::user,
              .where = place::local,
              .required = true,
              .summary = "Okta id of the user, or a map with id"},
             {.name = "expect",
              .type = parameter_type::any,
              .where = place::local,
              .required = true,
              .summary = "{status, groups, apps, roles}: all of these are there; none: nothing is left and the user is "
                         "DEPROVISIONED"}},
        .outputs = {output("clean", parameter_type::boolean, "as expected"),
                    output("residue", parameter_type::list, "[{group|app|role: name}] that could not be removed"),
                    output("remove", parameter_type::map, "{groups, apps, roles} that can be removed by another call"),
                    review(), output("status", parameter_type::text, "user status; null when there is no such user")},
        .scope = users_read,
        .how = conduct::verify_access,
        .probe = probe_kind::none,
    };
}

} // namespace

std::vector<operation> of_organisation()
{
    return {
        {
            .name = "okta.api_tokens.list",
            .tool = "list_api_tokens",
            .summary = "Lists the API tokens of the organisation with their owners.",
            .method = "GET",
            .path = "/api/v1/api-tokens",
            .outputs = {items("tokens")},
            .scope = "okta.apiTokens.read",
            .bucket = other_bucket,
            .paged = true,
        },
        {
            .name = "okta.schemas.get_user",
            .tool = "get_user_schema",
            .summary = "Reads which attributes a user of the default type has.",
            .method = "GET",
            .path = "/api/v1/meta/schemas/user/default",
            .outputs = {body("the schema")},
            .scope = "okta.schemas.read",
            .bucket = other_bucket,
        },
        verify_access(),
    };
}

} // namespace jmld::okta::rows
