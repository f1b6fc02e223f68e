// What Okta demands of a user's profile before it takes it: known attributes, required ones, lengths, the login's form
// and uniqueness. It changes nothing.
#pragma once

#include "connectors/okta_sim/model.hpp"

#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace jmld::okta_sim {

/// The causes of a refusal, as Okta words them; empty when the profile may stand. `self`: the user it is for, "" for a
/// new one.
std::vector<std::string> profile_complaints(const organisation_data& org, const value& profile,
                                            const std::string& self);
/// Attributes of Okta's default user schema.
std::span<const std::string_view> base_attributes();
bool is_base_attribute(std::string_view name);
/// Custom attributes: those the organisation lists, else `universalId` and whatever some user has.
std::vector<std::string> custom_attributes(const organisation_data& org);

} // namespace jmld::okta_sim
