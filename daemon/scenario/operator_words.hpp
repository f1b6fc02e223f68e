// One operator's word of a script, brought to the operations API of the rehearsed daemon: whom it is about is looked up
// when its time has come.
#pragma once

#include "daemon/scenario/playing.hpp"

namespace jmld::daemon::scenario {

happened carry_out(rehearsal& world, const action& word);

} // namespace jmld::daemon::scenario
