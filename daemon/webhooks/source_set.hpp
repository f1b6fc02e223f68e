// The sources in force: who may send, how it is verified, how it is read. Made from the configuration as one set and
// replaced as one set on reload; it holds secrets and is never printed.
#pragma once

#include "daemon/webhooks/verifier.hpp"
#include "workflows/events/source_mapping.hpp"

#include <map>
#include <memory>
#include <string>

namespace jmld::daemon {

struct event_source
{
    std::string name;
    verification_scheme scheme;
    workflows::source_mapping mapping;
};

using source_set = std::map<std::string, event_source, std::less<>>;
using source_set_pointer = std::shared_ptr<const source_set>;

} // namespace jmld::daemon
