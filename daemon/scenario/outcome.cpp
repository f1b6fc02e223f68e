// The views are those of the operations API; only people, who stand there by key, are named here in full.
#include "daemon/scenario/outcome.hpp"

#include "daemon/operations/common.hpp"
#include "daemon/operations/views.hpp"

#include <algorithm>
#include <map>

namespace jmld::daemon::scenario {

using engine::value;
using engine::value_list;

namespace {

/// Who stands behind a person's key, as runs and events say last.
class people
{
public:
    void learn(const std::vector<value>& items)
    {
        for (const auto& item : items)
            if (const auto key = item["subject"]["key"].text_or(); !key.empty())
                known_[key] = item["subject"];
    }

    value of(const person_key& key) const
    {
        if (key.empty())
            return {};
        const auto found = known_.find(key.text);
        return found == known_.end() ? value::map({{"key", key.text}}) : found->second;
    }

private:
    std::map<std::string, value> known_;
};

} // namespace

value outcome_of(rehearsal& world)
{
    const auto runs = world.runs();
    const auto events = world.events();
    const auto evidence = world.evidence();
    people who;
    who.learn(events);
    who.learn(runs);
    value_list alarms, holds, timers;
    for (const auto& row : world.alarms())
        alarms.push_back(alarm_value(row, who.of(row.subject)));
    std::ranges::reverse(alarms);
    for (const auto& row : world.holds())
        holds.push_back(hold_value(row));
    for (const auto& row : world.timers())
        timers.push_back(timer_value(row, who.of(row.subject)));
    return value::map({{"clock", to_rfc3339(world.now())},
                       {"org", world.organisation().snapshot(world.now())},
                       {"ledger", world.organisation().ledger_value(0)},
                       {"runs", value(value_list(runs))},
                       {"events", value(value_list(events))},
                       {"holds", value(std::move(holds))},
                       {"alarms", value(std::move(alarms))},
                       {"timers", value(std::move(timers))},
                       {"evidence", value(value_list(evidence))}});
}

} // namespace jmld::daemon::scenario
