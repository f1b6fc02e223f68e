// Somebody's data change: which of several changes counts, and whether there is anybody to change.
#include "workflows/people/situation.hpp"

#include <algorithm>
#include <utility>

namespace jmld::workflows {

namespace {

/// Whether `other` says everything that `mine` says, so that the later of the two is enough.
bool says_the_same(const canonical_event& mine, const canonical_event& other)
{
    if (other.type == mine.type || begins_employment(other.type))
        return true;
    return mine.type == "worker.renamed" && other.type == "worker.changed" && !other.subject.family_name.empty();
}

// Of a change that repeats the names: they do not count once somebody said names later that are in force before it.
bool names_of_it_count(const situation& now, const known_event& change)
{
    return std::none_of(now.others.begin(), now.others.end(), [&](const known_event* word) {
        return says_names(word->event) && entered(*word) > entered(change) &&
               in_force_from(*word, now.rules) <= in_force_from(change, now.rules) &&
               (is_accepted(*word) || word->decision == "coalesced") &&
               same_employment(word->event.subject, now.event.subject);
    });
}

const known_event* overruled_change(const situation& now)
{
    const auto mine = in_force_from(now.self, now.rules);
    for (const auto* other : now.others) {
        const bool counts = is_accepted(*other) || other->decision == "coalesced";
        if (!counts || !says_the_same(now.event, other->event) ||
            !same_employment(other->event.subject, now.event.subject) ||
            hired_since(now, *other, entered(now.self)) != nullptr)
            continue;
        // A change repeats the names as they were when it was entered: an older one overrules no word about them.
        if (now.event.type == "worker.renamed" && other->event.type == "worker.changed" &&
            (entered(*other) < entered(now.self) || !names_of_it_count(now, *other)))
            continue;
        const auto theirs = in_force_from(*other, now.rules);
        if (overruled_by(now.self, *other, now.rules) && (theirs <= now.context.now || theirs == mine))
            return other;
    }
    return nullptr;
}

// Movers coalesce to the last one entered: of those that come due together only that one acts, for all of them.
void coalesce_earlier(situation& now)
{
    person_state assumed = now.state;
    const auto mine = in_force_from(now.self, now.rules);
    const bool at_once = mine <= now.context.now;
    for (const auto* other : now.others) {
        const auto* run = now.state.find(other->run);
        const bool queued = run != nullptr && run->open && !has_begun(*run) && other->decision == "acted";
        const auto theirs = in_force_from(*other, now.rules);
        const bool together = theirs == mine || (at_once && theirs <= now.context.now);
        if (other->event.type != now.event.type || !(queued || other->decision == "scheduled") || !together ||
            !same_employment(other->event.subject, now.event.subject) || !overruled_by(*other, now.self, now.rules))
            continue;
        now.overrule(*other, decision_kind::coalesced, "a change entered later acts for it too");
        for (auto& known : assumed.events)
            if (known.event.key == other->event.key)
                known.decision = "coalesced";
    }
    now.belief = believed_for(assumed, now.rules, now.event);
}

// A contract that is prolonged or cut short by a change has one end, the one entered last.
void move_contract_end(situation& now)
{
    const auto& end = now.event.subject.end;
    if (!end || now.due)
        return;
    for (const auto* other : now.others) {
        const bool mine = other->event.type == "worker.contract_ended" && other->decision == "scheduled" &&
                          other->event.subject.id == now.event.subject.id && entered(*other) < entered(now.self);
        if (!mine || other->event.subject.end == end)
            continue;
        canonical_event ending = other->event;
        ending.key = contract_end_key(now.event);
        ending.entered_at = entered(now.self);
        ending.effective_on = end;
        ending.process_id.clear();
        ending.subject.end = end;
        ending.subject.last_day = std::nullopt;
        auto made = now.redecide(ending, now.out.kind);
        now.out.consequences.insert(now.out.consequences.begin(),
                                    new_event{ending, made.kind,
                                              "the end of the contract, as the change says it; " + made.reason,
                                              made.by.empty() ? now.event.key.id : made.by, made.effective});
    }
}

} // namespace

const known_event* over_since(const situation& now)
{
    const auto* hired = hired_since(now, now.self);
    if (hired == nullptr)
        return nullptr;
    const auto* last = now.last_version_of(hired);
    const bool ahead = last->decision == "scheduled" && now.moment() < now.moment_of(*last);
    const bool ended = std::any_of(now.others.begin(), now.others.end(), [&](const known_event* end) {
        return ends_employment(end->event.type) && end->decision == "acted" && entered(*end) > entered(now.self) &&
               entered(*end) <= entered(*hired) && same_employment(end->event.subject, now.event.subject);
    });
    return ahead && !ended ? nullptr : hired;
}

const known_event* hire_ahead(const situation& now)
{
    for (const auto* other : now.others)
        if (begins_employment(other->event.type) && other->decision == "scheduled" &&
            same_employment(other->event.subject, now.event.subject))
            return other;
    return nullptr;
}

decision decide_change(situation& now)
{
    if (const auto* closed = closed_by(now))
        return now.superseded(*closed, std::string(reason_has_left));
    if (const auto* hired = over_since(now))
        return now.superseded(*hired, std::string(reason_over));
    const auto* target = now.due ? nullptr : corrected_by_this(now);
    if (target != nullptr)
        now.overrule(*target, decision_kind::superseded, "it was corrected");
    if (const auto* later = overruled_change(now))
        return now.superseded(*later, "a change entered later stands");
    if (!now.state.may_have_account()) {
        const auto* hire = hire_ahead(now);
        if (const auto* gone = hire == nullptr ? hire_taken_back(now) : nullptr; gone != nullptr)
            return now.superseded(*gone, std::string(reason_never_began));
        if (hire == nullptr)
            return now.parked(std::string(reason_unknown_person));
        if (now.moment() <= now.moment_of(*hire)) {
            now.out.kind = decision_kind::coalesced;
            now.out.by = hire->event.key.id;
            now.out.reason = "the hire that is to begin acts for it too";
            return std::move(now.out);
        }
    }
    coalesce_earlier(now);
    auto made = now.act_or_schedule(now.event.type, target);
    now.out = std::move(made);
    if (now.out.kind == decision_kind::acted || now.out.kind == decision_kind::scheduled)
        move_contract_end(now);
    return std::move(now.out);
}

} // namespace jmld::workflows
