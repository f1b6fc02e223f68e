// Every change of an organisation with what follows from it: memberships, rules, assignments through groups,
// deactivation. It checks no rights and knows no HTTP; handlers decide whether a change is allowed, then call this.
#pragma once

#include "connectors/okta_sim/ids.hpp"
#include "connectors/okta_sim/model.hpp"
#include "connectors/okta_sim/system_log.hpp"

#include <string>
#include <string_view>
#include <vector>

namespace jmld::okta_sim {

constexpr std::size_t exclusions_max = 100; ///< users a rule can exclude

class mutation
{
public:
    organisation_data& org;
    id_source& ids;
    system_log& log;
    time_point now;
    log_actor actor;
    std::string transaction_id;

    /// One event of the System Log.
    void note(std::string_view event, std::vector<log_target> targets, std::string_view outcome = "SUCCESS",
              std::string_view reason = {});
    log_target name(const user& who) const;
    log_target name(const group& which) const;
    log_target name(const app& which) const;

    void add_user(user created);
    /// Gone for good; the login is free.
    void erase_user(const std::string& id);
    void erase_group(const std::string& id);
    void set_profile(user& who, value profile);

    /// Each answers whether anything changed.
    bool add_member(user& who, const std::string& group_id);
    /// Without exclusion; the caller adds those first.
    bool remove_member(user& who, const std::string& group_id);
    bool unassign_app(user& who, const std::string& app_id);

    /// Gives and takes what groups give; leaves individual assignments and inactive apps alone.
    void reconcile_apps(user& who);
    void reconcile_all_apps();
    app_user& assign_app(user& who, app& which, std::string_view scope, std::string_view via);

    /// Rules look again, at once or after `rule_delay`.
    void profile_changed(user& who);
    void evaluate_rules(user& who);
    /// Carries out what `rule_delay` postponed and is due.
    void settle();

    void set_status(user& who, std::string_view status);
    void deactivate(user& who);

private:
    void apply_rule(user& who, const rule& held);
};

/// Groups of which the user is a member, Everyone included.
std::vector<const group*> groups_of(const organisation_data& org, const user& who);
/// Those given directly, then those that groups give.
std::vector<role_assignment> roles_of(const organisation_data& org, const user& who);
std::string role_label(std::string_view type);
/// By id, else by login ignoring case; nullptr when there is none.
user* find_user(organisation_data& org, std::string_view id_or_login);
const user* find_user(const organisation_data& org, std::string_view id_or_login);

} // namespace jmld::okta_sim
