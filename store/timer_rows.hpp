// Timers in SQLite: armed once, moved or settled by id, found by when they are due.
#pragma once

#include "engine/runtime/journal.hpp"
#include "store/sqlite.hpp"

namespace jmld::store {

result<void> put_timer(connection& db, const runtime::timer_row& timer);

result<std::vector<runtime::timer_row>> read_due_timers(connection& db, time_point until, int limit);
result<std::optional<time_point>> read_next_timer(connection& db);
result<std::vector<runtime::timer_row>> read_timers(connection& db, const person_key& subject, const run_id& run);

} // namespace jmld::store
