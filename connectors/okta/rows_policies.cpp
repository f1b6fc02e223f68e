// Rows about policies and their rules: who may sign in how. Okta's default ones refuse most changes.
#include "connectors/okta/operation_rows.hpp"

namespace jmld::okta::rows {

namespace {

constexpr std::string_view manage = "okta.policies.manage", read = "okta.policies.read";
constexpr std::string_view rules_path = "/api/v1/policies/{policy}/rules",
                           rule_path = "/api/v1/policies/{policy}/rules/{rule}";

operation_parameter policy_in_path() { return path("policy", parameter_type::text, "id of the policy"); }
operation_parameter rule_in_path() { return path("rule", parameter_type::text, "id of the rule"); }

operation writing(std::string_view name, std::string_view tool, std::string_view summary, std::string_view method,
                  std::string_view template_, std::vector<operation_parameter> parameters)
{
    return object_row(name, tool, summary, method, template_, std::move(parameters), manage, other_bucket);
}

operation making(operation row, looking looks, std::string_view undone_by)
{
    row.outputs = made_outputs();
    row.repeat = repeatability::read_first;
    row.inverse = inverse_kind::remove_made;
    row.undone_by = undone_by;
    row.looks = looks;
    return row;
}

operation replacing(operation row, std::string_view seen_in)
{
    row.inverse = inverse_kind::restore_object;
    row.looks = {.row = seen_in, .shows = sign::as_sent};
    return row;
}

operation switching(operation row, std::string_view seen_in, std::string_view status, std::string_view undone_by)
{
    row.success = {204};
    row.inverse = inverse_kind::opposite;
    row.undone_by = undone_by;
    row.looks = {.row = seen_in, .shows = sign::field, .at = "status", .as = status};
    row.destructive = status == "INACTIVE"; // what it protected is open from then on
    return row;
}

operation removing(operation row, std::string_view seen_in)
{
    row.repeat = repeatability::converges;
    row.success = {204};
    row.already = {{404, "E0000007", false}};
    row.no_inverse = "what was deleted is gone, with its place among the others";
    row.destructive = true;
    row.looks = {.row = seen_in, .shows = sign::gone};
    return row;
}

std::vector<operation_parameter> of_policy(bool kept)
{
    const auto field = [kept](std::string_view name, parameter_type type, std::string_view summary) {
        return kept ? kept_in_body(name, name, type, summary) : in_body(name, name, type, false, summary);
    };
    auto type = field("type", parameter_type::text, "OKTA_SIGN_ON, PASSWORD, MFA_ENROLL, ACCESS_POLICY, …");
    auto name = field("name", parameter_type::text, "name for people");
    type.required = name.required = !kept;
    return {whole_body("definition", false, "the rest of the policy as Okta takes it"),
            type,
            name,
            field("description", parameter_type::text, "for people"),
            field("priority", parameter_type::integer, "1 counts first"),
            field("conditions", parameter_type::map, "whom it is for: {people: {groups: {include: [id]}}}"),
            field("settings", parameter_type::map, "what it asks for, by type")};
}

std::vector<operation_parameter> of_rule(bool kept)
{
    const auto field = [kept](std::string_view name, parameter_type type, std::string_view summary) {
        return kept ? kept_in_body(name, name, type, summary) : in_body(name, name, type, false, summary);
    };
    auto name = field("name", parameter_type::text, "name for people");
    name.required = !kept;
    return {policy_in_path(),
            whole_body("definition", false, "the rest of the rule as Okta takes it"),
            name,
            field("type", parameter_type::text, "SIGN_ON, PASSWORD, MFA_ENROLL, ACCESS_POLICY, …"),
            field("priority", parameter_type::integer, "1 counts first"),
            field("conditions", parameter_type::map, "when it counts: {people, network, riskScore: {level: HIGH}, …}"),
            field("actions", parameter_type::map, "what it does: {signon: {access, requireFactor, …}}")};
}

std::vector<operation_parameter> joined(std::vector<operation_parameter> first, std::vector<operation_parameter> more)
{
    first.insert(first.end(), more.begin(), more.end());
    return first;
}

operation_parameter activating()
{
    return query("activate", "activate", parameter_type::boolean, "true", "false leaves it INACTIVE");
}

std::vector<operation> of_rules()
{
    const std::vector<operation_parameter> one = {policy_in_path(), rule_in_path()};
    return {
        seeded("GET /api/v1/policies/{policyId}/rules",
               listing("okta.policy_rules.list", "list_policy_rules", "Lists the rules of a policy.", rules_path,
                       {policy_in_path()}, read, other_bucket)),
        reading("okta.policy_rules.get", "get_policy_rule", "Reads one rule of a policy.", rule_path, one, read,
                other_bucket),
        seeded("POST /api/v1/policies/{policyId}/rules",
               making(writing("okta.policy_rules.create", "create_policy_rule",
                              "Makes a rule of a policy; takes the one that is there, if it is as it should be made.",
                              "POST", rules_path, joined(of_rule(false), {activating()})),
                      {.row = "okta.policy_rules.list", .shows = sign::made, .at = "name", .name_is_key = true},
                      "okta.policy_rules.delete")),
        replacing(writing("okta.policy_rules.replace", "update_policy_rule",
                          "Changes a rule of a policy; what is not said stays.", "PUT", rule_path,
                          joined(of_rule(true), {rule_in_path()})),
                  "okta.policy_rules.get"),
        switching(writing("okta.policy_rules.activate", "activate_policy_rule", "Lets a rule count.", "POST",
                          "/api/v1/policies/{policy}/rules/{rule}/lifecycle/activate", one),
                  "okta.policy_rules.get", "ACTIVE", "okta.policy_rules.deactivate"),
        switching(writing("okta.policy_rules.deactivate", "deactivate_policy_rule", "Sets a rule aside.", "POST",
                          "/api/v1/policies/{policy}/rules/{rule}/lifecycle/deactivate", one),
                  "okta.policy_rules.get", "INACTIVE", "okta.policy_rules.activate"),
        removing(writing("okta.policy_rules.delete", "delete_policy_rule", "Deletes a rule of a policy.", "DELETE",
                         rule_path, one),
                 "okta.policy_rules.get"),
    };
}

} // namespace

std::vector<operation> of_policies()
{
    std::vector<operation> all = {
        seeded("GET /api/v1/policies?type={type}",
               listing("okta.policies.list", "list_policies", "Lists the policies of one type.", "/api/v1/policies",
                       {{.name = "type",
                         .type = parameter_type::text,
                         .where = place::query,
                         .wire = "type",
                         .required = true,
                         .summary = "OKTA_SIGN_ON, PASSWORD, MFA_ENROLL, ACCESS_POLICY, …"},
                        query("status", "status", parameter_type::text, "", "ACTIVE or INACTIVE")},
                       read, other_bucket)),
        seeded("GET /api/v1/policies/{policyId}",
               reading("okta.policies.get", "get_policy", "Reads one policy.", "/api/v1/policies/{policy}",
                       {policy_in_path()}, read, other_bucket)),
        seeded("POST /api/v1/policies",
               making(writing("okta.policies.create", "create_policy",
                              "Makes a policy; takes the one that is there, if it is as it should be made.", "POST",
                              "/api/v1/policies", joined(of_policy(false), {activating()})),
                      {.row = "okta.policies.list", .shows = sign::made, .at = "name", .name_is_key = true},
                      "okta.policies.delete")),
        seeded("PUT /api/v1/policies/{policyId}",
               replacing(writing("okta.policies.replace", "update_policy", "Changes a policy; what is not said stays.",
                                 "PUT", "/api/v1/policies/{policy}", joined(of_policy(true), {policy_in_path()})),
                         "okta.policies.get")),
        switching(writing("okta.policies.activate", "activate_policy", "Lets a policy count.", "POST",
                          "/api/v1/policies/{policy}/lifecycle/activate", {policy_in_path()}),
                  "okta.policies.get", "ACTIVE", "okta.policies.deactivate"),
        switching(writing("okta.policies.deactivate", "deactivate_policy", "Sets a policy aside.", "POST",
                          "/api/v1/policies/{policy}/lifecycle/deactivate", {policy_in_path()}),
                  "okta.policies.get", "INACTIVE", "okta.policies.activate"),
        removing(writing("okta.policies.delete", "delete_policy", "Deletes a policy with its rules.", "DELETE",
                         "/api/v1/policies/{policy}", {policy_in_path()}),
                 "okta.policies.get"),
    };
    for (auto& row : of_rules())
        all.push_back(std::move(row));
    return all;
}

} // namespace jmld::okta::rows
