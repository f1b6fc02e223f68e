// Facts of an approval: what was asked for, who said what, and that it went to the administrators.
#include "engine/recorder.hpp"

namespace jmld::engine {

void recorder::take(const approval_requested& f)
{
    auto& step = at(f.step);
    step.status = step_status::waiting;
    approval_record asked;
    asked.id = f.approval;
    asked.plan_sha256 = f.plan_sha256;
    asked.approvers = f.approvers;
    asked.required = f.required;
    asked.requested_at = at_;
    asked.plan = f.plan;
    if (f.until != time_point{})
        asked.until = f.until;
    step.due = asked.until;
    step.approval = std::move(asked);
}

void recorder::take(const approval_given& f)
{
    auto& step = at(f.step);
    if (step.approval)
        step.approval->words.push_back({f.by, f.verdict, f.reason, at_});
}

void recorder::take(const approval_escalated& f)
{
    auto& step = at(f.step);
    step.due.reset();
    if (step.approval) {
        step.approval->escalated = true;
        step.approval->until.reset();
    }
}

} // namespace jmld::engine
