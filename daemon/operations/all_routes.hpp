// Every route of the operations API over one daemon core, put together once: the daemon serves them, a rehearsal asks
// them in process. It opens no listener and authenticates nobody.
#pragma once

#include "daemon/core.hpp"
#include "daemon/http/router.hpp"
#include "daemon/webhooks/source_set.hpp"
#include "daemon/webhooks/webhook_handler.hpp"

namespace jmld::daemon {

/// All of it must outlive the routes.
struct operations_services
{
    core& work;
    webhook_handler& intake;
    const source_set_pointer& sources; ///< the set in force
    const bool& ready;                 ///< recovery is done
    const bool& draining;
};

/// Errors: as router::add.
result<void> add_all_routes(router& routes, operations_services services);

} // namespace jmld::daemon
