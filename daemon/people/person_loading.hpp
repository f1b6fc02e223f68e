// Fills a person_state from the journal: record, events with their decisions, runs, timers. It decides nothing and
// writes nothing.
#pragma once

#include "engine/runtime/journal.hpp"
#include "workflows/people/person.hpp"

#include <vector>

namespace jmld::daemon {

struct loaded_person
{
    runtime::person_row row; ///< with the version that a commit must name
    workflows::person_state state;
    std::vector<runtime::timer_row> timers; ///< as stored, to change them
};

/// Errors: as the journal's reading calls; corrupt.
runtime::awaitable_result<loaded_person> load_person(runtime::journal& store, runtime::person_row row);
/// The same with the row as it stands. Errors: not_found too.
runtime::awaitable_result<loaded_person> load_person(runtime::journal& store, person_key key);

/// An account is an identity too: whoever has it is that person.
std::string account_digest(const std::string& okta_id);

/// Errors: corrupt.
result<workflows::canonical_event> canonical_of(const runtime::event_record& stored);

} // namespace jmld::daemon
