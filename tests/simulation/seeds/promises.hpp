// P1 … P12 of the engine, each as a check of one played story. A check answers complaints, each beginning with the
// promise that was broken; an empty list is a kept promise.
#pragma once

#include "tests/simulation/seeds/evidence.hpp"

#include <string>
#include <vector>

namespace jmld::simulation {

using complaints = std::vector<std::string>;

/// P1 every accepted event is decided, every run has ended · P11 nothing is armed after the end · P12 all is done.
void check_ends(const evidence& seen, complaints& out);
/// P3 one run at a time for a person · P9 nothing before its time · P10 paused means silent: by the runs' facts.
void check_order(const evidence& seen, complaints& out);
/// P3, P10 every change in Okta belongs to a call of the one run that has the person · P5 nothing twice · P6 undone is
/// undone · P7 what revokes never grants · P8 no bucket is exceeded: by the ledger.
void check_effects(const evidence& seen, complaints& out);
/// P4 the order of entry decides: people end as the reference says.
void check_people(const evidence& seen, complaints& out);

struct verdict
{
    complaints broken;
    int people = 0, predicted = 0; ///< how many people the reference could say something about
};
verdict judge(const evidence& seen);

} // namespace jmld::simulation
