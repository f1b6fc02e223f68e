// When to try again: exponential, capped, with jitter from the handed-in chance. It looks at the policy and the count
// only.
#pragma once

#include "engine/definition.hpp"
#include "engine/random_source.hpp"
#include "engine/time.hpp"

namespace jmld::engine {

/// The pause after the n-th failure in a row (n ≥ 1), never above `cap`.
duration backoff(const retry_policy& policy, int failures, duration cap, random_source& random);
/// A server that only ever says "soon" is asked ever more rarely, up to the length of its windows: the least pause
/// after the n-th such word in a row.
duration easing(int refusals, random_source& random);

} // namespace jmld::engine
