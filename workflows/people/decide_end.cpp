// An employment ends: terminated, contract ended. Whether anything is left to close, whether another employment goes
// on, and which of several announced ends counts.
#include "workflows/people/situation.hpp"

#include <algorithm>
#include <utility>

namespace jmld::workflows {

namespace {

const known_event* overruled_end(const situation& now)
{
    for (const auto* other : now.others)
        if (ends_employment(other->event.type) && is_accepted(*other) && entered(*other) > entered(now.self) &&
            same_employment(other->event.subject, now.event.subject) && (!now.urgent() || other->decision == "acted") &&
            !hired_between(now, now.self, *other))
            return other;
    return nullptr;
}

/// The employment because of which the account stays; nothing when none does.
std::optional<employment> goes_on(const situation& now)
{
    const auto& mine = now.event.subject;
    if (mine.id.empty())
        return std::nullopt;
    const auto until = now.moment();
    for (auto& work : employments_of(now.state, now.rules, now.event.key)) {
        if (work.ended || work.begins > until || (work.ends && *work.ends <= until))
            continue;
        const auto* begun = now.state.find(work.begun_by);
        const bool again = work.worker_id == mine.id && begun != nullptr && entered(*begun) > entered(now.self);
        // Of the same number only a hire entered later goes on; of another number every employment does, but what is
        // urgent closes that too.
        if (!work.worker_id.empty() && (again || (work.worker_id != mine.id && !now.urgent())))
            return std::move(work);
    }
    return std::nullopt;
}

access_target without(access_target some, const access_target& others)
{
    const auto drop = [](std::vector<std::string>& names, const std::vector<std::string>& kept) {
        std::erase_if(names,
                      [&](const std::string& name) { return std::find(kept.begin(), kept.end(), name) != kept.end(); });
    };
    drop(some.groups, others.groups);
    drop(some.apps, others.apps);
    drop(some.roles, others.roles);
    return some;
}

/// An employment as it stands by the last word about it; nothing when its hire is not known.
std::optional<worker> as_it_stands(const situation& now, const employment& work)
{
    const auto* begun = now.state.find(work.begun_by);
    if (begun == nullptr)
        return std::nullopt;
    return believed_for(now.state, now.rules, begun->event);
}

/// The employment that ends, as long as nothing else has ended it: a conversion goes on as another one.
std::optional<worker> ending_one(const situation& now)
{
    for (const auto& work : employments_of(now.state, now.rules, now.event.key))
        if (work.worker_id == now.event.subject.id && !work.ended)
            return as_it_stands(now, work);
    return std::nullopt;
}

// What this employment gave, and none of the others gives, goes when it is over. One that only begins then takes its
// place by itself.
void leave_to_the_other(situation& now, const employment& other)
{
    const auto* workflow = now.workflow_for("worker.changed");
    const auto mine = ending_one(now);
    const auto theirs = as_it_stands(now, other);
    const bool done = std::any_of(now.state.runs.begin(), now.state.runs.end(),
                                  [&](const known_run& run) { return run.event == now.event.key; });
    if (workflow == nullptr || now.context.access == nullptr || !mine || !theirs || done ||
        other.begins >= now.moment())
        return;
    auto kept = target_of(*now.context.access, *theirs);
    for (const auto& work : employments_of(now.state, now.rules, now.event.key))
        if (const auto who = as_it_stands(now, work); who && !work.ended && work.worker_id != mine->id)
            kept = united(std::move(kept), target_of(*now.context.access, *who));
    if (without(target_of(*now.context.access, *mine), kept) == access_target{})
        return;
    if (now.moment() > now.context.now) {
        if (now.timer_of(now.event.key, "end") == nullptr)
            now.add(arm_timer{make_id<timer_id>("tmr", now.context.now, *now.context.random), "end", now.moment(),
                              now.out.effective.date, now.out.effective.zone, now.event.key, 2});
        return;
    }
    now.add(believe{*mine});
    now.add(believe{*theirs});
    now.add(start_run{make_id<run_id>("run", now.context.now, *now.context.random), workflow->name, now.event.key, 2,
                      true});
}

// Of several employments the last one to end closes the account: an end that was set aside because of this employment
// may now be that one.
decision stays_open(situation& now, const employment& other)
{
    now.out = now.superseded(other.begun_by.id, std::string(reason_employment_goes_on));
    for (const auto* end : now.others) {
        const bool aside = ends_employment(end->event.type) && end->decision == "superseded" &&
                           end->reason == reason_employment_goes_on && now.moment_of(*end) > now.moment() &&
                           !same_employment(end->event.subject, now.event.subject);
        if (!aside)
            continue;
        auto made = now.redecide(end->event, decision_kind::superseded);
        if (made.kind != decision_kind::superseded)
            now.replace(*end, made.kind, std::move(made.reason));
    }
    leave_to_the_other(now, other);
    return std::move(now.out);
}

std::vector<const known_event*> hires_not_begun(const situation& now)
{
    std::vector<const known_event*> hires;
    for (const auto* other : now.others)
        if (begins_employment(other->event.type) && is_pending(*other) && entered(*other) <= entered(now.self) &&
            same_employment(other->event.subject, now.event.subject))
            hires.push_back(other);
    return hires;
}

/// Ends of the same employment that were announced before: this one takes their place.
std::vector<const known_event*> announced(const situation& now)
{
    std::vector<const known_event*> ends;
    for (const auto* other : now.others)
        if (ends_employment(other->event.type) && is_pending(*other) &&
            same_employment(other->event.subject, now.event.subject) && entered(*other) <= entered(now.self) &&
            !hired_between(now, *other, now.self))
            ends.push_back(other);
    return ends;
}

decision close_or_wait(situation& now)
{
    const auto* target = now.due ? nullptr : corrected_by_this(now);
    auto before = announced(now);
    if (target != nullptr && std::find(before.begin(), before.end(), target) == before.end())
        before.push_back(target);
    const known_event* reuse = nullptr;
    for (const auto* other : before)
        if (reuse == nullptr && now.timer_of(other->event.key, "end") != nullptr)
            reuse = other;
    for (const auto* other : before)
        now.replace(*other, decision_kind::superseded, "another end of the employment was entered later");
    auto made = now.act_or_schedule(now.event.type, reuse);
    now.out = std::move(made);
    for (const auto* other : before)
        now.drop_timers_left(*other);
    return std::move(now.out);
}

} // namespace

decision decide_end(situation& now)
{
    if (const auto* later = overruled_end(now))
        return now.superseded(*later, "an end entered later stands");
    if (const auto* closed = closed_by(now))
        return now.superseded(*closed, std::string(reason_closed_already));
    if (const auto other = goes_on(now); other && other->begun_by.empty() && now.event.type == "worker.terminated")
        return now.parked("the account carries another worker's id than the one whose employment ends");
    else if (other)
        return stays_open(now, *other);
    const auto hires = hires_not_begun(now);
    if (!now.state.may_have_account()) {
        if (const auto* hired = hired_since(now, now.self); hires.empty() && hired != nullptr)
            return now.superseded(*hired, "the hire it ends never began, and another was entered since");
        if (hires.empty())
            return now.parked(std::string(reason_unknown_person));
        const bool never = now.moment() <= now.context.now || now.moment() <= now.moment_of(*hires.back());
        if (never) {
            now.clear_the_way({});
            return now.acted(hires.back()->event.key.id,
                             "the hire it ends had not begun: it is called off, no account exists");
        }
    }
    return close_or_wait(now);
}

decision decide_employment_over(situation& now)
{
    const auto* known = now.state.find(now.event.key);
    now.out.kind = decision_kind::superseded;
    now.out.reason = known == nullptr ? std::string(reason_employment_goes_on) : known->reason;
    now.out.by = known == nullptr ? std::string() : known->by;
    const bool stands = rescinded_by(now) == nullptr && corrected_by(now) == nullptr && overruled_end(now) == nullptr &&
                        closed_by(now) == nullptr;
    if (const auto other = stands ? goes_on(now) : std::nullopt)
        leave_to_the_other(now, *other);
    return std::move(now.out);
}

} // namespace jmld::workflows
