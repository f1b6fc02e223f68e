// Policies and their rules: priorities, the default ones that nobody can remove, what each type allows in a rule. They
// are documents: sign-in in this imitation does not ask them.
#include "connectors/okta_sim/documents.hpp"
#include "connectors/okta_sim/policy_types.hpp"
#include "connectors/okta_sim/system_documents.hpp"
#include "connectors/okta_sim/text.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>

namespace jmld::okta_sim {
namespace {

constexpr document_events policy_events{"policy.lifecycle.create", "policy.lifecycle.update", "policy.lifecycle.delete",
                                        "policy.lifecycle.activate", "policy.lifecycle.deactivate"};
constexpr document_events rule_events{"policy.rule.add", "policy.rule.update", "policy.rule.delete",
                                      "policy.rule.activate", "policy.rule.deactivate"};
// What a policy of access to apps is called begins otherwise.
constexpr document_kind sign_in_kind{"00p", "Policy", policy_events, {"rules", "mappings"}};
constexpr document_kind app_kind{"rst", "Policy", policy_events, {"rules", "mappings"}};
constexpr document_kind rules_kind{"0pr", "PolicyRule", rule_events};

const document_kind& kind_of(std::string_view type)
{
    auto const* const known = policy_type_of(type);
    return known != nullptr && known->for_apps ? app_kind : sign_in_kind;
}

collection all_policies(call& asked, std::string_view type = {})
{
    return {asked, std::string(policies_path), kind_of(type)};
}

std::string rules_path(const std::string& policy) { return fmt::format("{}/{}/rules", policies_path, policy); }

collection rules_of(call& asked) { return {asked, rules_path(asked.values[0]), rules_kind}; }

bool is_system(const value* held) { return held != nullptr && (*held)["system"] == value(true); }

/// What stands for good can be neither switched off nor removed.
http::response stands_for_good() { return refuse("E0000077", {"A system object cannot be changed this way."}); }

// --- priorities
// ----------------------------------------------------------------------------------------------------------------

/// Numbers those of one type from 1 without gaps; `first` comes before others that claim its place, defaults come last.
void renumber(document_table& table, std::string_view type, const std::string& first)
{
    struct place
    {
        bool last;
        std::int64_t priority;
        bool after;
        std::string id;
        auto operator<=>(const place&) const = default;
    };
    std::vector<place> order;
    for (auto const& [id, held] : table) {
        if (!type.empty() && held["type"].text_or() != type)
            continue;
        auto const* const stated = held["priority"].if_integer();
        order.push_back({held["system"] == value(true), stated == nullptr ? 0 : *stated, id != first, id});
    }
    std::ranges::sort(order);
    std::int64_t number = 0;
    for (auto const& one : order)
        table[one.id] = table[one.id].with("priority", ++number);
}

/// Behind all that are there, where nothing else is stated.
value with_priority(const value& made, const document_table& table)
{
    return made["priority"].if_integer() != nullptr
               ? made
               : made.with("priority", static_cast<std::int64_t>(table.size() + 1));
}

// --- policies
// ------------------------------------------------------------------------------------------------------------------

value rules_listed(call& asked, const std::string& policy)
{
    value_list listed;
    collection rules(asked, rules_path(policy), rules_kind);
    for (auto const& [id, held] : rules.held())
        listed.push_back(rules.shown(id, held));
    return listed;
}

value policy_object(call& asked, const std::string& id, const value& held)
{
    auto const shown = all_policies(asked, held["type"].text_or()).shown(id, held);
    bool const with_rules = asked.argument("expand").value_or("") == "rules";
    return with_rules ? shown.with("_embedded", value::map({{"rules", rules_listed(asked, id)}})) : shown;
}

http::response list_policies(call& asked)
{
    auto const type = asked.argument("type").value_or("");
    if (policy_type_of(type) == nullptr)
        return invalid("type", {"type: The policy type is missing or not known"});
    auto const status = asked.argument("status");
    auto const prefix = fold_case(asked.argument("q").value_or(""));
    auto const wanted = [&](const value& held) {
        return held["type"].text_or() == type && (!status || held["status"].text_or() == *status) &&
               fold_case(held["name"].text_or()).starts_with(prefix);
    };
    return all_policies(asked).list(
        wanted, [&](const std::string& id, const value& held) { return policy_object(asked, id, held); });
}

std::optional<http::response> refuse_policy(call& asked, const std::string& type, const std::string& self)
{
    if (auto refusal = refuse_unnamed(asked))
        return refusal;
    if (policy_type_of(type) == nullptr || asked.body["type"].text_or(type) != type)
        return invalid("type", {"type: The policy type is missing or not known"});
    for (auto const& [id, held] : all_policies(asked).held()) {
        if (id != self && held["type"].text_or() == type && held["name"].text_or() == asked.body["name"].text_or())
            return invalid("name", {"name: Policy name already in use"});
    }
    return std::nullopt;
}

http::response create_policy(call& asked)
{
    auto const type = asked.body["type"].text_or();
    if (auto const refusal = refuse_policy(asked, type, {}))
        return *refusal;
    auto table = all_policies(asked, type);
    auto const usual = value::map({{"description", nullptr}, {"conditions", nullptr}});
    auto const made = merged(usual, asked.body).with("system", false);
    auto const id = table.add(with_priority(made, table.held())).first;
    auto const default_rule = system_rule(asked.change.ids, id, type, asked.now());
    asked.org.documents[rules_path(id)][default_rule["id"].text_or()] = default_rule;
    renumber(table.held(), type, id);
    return ok(policy_object(asked, id, table.held().at(id)));
}

http::response get_policy(call& asked)
{
    auto table = all_policies(asked);
    auto const* const held = table.find(asked.values[0]);
    return held == nullptr ? table.missing(asked.values[0]) : ok(policy_object(asked, asked.values[0], *held));
}

value kept(value made, const value& held, std::initializer_list<std::string> keys)
{
    for (auto const& key : keys)
        made = made.with(key, held[key]);
    return made;
}

http::response replace_policy(call& asked)
{
    auto table = all_policies(asked);
    auto const& id = asked.values[0];
    auto const* const held = table.find(id);
    if (held == nullptr)
        return table.missing(id);
    auto const type = (*held)["type"].text_or();
    if (auto const refusal = refuse_policy(asked, type, id))
        return *refusal;
    if (is_system(held) && asked.body["name"] != (*held)["name"])
        return stands_for_good();
    auto made = kept(asked.body.without("_links").without("_embedded"), *held, {"id", "type", "system", "created"});
    for (std::string const key : {"status", "priority"}) {
        if (made[key].is_null())
            made = made.with(key, (*held)[key]);
    }
    table.replace(id, made.with("lastUpdated", (*held)["lastUpdated"]));
    renumber(table.held(), type, id);
    return ok(policy_object(asked, id, table.held().at(id)));
}

http::response delete_policy(call& asked)
{
    auto table = all_policies(asked);
    auto const* const held = table.find(asked.values[0]);
    if (is_system(held))
        return stands_for_good();
    auto const type = held == nullptr ? std::string() : (*held)["type"].text_or();
    auto answer = table.remove(asked.values[0]);
    for (auto& entry : asked.org.apps) {
        if (entry.second.access_policy == asked.values[0])
            entry.second.access_policy.clear(); // the default one holds again
    }
    if (!type.empty())
        renumber(table.held(), type, {});
    return answer;
}

http::response activate_policy(call& asked) { return all_policies(asked).activate(asked.values[0]); }

http::response deactivate_policy(call& asked)
{
    auto table = all_policies(asked);
    return is_system(table.find(asked.values[0])) ? stands_for_good() : table.deactivate(asked.values[0]);
}

// --- rules
// ---------------------------------------------------------------------------------------------------------------------

std::optional<http::response> refuse_above(call& asked)
{
    return all_policies(asked).find(asked.values[0]) == nullptr
               ? std::optional(all_policies(asked).missing(asked.values[0]))
               : std::nullopt;
}

std::optional<http::response> refuse_rule(call& asked, const std::string& self)
{
    if (auto refusal = refuse_unnamed(asked))
        return refusal;
    auto const& type = *policy_type_of((*all_policies(asked).find(asked.values[0]))["type"].text_or());
    if (auto causes = rule_complaints(type, asked.body); !causes.empty())
        return invalid("policyRule", std::move(causes));
    return rules_of(asked).is_free(asked.body["name"].text_or(), self) ? std::nullopt : std::optional(name_taken());
}

http::response list_rules(call& asked)
{
    auto const refusal = refuse_above(asked);
    return refusal ? *refusal : rules_of(asked).list();
}

http::response create_rule(call& asked)
{
    if (auto const refusal = refuse_above(asked))
        return *refusal;
    if (auto const refusal = refuse_rule(asked, {}))
        return *refusal;
    auto table = rules_of(asked);
    auto const type = policy_type_of((*all_policies(asked).find(asked.values[0]))["type"].text_or())->rule_type;
    auto const usual = value::map({{"conditions", nullptr}, {"actions", value_map{}}});
    auto const made = merged(usual, asked.body).with("type", type).with("system", false);
    auto const id = table.add(with_priority(made, table.held())).first;
    renumber(table.held(), {}, id);
    return ok(table.shown(id, table.held().at(id)));
}

http::response get_rule(call& asked)
{
    auto const refusal = refuse_above(asked);
    return refusal ? *refusal : rules_of(asked).get(asked.values[1]);
}

http::response replace_rule(call& asked)
{
    if (auto const refusal = refuse_above(asked))
        return *refusal;
    auto table = rules_of(asked);
    auto const& id = asked.values[1];
    auto const* const held = table.find(id);
    if (held == nullptr)
        return table.missing(id);
    if (auto const refusal = refuse_rule(asked, id))
        return *refusal;
    if (is_system(held) && asked.body["name"] != (*held)["name"])
        return stands_for_good();
    auto made = kept(asked.body.without("_links"), *held, {"id", "type", "system", "created"});
    for (std::string const key : {"status", "priority"}) {
        if (made[key].is_null())
            made = made.with(key, (*held)[key]);
    }
    table.replace(id, made.with("lastUpdated", (*held)["lastUpdated"]));
    renumber(table.held(), {}, id);
    return ok(table.shown(id, table.held().at(id)));
}

http::response delete_rule(call& asked)
{
    if (auto const refusal = refuse_above(asked))
        return *refusal;
    auto table = rules_of(asked);
    if (is_system(table.find(asked.values[1])))
        return stands_for_good();
    auto answer = table.remove(asked.values[1]);
    renumber(table.held(), {}, {});
    return answer;
}

http::response activate_rule(call& asked)
{
    auto const refusal = refuse_above(asked);
    return refusal ? *refusal : rules_of(asked).activate(asked.values[1]);
}

http::response deactivate_rule(call& asked)
{
    if (auto const refusal = refuse_above(asked))
        return *refusal;
    auto table = rules_of(asked);
    return is_system(table.find(asked.values[1])) ? stands_for_good() : table.deactivate(asked.values[1]);
}

} // namespace

std::span<const route> policy_routes()
{
    static constexpr auto routes = std::to_array<route>({
        {"GET", "/api/v1/policies", list_policies},
        {"POST", "/api/v1/policies", create_policy},
        {"GET", "/api/v1/policies/{}", get_policy},
        {"PUT", "/api/v1/policies/{}", replace_policy},
        {"DELETE", "/api/v1/policies/{}", delete_policy},
        {"POST", "/api/v1/policies/{}/lifecycle/activate", activate_policy},
        {"POST", "/api/v1/policies/{}/lifecycle/deactivate", deactivate_policy},
        {"GET", "/api/v1/policies/{}/rules", list_rules},
        {"POST", "/api/v1/policies/{}/rules", create_rule},
        {"GET", "/api/v1/policies/{}/rules/{}", get_rule},
        {"PUT", "/api/v1/policies/{}/rules/{}", replace_rule},
        {"DELETE", "/api/v1/policies/{}/rules/{}", delete_rule},
        {"POST", "/api/v1/policies/{}/rules/{}/lifecycle/activate", activate_rule},
        {"POST", "/api/v1/policies/{}/rules/{}/lifecycle/deactivate", deactivate_rule},
    });
    return routes;
}

} // namespace jmld::okta_sim
