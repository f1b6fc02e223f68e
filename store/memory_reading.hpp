// Questions to the content of a memory journal, answered at once. Pure; whether anybody may ask is the journal's
// business.
#pragma once

#include "store/memory_store.hpp"

namespace jmld::store {

/// Errors: not_found (the list has no such event or run to go on from).
result<std::vector<runtime::event_record>> read_events(const memory_store& content, const runtime::event_query& query);
result<std::vector<runtime::run_row>> read_runs(const memory_store& content, const runtime::run_query& query);
runtime::journal_counts read_counts(const memory_store& content);
/// By time.
std::vector<runtime::timer_row> read_timers(const memory_store& content, const std::set<timer_id>& ids);
std::vector<runtime::timer_row> timers_of(const memory_store& content, const person_key& person);
/// Errors: not_found, conflict.
result<runtime::person_row> find_person_by(const memory_store& content, const std::vector<std::string>& identities);

} // namespace jmld::store
