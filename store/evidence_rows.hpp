// What ended runs are proved with, in SQLite: appended as a chain, read newest first. What a record's hash covers is
// said elsewhere (engine/runtime/evidence_chain.hpp).
#pragma once

#include "engine/runtime/journal.hpp"
#include "store/sqlite.hpp"

#include <vector>

namespace jmld::store {

/// Behind the last record; one writer makes the order.
result<void> add_evidence(connection& db, const runtime::evidence_row& row);
/// Content that does not fit its digest is handed on as it is: that it does not is for whoever checks the chain to say.
result<std::vector<runtime::evidence_record>> read_evidence(connection& db, const runtime::evidence_query& query);

} // namespace jmld::store
