// The expressions of group rules: `user.ATTR=="VALUE"`, `user.ATTR!="VALUE"`, joined by &&, ||, AND, OR, with
// parentheses and !. Of Okta's larger language nothing else: what cannot be read is refused when a rule is made.
#pragma once

#include "engine/result.hpp"
#include "engine/value.hpp"

#include <string_view>

namespace jmld::okta_sim {

/// Whether the profile matches; an attribute that is absent or null equals no text. Errors: invalid_input.
result<bool> matches_rule(std::string_view expression, const engine::value& profile);

} // namespace jmld::okta_sim
