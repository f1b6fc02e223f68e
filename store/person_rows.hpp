// People in SQLite: one sealed record each, a version for whoever read it before, and the digests of strong keys they
// are found by.
#pragma once

#include "engine/runtime/journal.hpp"
#include "store/sqlite.hpp"

namespace jmld::store {

/// Errors: conflict (another version is stored, or an identity belongs to somebody else).
result<void> put_person(connection& db, const runtime::person_row& person);

/// Errors: not_found, corrupt.
result<runtime::person_row> read_person(connection& db, const person_key& key);
/// Errors: corrupt.
result<runtime::person_past> read_past(connection& db, const person_key& key, int each_max);
/// Errors: not_found, conflict (they belong to different people), corrupt.
result<runtime::person_row> find_person(connection& db, const std::vector<std::string>& identities);

} // namespace jmld::store
