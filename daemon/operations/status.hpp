// Liveness, readiness, version, metrics and the status page: what is going on. Read-only.
#pragma once

#include "daemon/http/router.hpp"
#include "daemon/metrics.hpp"
#include "engine/runtime/journal.hpp"
#include "engine/runtime/limiter.hpp"
#include "engine/runtime/runner.hpp"

namespace jmld::daemon {

struct status_services
{
    runtime::journal& store;
    runtime::clock& time;
    metrics& counters;
    const runtime::limiter& budget;
    const runtime::dispatcher& outbound;
    const runtime::runner& runs;
    const bool& ready; ///< recovery is done
    const bool& draining;
};

result<void> add_status_routes(router& routes, status_services services);

} // namespace jmld::daemon
