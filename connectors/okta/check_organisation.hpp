// What of the organisation itself could stand in jmld's way: somebody else who writes profiles, group rules that cannot
// exclude anybody more. It only reads.
#pragma once

#include "connectors/okta/check.hpp"

namespace jmld::okta {

boost::asio::awaitable<check_finding> who_masters_profiles(client& okta);
/// Each removal of a rule's member excludes the person from the rule, and a rule excludes a hundred at most.
boost::asio::awaitable<check_finding> rules_nearly_full(client& okta);

} // namespace jmld::okta
