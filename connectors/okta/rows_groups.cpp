// Rows about groups, their members and the rules that make members.
#include "connectors/okta/operation_rows.hpp"

namespace jmld::okta::rows {

namespace {

operation_parameter group_in_path()
{
    return path("group", parameter_type::group, "id of the group, or a map {id, name}");
}

std::vector<parameter_description> member_outputs()
{
    return {output("group", parameter_type::map, "{id, name}"), output("user", parameter_type::text, "Okta id"),
            review()};
}

operation add_user()
{
    return {
        .name = "okta.groups.add_user",
        .tool = "add_user_to_group",
        .summary = "Makes a user a direct member of a group of type OKTA_GROUP.",
        .method = "PUT",
        .path = "/api/v1/groups/{group}/users/{user}",
        .parameters = {group_in_path(), user_in_path()},
        .outputs = member_outputs(),
        .scope = groups_manage,
        .bucket = groups_bucket,
        .effect = effect_class::grants,
        .success = {204, 200},
        .how = conduct::add_member,
        .probe = probe_kind::membership,
        .inverse = inverse_kind::restore_membership,
        .undone_by = "okta.groups.remove_user",
    };
}

operation remove_user()
{
    return {
        .name = "okta.groups.remove_user",
        .tool = "remove_user_from_group",
        .summary = "Ends a direct membership; leaves alone what a rule or a directory gives.",
        .method = "DELETE",
        .path = "/api/v1/groups/{group}/users/{user}",
        .parameters = {group_in_path(), user_in_path()},
        .outputs = member_outputs(),
        .scope = groups_manage,
        .bucket = groups_bucket,
        .effect = effect_class::revokes,
        .success = {204, 200},
        .already = {{404, "E0000007", false}},
        .how = conduct::remove_member,
        .probe = probe_kind::membership,
        .inverse = inverse_kind::restore_membership,
        .undone_by = "okta.groups.add_user",
    };
}

} // namespace

std::vector<operation> of_groups()
{
    return {
        {
            .name = "okta.groups.list",
            .tool = "list_groups",
            .summary = "Lists groups whose name begins with a text; one page, at most 300.",
            .method = "GET",
            .path = "/api/v1/groups",
            .parameters = {query("q", "q", parameter_type::text, "", "beginning of the name"),
                           query("search", "search", parameter_type::text, "", "expression; lags behind writes"),
                           query("limit", "limit", parameter_type::integer, "200", "for each page")},
            .outputs = {items("groups")},
            .scope = groups_read,
            .bucket = groups_bucket,
            .paged = true,
        },
        {
            .name = "okta.groups.get",
            .tool = "get_group",
            .summary = "Reads one group.",
            .method = "GET",
            .path = "/api/v1/groups/{group}",
            .parameters = {group_in_path()},
            .outputs = {body("the group")},
            .scope = groups_read,
            .bucket = group_bucket,
        },
        add_user(),
        remove_user(),
        {
            .name = "okta.groups.rules_of_member",
            .tool = "list_group_rules_for_user",
            .summary = "Lists the rules that make a user a member of a group, where the organisation has that call.",
            .method = "GET",
            .path = "/api/v1/groups/{group}/users/{user}/group-rules",
            .parameters = {group_in_path(), user_in_path()},
            .outputs = {items("rules")},
            .scope = groups_read,
            .bucket = groups_bucket,
            .paged = true,
        },
        {
            .name = "okta.group_rules.list",
            .tool = "list_group_rules",
            .summary = "Lists the rules that make members by attributes.",
            .method = "GET",
            .path = "/api/v1/groups/rules",
            .parameters = {query("limit", "limit", parameter_type::integer, "200", "for each page")},
            .outputs = {items("rules")},
            .scope = groups_read,
            .bucket = groups_bucket,
            .paged = true,
        },
    };
}

} // namespace jmld::okta::rows
