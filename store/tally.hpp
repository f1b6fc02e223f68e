// Counts of runs by state and of events by decision, kept in the transaction that moves one: what an operator's page
// shows must not cost more with every run that has ended. It counts only what it is told.
#pragma once

#include "engine/result.hpp"
#include "store/sqlite.hpp"

#include <cstdint>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace jmld::store {

enum class tallied : std::uint8_t { run, event };

/// Within a transaction of the writer.
result<void> count_new(connection& db, tallied what, std::string_view word);
result<void> count_moved(connection& db, tallied what, std::string_view from, std::string_view to);

/// Sorted by word; none that is zero.
result<std::vector<std::pair<std::string, std::int64_t>>> read_tally(connection& db, tallied what);

} // namespace jmld::store
