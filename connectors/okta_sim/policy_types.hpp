// The types of policies and what a rule of each may contain. It knows keys, not the meaning of what is below them.
#pragma once

#include "connectors/okta_sim/ids.hpp"
#include "connectors/okta_sim/model.hpp"

#include <string>
#include <string_view>
#include <vector>

namespace jmld::okta_sim {

struct policy_type
{
    std::string_view name, rule_type;
    std::string_view conditions, actions; ///< keys of a rule, separated by spaces
    bool for_apps;                        ///< bound to apps, not to people
};

/// nullptr for a type that Okta does not have.
const policy_type* policy_type_of(std::string_view name);
/// What Okta holds against a rule's type and keys.
std::vector<std::string> rule_complaints(const policy_type& type, const value& rule);
/// The rule that every policy ends with.
value system_rule(const id_source& ids, const std::string& policy, std::string_view type, time_point now);
/// The policy of this type that every organisation has.
value system_policy(const id_source& ids, const policy_type& type, time_point now);
std::vector<const policy_type*> all_policy_types();

} // namespace jmld::okta_sim
