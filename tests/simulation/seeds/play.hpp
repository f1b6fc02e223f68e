// Plays a drawn story in a rehearsal: deliveries, faults, deaths and words at their moments, then calm, in which an
// operator looks after whatever is parked. It judges nothing but what only a living process shows.
#pragma once

#include "tests/simulation/seeds/evidence.hpp"

namespace jmld::simulation {

evidence play(const story& told);

} // namespace jmld::simulation
