// What operators leave behind in SQLite: the audit record as a chain, kept answers, settings. What a row's hash covers
// is said elsewhere (engine/runtime/audit_chain.hpp).
#pragma once

#include "engine/runtime/journal.hpp"
#include "store/sqlite.hpp"

#include <optional>
#include <string>
#include <vector>

namespace jmld::store {

/// Behind the last row; one writer makes the order.
result<void> add_audit(connection& db, const runtime::audit_row& row);
/// Those whose time is over by its own are forgotten with it.
result<void> keep_answer(connection& db, const runtime::kept_answer& kept);
result<void> put_setting(connection& db, const runtime::setting_row& row);

/// Errors: corrupt (words that do not fit their digest).
result<std::vector<runtime::audit_record>> read_audit(connection& db, std::optional<std::uint64_t> before, int limit);
/// Errors: not_found, corrupt.
result<runtime::kept_answer> read_answer(connection& db, const std::string& principal, const std::string& key_sha256);
result<std::string> read_setting(connection& db, const std::string& name);

} // namespace jmld::store
