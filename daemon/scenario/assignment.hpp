// Which expected item is met by which item of a list, each at most once, as many as possible.
#pragma once

#include <functional>
#include <optional>
#include <vector>

namespace jmld::daemon::scenario {

/// For each of `wanted` the one of `there` that is its own; nothing where none is left.
std::vector<std::optional<std::size_t>> assign(std::size_t wanted, std::size_t there,
                                               const std::function<bool(std::size_t, std::size_t)>& fits);

} // namespace jmld::daemon::scenario
