// The closed lists that every journal holds its rows to, before anything is queued: SQLite's CHECKs say the same once
// more. What depends on stored rows (sequences, versions) is not looked at here.
#pragma once

#include "engine/runtime/journal.hpp"

namespace jmld::store {

/// Errors: invalid_input, naming the row, the word and the words that are accepted.
result<void> check(const std::vector<runtime::incoming_event>& batch);
result<void> check(const runtime::transaction& work);

} // namespace jmld::store
