// The routes of runs that only look: list, show, history (also as a live stream), graph. Verbs stand in run_verbs.hpp.
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

/// A row of /v1/runs.
engine::value run_row_value(const runtime::run_row& row);
/// Whom a run is about: {key, worker_id, universal_id, okta_id, login, name}.
engine::value run_subject_value(const engine::workflow_definition& definition, const engine::run_state& state,
                                bool shown);
/// /v1/runs/{id}: describe() with the person filled in; people and payloads masked unless `shown`.
runtime::awaitable_result<engine::value> run_value(run_services with, run_id id, bool shown);

} // namespace jmld::daemon
