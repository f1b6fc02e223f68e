// A person is erased from SQLite, which a person's row without a record asks for: every payload of their events, runs
// and evidence goes, and what operators wrote about these in their own words. Rows and the hashes of chains stay;
// whether somebody may be erased is not asked here.
#pragma once

#include "engine/runtime/journal.hpp"
#include "store/sqlite.hpp"

namespace jmld::store {

/// What stands in the slot of a fact afterwards: every text in it is gone, its lists and maps are as long as they were,
/// so that a history can still be folded. Null for what is no encoded value.
std::string without_texts(std::string_view slot);
/// A person that was there and is written without a record.
bool asks_for_erasure(const runtime::person_row& person);
result<void> erase(connection& db, const person_key& person);

} // namespace jmld::store
