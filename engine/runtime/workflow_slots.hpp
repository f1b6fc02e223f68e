// How many runs of one workflow go at the same time, for those whose file says `concurrency`. Bookkeeping only: the
// runner says what begins and ends.
#pragma once

#include "engine/ids.hpp"

#include <algorithm>
#include <cstddef>
#include <deque>
#include <optional>
#include <string>
#include <unordered_map>

namespace jmld::runtime {

class workflow_slots
{
public:
    /// False: there is no room; it is remembered and comes back from ended().
    bool may_begin(const std::string& workflow, const run_id& run, int limit)
    {
        auto& lane = lanes_[workflow];
        if (limit <= 0 || lane.going < static_cast<std::size_t>(limit))
            return true;
        if (std::ranges::find(lane.waiting, run) == lane.waiting.end())
            lane.waiting.push_back(run);
        return false;
    }
    void began(const std::string& workflow) { ++lanes_[workflow].going; }
    /// Answers the one that may begin now.
    std::optional<run_id> ended(const std::string& workflow)
    {
        auto& lane = lanes_[workflow];
        lane.going -= lane.going > 0 ? 1 : 0;
        if (lane.waiting.empty())
            return std::nullopt;
        auto next = lane.waiting.front();
        lane.waiting.pop_front();
        return next;
    }
    /// It ended without having begun.
    void forget(const run_id& run)
    {
        for (auto& [workflow, lane] : lanes_)
            std::erase(lane.waiting, run);
    }

private:
    struct lane
    {
        std::size_t going = 0;
        std::deque<run_id> waiting;
    };
    std::unordered_map<std::string, lane> lanes_;
};

} // namespace jmld::runtime
