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

struct log_event
{
    time_point published{};
    std::string uuid, event_type, actor_id, actor_type, transaction_id;
    std::string outcome = "SUCCESS", reason;
    std::vector<log_target> targets;
};

using system_log = std::vector<log_event>;

} // namespace jmld::okta_sim
