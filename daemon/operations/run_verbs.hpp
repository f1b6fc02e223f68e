// What operators say to runs and to their steps. Whether a word applies, and what follows from it, is the engine's
// business; here it is read, written down and handed on.
#pragma once

#include "daemon/http/router.hpp"
#include "engine/runtime/clock.hpp"
#include "engine/runtime/journal.hpp"
#include "engine/runtime/runner.hpp"

namespace jmld::daemon {

struct run_verb_services
{
    runtime::journal& store;
    runtime::clock& time;
    runtime::runner& runs;
};

result<void> add_run_verb_routes(router& routes, run_verb_services services);

} // namespace jmld::daemon
