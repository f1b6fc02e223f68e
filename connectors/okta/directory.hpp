// Reading Okta for people: a person with everything granted, who a worker might be, and which ids the names of
// access.yaml have. It never writes, and never takes a name alone for an identity.
#pragma once

#include "connectors/okta/client.hpp"
#include "engine/action.hpp"

#include <boost/asio/awaitable.hpp>

#include <expected>
#include <map>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

namespace jmld::okta {

template <class T> using outcome = std::variant<T, engine::attempt_failed>;

struct read_options
{
    duration timeout{30'000};
    runtime::priority urgency = runtime::priority::joiner;
    bool partly = false;      ///< groups and apps that may not be read are a gap, not a failure
    bool access_only = false; ///< a snapshot then leaves out factors, tokens and rules
};

/// `image`: {user: null | {id, status, transitioning, created, activated, last_changed, profile{…}, provider, etag},
///  groups: [{id, name, type, membership: "direct"|"rule", rule}], apps: [{id, label, scope, via, status, sync_state,
///  app_status}], roles: [{id, type, assignmentType, label}], factors: [{id, factorType, status}], api_tokens: [{id,
///  name}], rules: [{id, name, attribute, operator, value, groups, matches, expression}], warnings: [text], if any}.
///  Everyone (BUILT_IN) is listed, direct. A list that could not be read is null.
struct person_image
{
    engine::value image;
    std::vector<std::string> warnings; ///< for people: what could not be read, which rule is nearly full
    engine::value_list unread;         ///< as unread_parts has them
    engine::value calls;
};

struct user_summary
{
    std::string id, login, status, employee_number, universal_id;
    friend bool operator==(const user_summary&, const user_summary&) = default;
};

/// Empty fields are not asked for.
struct user_query
{
    std::string universal_id = {}, worker_id = {};
    std::vector<std::string> logins = {};
    std::string given_name = {}, family_name = {};
    std::string manager_id = {};   ///< worker id of the manager
    std::string manager_name = {}; ///< full name, when there is no id
};
struct found_users
{
    std::vector<user_summary> by_universal_id, by_worker_id, by_login, namesakes; ///< DEPROVISIONED included
    std::vector<user_summary> managers;                                           ///< DEPROVISIONED left out
    engine::value calls;
};

struct named_object
{
    std::string id, name, type; ///< type: of a group (OKTA_GROUP …), of an app its status
    friend bool operator==(const named_object&, const named_object&) = default;
};
struct resolved
{
    std::map<std::string, named_object, std::less<>> groups, apps; ///< by exact name, label
    std::vector<std::string> unknown;                              ///< `group 'Staff'`, `app 'Slack'` with the reason
    engine::value calls;
};

/// What was read, and how long it counts.
template <class T> struct remembered
{
    T content;
    time_point until;
};

/// Event loop's thread only. Remembers names and rules for a short time.
class directory
{
public:
    explicit directory(client& okta) : okta_(okta) {}

    /// A user who does not exist gives an image whose `user` is null. `who` is an id or a login.
    boost::asio::awaitable<outcome<person_image>> snapshot(std::string who, read_options options = {});
    boost::asio::awaitable<outcome<found_users>> find(user_query wanted, read_options options = {});
    boost::asio::awaitable<outcome<resolved>> resolve(std::vector<std::string> groups, std::vector<std::string> apps,
                                                      read_options options = {});
    /// Whether users of this organisation have that attribute; false also when the schema may not be read.
    boost::asio::awaitable<outcome<bool>> has_attribute(std::string name, read_options options = {});
    /// Users that are not DEPROVISIONED, counted up to `enough` (the guard's population).
    boost::asio::awaitable<outcome<int>> population(int enough, read_options options = {});
    /// Super administrators other than `who` who can sign in, as soon as there are `enough`.
    boost::asio::awaitable<outcome<std::vector<std::string>>> other_super_admins(std::string who, int enough,
                                                                                 read_options options = {});
    /// The user that an API token acts as; empty when Okta does not say.
    boost::asio::awaitable<outcome<std::string>> own_user(read_options options = {});

    // For actions, within their own scope.
    /// The `groups` of an image for one person; `profile` decides which memberships rules give.
    boost::asio::awaitable<reply> read_groups(std::string user, engine::value profile, call_scope& scope);
    boost::asio::awaitable<reply> read_apps(std::string user, call_scope& scope);
    /// ACTIVE rules as {id, name, attribute, operator, value, groups, exclude, expression}; an empty list, with a
    /// failure set, when they may not be read.
    boost::asio::awaitable<reply> read_rules(call_scope& scope);

private:
    struct reading;
    boost::asio::awaitable<engine::value> read_lists(reading& now, engine::value user, read_options options);
    boost::asio::awaitable<std::optional<engine::attempt_failed>>
    search(std::string expression, std::vector<user_summary>& into, call_scope& scope);
    boost::asio::awaitable<std::optional<engine::attempt_failed>> find_group(std::string name, resolved& into,
                                                                             call_scope& scope);
    boost::asio::awaitable<std::optional<engine::attempt_failed>> find_app(std::string label, resolved& into,
                                                                           call_scope& scope);
    boost::asio::awaitable<std::optional<engine::attempt_failed>> find_manager(const user_query& wanted,
                                                                               found_users& into, call_scope& scope);
    boost::asio::awaitable<void> mark_unclear(engine::value_list& groups, const std::string& user,
                                              const engine::value& rules, call_scope& scope);

    boost::asio::awaitable<std::expected<bool, engine::attempt_failed>> is_super_admin(std::string user,
                                                                                       call_scope& scope);
    bool has_fresh_rules() const;
    reply from_memory() const;

    client& okta_;
    std::map<std::string, remembered<named_object>, std::less<>> groups_, apps_;
    std::map<std::string, remembered<bool>, std::less<>> attributes_;
    std::optional<remembered<engine::value>> rules_;
};

/// In this status somebody signs in, or could after a reset.
bool can_sign_in(std::string_view status);
/// `profile.employeeNumber eq "…"` with the value escaped.
std::string equals(std::string_view attribute, std::string_view content);
user_summary summary_of(const engine::value& user);
/// The `user` of an image from Okta's own object; null for anything without an id.
engine::value image_user(const engine::value& user, std::string_view etag);
/// The image when there is no such user.
engine::value nobody_image();

} // namespace jmld::okta
