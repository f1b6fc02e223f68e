// Whose a change in Okta is: the run, and the call of it, that made it. Facts tell of every exchange but the last ones
// of a process that died; whose those are, time tells. It judges no run.
#pragma once

#include "tests/simulation/seeds/promises.hpp"

#include <map>
#include <string>
#include <vector>

namespace jmld::simulation {

struct attributed
{
    const okta_sim::ledger_entry* entry = nullptr;
    const run_record* run = nullptr;
    std::string what, object; ///< the event's name; user, group, app and role that it is about
    bool undo = false;
    std::string step; ///< whose call it was
};

std::string what_of(const okta_sim::ledger_entry& entry);
std::string shown(const okta_sim::ledger_entry& entry);
/// Lets somebody in, or gives something.
bool gives(const std::string& what);

/// Every change in the order of the ledger. Complains of what belongs to nobody, and of what left during a pause.
std::vector<attributed> attribute_changes(const evidence& seen, complaints& out);

} // namespace jmld::simulation
