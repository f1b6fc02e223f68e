// The version of everything built from this tree; CMake's project version is its only source.
#pragma once

#include <string_view>

namespace jmld::daemon {

#ifndef JMLD_VERSION
#define JMLD_VERSION "0.1.0"
#endif
inline constexpr std::string_view version = JMLD_VERSION;

} // namespace jmld::daemon
