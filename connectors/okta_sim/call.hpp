// One request on its way through the imitation: what was asked, the organisation it acts on, and what it changed.
// Handlers get nothing else; it neither routes nor counts limits.
#pragma once

#include "connectors/http_message.hpp"
#include "connectors/okta_sim/answers.hpp"
#include "connectors/okta_sim/mutation.hpp"
#include "connectors/okta_sim/shapes.hpp"

#include <functional>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace jmld::okta_sim {

class oauth_state;

/// What one request changed, for the ledger; ids, except the role's type.
struct effect
{
    std::string event, user, group, app, role;
};

class call
{
public:
    mutation change;
    organisation_data& org;            ///< the same as change.org; of an earlier moment when a fault says `stale`
    const organisation_data& searched; ///< what `search` sees: the state of `search_lag` ago
    const shapes& show;
    oauth_state& oauth;
    const http::request& message;
    bool strict = false;
    std::vector<std::string> values;                        ///< what the route's {} matched, decoded
    std::vector<std::pair<std::string, std::string>> query; ///< decoded, `+` as a space
    value body;                                             ///< null when there was none
    std::optional<effect> done;

    time_point now() const { return change.now; }
    std::optional<std::string> argument(std::string_view name) const;
    /// `true` or `false` as stated, else `otherwise`.
    bool flag(std::string_view name, bool otherwise) const;
    /// The first one said stands.
    void did(effect what);

    /// The user whom the n-th {} names by id or login; nullptr when there is none.
    user* user_at(std::size_t n) { return find_user(org, values.at(n)); }
    group* group_at(std::size_t n);
    app* app_at(std::size_t n);
};

using handler = http::response (*)(call&);

struct route
{
    std::string_view method, pattern; ///< pattern: `{}` stands for one segment
    handler serve;
};

std::span<const route> user_routes();
std::span<const route> lifecycle_routes();
std::span<const route> user_access_routes();
std::span<const route> factor_routes();
std::span<const route> enrollment_routes();
std::span<const route> link_routes();
std::span<const route> group_routes();
std::span<const route> rule_routes();
std::span<const route> app_routes();
std::span<const route> assignment_routes();
std::span<const route> device_routes();
std::span<const route> session_routes();
std::span<const route> server_routes();
std::span<const route> server_part_routes();
std::span<const route> policy_routes();
std::span<const route> schema_routes();
std::span<const route> plain_document_routes();
std::span<const route> log_routes();
std::span<const route> oauth_routes();
std::span<const route> token_routes();
std::span<const route> sign_in_routes();

/// Every route there is.
std::vector<route> all_routes();

/// The route that serves, with what its {} matched; or the answer 404 or 405.
struct found_route
{
    const route* serving = nullptr;
    std::vector<std::string> values;
    bool path_known = false;
};
found_route find_route(std::string_view method, std::string_view path);

} // namespace jmld::okta_sim
