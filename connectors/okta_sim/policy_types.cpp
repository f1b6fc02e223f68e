// The twelve types. A rule with a key that its type does not have is refused, so that an invented syntax fails here as
// it fails in Okta.
#include "connectors/okta_sim/policy_types.hpp"

#include "connectors/okta_sim/text.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>

namespace jmld::okta_sim {
namespace {

constexpr auto types = std::to_array<policy_type>({
    {"ACCESS_POLICY", "ACCESS_POLICY", "device elCondition network people platform riskScore userType", "appSignOn",
     true},
    {"CLIENT_UPDATE", "CLIENT_UPDATE", "", "updateControls", false},
    {"DEVICE_SIGNAL_COLLECTION", "DEVICE_SIGNAL_COLLECTION", "network platform", "deviceSignalCollection", false},
    {"ENTITY_RISK", "ENTITY_RISK", "entityRisk people riskDetectionTypes", "entityRisk", false},
    {"IDENTITY_CLAIM_SOURCING", "IDENTITY_CLAIM_SOURCING", "", "claimSourcing", true},
    {"IDP_DISCOVERY", "IDP_DISCOVERY", "app network platform userIdentifier", "idp", false},
    {"MFA_ENROLL", "MFA_ENROLL", "app network people", "enroll", false},
    {"OKTA_SIGN_ON", "SIGN_ON", "authContext identityProvider network people riskScore risk", "signon", false},
    {"PASSWORD", "PASSWORD", "network people", "passwordChange selfServicePasswordReset selfServiceUnlock", false},
    {"POST_AUTH_SESSION", "POST_AUTH_SESSION", "people", "postAuthSession", false},
    {"PROFILE_ENROLLMENT", "PROFILE_ENROLLMENT", "", "profileEnrollment", true},
    {"SESSION_VIOLATION_DETECTION", "SESSION_VIOLATION_DETECTION", "network riskScore", "sessionViolationDetection",
     false},
});

bool is_word_of(std::string_view list, std::string_view word)
{
    return fmt::format(" {} ", list).contains(fmt::format(" {} ", word));
}

void complain(const value& part, std::string_view name, std::string_view known, std::vector<std::string>& causes)
{
    if (!part.is_null() && !part.is_map())
        causes.push_back(fmt::format("{}: Must be an object", name));
    for (auto const& [key, entry] : part.entries()) {
        if (!is_word_of(known, key))
            causes.push_back(fmt::format("{0}.{1}: The {0} of this policy type have no {1}", name, key));
    }
}

} // namespace

const policy_type* policy_type_of(std::string_view name)
{
    auto const* const found = std::ranges::find(types, name, &policy_type::name);
    return found == types.end() ? nullptr : found;
}

std::vector<const policy_type*> all_policy_types()
{
    std::vector<const policy_type*> all;
    for (auto const& one : types)
        all.push_back(&one);
    return all;
}

std::vector<std::string> rule_complaints(const policy_type& type, const value& rule)
{
    std::vector<std::string> causes;
    if (rule["type"].text_or(type.rule_type) != type.rule_type)
        causes.push_back(fmt::format("type: The field must be {}", type.rule_type));
    complain(rule["conditions"], "conditions", type.conditions, causes);
    complain(rule["actions"], "actions", type.actions, causes);
    return causes;
}

value system_rule(const id_source& ids, const std::string& policy, std::string_view type, time_point now)
{
    auto const moment = okta_time(now);
    return value::map({{"id", ids.fixed("0pr", policy + " default rule")},
                       {"name", type == "ACCESS_POLICY" ? "Catch-all Rule" : "Default Rule"},
                       {"type", policy_type_of(type)->rule_type},
                       {"status", "ACTIVE"},
                       {"priority", 1},
                       {"system", true},
                       {"conditions", nullptr},
                       {"actions", value_map{}},
                       {"created", moment},
                       {"lastUpdated", moment}});
}

value system_policy(const id_source& ids, const policy_type& type, time_point now)
{
    auto const moment = okta_time(now);
    return value::map({{"id", ids.fixed(type.for_apps ? "rst" : "00p", type.name)},
                       {"name", "Default Policy"},
                       {"description", "The default policy applies in all situations if no other policy applies."},
                       {"type", type.name},
                       {"status", "ACTIVE"},
                       {"priority", 1},
                       {"system", true},
                       {"conditions", nullptr},
                       {"created", moment},
                       {"lastUpdated", moment}});
}

} // namespace jmld::okta_sim
