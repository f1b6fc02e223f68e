// Alarms, holds and definitions in SQLite: few rows, plain statements.
#pragma once

#include "engine/runtime/journal.hpp"
#include "store/sqlite.hpp"

namespace jmld::store {

/// A second alarm for the same cause only raises the count of the first.
result<void> raise_alarm(connection& db, const runtime::alarm_row& alarm);
result<void> put_hold(connection& db, const runtime::hold_row& hold);
result<void> add_definition(connection& db, const runtime::definition_text& definition);

result<std::vector<runtime::alarm_row>> read_alarms(connection& db, int limit);
result<std::vector<runtime::hold_row>> read_holds(connection& db, const std::string& state);
/// Errors: not_found.
result<runtime::definition_text> read_definition(connection& db, const std::string& sha256);

} // namespace jmld::store
