// The routes of runs: list, show, history (also as a live stream), verbs. They read the journal and hand verbs to the
// runner.
#pragma once

#include "daemon/http/router.hpp"
#include "daemon/operations/live_history.hpp"
#include "engine/runtime/journal.hpp"
#include "engine/runtime/runner.hpp"

namespace jmld::daemon {

struct run_services
{
    runtime::journal& store;
    runtime::clock& time;
    runtime::runner& runs;
    runtime::definition_source& definitions;
    live_history& live;
};

result<void> add_run_routes(router& routes, run_services services);

/// /v1/runs/{id}: describe() with the person filled in; people and payloads masked unless `shown`.
runtime::awaitable_result<engine::value> run_value(run_services with, run_id id, bool shown);

} // namespace jmld::daemon
