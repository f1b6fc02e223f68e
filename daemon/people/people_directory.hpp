// What correlation asks of Okta, as a port of its own: who might this worker be. It decides nothing and writes nothing.
#pragma once

#include "engine/action.hpp"
#include "workflows/people/correlate.hpp"

#include <boost/asio/awaitable.hpp>

#include <variant>

namespace jmld::daemon {

using lookup_outcome = std::variant<workflows::correlation_candidates, engine::attempt_failed>;

class people_directory
{
public:
    virtual ~people_directory() = default;
    virtual boost::asio::awaitable<lookup_outcome> look_up(workflows::lookups wanted) = 0;
};

} // namespace jmld::daemon
