// The runs of a story as their histories say they stand, followed fact by fact while it is played: a history of a
// thousand facts is read once, not a thousand times. It judges nothing.
#pragma once

#include "daemon/rehearsal/rehearsal.hpp"
#include "engine/run_state.hpp"
#include "engine/runtime/run_storage.hpp"

#include <map>
#include <optional>
#include <vector>

namespace jmld::simulation {

struct watched_run
{
    engine::definition_pointer definition;
    engine::run_state state;
    std::vector<engine::fact> facts;
};

class run_watch
{
public:
    explicit run_watch(daemon::rehearsal& world) : world_(world) {}

    std::vector<runtime::run_row> rows() const; ///< newest first
    /// Reads what was added. Nothing: the history has a gap, or cannot be read.
    const watched_run* follow(const runtime::run_row& row);
    /// What the journal's whole history says, read anew from its first fact.
    std::optional<engine::run_state> folded(const run_id& id) const;
    /// What the running process holds of it.
    std::optional<engine::run_state> held(const run_id& id) const;
    bool has_armed_timer(const run_id& id, time_point& at) const;

private:
    daemon::rehearsal& world_;
    std::map<run_id, watched_run> known_;
};

} // namespace jmld::simulation
