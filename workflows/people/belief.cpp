// Of all that was entered about one worker, what is believed when something acts: believe by entry, act by effect. It
// looks at nothing but the events that are known.
#include "workflows/people/decide.hpp"
#include "workflows/people/person.hpp"
#include "workflows/people/situation.hpp"

#include <algorithm>
#include <tuple>
#include <utility>
#include <vector>

namespace jmld::workflows {

namespace {

using known_list = std::vector<const known_event*>;

bool in_force(const known_event& known) { return known.decision == "acted" || known.decision == "coalesced"; }

bool same_worker(const worker& left, const worker& right)
{
    return left.id.empty() || right.id.empty() || left.id == right.id;
}

worker names_of(const worker& who)
{
    worker names;
    names.given_name = who.given_name;
    names.family_name = who.family_name;
    names.preferred_name = who.preferred_name;
    return names;
}

worker without_names(worker who)
{
    who.given_name = who.family_name = who.preferred_name = {};
    return who;
}

bool ends_it(std::string_view type)
{
    return ends_employment(type) || type == "worker.hire_rescinded" || type == "worker.no_show";
}

time_point takes_effect(const known_event& known, const policy& rules)
{
    return std::max(entered(known), effective_of(known.event, rules).at.value_or(entered(known)));
}

/// The hire that a correction is about, or the hire itself; nothing when it has not been seen.
const known_event* hire_of(const person_state& state, const known_event& begun)
{
    const auto& about = begun.event.corrects;
    if (about.empty())
        return &begun;
    const known_event* first = nullptr;
    for (const auto& known : state.events)
        if (begins_employment(known.event.type) && known.event.corrects.empty() && is_named_by(known, about))
            first = &known;
    return first;
}

/// What was entered on an employment that was over when the last one began says nothing about that one.
bool belongs_to_the_past(const person_state& state, const known_event& known, const known_list& all)
{
    const auto over = [&](const known_event& begun) {
        return std::any_of(state.events.begin(), state.events.end(), [&](const known_event& end) {
            return ends_it(end.event.type) && end.decision == "acted" &&
                   same_worker(end.event.subject, begun.event.subject) && entered(known) <= entered(end) &&
                   entered(end) < entered(begun);
        });
    };
    // Nobody is hired twice under one number without an end between, whether that was told or not.
    const auto anew = [&](const known_event& begun) {
        const auto* first = hire_of(state, begun);
        return is_a_hire(begun.event) && first != nullptr && entered(*first) > entered(known);
    };
    return std::any_of(all.begin(), all.end(), [&](const known_event* begun) {
        return begins_employment(begun->event.type) && entered(*begun) > entered(known) &&
               (anew(*begun) || over(*begun));
    });
}

/// A change is entered on the record of a hire: one for a day before the first counts from the first.
time_point counts_from(const known_event& known, const known_list& all, const policy& rules)
{
    auto at = takes_effect(known, rules);
    if (begins_employment(known.event.type))
        return at;
    for (const auto* begun : all)
        if (begins_employment(begun->event.type) && entered(*begun) <= entered(known))
            at = std::max(at, takes_effect(*begun, rules));
    return at;
}

/// A change that another one acts for, on a day that has not come when this one acts.
bool is_ahead_of(const person_state& state, const known_event& known, const known_event& acting, const known_list& all,
                 const policy& rules)
{
    if (known.decision != "coalesced" || counts_from(known, all, rules) <= counts_from(acting, all, rules))
        return false;
    return std::any_of(state.events.begin(), state.events.end(), [&](const known_event& other) {
        return other.event.key.id == known.by && other.event.type == known.event.type;
    });
}

/// A change repeats the names as they were when it was entered; a later word about them stands.
bool names_are_older(const known_event& change, const known_list& before)
{
    return std::any_of(before.begin(), before.end(), [&](const known_event* other) {
        return says_names(other->event) && entered(*other) > entered(change);
    });
}

/// So does a return, and of the whole record: what was entered since then, and is in force by its day, stands.
bool record_is_older(const known_event& come_back, const known_list& before)
{
    return std::any_of(before.begin(), before.end(), [&](const known_event* other) {
        return (other->event.type == "worker.changed" || begins_employment(other->event.type)) &&
               entered(*other) > entered(come_back);
    });
}

worker fold(worker belief, const known_event& known, const known_list& before)
{
    const auto& event = known.event;
    if (event.type == "worker.renamed")
        return merge(std::move(belief), names_of(event.subject));
    if (begins_employment(event.type)) {
        // Another employment has its own dates; those of the last one must not end it.
        belief.start = belief.end = belief.last_day = std::nullopt;
        return merge(std::move(belief), event.subject);
    }
    // Who comes back is recorded anew; what is said about somebody who goes is about the leave, not about the work.
    const bool comes_back = event.type == "worker.leave_ended";
    if ((event.type != "worker.changed" && !comes_back) || (comes_back && record_is_older(known, before)))
        return belief;
    return merge(std::move(belief), names_are_older(known, before) ? without_names(event.subject) : event.subject);
}

} // namespace

worker believed_for(const person_state& state, const policy& rules, const canonical_event& acting)
{
    const auto* stored = state.find(acting.key);
    known_event self{acting, stored != nullptr ? stored->received_at : time_point::max(), "acted", {}, {}, {}};
    known_list all{&self};
    for (const auto& known : state.events)
        if (in_force(known) && !(known.event.key == acting.key) && same_worker(known.event.subject, acting.subject))
            all.push_back(&known);
    known_list order;
    for (const auto* known : all)
        if (!belongs_to_the_past(state, *known, all) && !is_ahead_of(state, *known, self, all, rules))
            order.push_back(known);
    const auto place = [&](const known_event* known) {
        return std::tuple(counts_from(*known, order, rules), entered(*known), known->event.key);
    };
    std::sort(order.begin(), order.end(),
              [&](const known_event* left, const known_event* right) { return place(left) < place(right); });
    // A second employment has nothing of the first; a conversion goes on with what is known of the person.
    const bool continues = same_worker(state.record.believed, acting.subject) || !begins_employment(acting.type) ||
                           acting.type == "worker.converted";
    worker belief = continues ? state.record.believed : worker{};
    known_list before;
    for (const auto* known : order) {
        belief = fold(std::move(belief), *known, before);
        before.push_back(known);
    }
    return belief == worker{} ? acting.subject : belief;
}

} // namespace jmld::workflows
