// A decision and its consequences as one transaction. Pure: it reads nothing and commits nothing; what has to happen
// after the commit comes back beside it.
#pragma once

#include "daemon/people/person_loading.hpp"
#include "daemon/rule_book.hpp"
#include "engine/runtime/runner.hpp"
#include "workflows/people/decide.hpp"

#include <functional>
#include <optional>
#include <string>
#include <vector>

namespace jmld::daemon {

struct decision_input
{
    const loaded_person& person;
    event_key event;
    const workflows::canonical_event& meant;
    const workflows::decision& decided;
    const rule_book& rules;
    std::optional<runtime::timer_row> fired;    ///< the timer that led here: it is marked with the same commit
    std::optional<runtime::hold_row> open_hold; ///< of the guard, if one waits
    time_point now{};
    time_point received_at{}; ///< of the event
    random_source& random;
    engine::value identity; ///< who was asked about, and who said it: candidates, manager_candidates, resolved
};

struct rescheduled_wait
{
    run_id run;
    time_point at{};
    std::string rule_date, rule_zone;
};
struct written_decision
{
    runtime::transaction work;
    std::vector<runtime::run_row> admitted;              ///< to runner.admit() after the commit
    std::vector<workflows::cancel_queued_run> cancelled; ///< queued runs whose end must join the transaction
    std::vector<time_point> armed;                       ///< to timer_service.armed() after the commit
    std::vector<rescheduled_wait> moved;                 ///< waits of runs that end at another moment now
    std::vector<runtime::event_record> undecided;        ///< new events, to be decided after the commit
    std::vector<workflows::preempt_run> preempted; ///< runs that must give way, to runner.preempt() after the commit
};

/// `prepare` makes the first facts of a run (runner::prepare).
written_decision write_decision(const decision_input& input,
                                const std::function<runtime::run_append(const runtime::new_run&)>& prepare);

/// events[].details: JSON without personal data; the entries of `identity` stand beside what was decided.
std::string details_of(const workflows::decision& decided, const engine::value& identity = {});
/// What an event's details say about who it is.
engine::value identity_of(const runtime::event_record& stored);

} // namespace jmld::daemon
