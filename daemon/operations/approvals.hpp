// The routes of approvals: what waits for a word, and the word. Who is asked, and when it counts, the run says.
#pragma once

#include "daemon/http/router.hpp"
#include "engine/runtime/journal.hpp"
#include "engine/runtime/runner.hpp"

namespace jmld::daemon {

struct approval_services
{
    runtime::journal& store;
    runtime::runner& runs;
    runtime::clock& time;
    runtime::definition_source& definitions;
};

result<void> add_approval_routes(router& routes, approval_services services);

} // namespace jmld::daemon
