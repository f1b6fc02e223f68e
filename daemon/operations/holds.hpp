// The routes of holds: what a guard holds, and the word that lets it through or not. Who may decide is the role's
// business, what follows the conductor's.
#pragma once

#include "daemon/http/router.hpp"
#include "daemon/people/conductor.hpp"
#include "engine/runtime/journal.hpp"

namespace jmld::daemon {

struct hold_services
{
    runtime::journal& store;
    conductor& decisions;
};

result<void> add_hold_routes(router& routes, hold_services services);

} // namespace jmld::daemon
