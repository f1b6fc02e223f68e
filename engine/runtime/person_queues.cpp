// Order: priority, then age. A person without open runs costs nothing.
#include "engine/runtime/person_queues.hpp"

#include <algorithm>

namespace jmld::runtime {

void person_queues::wait(const person_key& person, queued_run run)
{
    owners_[run.id] = person;
    const auto place = std::pair(run.priority, std::pair(run.created_at, run.id.text));
    queues_[person].waiting.emplace(place, std::move(run));
}

void person_queues::hold(const person_key& person, queued_run run)
{
    owners_[run.id] = person;
    auto& queue = queues_[person];
    if (!queue.holder)
        queue.holder = std::move(run);
}

void person_queues::leave(const person_key& person, const run_id& run)
{
    owners_.erase(run);
    const auto found = queues_.find(person);
    if (found == queues_.end())
        return;
    auto& queue = found->second;
    if (queue.holder && queue.holder->id == run) {
        queue.holder.reset();
        queue.told = false;
    }
    std::erase_if(queue.waiting, [&](const auto& entry) { return entry.second.id == run; });
    if (!queue.holder && queue.waiting.empty())
        queues_.erase(found);
}

person_queues::next_move person_queues::next(const person_key& person)
{
    next_move move;
    const auto found = queues_.find(person);
    if (found == queues_.end() || found->second.waiting.empty())
        return move;
    auto& queue = found->second;
    if (!queue.holder) {
        queue.holder = queue.waiting.begin()->second;
        queue.told = false;
        queue.waiting.erase(queue.waiting.begin());
        move.begin = queue.holder->id;
    }
    const auto revoking = std::find_if(queue.waiting.begin(), queue.waiting.end(),
                                       [](const auto& entry) { return entry.second.dir == engine::direction::revoke; });
    if (revoking != queue.waiting.end() && queue.holder->dir != engine::direction::revoke && !queue.told) {
        queue.told = true;
        move.give_way = queue.holder->id;
        move.for_whom = revoking->second.id;
    }
    return move;
}

std::optional<person_key> person_queues::person_of(const run_id& run) const
{
    const auto found = owners_.find(run);
    return found == owners_.end() ? std::nullopt : std::optional(found->second);
}

std::optional<run_id> person_queues::holder_of(const person_key& person) const
{
    const auto found = queues_.find(person);
    return found == queues_.end() || !found->second.holder ? std::nullopt : std::optional(found->second.holder->id);
}

std::vector<person_key> person_queues::people() const
{
    std::vector<person_key> all;
    for (const auto& [person, queue] : queues_)
        all.push_back(person);
    std::sort(all.begin(), all.end());
    return all;
}

} // namespace jmld::runtime
