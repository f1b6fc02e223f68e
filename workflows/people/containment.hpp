// Somebody leaves, and Okta has further accounts under the same number: which of them are closed off at once, and when,
// before a person has said whose they are. Pure; it reads no directory.
#pragma once

#include "workflows/people/correlate.hpp"
#include "workflows/people/decide.hpp"

#include <optional>
#include <string_view>
#include <vector>

namespace jmld::workflows {

/// Blocks sign-in and ends sessions, and nothing else: a person decides what becomes of the account.
inline constexpr std::string_view workflow_of_containment = "contain";

/// Those that carry exactly the number (or the universal id) of this worker, without the account that is being closed,
/// those that nobody can use, and those that the policy protects.
std::vector<okta_candidate> accounts_to_contain(const worker& who, const std::vector<okta_candidate>& found,
                                                std::string_view being_closed, const policy& rules);

/// The owner of an account is known here, and is not this worker: the number was given a second time.
bool is_somebody_else(const person_record& owner, const worker& who);

/// `later` rescinds or corrects `end`, named by its process or its id: what stands there does not count any more.
bool takes_back(const canonical_event& later, const canonical_event& end);

/// An event of this type takes away everything that somebody has.
bool ends_access(std::string_view type);

/// The event ends access, and from when on; a moment that is past, or urgent, is `now`. Nothing for all other events.
std::optional<time_point> access_ends_at(const canonical_event& event, const policy& rules, time_point now);

/// The guard against mass terminations lets one more through.
bool guard_allows(const policy& rules, const guard_counts& counts);

} // namespace jmld::workflows
