// The routes of evidence: what one run is proved with, and all records as a chain. They show what was written down when
// a run ended and make nothing themselves.
#pragma once

#include "daemon/http/router.hpp"
#include "engine/runtime/journal.hpp"

namespace jmld::daemon {

struct evidence_services
{
    runtime::journal& store;
};

result<void> add_evidence_routes(router& routes, evidence_services services);

} // namespace jmld::daemon
