// Evidence of an ended run, made from nothing but what the run has written down. It asks nobody and stores nothing;
// what was not read is said to be not known.
#pragma once

#include "engine/runtime/journal.hpp"
#include "engine/runtime/runner.hpp"

#include <optional>

namespace jmld::daemon {

/// Of a run that has ended and that had read its person; nothing of one that never came so far.
std::optional<runtime::evidence_row> evidence_of(const engine::workflow_definition& definition,
                                                 const engine::run_state& state);
/// The same, when this change is the end of the run.
std::optional<runtime::evidence_row> evidence_of(const runtime::run_change& change);

/// What this evidence can prove and what it cannot, for people.
std::string_view scope_statement();

} // namespace jmld::daemon
