// Somebody goes on leave and returns. A hire whose first day falls into a leave makes way for it: nobody's account is
// opened while they are away, and the return begins what was put off.
#include "workflows/people/situation.hpp"

#include <algorithm>
#include <utility>

namespace jmld::workflows {

namespace {

/// How often a hire is looked at again while nobody has said when the person is back.
constexpr duration looked_at_again{86'400'000};

/// A return that was entered before the person left does not open anything; one that comes before the end does.
const known_event* left_meanwhile(const situation& now)
{
    for (const auto* other : now.others)
        if (ends_employment(other->event.type) && is_accepted(*other) && entered(*other) > entered(now.self) &&
            now.moment_of(*other) <= now.moment() && same_employment(other->event.subject, now.event.subject))
            return other;
    return nullptr;
}

bool is_about_a_leave(const known_event& known) { return known.event.type.starts_with("worker.leave_"); }

/// A run that is to open an account on a first day that has not come yet.
const known_run* hire_under_way(const situation& now)
{
    for (const auto& run : now.state.runs) {
        const auto* hire = now.last_version_of(now.state.find(run.event));
        if (run.open && has_begun(run) && run.dir == engine::direction::grant && hire != nullptr &&
            begins_employment(hire->event.type) && same_employment(hire->event.subject, now.event.subject) &&
            now.moment_of(*hire) > now.context.now)
            return &run;
    }
    return nullptr;
}

// The account is there and stays closed: its hire begins anew when the person is back.
void put_off(situation& now, const known_run& run)
{
    const auto& hire = *now.last_version_of(now.state.find(run.event));
    now.add(change_event{hire.event.key, decision_kind::scheduled, std::string(reason_away), now.event.key.id});
    now.add(arm_timer{make_id<timer_id>("tmr", now.context.now, *now.context.random),
                      situation::timer_kind_of(run.dir, hire.event.type), now.moment_of(hire),
                      hire.event.effective_on ? jmld::to_text(*hire.event.effective_on) : std::string(),
                      now.out.effective.zone, hire.event.key, 3});
}

const known_event* hire_put_off(const situation& now)
{
    for (const auto* other : now.others)
        if (begins_employment(other->event.type) && other->decision == "scheduled" &&
            other->reason.starts_with(reason_away) && same_employment(other->event.subject, now.event.subject))
            return other;
    return nullptr;
}

decision begin_what_was_put_off(situation& now, const known_event& hire)
{
    for (const auto& timer : now.state.timers)
        if (timer.event == hire.event.key && timer.run.empty() && timer.state == "armed")
            now.add(move_timer{timer.id, now.context.now, {}, {}, hire.event.key, {}});
    return now.acted(hire.event.key.id, "the hire that waited for the return begins");
}

} // namespace

decision decide_leave(situation& now)
{
    if (const auto* closed = closed_by(now))
        return now.superseded(*closed, std::string(reason_has_left));
    if (const auto* hired = over_since(now))
        return now.superseded(*hired, std::string(reason_over));
    if (now.event.type == "worker.leave_ended")
        if (const auto* left = left_meanwhile(now))
            return now.superseded(*left, "the return was entered before the person's end");
    for (const auto* other : now.others)
        if (other->event.type.starts_with("worker.leave_") && is_accepted(*other) &&
            overruled_by(now.self, *other, now.rules) && in_force_from(*other, now.rules) <= now.context.now)
            return now.superseded(*other, "what was entered later about the leave stands");
    if (!now.state.may_have_account() && hire_ahead(now) == nullptr && now.workflow_for(now.event.type) != nullptr) {
        if (const auto* gone = hire_taken_back(now))
            return now.superseded(*gone, std::string(reason_never_began));
        return now.parked(std::string(reason_unknown_person));
    }
    const auto* target = now.due ? nullptr : corrected_by_this(now);
    if (target != nullptr)
        now.replace(*target, decision_kind::superseded, "it was corrected");
    const auto* returning = now.event.type == "worker.leave_ended" ? hire_put_off(now) : nullptr;
    if (returning != nullptr && now.moment() <= now.context.now) {
        now.out = begin_what_was_put_off(now, *returning);
    } else {
        now.instead_of = now.event.type == "worker.leave_started" ? hire_under_way(now) : nullptr;
        auto made = now.act_or_schedule(now.event.type, target);
        now.out = std::move(made);
        if (now.instead_of != nullptr && now.out.kind == decision_kind::acted)
            put_off(now, *now.instead_of);
    }
    if (target != nullptr)
        now.drop_timers_left(*target);
    return std::move(now.out);
}

std::optional<time_point> away_until(const situation& now)
{
    const auto starts = now.out.effective.at.value_or(now.context.now);
    const auto first_day = std::max(starts, now.context.now); // of one that is told late, today
    const known_event* last = nullptr;
    std::optional<time_point> back;
    for (const auto* other : now.others) {
        if (!is_about_a_leave(*other) || !is_accepted(*other) || entered(*other) <= entered(now.self) ||
            !same_employment(other->event.subject, now.event.subject))
            continue;
        const auto at = now.moment_of(*other);
        if (at <= first_day && (last == nullptr || overruled_by(*last, *other, now.rules)))
            last = other;
        if (at > first_day && other->event.type == "worker.leave_ended" && (!back || at < *back))
            back = at;
    }
    // A leave of somebody who had begun is for somebody who is here: the account is made, and then suspended.
    if (last == nullptr || last->event.type != "worker.leave_started" ||
        std::max(now.moment_of(*last), entered(*last)) > starts)
        return std::nullopt;
    return back ? *back : first_day > now.context.now ? first_day : now.context.now + looked_at_again;
}

} // namespace jmld::workflows
