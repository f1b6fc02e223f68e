// Something is taken back: a hire (rescinded, no-show) or an end. Before it acted it is called off; afterwards what it
// did is closed, or given back where a workflow does that.
#include "workflows/people/situation.hpp"

#include <algorithm>
#include <utility>

namespace jmld::workflows {

namespace {

bool takes_back_an_end(const situation& now) { return now.event.type == "worker.termination_rescinded"; }

/// Every version of what it takes back, in order of entry.
std::vector<const known_event*> targets(const situation& now)
{
    std::vector<const known_event*> found;
    const auto& reference = now.event.rescinds;
    for (const auto* other : now.others) {
        const bool family =
            takes_back_an_end(now) ? ends_employment(other->event.type) : begins_employment(other->event.type);
        const bool named = reference.empty() ? same_employment(other->event.subject, now.event.subject) &&
                                                   entered(*other) <= entered(now.self)
                                             : is_named_by(*other, reference);
        if (family && named && other->decision != "quarantined" && other->decision != "ignored")
            found.push_back(other);
    }
    std::sort(found.begin(), found.end(), [](const known_event* left, const known_event* right) {
        return std::pair(entered(*left), left->event.key) < std::pair(entered(*right), right->event.key);
    });
    // A rescind that names nothing means the last one, not the person's whole history.
    if (reference.empty() && found.size() > 1)
        found.erase(found.begin(), found.end() - 1);
    return found;
}

bool has_acted(const situation& now, const known_event& target)
{
    return target.decision == "acted" || now.state.find(target.run) != nullptr;
}

// What it had pushed aside counts again: the end of a contract, when the conversion does not come.
bool revive_ends(situation& now, const std::vector<const known_event*>& called_off)
{
    bool any = false;
    for (const auto* other : now.others) {
        const bool by_these = std::any_of(called_off.begin(), called_off.end(),
                                          [&](const known_event* target) { return target->event.key.id == other->by; });
        const bool counts = ends_employment(other->event.type) && other->decision == "superseded" && by_these &&
                            std::find(called_off.begin(), called_off.end(), other) == called_off.end();
        if (!counts)
            continue;
        auto made = now.redecide(other->event, decision_kind::acted);
        if (made.kind == decision_kind::superseded)
            continue;
        any = true;
        now.add(change_event{other->event.key, made.kind, std::move(made.reason), std::move(made.by)});
    }
    return any;
}

void call_off(situation& now, const std::vector<const known_event*>& called_off)
{
    for (const auto* target : called_off) {
        if (is_pending(*target) || target->decision == "tombstone")
            now.overrule(*target, decision_kind::superseded, "it was rescinded");
        now.drop_timers_left(*target);
        // The end that followed from a hire by itself goes with it.
        if (const auto* end = now.state.find(contract_end_key(target->event)); end != nullptr && is_pending(*end))
            now.overrule(*end, decision_kind::superseded, "the hire was rescinded");
    }
}

/// A hire that was itself taken back.
bool is_taken_back(const situation& now, const known_event* begun)
{
    return begun != nullptr && std::any_of(now.others.begin(), now.others.end(), [&](const known_event* other) {
               const bool takes = other->event.type == "worker.hire_rescinded" || other->event.type == "worker.no_show";
               return takes && is_accepted(*other) && is_named_by(*begun, other->event.rescinds);
           });
}

bool another_employment(const situation& now, const std::vector<const known_event*>& taken_back)
{
    const auto& mine = now.event.subject.id;
    for (const auto& work : employments_of(now.state, now.rules, now.event.key)) {
        const bool taken = std::any_of(taken_back.begin(), taken_back.end(),
                                       [&](const known_event* target) { return target->event.key == work.begun_by; });
        const bool known = !mine.empty() && !work.worker_id.empty();
        const auto* begun = now.state.find(work.begun_by);
        // Of the same number only one that is known to have begun by another hire.
        const bool another = known && (work.worker_id != mine ||
                                       (!taken_back.empty() && begun != nullptr && begun->decision == "acted"));
        if (another && !taken && !is_taken_back(now, begun) && !work.ended && work.begins <= now.context.now)
            return true;
    }
    return false;
}

decision unseen(situation& now)
{
    // The account of this worker exists although we never saw the hire: it must not stay open.
    const auto& number = now.state.record.employee_number;
    const bool theirs = number.empty() || now.event.subject.id.empty() || number == now.event.subject.id;
    const bool hired_again = hired_since(now, now.self) != nullptr; // then the account is that one's
    if (!takes_back_an_end(now) && !now.state.record.okta_id.empty() && theirs && !hired_again &&
        !another_employment(now, {}))
        return now.act_or_schedule(now.event.type);
    now.out.kind = decision_kind::tombstone;
    now.out.reason = "it takes back something that has not been seen yet";
    return std::move(now.out);
}

decision take_back_hire(situation& now, const std::vector<const known_event*>& taken_back)
{
    const bool acted = std::any_of(taken_back.begin(), taken_back.end(),
                                   [&](const known_event* target) { return has_acted(now, *target); });
    const auto& last = *taken_back.back();
    if (const auto* closed = closed_by(now))
        return now.superseded(*closed, std::string(reason_closed_already));
    call_off(now, taken_back);
    const bool converted = last.event.type == "worker.converted";
    if (acted && !converted && another_employment(now, taken_back)) {
        for (const auto* target : taken_back)
            now.replace(*target, decision_kind::superseded, "it was rescinded");
        if (revive_ends(now, taken_back))
            return now.acted(last.event.key.id, "the end of the employment before it counts again");
    }
    if (acted && (converted || another_employment(now, taken_back)))
        return now.parked("what it takes back was carried out on the account of an employment that goes on");
    const bool untouched = !acted && (now.state.record.okta_id.empty() || now.state.was_closed() || converted ||
                                      another_employment(now, taken_back));
    if (!untouched)
        return now.act_or_schedule(now.event.type);
    revive_ends(now, taken_back);
    return now.acted(last.event.key.id, "it had not begun: it is called off");
}

/// Hires and changes that the end had called off come back, in the order in which they were entered.
void revive_hires(situation& now, const std::vector<const known_event*>& taken_back)
{
    std::vector<const known_event*> called_off;
    for (const auto* other : now.others) {
        const bool by_these = std::any_of(taken_back.begin(), taken_back.end(),
                                          [&](const known_event* target) { return target->event.key.id == other->by; });
        const bool counts = begins_employment(other->event.type) || other->event.type == "worker.changed" ||
                            other->event.type == "worker.renamed";
        if (by_these && counts && other->decision == "superseded")
            called_off.push_back(other);
    }
    std::sort(called_off.begin(), called_off.end(), [](const known_event* left, const known_event* right) {
        return std::pair(entered(*left), left->event.key) < std::pair(entered(*right), right->event.key);
    });
    // What changes by the first day is part of the hire; it must be known when that one is decided.
    const auto by_a_hire = [&](const known_event* change) {
        return !begins_employment(change->event.type) &&
               std::any_of(called_off.begin(), called_off.end(), [&](const known_event* begun) {
                   return begins_employment(begun->event.type) && now.moment_of(*change) <= now.moment_of(*begun);
               });
    };
    for (const auto* other : called_off)
        if (by_a_hire(other))
            now.add(change_event{other->event.key, decision_kind::coalesced,
                                 "the hire that is to begin acts for it too", now.event.key.id});
    for (const auto* other : called_off) {
        if (by_a_hire(other))
            continue;
        auto made = now.redecide(other->event, decision_kind::acted);
        // Another end may call it off as well; the taking back of that one must find it.
        if (made.kind != decision_kind::parked)
            now.add(change_event{other->event.key, made.kind, std::move(made.reason), std::move(made.by)});
    }
}

/// Another end of the same employment, entered after this and come by now, also one that found the account closed
/// already; or the hire was taken back since.
const known_event* ended_meanwhile(const situation& now, const std::vector<const known_event*>& taken_back)
{
    for (const auto* other : now.others) {
        const bool ends = ends_employment(other->event.type);
        const bool calls_off = other->event.type == "worker.hire_rescinded" || other->event.type == "worker.no_show";
        const bool counts =
            other->decision == "acted" || (other->decision == "superseded" && other->reason == reason_closed_already);
        if ((ends || calls_off) && counts && entered(*other) > entered(now.self) &&
            (calls_off || now.moment_of(*other) <= now.context.now) &&
            same_employment(other->event.subject, now.event.subject) &&
            std::find(taken_back.begin(), taken_back.end(), other) == taken_back.end())
            return other;
    }
    return nullptr;
}

// Nothing can be changed on an account that is still closed.
void run_behind(situation& now, const event_key& key)
{
    for (auto& follows : now.out.consequences)
        if (auto* run = std::get_if<start_run>(&follows); run != nullptr && run->event == key)
            run->priority = 3;
}

// What was told of somebody who was closed meanwhile counts when they are opened again.
void revive_changes(situation& now, const std::vector<const known_event*>& taken_back)
{
    std::vector<const known_event*> set_aside;
    for (const auto* other : now.others) {
        const bool by_these = std::any_of(taken_back.begin(), taken_back.end(),
                                          [&](const known_event* target) { return target->event.key.id == other->by; });
        const bool counts = other->event.type == "worker.changed" || other->event.type == "worker.renamed" ||
                            other->event.type.starts_with("worker.leave_");
        if ((by_these && counts && other->decision == "superseded") || is_on_leave(now, *other))
            set_aside.push_back(other);
    }
    std::sort(set_aside.begin(), set_aside.end(), [](const known_event* left, const known_event* right) {
        return std::pair(entered(*left), left->event.key) < std::pair(entered(*right), right->event.key);
    });
    const auto is_back = [&](const known_event* leave) {
        return std::any_of(set_aside.begin(), set_aside.end(), [&](const known_event* other) {
            return other->event.type == "worker.leave_ended" && entered(*other) > entered(*leave) &&
                   now.moment_of(*other) <= now.context.now;
        });
    };
    for (const auto* other : set_aside) {
        if (other->event.type == "worker.leave_started" && is_back(other))
            continue;
        auto made = now.redecide(other->event, decision_kind::acted);
        run_behind(now, other->event.key);
        if (made.kind != decision_kind::superseded && made.kind != decision_kind::parked)
            now.add(change_event{other->event.key, made.kind, std::move(made.reason), std::move(made.by)});
    }
}

/// Whoever was closed before the first day is not let in before it; nothing when it is past.
std::optional<time_point> first_day_ahead(const situation& now)
{
    std::optional<time_point> ahead;
    for (const auto* other : now.others) {
        const auto day = now.moment_of(*other);
        const bool begins = begins_employment(other->event.type) && is_accepted(*other) &&
                            same_employment(other->event.subject, now.event.subject);
        if (begins && day > now.context.now && (!ahead || *ahead < day))
            ahead = day;
    }
    return ahead;
}

/// All that these ends had closed was there before the first hire, and that one has never begun.
bool only_called_off_a_hire(const situation& now, const std::vector<const known_event*>& taken_back)
{
    const auto begins = [&](const known_event* other) {
        return begins_employment(other->event.type) && same_employment(other->event.subject, now.event.subject);
    };
    const bool worked = std::any_of(now.others.begin(), now.others.end(),
                                    [&](const known_event* other) { return begins(other) && has_acted(now, *other); });
    return !worked && std::any_of(now.others.begin(), now.others.end(), [&](const known_event* other) {
        return begins(other) && other->decision == "superseded" &&
               std::any_of(taken_back.begin(), taken_back.end(),
                           [&](const known_event* target) { return target->event.key.id == other->by; });
    });
}

decision count_the_hire_again(situation& now, const std::vector<const known_event*>& taken_back)
{
    now.call_off_deletion();
    for (const auto* target : taken_back)
        now.replace(*target, decision_kind::superseded, "it was rescinded");
    revive_hires(now, taken_back);
    return now.acted(taken_back.back()->event.key.id, "the hire that the end had called off counts again");
}

/// The hire that the end had stopped before it was carried out to its end; nothing when it was.
const known_event* stopped_hire(const situation& now, const known_event& end)
{
    const known_event* last = nullptr;
    for (const auto* other : now.others)
        if (is_a_hire(other->event) && other->decision == "acted" && entered(*other) <= entered(end) &&
            same_employment(other->event.subject, end.event.subject) && !is_taken_back(now, other) &&
            (last == nullptr || entered(*last) < entered(*other)))
            last = other;
    const auto* run = last == nullptr ? nullptr : now.state.find(last->run);
    return run != nullptr && run->dir == engine::direction::grant && run->state == "superseded" ? last : nullptr;
}

// The leaver's before-image is that of somebody who had not begun: the hire is carried out instead.
decision begin_stopped_hire(situation& now, const known_event& hire, const std::vector<const known_event*>& taken_back)
{
    for (const auto* target : taken_back)
        now.replace(*target, decision_kind::superseded, "it was rescinded");
    auto made = now.redecide(hire.event, decision_kind::acted);
    now.add(change_event{hire.event.key, made.kind, std::move(made.reason), std::move(made.by)});
    revive_changes(now, taken_back);
    return now.acted(hire.event.key.id, "the hire that the end had stopped begins again");
}

decision take_back_end(situation& now, const std::vector<const known_event*>& taken_back)
{
    // An end that only called off a hire has closed nothing: nothing is to be opened again, the hire counts as before.
    const bool closed = std::any_of(taken_back.begin(), taken_back.end(), [&](const known_event* target) {
        return target->decision == "acted" && !target->run.empty();
    });
    if (closed) {
        if (const auto* end = ended_meanwhile(now, taken_back))
            return now.superseded(*end, "an end entered later stands");
        if (only_called_off_a_hire(now, taken_back))
            return count_the_hire_again(now, taken_back);
        now.call_off_deletion();
        if (const auto* hire = stopped_hire(now, *taken_back.back()))
            return begin_stopped_hire(now, *hire, taken_back);
        now.not_before = first_day_ahead(now);
        now.out = now.act_or_schedule(now.event.type);
        if (now.out.kind == decision_kind::acted)
            revive_changes(now, taken_back);
        revive_ends(now, taken_back);
        return std::move(now.out);
    }
    call_off(now, taken_back);
    for (const auto* target : taken_back)
        if (target->decision == "acted" || target->reason == reason_closed_already)
            now.replace(*target, decision_kind::superseded, "it was rescinded");
    revive_ends(now, taken_back);
    revive_hires(now, taken_back);
    return now.acted(taken_back.back()->event.key.id, "the end had not come: it is called off");
}

} // namespace

decision decide_rescind(situation& now)
{
    const auto taken_back = targets(now);
    if (taken_back.empty())
        return unseen(now);
    return takes_back_an_end(now) ? take_back_end(now, taken_back) : take_back_hire(now, taken_back);
}

} // namespace jmld::workflows
