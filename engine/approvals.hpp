// Approvals as people see them: which are open, what exactly is approved, and who may say so. Deciding itself is an
// operator's word like any other (stimulus.hpp).
#pragma once

#include "engine/definition.hpp"
#include "engine/run_state.hpp"

#include <optional>
#include <string>
#include <vector>

namespace jmld::engine {

struct approval_view
{
    approval_record what;
    run_id run;
    std::string workflow, step;
    person_key subject;
    std::string requester; ///< who started the run by hand; empty for an event's
    std::string state;     ///< open, approved, denied, expired, withdrawn
};

/// Every approval of a run, in the order of its steps.
std::vector<approval_view> approvals_of(const run_state& state);

/// Why this person may not decide; nothing when the person may. `admin` counts for what was escalated.
std::optional<std::string> may_not_decide(const run_state& state, const approval_record& approval,
                                          const std::string& who, bool admin);

/// For programs: id, run, workflow, step, subject, state, requested_at, until, approvers, required, plan_digest, plan,
/// words, escalated. Without `shown` the plan's steps and the reasons are left out.
value describe(const approval_view& approval, bool shown);

} // namespace jmld::engine
