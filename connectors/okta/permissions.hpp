// What Okta asks for a call: an OAuth scope granted to the app, and a permission in the app's admin role. The scope
// stands in the operation's row; the permissions of Okta's custom admin roles are here.
#pragma once

#include "connectors/okta/operations.hpp"

#include <string>
#include <string_view>

namespace jmld::okta {

/// In Okta's words: `okta.users.lifecycle.suspend`; several where a call touches two kinds of objects; "a super
/// administrator" where no custom role gives it. Empty for what needs none, or is not known.
std::string_view permission_for(const operation& row);

/// What to look after when Okta says 403 to this call, for people. `api_token`: it has no scopes, its owner's roles
/// decide.
std::string what_is_missing(const operation& row, bool api_token);

} // namespace jmld::okta
