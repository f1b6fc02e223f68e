// Full jitter: anything from nothing to the exponential bound, so that many runs that failed together do not come back
// together.
#include "engine/retry.hpp"

#include <algorithm>
#include <cmath>

namespace jmld::engine {

duration backoff(const retry_policy& policy, int failures, duration cap, random_source& random)
{
    const auto limit = static_cast<double>(std::min(policy.max_interval, cap).count());
    const double exponential = static_cast<double>(policy.initial_interval.count()) *
                               std::pow(policy.backoff_coefficient, std::min(failures - 1, 60));
    const double bound = std::min(exponential, limit);
    const double chosen = policy.full_jitter ? bound * random.uniform() : bound;
    return duration(std::max<std::int64_t>(1, std::llround(chosen)));
}

duration easing(int refusals, random_source& random)
{
    constexpr int soon_believed = 3;
    retry_policy policy;
    policy.max_interval = duration(60'000);
    const int again = refusals - soon_believed;
    return again > 0 ? backoff(policy, again, duration::max(), random) : duration(1);
}

} // namespace jmld::engine
