// One run at a time for a person: who holds, who waits, who must give way. Pure bookkeeping; the runner acts on what it
// answers.
#pragma once

#include "engine/definition.hpp"
#include "engine/ids.hpp"
#include "engine/time.hpp"

#include <map>
#include <optional>
#include <string>
#include <unordered_map>
#include <vector>

namespace jmld::runtime {

struct queued_run
{
    run_id id;
    engine::direction dir = engine::direction::grant;
    int priority = 3;
    time_point created_at{};
};

class person_queues
{
public:
    void wait(const person_key& person, queued_run run);
    /// At recovery: it had begun.
    void hold(const person_key& person, queued_run run);
    /// The run ended, or never began: it neither holds nor waits.
    void leave(const person_key& person, const run_id& run);

    struct next_move
    {
        std::optional<run_id> begin;              ///< it holds the person from now on
        std::optional<run_id> give_way, for_whom; ///< the holder must stop for a run that revokes (said once)
    };
    next_move next(const person_key& person);
    /// Whose person a run belongs to; nothing when it is not open here.
    std::optional<person_key> person_of(const run_id& run) const;
    std::optional<run_id> holder_of(const person_key& person) const;
    std::vector<person_key> people() const;

private:
    struct queue
    {
        std::optional<queued_run> holder;
        bool told = false;
        std::map<std::pair<int, std::pair<time_point, std::string>>, queued_run> waiting;
    };
    std::unordered_map<person_key, queue> queues_;
    std::unordered_map<run_id, person_key> owners_;
};

} // namespace jmld::runtime
