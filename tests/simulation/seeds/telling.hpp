// A played story in words: every event, fact and request, for people, and short, to see that two are the same. It
// judges nothing.
#pragma once

#include "tests/simulation/seeds/evidence.hpp"

#include <string>

namespace jmld::simulation {

std::string tell(const evidence& seen);
/// Of all that `tell` says.
std::string digest_of(const evidence& seen);

} // namespace jmld::simulation
