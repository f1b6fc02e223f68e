// The routes of events: list, show, hand in, decide again. They read the journal and hand verbs to the conductor.
#pragma once

#include "daemon/http/router.hpp"
#include "daemon/people/conductor.hpp"
#include "daemon/webhooks/webhook_handler.hpp"
#include "engine/runtime/journal.hpp"

namespace jmld::daemon {

struct event_services
{
    runtime::journal& store;
    runtime::clock& time;
    conductor& decisions;
    webhook_handler& intake;
    const source_set_pointer& sources; ///< the set in force
};

/// Registers them. Errors: as router::add.
result<void> add_event_routes(router& routes, event_services services);

/// events[] of contract-jml; people are masked unless `shown`.
engine::value event_value(const runtime::event_record& stored, const std::vector<runtime::delivery_record>& deliveries,
                          bool shown);

} // namespace jmld::daemon
