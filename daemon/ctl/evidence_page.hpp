// One record of evidence as a page that can be printed and read by somebody who was not there. It computes nothing new
// and leaves nothing out that would look bad.
#pragma once

#include "engine/value.hpp"

#include <string>

namespace jmld::ctl {

std::string evidence_page(const engine::value& record);

} // namespace jmld::ctl
