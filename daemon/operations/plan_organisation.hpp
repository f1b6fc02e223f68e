// What was read of the real organisation as a document that the imitation of Okta loads: a plan is a rehearsal in a
// copy of what one person's access consists of. Pure.
#pragma once

#include "connectors/okta/directory.hpp"
#include "engine/value.hpp"

#include <vector>

namespace jmld::daemon {

struct seen_organisation
{
    std::vector<engine::value> images; ///< of each account that may matter, as okta::directory::snapshot answers
    std::vector<okta::named_object> groups, apps; ///< that the access rules name
};

/// As PUT /_sim/org takes it. A rule that only Okta understands is there and inactive: what it gave stays given.
engine::value organisation_document(const seen_organisation& seen);

} // namespace jmld::daemon
