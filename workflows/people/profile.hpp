// What an Okta profile of a worker looks like, and how a login is made from a name. It chooses no free login: Okta's
// refusal decides that, login_candidate() only names the next one to try.
#pragma once

#include "engine/result.hpp"
#include "engine/value.hpp"
#include "workflows/events/canonical_event.hpp"
#include "workflows/people/policy.hpp"

#include <string>
#include <string_view>

namespace jmld::workflows {

struct profile_options
{
    bool has_universal_id = false; ///< the organisation has the profile attribute `universalId`
    std::string current_login;     ///< of the account that exists: kept unless `rename`
    bool rename = false;           ///< a name change, and policy says that the login follows
};
/// {login, email, firstName, lastName, employeeNumber, department, title, userType, manager, managerId, organization,
/// costCenter, displayName, universalId}: what was not said is absent. Errors: invalid_input (the login pattern reads
/// something this person does not have).
result<engine::value> okta_profile(const worker& who, const policy& rules, const profile_options& options = {});

/// Lower case a–z and digits: diacritics and punctuation dropped, letters without a counterpart written out (ß → ss).
std::string transliterate(std::string_view name);
/// Without the characters above U+FFFF that Okta cannot store; invalid UTF-8 is dropped too.
std::string storable(std::string_view text);
/// The wanted login, 5 to 100 characters, never without a local part.
result<std::string> wanted_login(const worker& who, const policy& rules);
/// `ana.ruiz@example.com`, 2 → `ana.ruiz2@example.com`; number 1 is the login itself. Stays within 100 characters.
std::string login_candidate(std::string_view login, int number);

} // namespace jmld::workflows
