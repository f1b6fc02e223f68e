// Rows about the organisation as a whole, and the two actions that are made of other rows.
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
                    output("residue", parameter_type::list, "[{group|app|role|token: name}] that could not be removed"),
                    output("remove", parameter_type::map, "{groups, apps, roles} that can be removed by another call"),
                    review(),
                    output("seen", parameter_type::map,
                           "{user{status}, groups, apps, roles, factors, devices, grants, tokens, unread} at the end"),
                    output("status", parameter_type::text, "user status; null when there is no such user"),
                    output("drift", parameter_type::list, "[{group|app|role|token|status: name, at}] that came back"),
                    output("reads", parameter_type::list, "when each clean look was")},
        .scope = users_read,
        .how = conduct::verify_access,
    };
}

parameter_description list_of(std::string_view name, std::string_view summary)
{
    return output(name, parameter_type::list, summary);
}

operation snapshot_access()
{
    return {
        .name = "okta.snapshot_access",
        .tool = "snapshot_access",
        .summary = "Reads everything that a person has, as a before-image. A list that may not be read is null.",
        .parameters = {{.name = "user",
                        .type = parameter_type::user,
                        .where = place::local,
                        .required = true,
                        .summary = "Okta id or login of the user, or a map with id"},
                       local("groups_looked_at", parameter_type::integer,
                             "of how many groups the owners are read, to find those that the person owns: at most "
                             "1000, without it 100, first those the person is in; 0: of none")},
        .outputs = {output("user", parameter_type::map, "id, status, profile, provider; null when there is none"),
                    list_of("groups", "{id, name, type, membership: direct|rule, rule}; of an app: its type APP_GROUP"),
                    list_of("apps", "{id, label, scope: USER|GROUP, via, status, sync_state, app_status}"),
                    list_of("roles", "{id, type, label, assignmentType: USER|GROUP}"),
                    list_of("factors", "{id, factorType, status}"), list_of("devices", "{id, name, platform, status}"),
                    list_of("grants", "what apps were allowed to do: {id, client, scope}"),
                    list_of("tokens", "refresh tokens that count: {id, client, client_name, status}"),
                    list_of("owned_groups", "{id, name}"), list_of("api_tokens", "{id, name}"),
                    list_of("rules", "group rules that concern the person"),
                    list_of("unread", "{part, reason, scope, permission} of what could not be read"),
                    list_of("warnings", "the same for people, and rules that can hardly exclude anybody more"),
                    output("complete", parameter_type::boolean, "everything could be read")},
        .scope = users_read,
        .how = conduct::snapshot_access,
    };
}

operation reports()
{
    return {
        .name = "okta.users.reports",
        .tool = "list_direct_reports",
        .summary = "Reads who reports to a user, and the first one above him to whom they can report instead.",
        .parameters = {{.name = "user",
                        .type = parameter_type::user,
                        .where = place::local,
                        .required = true,
                        .summary = "Okta id of the user, or a map with id"},
                       local("fallback", parameter_type::text,
                             "worker's number, Okta id or login of whom they report to when nobody above is active")},
        .outputs = {output("reports", parameter_type::list,
                           "[{id, profile{managerId, manager}}]: what okta.users.update is to set; DEPROVISIONED ones "
                           "are left out"),
                    output("left", parameter_type::list, "ids of those for whom nobody was found"),
                    output("manager", parameter_type::text, "Okta id of the one above; null when there is none")},
        .scope = users_read,
        .how = conduct::list_reports,
        .probe = probe_kind::none,
    };
}

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
        snapshot_access(),
        verify_access(),
        reports(),
    };
}

} // namespace jmld::okta::rows
