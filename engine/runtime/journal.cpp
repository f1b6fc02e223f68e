// What a transaction is made of, in one place, so that a new kind of row cannot be forgotten in `add` or `empty`.
// Nothing is stored here.
#include "engine/runtime/journal.hpp"

#include <iterator>
#include <utility>

namespace jmld::runtime {

namespace {

template <class Row> void append(std::vector<Row>& to, std::vector<Row>&& more)
{
    if (to.empty())
        to = std::move(more);
    else
        to.insert(to.end(), std::make_move_iterator(more.begin()), std::make_move_iterator(more.end()));
}

} // namespace

bool transaction::empty() const
{
    const auto& [new_events_, events_, runs_, timers_, people_, alarms_, holds_, audit_, evidence_, definitions_,
                 answers_, settings_] = *this;
    return new_events_.empty() && events_.empty() && runs_.empty() && timers_.empty() && people_.empty() &&
           alarms_.empty() && holds_.empty() && audit_.empty() && evidence_.empty() && definitions_.empty() &&
           answers_.empty() && settings_.empty();
}

void transaction::add(transaction more)
{
    auto& [new_events_, events_, runs_, timers_, people_, alarms_, holds_, audit_, evidence_, definitions_, answers_,
           settings_] = more;
    append(new_events, std::move(new_events_));
    append(events, std::move(events_));
    append(runs, std::move(runs_));
    append(timers, std::move(timers_));
    append(people, std::move(people_));
    append(alarms, std::move(alarms_));
    append(holds, std::move(holds_));
    append(audit, std::move(audit_));
    append(evidence, std::move(evidence_));
    append(definitions, std::move(definitions_));
    append(answers, std::move(answers_));
    append(settings, std::move(settings_));
}

} // namespace jmld::runtime
