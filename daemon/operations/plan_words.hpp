// A planned call in words: what it does and why, for somebody of HR. It reads the rehearsed run and the access rules;
// it decides nothing.
#pragma once

#include "engine/value.hpp"
#include "workflows/people/access.hpp"

#include <string>

namespace jmld::daemon {

struct planned_for
{
    const workflows::access_rules& rules;
    workflows::worker person; ///< as the run acts for
    const engine::value& run; ///< as /v1/runs/{id}
    const engine::value& event;
};

/// `says` and `why` beside what stands in the call. `inputs` are those of its step.
engine::value in_words(const planned_for& plan, engine::value call, const engine::value& inputs);

} // namespace jmld::daemon
