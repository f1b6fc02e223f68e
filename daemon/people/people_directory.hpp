// What decisions ask of Okta, as a port of its own: who might this worker be, how many people are there, what does an
// account have now. It decides nothing and writes nothing.
#pragma once

#include "engine/action.hpp"
#include "workflows/people/correlate.hpp"

#include <boost/asio/awaitable.hpp>

#include <variant>

namespace jmld::daemon {

using lookup_outcome = std::variant<workflows::correlation_candidates, engine::attempt_failed>;
using population_outcome = std::variant<int, engine::attempt_failed>;
/// {user: null | {id, status, transitioning, …}, groups, apps, roles}
using sight_outcome = std::variant<engine::value, engine::attempt_failed>;

class people_directory
{
public:
    virtual ~people_directory() = default;
    virtual boost::asio::awaitable<lookup_outcome> look_up(workflows::lookups wanted) = 0;
    /// Users that are not DEPROVISIONED, counted up to `enough`.
    virtual boost::asio::awaitable<population_outcome> population(int enough) = 0;
    /// What an account has now. Nobody waits for it: it makes way for everything else.
    virtual boost::asio::awaitable<sight_outcome> look(std::string okta_id) = 0;
};

} // namespace jmld::daemon
