// `POST /v1/runs`: a workflow started by hand, or only foreseen. What its run reads and does stands in daemon/people.
#pragma once

#include "daemon/http/router.hpp"
#include "daemon/people/starting.hpp"

namespace jmld::daemon {

result<void> add_run_starting_routes(router& routes, hand_starter::ports services);

} // namespace jmld::daemon
