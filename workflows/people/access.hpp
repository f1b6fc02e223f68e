// The role model of access.yaml and what it means for one person: the target, and the difference to what is there.
// Pure; it asks Okta nothing and knows neither steps nor calls.
#pragma once

#include "engine/definition.hpp"
#include "engine/expression/expression.hpp"
#include "engine/value.hpp"
#include "workflows/events/canonical_event.hpp"

#include <expected>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace jmld::workflows {

struct access_rule
{
    engine::expression::program when;
    std::vector<std::string> groups, apps, roles; ///< Okta's names: group name, app label, role type
    std::string said;                             ///< `when` as it is written
    bool reads_department = false;
    int line = 0;
};
struct access_rules
{
    std::string sha256; ///< hex of the file's text
    std::vector<access_rule> rules;
    std::vector<std::vector<std::string>> conflicts; ///< groups of which nobody may be in two at once
};

/// All problems at once, each ready to print.
std::expected<access_rules, std::vector<std::string>> read_access(std::string_view file, std::string_view text);

/// Names, each once, in the order of the rules.
struct access_target
{
    std::vector<std::string> groups, apps, roles;
    friend bool operator==(const access_target&, const access_target&) = default;
};
/// The union of all rules that hold. A rule that reads what was not said does not hold.
access_target target_of(const access_rules& rules, const worker& who);
/// The rules that hold for `who` and give this group, app or role.
std::vector<const access_rule*> rules_giving(const access_rules& rules, const worker& who, std::string_view name);
access_target united(access_target left, const access_target& right);
/// The department that no rule knows; nothing when it is known, not said, or no rule reads departments.
std::optional<std::string> unknown_department(const access_rules& rules, const worker& who);

/// Group names and app labels of access.yaml that Okta has: name → id.
struct resolved_names
{
    std::map<std::string, std::string, std::less<>> groups, apps;
};

struct access_request
{
    engine::direction dir = engine::direction::grant;
    std::string event_type; ///< `worker.renamed` touches names only
    worker person;          ///< the worker record to act for
    std::vector<worker>
        others; ///< other employments of the person that are active: their access is added to the target
    std::vector<worker>
        former; ///< records that earlier runs acted for: what the rules gave them and not now is removed.
                ///< Empty in a change: the Okta profile as read stands in for the old attributes
    engine::value okta_profile; ///< the profile wanted (people/profile); null = none
    engine::value image;        ///< as connectors/okta/directory reads it: {user, groups, apps, roles, factors, rules}
    resolved_names names;
    bool last_super_admin = false; ///< nobody else could administer the organisation: the role stays
    engine::value before{}; ///< the image a leaver began with, to be given back; null = what the rules want counts
};
struct computed_access
{
    /// {target:{groups:[{id,name}],apps:[{id,label}],roles:[type]}, groups:{add,remove,remove_first},
    /// apps:{add,remove},
    ///  roles:{add:[{type}],remove:[{id,type}]}, factors:{remove:[{id,factorType}]}, attributes:{set:{…},clear:{…}},
    ///  review:[{group|app|role, owner}]}. `remove_first`: those of `remove` that conflict with one of `add`. Every
    ///  list and map is always there.
    engine::value access;
    std::vector<std::string>
        unknown_names; ///< wanted, but Okta has no such group or app: `group 'Staff'`; never for revoke
};
computed_access compute_access(const access_rules& rules, const access_request& request);

} // namespace jmld::workflows
