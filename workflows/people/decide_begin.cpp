// An employment begins: hired, rehired, converted, and corrections of these. What it means for ends that were
// announced, for its own end when a contract has one, and for events that had come before it.
#include "workflows/people/dates.hpp"
#include "workflows/people/situation.hpp"

#include <algorithm>
#include <utility>

namespace jmld::workflows {

namespace {

time_point begins_at(const situation& now) { return now.out.effective.at.value_or(now.context.now); }

bool waits_for_somebody(const known_event& known)
{
    return known.decision == "parked" && known.reason == reason_unknown_person;
}

// ---- reasons not to begin -----------------------------------------------------------------------

// A hire had set this end aside, and was rescinded: the end counts again.
bool counts_again(const situation& now, const known_event& end)
{
    const auto rescinded = [&](const known_event& hire) {
        return std::any_of(now.others.begin(), now.others.end(), [&](const known_event* word) {
            return word->event.type == "worker.hire_rescinded" && is_accepted(*word) &&
                   is_named_by(hire, word->event.rescinds);
        });
    };
    return end.decision == "superseded" &&
           std::any_of(now.others.begin(), now.others.end(), [&](const known_event* hire) {
               return hire->event.key.id == end.by && begins_employment(hire->event.type) && !is_accepted(*hire) &&
                      rescinded(*hire);
           });
}

const known_event* ended_by(const situation& now)
{
    const auto latest = std::max(begins_at(now), now.context.now);
    for (const auto* other : now.others) {
        const bool for_nothing = other->decision == "superseded" && other->reason == reason_closed_already;
        const bool counts =
            is_accepted(*other) || waits_for_somebody(*other) || for_nothing || counts_again(now, *other);
        // What is urgent does not wait for its day: it has closed the account, or would.
        const bool over = now.moment_of(*other) <= latest || is_urgent(other->event, now.rules);
        if (ends_employment(other->event.type) && counts && same_employment(other->event.subject, now.event.subject) &&
            entered(*other) > entered(now.self) && over)
            return other;
    }
    return nullptr;
}

const known_event* begun_later(const situation& now)
{
    for (const auto* other : now.others)
        if (begins_employment(other->event.type) && is_accepted(*other) &&
            other->event.subject.id == now.event.subject.id && !now.event.subject.id.empty() &&
            entered(*other) > entered(now.self))
            return other;
    return nullptr;
}

bool is_over(const situation& now)
{
    const auto& end = now.event.subject.end;
    return end && end_of_day(*end, now.out.effective.zone) <= now.context.now;
}

// ---- corrections --------------------------------------------------------------------------------

worker without_dates(worker who)
{
    who.start = who.end = who.last_day = std::nullopt;
    return who;
}

/// What a change entered in between had said may be taken back by a correction that repeats the hire.
bool is_believed(const situation& now)
{
    const auto& before = now.state.record.believed;
    return before == worker{} || without_dates(before) == without_dates(now.belief);
}

const known_run* run_of_process(const situation& now)
{
    const known_run* last = nullptr;
    for (const auto* other : now.others)
        if (is_named_by(*other, now.event.corrects) && begins_employment(other->event.type))
            if (const auto* run = now.state.find(other->run); run != nullptr && (last == nullptr || run->open))
                last = run;
    return last;
}

const known_timer* waits_for_the_start(const situation& now, const known_run& run)
{
    for (const auto& timer : now.state.timers)
        if (timer.run == run.id && timer.kind == "start" && timer.state == "armed")
            return &timer;
    return nullptr;
}

// The account is there and stays as it is; only the wait until the first day ends at another moment.
decision move_start(situation& now, const std::string& type, const known_run& run, const known_timer& timer)
{
    now.add(believe{now.belief});
    now.add(
        move_timer{timer.id, begins_at(now), now.out.effective.date, now.out.effective.zone, now.event.key, run.id});
    const auto* workflow = now.workflow_for(type);
    const auto moment = workflow == nullptr ? situation::when{} : now.moment_of_trigger(*workflow);
    if (moment.at && *moment.at > now.context.now) {
        now.schedule(*workflow, *moment.at, nullptr);
        now.out.by = run.id.text;
        return std::move(now.out);
    }
    return now.acted(run.id.text, "the run that is under way waits until the corrected first day");
}

/// The workflow that closes an account for some time is acting for this event, or has.
bool is_suspended_until_the_first_day(const situation& now, const known_event& event)
{
    const auto* run = now.state.find(event.run);
    const auto* leave = now.workflow_for("worker.leave_started");
    return run != nullptr && leave != nullptr && run->workflow == leave->name;
}

// It was opened too early: closed until the day that counts, opened again then.
decision suspend_until_the_first_day(situation& now)
{
    const auto* leave = now.workflow_for("worker.leave_started");
    if (leave == nullptr || now.workflow_for("worker.leave_ended") == nullptr)
        return now.parked("the account is active already, and the corrected first day lies ahead");
    auto made = now.start(*leave);
    now.out = std::move(made);
    const auto by = now.out.by;
    now.schedule(*leave, begins_at(now), nullptr);
    now.out.by = by;
    now.out.reason = "the account is open already: it is suspended until the corrected first day; " + now.out.reason;
    return std::move(now.out);
}

decision correct_finished(situation& now, const known_event& target, bool only_dates)
{
    if (only_dates && begins_at(now) > now.context.now)
        return suspend_until_the_first_day(now);
    if (only_dates && is_suspended_until_the_first_day(now, target))
        return now.act_or_schedule("worker.leave_ended");
    if (only_dates) {
        now.add(believe{now.belief});
        return now.acted({}, "only dates changed: nothing is left to do");
    }
    return now.act_or_schedule("worker.changed");
}

decision correct(situation& now, const known_event& target)
{
    const bool only_dates = without_dates(target.event.subject) == without_dates(now.event.subject) && is_believed(now);
    // A correction says what is corrected, not what kind of hire it was.
    const auto& type = target.event.type;
    const auto* run = run_of_process(now);
    if (run == nullptr || (run->open && !has_begun(*run))) {
        if (run != nullptr)
            now.add(cancel_queued_run{run->id, target.event.key, decision_kind::superseded, "it was corrected",
                                      now.event.key.id});
        return now.act_or_schedule(type, &target);
    }
    if (!run->open && run->state == "succeeded")
        return correct_finished(now, target, only_dates);
    if (!run->open)
        return now.act_or_schedule(type, &target);
    const auto* timer = waits_for_the_start(now, *run);
    if (only_dates && timer != nullptr)
        return move_start(now, type, *run, *timer);
    const auto* workflow = now.workflow_for(type);
    if (workflow == nullptr)
        return now.parked("no workflow is triggered by " + type);
    return now.start(*workflow, run);
}

// ---- what follows from a begin ------------------------------------------------------------------

void supersede_ends(situation& now)
{
    for (const auto* other : now.others) {
        if (!ends_employment(other->event.type) || !is_pending(*other) || is_urgent(other->event, now.rules))
            continue;
        const bool elsewhere = !same_employment(other->event.subject, now.event.subject);
        const bool before =
            same_employment(other->event.subject, now.event.subject) && entered(*other) < entered(now.self);
        if ((elsewhere || before) && now.moment_of(*other) >= begins_at(now))
            now.overrule(*other, decision_kind::superseded, std::string(reason_employment_goes_on));
    }
}

bool has_its_own_end(const situation& now)
{
    const auto mine = contract_end_key(now.event);
    return std::any_of(now.others.begin(), now.others.end(), [&](const known_event* other) {
        const bool told = ends_employment(other->event.type) && is_accepted(*other) &&
                          other->event.subject.id == now.event.subject.id && !is_contract_end_key(other->event.key) &&
                          entered(*other) >= entered(now.self);
        return told || (other->event.key == mine && is_accepted(*other));
    });
}

// "Hire with a contract end: a leaver at the end of that local day, without a further event."
void announce_contract_end(situation& now, decision_kind kind, const known_event* target)
{
    const auto end = now.event.subject.end;
    if (!end || has_its_own_end(now))
        return;
    if (target != nullptr)
        if (const auto* old = now.state.find(contract_end_key(target->event)); old != nullptr && is_pending(*old))
            now.overrule(*old, decision_kind::superseded, "the contract's end was corrected");
    canonical_event ending;
    ending.key = contract_end_key(now.event);
    ending.type = "worker.contract_ended";
    ending.entered_at = entered(now.self);
    ending.effective_on = end;
    ending.action = "complete";
    ending.subject = merge(now.belief, now.event.subject);
    auto made = now.redecide(ending, kind);
    // Its own consequences came after it in redecide(); the event must exist before they refer to it.
    now.out.consequences.insert(now.out.consequences.begin(),
                                new_event{ending, made.kind,
                                          "the end of the contract, as the hire says it; " + made.reason,
                                          made.by.empty() ? now.event.key.id : made.by, made.effective});
}

/// It came before the hire that it is about, and found nothing to do but what an earlier end had done.
bool found_nobody_here(const situation& now, const known_event& other)
{
    return other.decision == "superseded" && entered(other) > entered(now.self) &&
           (other.reason == reason_closed_already || other.reason == reason_has_left || other.reason == reason_leaves ||
            other.reason == reason_never_began);
}

/// An end entered after this hire that had nobody to close when it was told, or closed another one that never began.
bool closed_nobody(const situation& now, const known_event& other)
{
    return ends_employment(other.event.type) && other.decision == "acted" && other.run.empty() &&
           entered(other) > entered(now.self);
}

void look_again_at_waiting(situation& now, decision_kind kind)
{
    for (const auto* other : now.others) {
        const bool waits = waits_for_somebody(*other) || found_nobody_here(now, *other) || closed_nobody(now, *other) ||
                           (is_on_leave(now, *other) && entered(*other) > entered(now.self));
        if (!waits || !same_employment(other->event.subject, now.event.subject))
            continue;
        auto made = now.redecide(other->event, kind);
        const bool news = made.kind != decision_kind::superseded || waits_for_somebody(*other);
        if (made.kind != decision_kind::parked && news)
            now.replace(*other, made.kind, made.reason);
    }
}

/// Somebody who comes back before the earlier employment is over: that one is closed first.
std::optional<time_point> when_the_last_one_is_over(const situation& now)
{
    std::optional<time_point> over;
    for (const auto* other : now.others) {
        const auto at = now.moment_of(*other);
        const bool before_me = ends_employment(other->event.type) && other->decision == "scheduled" &&
                               entered(*other) < entered(now.self) && at < begins_at(now) &&
                               same_employment(other->event.subject, now.event.subject);
        if (before_me && (!over || *over < at))
            over = at;
    }
    return over;
}

decision wait_for_the_return(situation& now, const engine::workflow_definition& workflow, time_point until)
{
    now.schedule(workflow, until, nullptr);
    now.out.reason = std::string(reason_away) + "; " + now.out.reason;
    return std::move(now.out);
}

decision begin(situation& now, const known_event* target)
{
    const auto* workflow = now.workflow_for(now.event.type);
    if (const auto until = away_until(now); until && target == nullptr && workflow != nullptr)
        return wait_for_the_return(now, *workflow, *until);
    now.not_before = when_the_last_one_is_over(now);
    // Somebody whose account was closed meanwhile is taken back as a rehire: there is nothing to exchange on it.
    const bool closed = now.state.was_closed() || closed_by(now) != nullptr;
    if (target == nullptr) {
        auto made =
            now.act_or_schedule(now.event.type == "worker.converted" && closed ? "worker.rehired" : now.event.type);
        now.out = std::move(made);
        if (now.out.kind == decision_kind::acted)
            now.take_the_place_of_older_hires();
        return std::move(now.out);
    }
    now.replace(*target, decision_kind::superseded, "it was corrected");
    auto made = correct(now, *target);
    now.out = std::move(made);
    if (now.out.kind == decision_kind::acted)
        now.take_the_place_of_older_hires();
    now.drop_timers_left(*target);
    return std::move(now.out);
}

} // namespace

void settle_waiting(situation& now, const known_event& instead)
{
    for (const auto* other : now.others) {
        const bool between = entered(*other) > entered(now.self) && entered(*other) <= entered(instead);
        if (!between || !waits_for_somebody(*other) || !same_employment(other->event.subject, now.event.subject))
            continue;
        if (ends_employment(other->event.type))
            now.replace(*other, decision_kind::acted, "the hire it ends never began");
        else
            now.replace(*other, decision_kind::superseded, std::string(reason_never_began));
    }
}

decision decide_begin(situation& now)
{
    // An end that is to stop that run finds it by this event: it must not be set aside before.
    if (now.due)
        if (const auto* run = run_of_process(now); run != nullptr && run->open)
            return now.acted(run->id.text, "the run that is under way acts for it");
    if (const auto* end = ended_by(now)) {
        settle_waiting(now, *end);
        return now.superseded(*end, "an end entered later lies before it could begin");
    }
    if (const auto* later = begun_later(now)) {
        settle_waiting(now, *later);
        return now.superseded(*later, std::string(reason_begun_anew));
    }
    if (is_over(now))
        return now.superseded(std::string{}, "the employment had ended before this was told");
    if (is_named(now.rules.not_for_rehire, merge(now.belief, now.event.subject), now.state.record))
        return now.parked("the policy says that this person is not for rehire; take them off the list and replay it");
    if (const auto* mine = now.state.find(now.event.key);
        now.due && mine != nullptr && is_suspended_until_the_first_day(now, *mine))
        return now.act_or_schedule("worker.leave_ended");
    const auto* target = now.due ? nullptr : corrected_by_this(now);
    now.out = begin(now, target);
    const auto kind = now.out.kind;
    if (kind != decision_kind::acted && kind != decision_kind::scheduled)
        return std::move(now.out);
    now.call_off_deletion();
    if (!now.due) {
        supersede_ends(now);
        announce_contract_end(now, kind, target);
        look_again_at_waiting(now, kind);
    }
    return std::move(now.out);
}

} // namespace jmld::workflows
