// A closed account has been kept as long as the policy says. Whether it may go is asked anew; the event that closed it
// keeps the decision that it has.
#include "workflows/people/situation.hpp"

#include <algorithm>
#include <utility>

namespace jmld::workflows {

namespace {

/// Why the account stays; empty when nothing speaks for it.
std::string kept_because(const situation& now)
{
    const auto open =
        std::any_of(now.state.runs.begin(), now.state.runs.end(), [](const auto& run) { return run.open; });
    if (open)
        return "a run of the person is under way";
    for (const auto* other : now.others)
        if ((begins_employment(other->event.type) || other->event.type == "worker.termination_rescinded") &&
            is_accepted(*other) && entered(*other) > entered(now.self))
            return "the person came back";
    return {};
}

} // namespace

decision decide_deletion(situation& now)
{
    const auto* closing = now.state.find(now.event.key);
    now.out.kind = closing == nullptr ? decision_kind::acted
                                      : parse_decision_kind(closing->decision).value_or(decision_kind::acted);
    now.out.reason = closing == nullptr ? std::string() : closing->reason;
    now.out.by = closing == nullptr ? std::string() : closing->by;
    const bool kept = is_named(now.rules.legal_hold, merge(now.belief, now.event.subject), now.state.record);
    if (kept && now.rules.delete_after) { // a hold ends some day: then it is asked again
        const auto at = now.context.now + *now.rules.delete_after;
        now.add(arm_timer{make_id<timer_id>("tmr", now.context.now, *now.context.random),
                          std::string(timer_kind_delete), at, now.out.effective.date, now.out.effective.zone,
                          now.event.key, 3});
        return std::move(now.out);
    }
    const auto workflow = std::find_if(now.context.workflows.begin(), now.context.workflows.end(),
                                       [](const auto& one) { return one->name == workflow_of_retention; });
    if (workflow == now.context.workflows.end() || kept || !now.rules.delete_after || !kept_because(now).empty())
        return std::move(now.out);
    const auto run = make_id<run_id>("run", now.context.now, *now.context.random);
    now.add(start_run{run, (*workflow)->name, now.event.key, 3, true});
    return std::move(now.out);
}

} // namespace jmld::workflows
