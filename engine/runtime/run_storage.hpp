// Between the engine's facts and the journal's rows: encode, decode, fold. It holds no state and decides nothing.
#pragma once

#include "engine/definition.hpp"
#include "engine/history.hpp"
#include "engine/run_state.hpp"
#include "engine/runtime/journal.hpp"

#include <vector>

namespace jmld::runtime {

stored_fact to_stored(const engine::fact& happened);
/// Errors: corrupt (a kind or version that is not known, a payload that does not fit).
result<engine::fact> from_stored(const stored_fact& stored);

/// The row that lists and filters read, from the state after the facts.
run_row row_of(const engine::run_state& state);

/// The history may be longer than the row knew, which was read before it. Errors: corrupt, naming the run and the fact.
result<engine::run_state> fold(const run_row& row, const engine::workflow_definition& definition,
                               const std::vector<stored_fact>& history);

/// Where definitions that runs are pinned to come from: the set in force, else the journal's text.
class definition_source
{
public:
    virtual ~definition_source() = default;
    /// Errors: not_found, corrupt, unavailable.
    virtual awaitable_result<engine::definition_pointer> definition(std::string sha256) = 0;
    /// Of the set in force, by name. Errors: not_found.
    virtual result<engine::definition_pointer> named(const std::string& workflow) = 0;
};

struct loaded_run
{
    engine::definition_pointer definition;
    engine::run_state state;
};
/// Errors: not_found (no such run), corrupt, unavailable.
awaitable_result<loaded_run> load_run(journal& store, definition_source& definitions, run_id id);

} // namespace jmld::runtime
