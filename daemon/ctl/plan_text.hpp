// What `jmlctl plan` prints on a terminal: the plan of the API as a text for people. It asks nobody anything.
#pragma once

#include "engine/value.hpp"

#include <string>

namespace jmld::ctl {

/// `plan` as POST /v1/plan answers.
std::string plan_text(const engine::value& plan);

} // namespace jmld::ctl
