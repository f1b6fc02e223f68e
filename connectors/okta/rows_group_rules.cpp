// Rows about the rules that make members by attributes. A rule is made INACTIVE, and is changed only while it is.
#include "connectors/okta/operation_rows.hpp"

namespace jmld::okta::rows {

namespace {

operation_parameter rule_in_path() { return path("rule", parameter_type::text, "id of the rule"); }

operation writing(std::string_view name, std::string_view tool, std::string_view summary, std::string_view method,
                  std::string_view template_, std::vector<operation_parameter> parameters, effect_class effect)
{
    return object_row(name, tool, summary, method, template_, std::move(parameters), groups_manage, groups_bucket,
                      effect);
}

operation create()
{
    auto row =
        writing("okta.group_rules.create", "create_group_rule",
                "Makes a rule, INACTIVE: okta.group_rules.activate lets it act.", "POST", "/api/v1/groups/rules",
                {in_body("name", "name", parameter_type::text, true, "at most 50 characters"),
                 in_body("expression", "conditions.expression.value", parameter_type::text, true,
                         "in Okta's language: user.department==\"Marketing\""),
                 in_body("groups", "actions.assignUserToGroups.groupIds", parameter_type::list, true,
                         "ids of the groups it fills"),
                 in_body("exclude", "conditions.people.users.exclude", parameter_type::list, false,
                         "ids of users it leaves out"),
                 constant("type", "group_rule"), constant("conditions.expression.type", "urn:okta:expression:1.0")},
                effect_class::changes);
    row.outputs = made_outputs();
    row.repeat = repeatability::read_first;
    row.inverse = inverse_kind::remove_made;
    row.undone_by = "okta.group_rules.delete";
    row.looks = {.row = "okta.group_rules.list", .shows = sign::made, .at = "name", .name_is_key = true};
    row.seed = "POST /api/v1/groups/rules";
    return row;
}

operation replace()
{
    auto row = writing(
        "okta.group_rules.replace", "replace_group_rule",
        "Changes an INACTIVE rule; whom it leaves out stays left out unless said otherwise.", "PUT",
        "/api/v1/groups/rules/{rule}",
        {rule_in_path(), kept_in_body("name", "name", parameter_type::text, "at most 50 characters"),
         kept_in_body("expression", "conditions.expression.value", parameter_type::text, "in Okta's language"),
         kept_in_body("groups", "actions.assignUserToGroups.groupIds", parameter_type::list,
                      "ids of the groups it fills"),
         kept_in_body("exclude", "conditions.people.users.exclude", parameter_type::list, "ids of users it leaves out"),
         constant("type", "group_rule"), constant("conditions.expression.type", "urn:okta:expression:1.0")},
        effect_class::changes);
    row.inverse = inverse_kind::restore_object;
    row.looks = {.row = "okta.group_rules.get", .shows = sign::as_sent};
    return row;
}

operation activate()
{
    auto row =
        writing("okta.group_rules.activate", "activate_group_rule", "Lets a rule act: on every user at once.", "POST",
                "/api/v1/groups/rules/{rule}/lifecycle/activate", {rule_in_path()}, effect_class::grants);
    row.success = {204};
    row.inverse = inverse_kind::opposite;
    row.undone_by = "okta.group_rules.deactivate";
    row.looks = {.row = "okta.group_rules.get", .shows = sign::field, .at = "status", .as = "ACTIVE"};
    return row;
}

operation deactivate()
{
    auto row = writing("okta.group_rules.deactivate", "deactivate_group_rule",
                       "Stops a rule; the members it has made stay members.", "POST",
                       "/api/v1/groups/rules/{rule}/lifecycle/deactivate", {rule_in_path()}, effect_class::changes);
    row.success = {204};
    row.inverse = inverse_kind::opposite;
    row.undone_by = "okta.group_rules.activate";
    row.looks = {.row = "okta.group_rules.get", .shows = sign::field, .at = "status", .as = "INACTIVE"};
    return row;
}

operation remove()
{
    auto row = writing("okta.group_rules.delete", "delete_group_rule", "Stops a rule and deletes it.", "DELETE",
                       "/api/v1/groups/rules/{rule}",
                       {rule_in_path(), query("remove_users", "removeUsers", parameter_type::boolean, "false",
                                              "true ends the memberships that it has made")},
                       effect_class::revokes);
    row.repeat = repeatability::converges;
    row.success = {202, 204};
    row.already = {{404, "E0000007", false}};
    row.no_inverse = "a new rule has another id, and the memberships are a matter of their own";
    row.destructive = true;
    row.looks = {.row = "okta.group_rules.get", .shows = sign::gone};
    row.closed_by = "okta.group_rules.deactivate";
    return row;
}

} // namespace

std::vector<operation> of_group_rules()
{
    return {
        seeded("GET /api/v1/groups/rules",
               listing("okta.group_rules.list", "list_group_rules", "Lists the rules that make members by attributes.",
                       "/api/v1/groups/rules", {page_size()}, groups_read, groups_bucket)),
        reading("okta.group_rules.get", "get_group_rule", "Reads one rule.", "/api/v1/groups/rules/{rule}",
                {rule_in_path()}, groups_read, groups_bucket),
        create(),
        replace(),
        activate(),
        deactivate(),
        remove(),
    };
}

} // namespace jmld::okta::rows
