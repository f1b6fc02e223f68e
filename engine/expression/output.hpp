// The bounds of a result: how large it is when written out, how deep. Sharing does not make it smaller, because whoever
// writes it down walks all of it.
#pragma once

#include "engine/value.hpp"

#include <cstddef>
#include <optional>
#include <string>

namespace jmld::engine::expression {

/// Deeper than any JSON that comes in, and flat enough for every walk by recursion.
inline constexpr std::size_t output_depth_max = 64;

/// What is wrong with the result, or nothing. Stops as soon as the limit is passed.
std::optional<std::string> check_output(const value& content, std::size_t bytes_max);

} // namespace jmld::engine::expression
