// Events and their deliveries in SQLite. The first delivery stands in the event's own row (one row less for each
// acceptance), later ones in a table of their own; readers see one list.
#pragma once

#include "engine/runtime/journal.hpp"
#include "store/sqlite.hpp"

#include <vector>

namespace jmld::store {

/// Slots of an event's payload: body, headers, canonical form, and the words of the person who discarded it.
inline constexpr std::size_t event_slots = 4;

/// Within a transaction of the writer. Errors: as SQLite says.
result<std::vector<runtime::accept_answer>> accept_events(connection& db,
                                                          const std::vector<runtime::incoming_event>& batch);
/// Errors: conflict when the id is known.
result<void> insert_event(connection& db, const runtime::event_record& event, const runtime::delivery_record* first);
/// Errors: conflict when the event is not known.
result<void> update_event(connection& db, const runtime::event_update& update);

/// Reading. Errors: not_found, corrupt.
result<runtime::event_record> read_event(connection& db, const event_key& key);
result<std::vector<runtime::event_record>> read_events(connection& db, const runtime::event_query& query);
result<std::vector<runtime::event_record>> read_undecided(connection& db, int limit);
result<std::vector<runtime::delivery_record>> read_deliveries(connection& db, const event_key& key);

} // namespace jmld::store
