// One route: what Okta's own System Log says of a run's person in the span of the run, beside what jmld wrote down. It
// is asked when somebody asks, and stands in no record: it proves by coming from somebody else.
#pragma once

#include "connectors/okta/client.hpp"
#include "daemon/http/router.hpp"
#include "engine/runtime/journal.hpp"

namespace jmld::daemon {

struct evidence_log_services
{
    runtime::journal& store;
    okta::client& okta;
};

result<void> add_evidence_log_route(router& routes, evidence_log_services services);

} // namespace jmld::daemon
