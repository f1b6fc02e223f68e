// One line for each group of routes; what they do stands in their own files.
#include "daemon/operations/all_routes.hpp"

#include "daemon/operations/events.hpp"
#include "daemon/operations/openapi.hpp"
#include "daemon/operations/runs.hpp"
#include "daemon/operations/status.hpp"

namespace jmld::daemon {

result<void> add_all_routes(router& routes, operations_services services)
{
    auto& work = services.work;
    auto& store = work.store();
    auto& time = work.time();
    if (auto added = add_run_routes(routes, {store, time, work.runs(), work.definitions(), work.live()}); !added)
        return added;
    if (auto added = add_event_routes(routes, {store, time, work.decisions(), services.intake, services.sources});
        !added)
        return added;
    if (auto added =
            add_status_routes(routes, {store, time, work.counters(), work.budget(), work.outbound(), work.runs(),
                                       work.decisions(), work.rules(), services.ready, services.draining});
        !added)
        return added;
    return add_openapi_route(routes);
}

} // namespace jmld::daemon
