// One line for each group of routes; what they do stands in their own files.
#include "daemon/operations/all_routes.hpp"

#include "daemon/operations/administration.hpp"
#include "daemon/operations/approvals.hpp"
#include "daemon/operations/catalogue.hpp"
#include "daemon/operations/erasure.hpp"
#include "daemon/operations/events.hpp"
#include "daemon/operations/evidence.hpp"
#include "daemon/operations/evidence_log.hpp"
#include "daemon/operations/holds.hpp"
#include "daemon/operations/okta_check.hpp"
#include "daemon/operations/openapi.hpp"
#include "daemon/operations/people.hpp"
#include "daemon/operations/plan.hpp"
#include "daemon/operations/reports.hpp"
#include "daemon/operations/run_starting.hpp"
#include "daemon/operations/run_verbs.hpp"
#include "daemon/operations/runs.hpp"
#include "daemon/operations/status.hpp"
#include "daemon/page/page.hpp"

namespace jmld::daemon {

result<void> add_all_routes(router& routes, operations_services services)
{
    auto& work = services.work;
    auto& store = work.store();
    auto& time = work.time();
    auto added = add_run_routes(routes, {store, time, work.runs(), work.definitions(), work.live()});
    if (added)
        added = add_run_verb_routes(routes, {store, time, work.runs()});
    if (added)
        added =
            add_run_starting_routes(routes, {store, time, work.random(), work.runs(), work.subjects(), work.rules()});
    if (added)
        added = add_event_routes(routes, {store, time, work.decisions(), services.intake, services.sources});
    if (added)
        added = add_hold_routes(routes, {store, work.decisions()});
    if (added)
        added = add_approval_routes(routes, {store, work.runs(), time, work.definitions()});
    if (added)
        added = add_people_routes(routes, {store, work.definitions()});
    if (added)
        added = add_plan_routes(routes, {store, time, work.directory(), work.rules(), services.sources});
    if (added)
        added = add_catalogue_routes(routes, {work.rules(), work.catalogue()});
    if (added)
        added = add_status_routes(routes, {store, time, work.counters(), work.budget(), work.outbound(), work.runs(),
                                           services.ready, services.draining});
    if (added)
        added = add_administration_routes(
            routes, {store, time, work.outbound(), [&work](bool open) { work.set_outbound(open); }});
    if (added)
        added = add_evidence_routes(routes, {store});
    if (added)
        added = add_evidence_log_route(routes, {store, work.okta()});
    if (added)
        added = add_erasure_route(routes, {store, time, work.rules()});
    if (added)
        added = add_report_routes(routes, {store, time, work.okta(), services.sources, work.rules()});
    if (added)
        added = add_page_routes(routes);
    if (added)
        added = add_okta_check_route(routes, {work.checking(), work.rules()});
    return added ? add_openapi_route(routes) : added;
}

} // namespace jmld::daemon
