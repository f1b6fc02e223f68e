// Runs and their histories in SQLite: facts are only ever appended, in unbroken sequence; the row lists read is written
// beside them.
#pragma once

#include "engine/runtime/journal.hpp"
#include "store/sqlite.hpp"

namespace jmld::store {

/// Within a transaction of the writer. Errors: conflict when the facts do not follow on what is stored.
result<void> append_run(connection& db, const runtime::run_append& append);

/// Reading. Errors: not_found, corrupt.
result<runtime::run_row> read_run(connection& db, const run_id& id);
result<std::vector<runtime::run_row>> read_runs(connection& db, const runtime::run_query& query);
result<std::vector<runtime::stored_fact>> read_history(connection& db, const run_id& id, std::uint64_t after);
/// Everything but timers. By state, by decision, the oldest open run.
result<runtime::journal_counts> read_counts(connection& db);

} // namespace jmld::store
