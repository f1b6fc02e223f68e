// How one event stands to the others that are known of the person: sent again, rescinded, corrected, closed by.
// Questions only; nothing is decided here.
#include "workflows/people/situation.hpp"

#include <algorithm>

namespace jmld::workflows {

namespace {

bool counts_as_seen(const known_event& known) { return known.decision != "quarantined" && known.decision != "ignored"; }

/// Hires are undone by hire_rescinded and no_show, ends by termination_rescinded.
bool undoes(std::string_view rescind, std::string_view type)
{
    return rescind == "worker.termination_rescinded" ? ends_employment(type) : begins_employment(type);
}

/// A rescind is of a family of types, and a correction is of the same family as what it corrects.
bool same_family(std::string_view left, std::string_view right)
{
    if (begins_employment(left))
        return begins_employment(right);
    return ends_employment(left) ? ends_employment(right) : left == right;
}

/// What was called off had not begun, but another hire of the same number had.
bool other_hire_stays(const situation& now, const known_event& rescind)
{
    return std::any_of(now.others.begin(), now.others.end(), [&](const known_event* begun) {
        return begins_employment(begun->event.type) && begun->decision == "acted" &&
               entered(*begun) < entered(rescind) && !is_named_by(*begun, rescind.event.rescinds) &&
               same_employment(begun->event.subject, rescind.event.subject);
    });
}

bool run_closed_the_person(const situation& now, const known_event& known)
{
    // Called off before it began: that employment is over, which says nothing of another one.
    if (known.run.empty())
        return !known.event.subject.id.empty() && known.event.subject.id == now.event.subject.id &&
               !(rescinds_something(known.event.type) && other_hire_stays(now, known));
    const auto* run = now.state.find(known.run);
    if (run == nullptr)
        return true;
    constexpr std::string_view gave_up[] = {"failed", "cancelled", "terminated"};
    return std::find(std::begin(gave_up), std::end(gave_up), run->state) == std::end(gave_up);
}

} // namespace

bool is_pending(const known_event& known)
{
    return known.decision == "scheduled" || known.decision == "held" || known.decision == "parked";
}

bool has_begun(const known_run& run) { return run.state != "queued" && run.state != "scheduled"; }

bool is_accepted(const known_event& known)
{
    return known.decision == "acted" || known.decision == "scheduled" || known.decision == "held";
}

bool same_employment(const worker& left, const worker& right)
{
    return left.id.empty() || right.id.empty() || left.id == right.id;
}

bool is_named_by(const canonical_event& event, std::string_view reference)
{
    return !reference.empty() && (event.process_id == reference || event.key.id == reference);
}

bool is_named_by(const known_event& known, std::string_view reference) { return is_named_by(known.event, reference); }

bool says_names(const canonical_event& event)
{
    const auto& type = event.type;
    return !event.subject.family_name.empty() &&
           (type == "worker.renamed" || type == "worker.changed" || begins_employment(type));
}

const known_event* first_of_the_same(const situation& now)
{
    const auto& event = now.event;
    if (event.process_id.empty() || !event.entered_at || now.due)
        return nullptr;
    const known_event* first = nullptr;
    for (const auto* other : now.others) {
        const bool same = other->event.process_id == event.process_id && other->event.action == event.action &&
                          other->event.entered_at == event.entered_at && other->event.subject.id == event.subject.id;
        // The earlier one of two that were both sent again stands; a replay of it is not a duplicate of its own copy.
        if (same && counts_as_seen(*other) && other->decision != "duplicate" &&
            (first == nullptr || other->received_at < first->received_at))
            first = other;
    }
    return first;
}

const known_event* rescinded_by(const situation& now)
{
    for (const auto* other : now.others)
        if (rescinds_something(other->event.type) && undoes(other->event.type, now.event.type) &&
            counts_as_seen(*other) && other->decision != "cancelled" && is_named_by(now.self, other->event.rescinds))
            return other;
    return nullptr;
}

const known_event* corrected_by(const situation& now)
{
    const known_event* last = nullptr;
    for (const auto* other : now.others) {
        const bool corrects = !other->event.corrects.empty() && is_named_by(now.self, other->event.corrects) &&
                              same_family(other->event.type, now.event.type) && counts_as_seen(*other) &&
                              other->decision != "cancelled" && other->decision != "duplicate";
        // Of two corrections of the same process each names the other: the later entered one corrects.
        const bool later = now.event.corrects.empty() || entered(now.self) < entered(*other);
        if (corrects && later && (last == nullptr || entered(*last) < entered(*other)))
            last = other;
    }
    return last;
}

const known_event* corrected_by_this(const situation& now)
{
    if (now.event.corrects.empty())
        return nullptr;
    const known_event* last = nullptr;
    for (const auto* other : now.others) {
        const bool named = is_named_by(*other, now.event.corrects) && same_family(other->event.type, now.event.type) &&
                           other->decision != "duplicate" && other->decision != "tombstone" && counts_as_seen(*other);
        if (!named)
            continue;
        // The version that still counts, else the last one that did.
        const bool better =
            last == nullptr || (last->decision == "superseded" && other->decision != "superseded") ||
            ((last->decision == "superseded") == (other->decision == "superseded") && entered(*last) < entered(*other));
        if (better)
            last = other;
    }
    return last;
}

bool hired_between(const situation& now, const known_event& earlier_end, const known_event& later_end)
{
    return std::any_of(now.others.begin(), now.others.end(), [&](const known_event* begun) {
        return begins_employment(begun->event.type) && is_accepted(*begun) && entered(*begun) > entered(earlier_end) &&
               entered(*begun) <= entered(later_end) &&
               same_employment(begun->event.subject, later_end.event.subject) &&
               now.moment_of(*begun) > now.moment_of(earlier_end);
    });
}

namespace {
constexpr std::string_view contract_end_suffix = ":contract_end";
}

event_key contract_end_key(const canonical_event& said_by)
{
    return {said_by.key.source, said_by.key.id + std::string(contract_end_suffix)};
}

bool is_contract_end_key(const event_key& key) { return key.id.ends_with(contract_end_suffix); }

bool is_a_hire(const canonical_event& event) { return event.type == "worker.hired" || event.type == "worker.rehired"; }

const known_event* hired_since(const situation& now, const known_event& older, time_point until)
{
    for (const auto* other : now.others) {
        const auto& event = other->event;
        const bool again = is_a_hire(event) && event.corrects.empty();
        if (again && entered(*other) > entered(older) && entered(*other) <= until &&
            same_employment(event.subject, older.event.subject) && is_accepted(*now.last_version_of(other)))
            return other;
    }
    return nullptr;
}

const known_event* hire_taken_back(const situation& now)
{
    for (const auto* rescind : now.others) {
        const bool takes = rescind->event.type == "worker.hire_rescinded" || rescind->event.type == "worker.no_show";
        const bool of_mine = std::ranges::any_of(now.others, [&](const known_event* hire) {
            return begins_employment(hire->event.type) && is_named_by(*hire, rescind->event.rescinds) &&
                   entered(*hire) <= entered(now.self) && same_employment(hire->event.subject, now.event.subject);
        });
        if (takes && of_mine && entered(*rescind) >= entered(now.self))
            return rescind;
    }
    return nullptr;
}

bool is_on_leave(const situation& now, const known_event& leave)
{
    return leave.event.type == "worker.leave_started" && leave.decision == "acted" &&
           same_employment(leave.event.subject, now.event.subject) &&
           std::none_of(now.others.begin(), now.others.end(), [&](const known_event* other) {
               const bool over = other->event.type == "worker.leave_ended" || begins_employment(other->event.type);
               return over && is_accepted(*other) && entered(*other) > entered(leave) &&
                      same_employment(other->event.subject, leave.event.subject);
           });
}

namespace {

/// Hired again, or this end taken back: the taking back of another end opens nothing.
bool opens_again(const known_event& later, const known_event& closing)
{
    if (!is_accepted(later) || entered(later) <= entered(closing))
        return false;
    const auto& reference = later.event.rescinds;
    const bool of_this = reference.empty() || is_named_by(closing, reference) || closing.event.corrects == reference;
    return begins_employment(later.event.type) || (later.event.type == "worker.termination_rescinded" && of_this);
}

/// A hire told later, or something taken back, was acted for after that event had closed the person: the moment of a
/// run's id counts. What was entered when says nothing about that.
bool let_in_since(const situation& now, const known_event& closing)
{
    constexpr std::size_t moment = 14; // run_ and the first ten letters
    return !closing.run.empty() && std::ranges::any_of(now.state.runs, [&](const known_run& run) {
        const auto* cause = now.state.find(run.event);
        const bool opens = cause != nullptr && run.dir == engine::direction::grant &&
                           (begins_employment(cause->event.type) || rescinds_something(cause->event.type));
        return opens && (run.open || run.state == "succeeded") &&
               run.id.text.substr(0, moment) > closing.run.text.substr(0, moment);
    });
}

} // namespace

const known_event* closed_by(const situation& now)
{
    const known_event* last = nullptr;
    for (const auto* other : now.others) {
        const bool closes = (ends_employment(other->event.type) || other->event.type == "worker.hire_rescinded" ||
                             other->event.type == "worker.no_show") &&
                            other->decision == "acted" && run_closed_the_person(now, *other);
        if (closes && (last == nullptr || entered(*last) < entered(*other)))
            last = other;
    }
    if (last == nullptr)
        return nullptr;
    const bool open = std::any_of(now.others.begin(), now.others.end(),
                                  [&](const known_event* other) { return opens_again(*other, *last); });
    return open || let_in_since(now, *last) ? nullptr : last;
}

} // namespace jmld::workflows
