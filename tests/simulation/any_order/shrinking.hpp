// The smallest tale that still fails, for people to read. It plays nothing itself.
#pragma once

#include "tests/simulation/any_order/tale.hpp"

#include <functional>

namespace jmld::simulation::any_order {

tale smallest(tale told, const std::function<bool(const tale&)>& fails);

} // namespace jmld::simulation::any_order
