// The System Log of the imitation: what happened to whom, in order of persistence. It is evidence for readers only;
// nothing in the imitation decides by it.
#pragma once

#include "engine/time.hpp"

#include <string>
#include <vector>

namespace jmld::okta_sim {

struct log_target
{
    std::string id, type, name; ///< type: User, UserGroup, AppInstance, AppUser, ROLE, Rule
};

/// Who did it: a user, an app or an API token's owner, Okta itself (SystemPrincipal).
struct log_actor
{
    std::string id, type, name;
};
inline log_actor okta_itself() { return {"system", "SystemPrincipal", "system@okta.com"}; }

struct log_event
{
    time_point published{};
    std::string uuid, event_type, transaction_id;
    log_actor actor;
    std::string outcome = "SUCCESS", reason;
    std::vector<log_target> targets;
};

using system_log = std::vector<log_event>;

} // namespace jmld::okta_sim
