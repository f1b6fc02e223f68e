// One table by method and path, the first that fits; `*` is one segment, a path that ends in `/**` any rest.
#include "connectors/okta/permissions.hpp"

#include <fmt/format.h>

#include <array>

namespace jmld::okta {

namespace {

struct permission_row
{
    std::string_view method, path, permission;
};

constexpr auto table = std::to_array<permission_row>({
    {"*", "/api/v1/users/*/roles/**", "a super administrator"},
    {"GET", "/api/v1/users/**", "okta.users.read"},
    {"POST", "/api/v1/users", "okta.users.create"},
    {"POST", "/api/v1/users/*", "okta.users.userprofile.manage"},
    {"PUT", "/api/v1/users/*", "okta.users.userprofile.manage"},
    {"DELETE", "/api/v1/users/*", "okta.users.lifecycle.delete"},
    {"POST", "/api/v1/users/*/lifecycle/activate", "okta.users.lifecycle.activate"},
    {"POST", "/api/v1/users/*/lifecycle/reactivate", "okta.users.lifecycle.activate"},
    {"POST", "/api/v1/users/*/lifecycle/deactivate", "okta.users.lifecycle.deactivate"},
    {"POST", "/api/v1/users/*/lifecycle/suspend", "okta.users.lifecycle.suspend"},
    {"POST", "/api/v1/users/*/lifecycle/unsuspend", "okta.users.lifecycle.unsuspend"},
    {"POST", "/api/v1/users/*/lifecycle/unlock", "okta.users.lifecycle.unlock"},
    {"POST", "/api/v1/users/*/lifecycle/reset_factors", "okta.users.credentials.resetFactors"},
    {"POST", "/api/v1/users/*/lifecycle/reset_password", "okta.users.credentials.resetPassword"},
    {"POST", "/api/v1/users/*/lifecycle/expire_password/**", "okta.users.credentials.expirePassword"},
    {"*", "/api/v1/users/*/factors/**", "okta.users.credentials.resetFactors"},
    {"*", "/api/v1/users/*/authenticator-enrollments/**", "okta.users.credentials.resetFactors"},
    {"DELETE", "/api/v1/users/*/sessions", "okta.users.lifecycle.clearSessions"},
    {"*", "/api/v1/users/**", "okta.users.manage"},
    {"GET", "/api/v1/groups/**", "okta.groups.read"},
    {"*", "/api/v1/groups/*/users/*", "okta.groups.members.manage with okta.users.groupMembership.manage"},
    {"*", "/api/v1/groups/rules/**", "okta.groups.manage for every group"},
    {"POST", "/api/v1/groups", "okta.groups.create"},
    {"*", "/api/v1/groups/**", "okta.groups.manage"},
    {"GET", "/api/v1/apps/**", "okta.apps.read"},
    {"*", "/api/v1/apps/*/users/**", "okta.apps.assignment.manage with okta.users.appAssignment.manage"},
    {"*", "/api/v1/apps/*/groups/**", "okta.apps.assignment.manage with okta.groups.appAssignment.manage"},
    {"*", "/api/v1/apps/**", "okta.apps.manage"},
    {"GET", "/api/v1/devices/**", "okta.devices.read"},
    {"*", "/api/v1/devices/**", "okta.devices.manage"},
    {"GET", "/api/v1/authorizationServers/**", "okta.authzServers.read"},
    {"*", "/api/v1/authorizationServers/**", "okta.authzServers.manage"},
    {"GET", "/api/v1/policies/**", "okta.policies.read"},
    {"*", "/api/v1/policies/**", "okta.policies.manage"},
    {"GET", "/api/v1/api-tokens/**", "a super administrator"},
    {"GET", "/api/v1/iam/**", "okta.iam.read"},
    {"GET", "/api/v1/logs", "a report or read-only administrator"},
    {"GET", "/api/v1/meta/**", "a read-only administrator"},
    {"*", "/api/v1/meta/**", "a super or organization administrator"},
    {"*", "/api/v1/sessions/**", "a super or organization administrator"},
});

std::string_view next_segment(std::string_view& path)
{
    path.remove_prefix(path.starts_with('/') ? 1 : 0);
    const auto end = std::min(path.find('/'), path.size());
    const auto segment = path.substr(0, end);
    path.remove_prefix(end);
    return segment;
}

/// `path` is a row's: `{user}` is one segment like any other.
bool fits(std::string_view pattern, std::string_view path)
{
    while (!pattern.empty()) {
        const auto wanted = next_segment(pattern);
        if (wanted == "**")
            return true;
        if (path.empty())
            return false;
        const auto there = next_segment(path);
        if (wanted != "*" && wanted != there)
            return false;
    }
    return path.empty();
}

} // namespace

std::string_view permission_for(const operation& row)
{
    for (const auto& one : table)
        if ((one.method == "*" || one.method == row.method) && fits(one.path, row.path))
            return one.permission;
    return {};
}

std::string what_is_missing(const operation& row, bool api_token)
{
    const auto permission = permission_for(row);
    const auto role = permission.empty()             ? std::string("an admin role that allows it")
                      : permission.starts_with("a ") ? std::string(permission)
                                                     : fmt::format("an admin role with the permission {}", permission);
    if (api_token)
        return fmt::format("{} needs {}, which the owner of the API token must have", row.name, role);
    if (row.scope.empty())
        return fmt::format("{} needs {}", row.name, role);
    return fmt::format("{} needs the scope {} granted to the app, and {}", row.name, row.scope, role);
}

} // namespace jmld::okta
