// How a run gets to know its person before its first step and again after a wait: read once, kept as a fact. The engine
// treats what comes back as opaque values for expressions and before-images.
#pragma once

#include "engine/action.hpp"
#include "engine/definition.hpp"
#include "engine/ids.hpp"

#include <boost/asio/awaitable.hpp>

#include <string>
#include <variant>
#include <vector>

namespace jmld::runtime {

struct subject_request
{
    run_id run;
    person_key subject;
    std::string workflow;
    engine::direction dir = engine::direction::change; ///< of the definition that the run is pinned to
    engine::value event;                               ///< the canonical event, as expressions see it
    engine::value policy;
    duration timeout{30'000};
    std::uint8_t urgency = 3; ///< runtime::priority
};

/// See docs/architecture.md for the layout of each map.
struct subject_view
{
    engine::value person;                   ///< believed worker record plus okta_id, login, status, okta_profile
    engine::value access;                   ///< target, groups/apps/roles to add and remove, review
    engine::value image;                    ///< user, groups, apps, roles, factors exactly as read: the before-image
    std::vector<std::string> unknown_names; ///< names of access.yaml that Okta does not have: the run pauses
};
using subject_outcome = std::variant<subject_view, engine::attempt_failed>;

class subject_port
{
public:
    virtual ~subject_port() = default;
    virtual boost::asio::awaitable<subject_outcome> read(subject_request request) = 0;
};

} // namespace jmld::runtime
