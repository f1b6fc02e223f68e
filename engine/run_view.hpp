// A run as people and programs see it: the keys of runs[] and steps[] of the contract. It leaves out what an action
// calls secret, and masks nothing else; whoever shows it to a viewer does.
#pragma once

#include "engine/definition.hpp"
#include "engine/run_state.hpp"
#include "engine/value.hpp"

namespace jmld::engine {

/// {id, workflow, direction, state, subject{key}, event, created_at, started_at, ended_at, why, superseded_by, residue,
/// review, steps[], timers[], waiting_for}. The caller fills in the person.
value describe(const workflow_definition& definition, const run_state& state);
/// Its `why`: {kind, detail, step, okta_code, status, request_id, target}, or null.
value describe(const reason_why& why);

} // namespace jmld::engine
