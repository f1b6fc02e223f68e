// A whole transaction of the journal as rows: everything, or an error and the caller rolls back.
#pragma once

#include "engine/runtime/journal.hpp"
#include "store/sqlite.hpp"

namespace jmld::store {

/// Within a transaction or savepoint of the writer, who undoes it on an error. Errors: conflict, or as SQLite says.
result<void> apply(connection& db, const runtime::transaction& work);

} // namespace jmld::store
