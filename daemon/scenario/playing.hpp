// Carries a script out on a rehearsal: at each instant the events, then the actions, then the crashes, each in the
// file's order; faults stand from their instant on. It judges nothing: what came of it is told by outcome.hpp.
#pragma once

#include "daemon/rehearsal/rehearsal.hpp"
#include "daemon/scenario/scenario.hpp"

#include <memory>
#include <string>
#include <vector>

namespace jmld::daemon::scenario {

/// One line of what the script did, for people.
struct happened
{
    time_point at{};
    std::string what;
    bool refused = false; ///< it did not apply, or was not accepted
};

struct played
{
    std::unique_ptr<rehearsal> world;
    engine::value org_before; ///< as GET /_sim/org, before the first entry
    std::vector<happened> story;
    std::vector<std::string> notes; ///< what a person should know about the scenario itself
};

/// Throws std::runtime_error only where the daemon itself would end.
played play(const script& wanted);

} // namespace jmld::daemon::scenario
