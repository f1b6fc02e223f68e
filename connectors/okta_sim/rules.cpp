// Group rules: made inactive, activated on purpose, deleted asynchronously. How a rule decides is in rule_expression
// and mutation.
#include "connectors/okta_sim/call.hpp"
#include "connectors/okta_sim/paging.hpp"
#include "connectors/okta_sim/rule_expression.hpp"
#include "connectors/okta_sim/text.hpp"

#include <array>

namespace jmld::okta_sim {
namespace {

constexpr std::size_t rule_name_max = 50;

rule* rule_at(call& asked)
{
    auto const found = asked.org.rules.find(asked.values.at(0));
    return found == asked.org.rules.end() ? nullptr : &found->second;
}

http::response no_rule(const call& asked) { return not_found(asked.values[0], "GroupRule"); }

std::vector<std::string> texts(const value& list)
{
    std::vector<std::string> found;
    for (auto const& item : list.items())
        found.push_back(item.text_or());
    return found;
}

void read_rule(rule& into, const value& given)
{
    into.name = given["name"].text_or();
    into.expression = given["conditions"]["expression"]["value"].text_or();
    into.expression_type = given["conditions"]["expression"]["type"].text_or("urn:okta:expression:1.0");
    into.people_given = given["conditions"]["people"].is_map();
    into.excluded = texts(given["conditions"]["people"]["users"]["exclude"]);
    into.excluded_groups = texts(given["conditions"]["people"]["groups"]["exclude"]);
    into.group_ids = texts(given["actions"]["assignUserToGroups"]["groupIds"]);
}

std::vector<std::string> complaints(const call& asked, const rule& read, const value& given)
{
    std::vector<std::string> causes;
    if (read.name.empty() || character_count(read.name) > rule_name_max)
        causes.emplace_back("name: The field must be between 1 and 50 characters");
    if (given["type"].text_or() != "group_rule")
        causes.emplace_back("type: The field must be group_rule");
    if (read.expression_type != "urn:okta:expression:1.0")
        causes.emplace_back("conditions.expression.type: The field must be urn:okta:expression:1.0");
    if (auto const tried = matches_rule(read.expression, value_map{}); !tried)
        causes.push_back("conditions.expression.value: Invalid expression: " + tried.error().what);
    if (read.excluded.size() > exclusions_max)
        causes.emplace_back("conditions.people.users.exclude: The field cannot hold more than 100 users");
    if (read.group_ids.empty())
        causes.emplace_back("actions.assignUserToGroups.groupIds: The field cannot be left blank");
    for (auto const& id : read.group_ids) {
        auto const found = asked.org.groups.find(id);
        if (found == asked.org.groups.end() || found->second.type != "OKTA_GROUP")
            causes.push_back("actions.assignUserToGroups.groupIds: no such group: " + id);
    }
    for (auto const& [id, other] : asked.org.rules) {
        if (id != read.id && other.name == read.name)
            causes.emplace_back("name: An object with this field already exists in the current organization");
    }
    return causes;
}

http::response list_rules(call& asked)
{
    auto const keyword = fold_case(asked.argument("search").value_or(""));
    std::vector<const rule*> found;
    for (auto const& [id, held] : asked.org.rules) {
        if (fold_case(held.name).contains(keyword))
            found.push_back(&held);
    }
    page_rules rules;
    rules.limit = 50;
    return paged(asked, found, rules, [&](const rule& one) { return asked.show.rule_object(one); });
}

http::response create_rule(call& asked)
{
    rule made;
    read_rule(made, asked.body);
    if (auto causes = complaints(asked, made, asked.body); !causes.empty())
        return invalid("rule", std::move(causes));
    made.id = asked.change.ids.make("0pr");
    made.created = made.last_updated = asked.now();
    asked.org.rules[made.id] = made;
    asked.did({"group.user_membership.rule.create", {}, {}, {}, {}});
    return ok(asked.show.rule_object(made));
}

http::response get_rule(call& asked)
{
    auto const* const held = rule_at(asked);
    return held == nullptr ? no_rule(asked) : ok(asked.show.rule_object(*held));
}

http::response replace_rule(call& asked)
{
    auto* const held = rule_at(asked);
    if (held == nullptr)
        return no_rule(asked);
    if (held->status == "ACTIVE")
        return invalid("rule", {"Cannot update a group rule while it is active."});
    rule read = *held;
    read_rule(read, asked.body);
    if (auto causes = complaints(asked, read, asked.body); !causes.empty())
        return invalid("rule", std::move(causes));
    read.status = "INACTIVE";
    read.last_updated = asked.now();
    *held = read;
    asked.did({"group.user_membership.rule.update", {}, {}, {}, {}});
    return ok(asked.show.rule_object(*held));
}

http::response switch_rule(call& asked, std::string_view status, std::string_view event)
{
    auto* const held = rule_at(asked);
    if (held == nullptr)
        return no_rule(asked);
    if (held->status == "INVALID")
        return invalid("rule", {"Cannot activate or deactivate a Group Rule with the status INVALID"});
    if (held->status == status)
        return no_content();
    held->status = status;
    held->last_updated = asked.now();
    asked.did({std::string(event), {}, {}, {}, {}});
    asked.change.note(event, {{held->id, "Rule", held->name}});
    if (status == "ACTIVE") {
        for (auto& entry : asked.org.users)
            asked.change.profile_changed(entry.second);
    }
    return no_content();
}

http::response activate_rule(call& asked) { return switch_rule(asked, "ACTIVE", "group.user_membership.rule.trigger"); }
http::response deactivate_rule(call& asked)
{
    return switch_rule(asked, "INACTIVE", "group.user_membership.rule.deactivated");
}

http::response delete_rule(call& asked)
{
    auto const* const held = rule_at(asked);
    if (held == nullptr)
        return no_rule(asked);
    if (held->status == "ACTIVE")
        return invalid("rule", {"A group rule must be deactivated before deletion."});
    bool const remove_users = asked.flag("removeUsers", false);
    auto const id = held->id;
    for (auto& [user_id, who] : asked.org.users) {
        std::vector<std::string> left;
        for (auto& [group_id, place] : who.groups) {
            if (place.rules.erase(id) == 0 || place.direct || !place.rules.empty())
                continue;
            // Who stays without the rule is a plain member from now on.
            place.direct = !remove_users;
            if (remove_users)
                left.push_back(group_id);
        }
        for (auto const& group_id : left)
            asked.change.remove_member(who, group_id);
    }
    asked.org.rules.erase(id);
    asked.did({"group.user_membership.rule.delete", {}, {}, {}, {}});
    return json_answer(202, value_map{});
}

} // namespace

std::span<const route> rule_routes()
{
    static constexpr auto routes = std::to_array<route>({
        {"GET", "/api/v1/groups/rules", list_rules},
        {"POST", "/api/v1/groups/rules", create_rule},
        {"GET", "/api/v1/groups/rules/{}", get_rule},
        {"PUT", "/api/v1/groups/rules/{}", replace_rule},
        {"DELETE", "/api/v1/groups/rules/{}", delete_rule},
        {"POST", "/api/v1/groups/rules/{}/lifecycle/activate", activate_rule},
        {"POST", "/api/v1/groups/rules/{}/lifecycle/deactivate", deactivate_rule},
    });
    return routes;
}

} // namespace jmld::okta_sim
