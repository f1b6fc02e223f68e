// The moments of a run that an auditor asks for, and who took how long before them. Pure: everything is in the run.
#pragma once

#include "engine/run_state.hpp"

#include <optional>

namespace jmld::daemon {

struct run_moments
{
    std::optional<time_point> effective_at, entered_at, received_at;
    std::optional<time_point> contained_at; ///< nobody can sign in, sessions and tokens are revoked
    std::optional<time_point> closed_at;    ///< DEPROVISIONED
    std::optional<time_point> verified_at;  ///< the last clean read that was asked for
};
run_moments moments_of(const engine::workflow_definition& definition, const engine::run_state& state);

/// Milliseconds that each took beyond what it had to wait for: {hr, delivery, jmld, okta}; null where a moment is not
/// known. HR: entered after it was effective. Delivery: from the entry to us. jmld: until its first call, holds
/// included. Okta: from the first call to containment, or to the clean read where nothing is contained.
engine::value lateness_of(const run_moments& moments, const engine::run_state& state);

/// What the read-back of this run saw of the account last, and when; a null while nothing was read back.
struct read_back
{
    engine::value seen;
    std::optional<time_point> at;
};
read_back last_read_back(const engine::workflow_definition& definition, const engine::run_state& state);

/// Whether a step of this run is the read-back.
bool is_verification(const engine::workflow_definition& definition, const engine::step_record& step);
/// RFC 3339, or null; and back from either kind of value.
engine::value moment_value(const std::optional<time_point>& at);
std::optional<time_point> moment_in(const engine::value& shown);

} // namespace jmld::daemon
