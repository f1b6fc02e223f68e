// Whether the database file itself is damaged, asked once more before a process gives it up for good. It repairs
// nothing.
#pragma once

#include "engine/result.hpp"

#include <optional>
#include <string>

namespace jmld::store {

/// Reads the whole file anew, through a connection of its own. Nothing when SQLite finds nothing, or could not look: a
/// read that failed once looks like damage too, and is gone the next time. Blocks for as long as that takes.
std::optional<error> find_damage(const std::string& database);

} // namespace jmld::store
