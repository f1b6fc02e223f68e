// What an organisation consists of, as plain data that can be copied (stale reads answer from a copy). It knows no
// HTTP, no Okta error and no JSON shape: shapes.hpp renders it, mutation.hpp changes it.
#pragma once

#include "engine/time.hpp"
#include "engine/value.hpp"

#include <cstdint>
#include <map>
#include <optional>
#include <set>
#include <string>
#include <vector>

namespace jmld::okta_sim {

using engine::value;
using engine::value_list;
using engine::value_map;

/// How a user came into a group; neither of the two means that he is not in it.
struct membership
{
    bool direct = false;
    std::set<std::string> rules; ///< ids of the rules that hold him there
};

struct app_user
{
    std::string scope = "USER"; ///< USER or GROUP
    std::string via;            ///< id of the group that grants it, for GROUP
    std::string status = "ACTIVE", sync_state = "DISABLED";
    time_point created{}, last_updated{};
    value credentials, profile;
};

struct role_assignment
{
    std::string id, type, label, status = "ACTIVE", assignment_type = "USER";
    time_point created{};
};

struct factor
{
    std::string id, type, provider = "OKTA", vendor = "OKTA", status = "ACTIVE";
    value profile;
    time_point created{}, last_updated{};
};

struct session
{
    std::string id, alias; ///< `alias`: how its links name it
    time_point created{}, expires{};
};

struct refresh_token
{
    std::string id, client_id;
};

struct grant
{
    std::string id, client_id, scope_id;
    time_point created{};
};

struct api_token
{
    std::string id, name, secret; ///< `secret` empty: never presented, only listed
    time_point created{};
};

/// A change that Okta finishes later: so many reads still see the status of before.
struct transition
{
    std::string from, to;
    std::int64_t reads_left = 0;
};

struct user
{
    std::string id, status = "ACTIVE", type_id, realm_id;
    time_point created{}, last_updated{};
    std::optional<time_point> activated, status_changed, last_login, password_changed;
    value profile;
    bool password = false;
    std::string password_text, recovery_question;
    std::string provider_type = "OKTA", provider_name = "OKTA";
    std::optional<transition> moving;
    std::map<std::string, membership> groups; ///< by group id, without Everyone
    std::map<std::string, app_user> apps;     ///< by app id
    std::vector<role_assignment> roles;       ///< without those that groups give
    std::vector<factor> factors;
    std::vector<session> sessions;
    std::vector<refresh_token> tokens;
    std::vector<grant> grants;
    std::vector<api_token> api_tokens;
    std::map<std::string, std::string> linked; ///< primary name → id of the primary user
};

struct group
{
    std::string id, type = "OKTA_GROUP";
    time_point created{}, last_updated{}, last_membership_updated{};
    value profile;
    std::vector<std::string> roles; ///< role types its members get
    std::vector<std::string> owners;
};

struct group_assignment
{
    std::string group_id;
    std::int64_t priority = 0;
    value profile;
    time_point last_updated{};
};

struct app
{
    std::string id, label, name, sign_on_mode, status = "ACTIVE";
    std::string provisioning;  ///< "", "ok" or "error"
    std::string access_policy; ///< empty: the default one
    time_point created{}, last_updated{};
    value content; ///< settings, credentials, visibility … as given
    std::vector<group_assignment> groups;
};

struct rule
{
    std::string id, name, status = "INACTIVE", expression, expression_type = "urn:okta:expression:1.0";
    time_point created{}, last_updated{};
    bool people_given = false; ///< `conditions.people` is shown once somebody stated it
    std::vector<std::string> excluded, excluded_groups, group_ids;
};

/// Kept as Okta's own object; only what its lifecycle changes is a field.
struct device
{
    std::string id, status = "ACTIVE";
    time_point created{}, last_updated{};
    value content;
    std::vector<std::string> users;
};

struct settings
{
    std::int64_t transition_reads = 0;
    duration search_lag{0}, rule_delay{0};
    int deactivate_status = 200;
};

/// An OAuth service app that may ask for tokens.
struct client
{
    std::string id;
    value jwks; ///< {keys: […]} or the list itself
    std::vector<std::string> scopes;
    bool dpop = false;
};

struct pending_rules
{
    time_point due{};
    std::string user_id;
};

/// Anything of which Okta's object is all there is: authorization servers and their parts, linked object definitions.
using document_table = std::map<std::string, value>;

struct organisation_data
{
    std::map<std::string, user> users;
    std::map<std::string, std::string> logins; ///< folded login → user id
    std::map<std::string, group> groups;       ///< with Everyone
    std::map<std::string, app> apps;
    std::map<std::string, rule> rules;
    std::map<std::string, device> devices;
    std::map<std::string, document_table> documents; ///< by collection path
    std::vector<client> clients;
    std::optional<std::vector<std::string>> profile_attributes; ///< custom ones; absent = whatever is written exists
    settings set;
    std::vector<pending_rules> pending;
    std::string everyone;
};

} // namespace jmld::okta_sim
