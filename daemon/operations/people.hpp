// The route of one person: everything known about somebody in one place, in order. It reads the journal only; Okta is
// not asked.
#pragma once

#include "daemon/http/router.hpp"
#include "engine/runtime/journal.hpp"
#include "engine/runtime/run_storage.hpp"

namespace jmld::daemon {

struct people_services
{
    runtime::journal& store;
    runtime::definition_source& definitions;
};

result<void> add_people_routes(router& routes, people_services services);

} // namespace jmld::daemon
