// Many joiners at once against the limits that Okta enforces, in virtual time: how much of what is allowed was used,
// how many calls were refused, and how long somebody waited who had to be let out at once. Plays and counts; it expects
// nothing.
#pragma once

#include "engine/time.hpp"

#include <map>
#include <optional>
#include <string>
#include <vector>

namespace jmld::simulation {

struct bucket_use
{
    std::string name;
    int limit = 0;   ///< requests a minute that Okta allows
    int allowed = 0; ///< the same, less headroom and the urgent leavers' reserve
    std::int64_t requests = 0, refused = 0;
    duration busy{0}; ///< from its first request to its last
    double used = 0;  ///< of `allowed`, over that time
    double of_limit = 0;
};

struct crowd_report
{
    int joined = 0; ///< people whose run succeeded
    std::int64_t requests = 0, refused = 0;
    duration took{0};
    std::vector<bucket_use> buckets;          ///< those with a limit, the busiest first
    std::optional<duration> urgent_contained; ///< from the urgent leaver's event until her sessions were ended

    double refused_share() const
    {
        return requests == 0 ? 0 : static_cast<double>(refused) / static_cast<double>(requests);
    }
};

/// What one token may use by default (half of what a small paid organisation has).
std::map<std::string, int> token_limits();

crowd_report play_crowd(int people, const std::map<std::string, int>& limits, std::uint64_t seed = 1);
/// Accounts of an older directory, staged with the password hook and then activated, 1,000 in a run: `joined` are those
/// that are ACTIVE at the end.
crowd_report play_import(int people, const std::map<std::string, int>& limits, std::uint64_t seed = 1);
std::string describe(const crowd_report& report);

} // namespace jmld::simulation
