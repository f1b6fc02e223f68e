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
                         "DEPROVISIONED"},
             local("clean_reads", parameter_type::integer,
                   "how many looks must be clean; 2 in a workflow that revokes, else 1"),
             local("apart", parameter_type::duration,
                   "the least time between two that count; 30s in a workflow that revokes"),
             local("within", parameter_type::duration,
                   "how long it may be otherwise before this fails, or tells what is left; the step's timeout"),
             local("contain", parameter_type::boolean,
                   "takes away again what was gone, or not there at the beginning of the run, and comes back; so it is "
                   "in a workflow that revokes")},
        .outputs = {output("clean", parameter_type::boolean, "as expected"),
                    output("residue", parameter_type::list, "[{group|app|role: name}] that could not be removed"),
                    output("remove", parameter_type::map, "{groups, apps, roles} that can be removed by another call"),
                    review(),
                    output("seen", parameter_type::map, "{user{status}, groups, apps, roles, factors} at the end"),
                    output("status", parameter_type::text, "user status; null when there is no such user"),
                    output("drift", parameter_type::list, "[{group|app|role|status: name, at}] that came back"),
                    output("reads", parameter_type::list, "when each clean look was")},
        .scope = users_read,
        .how = conduct::verify_access,
        .probe = probe_kind::none,
    };
}

} // namespace

namespace {

operation log()
{
    return seeded("GET /api/v1/logs?since={ts}&until={ts}&filter=eventType eq \"user.session.start\"",
                  listing("okta.logs.list", "get_system_logs", "Lists events of the System Log between two moments.",
                          "/api/v1/logs",
                          {query("since", "since", parameter_type::timestamp, "", "RFC 3339; left out, seven days ago"),
                           query("until", "until", parameter_type::timestamp, "now", "RFC 3339; left out, now"),
                           query("filter", "filter", parameter_type::text, "",
                                 "expression: eventType eq \"user.session.start\" and outcome.result eq \"FAILURE\""),
                           query("q", "q", parameter_type::text, "", "words that occur anywhere"),
                           query("sort_order", "sortOrder", parameter_type::text, "", "ASCENDING or DESCENDING"),
                           query("limit", "limit", parameter_type::integer, "1000", "at most 1000 for each page")},
                          "okta.logs.read", logs_bucket));
}

operation_parameter type_in_path() { return path("type", parameter_type::text, "id of the user type, or default"); }

} // namespace

std::vector<operation> of_organisation()
{
    auto logs = log();
    logs.tool_aliases = {"get_logs"};
    return {
        logs,
        listing("okta.user_types.list", "list_user_types", "Lists the types of users.", "/api/v1/meta/types/user", {},
                "okta.userTypes.read", other_bucket),
        reading("okta.user_types.get", "get_user_type", "Reads one type of users.", "/api/v1/meta/types/user/{type}",
                {type_in_path()}, "okta.userTypes.read", other_bucket),
        listing("okta.api_tokens.list", "list_api_tokens",
                "Lists the API tokens of the organisation with their owners.", "/api/v1/api-tokens", {},
                "okta.apiTokens.read", other_bucket),
        reading("okta.schemas.get_user", "get_user_schema", "Reads which attributes a user of the default type has.",
                "/api/v1/meta/schemas/user/default", {}, "okta.schemas.read", other_bucket),
        verify_access(),
    };
}

} // namespace jmld::okta::rows
