// A worker as a report lists him, against what events told: a lost end or change is made up for by an event of its own,
// which is then decided like any other. Nobody is judged here for not being listed, and no account is opened.
#include "workflows/people/dates.hpp"
#include "workflows/people/situation.hpp"

#include <algorithm>
#include <array>
#include <utility>

namespace jmld::workflows {

namespace {

decision agrees(situation& now, std::string reason, std::string by = {})
{
    now.out.kind = decision_kind::ignored;
    now.out.reason = std::move(reason);
    now.out.by = std::move(by);
    return std::move(now.out);
}

bool says_something(const known_event& known)
{
    constexpr std::array<std::string_view, 5> nothing{"ignored", "quarantined", "duplicate", "tombstone", "cancelled"};
    return std::find(nothing.begin(), nothing.end(), known.decision) == nothing.end();
}

/// A report is read hours after it was made; what was entered since then is the later word.
const known_event* later_word(const situation& now)
{
    for (const auto* other : now.others) {
        const bool counts = other->event.type == "worker.snapshot" || says_something(*other);
        if (counts && same_employment(other->event.subject, now.event.subject) && entered(*other) > entered(now.self))
            return other;
    }
    return nullptr;
}

bool is_over(const situation& now)
{
    const auto& listed = now.event.subject;
    const bool said = listed.end && (!listed.start || *listed.start <= *listed.end);
    return said && end_of_day(*listed.end, now.out.effective.zone) <= now.context.now;
}

const known_event* told_end(const situation& now)
{
    for (const auto* other : now.others)
        if (ends_employment(other->event.type) && is_pending(*other) &&
            same_employment(other->event.subject, now.event.subject))
            return other;
    return nullptr;
}

const known_event* told_begin(const situation& now)
{
    for (const auto* other : now.others)
        if (begins_employment(other->event.type) && is_pending(*other) &&
            same_employment(other->event.subject, now.event.subject))
            return other;
    return nullptr;
}

struct compared
{
    std::string_view name;
    std::string worker::* field;
};
// Names and addresses are left out: reports show those in use, events the legal ones.
constexpr std::array<compared, 5> compared_fields{{{"department", &worker::department},
                                                   {"title", &worker::title},
                                                   {"organisation", &worker::organisation},
                                                   {"cost center", &worker::cost_center},
                                                   {"kind of employment", &worker::kind}}};

/// What both say, and say differently.
std::string differences(const worker& believed, const worker& listed)
{
    std::string names;
    const auto differ = [&](std::string_view name, const std::string& left, const std::string& right) {
        if (!left.empty() && !right.empty() && left != right)
            names += (names.empty() ? "" : ", ") + std::string(name);
    };
    for (const auto& one : compared_fields)
        differ(one.name, believed.*one.field, listed.*one.field);
    differ("manager", believed.manager.id, listed.manager.id);
    return names;
}

const known_event* told_change(const situation& now)
{
    for (const auto* other : now.others)
        if ((other->event.type == "worker.changed" || begins_employment(other->event.type)) && is_pending(*other) &&
            differences(other->event.subject, now.event.subject).empty() &&
            same_employment(other->event.subject, now.event.subject))
            return other;
    return nullptr;
}

// The event that should have come. It is stored without a decision and decided next, guard and all.
decision make_up(situation& now, std::string type, std::string_view suffix, std::string reason)
{
    if (!now.event.entered_at)
        return now.parked(reason + ", but the report does not say when this was entered");
    canonical_event lost;
    lost.key = {now.event.key.source, now.event.key.id + std::string(suffix)};
    lost.type = std::move(type);
    lost.entered_at = now.event.entered_at;
    lost.action = "complete";
    lost.subject = now.event.subject;
    if (ends_employment(lost.type))
        lost.effective_on = now.event.subject.end;
    if (now.state.find(lost.key) == nullptr)
        now.add(new_event{lost, std::nullopt, reason, now.event.key.id, {}});
    return now.acted(lost.key.id, std::move(reason));
}

decision not_known(situation& now)
{
    if (const auto* hire = told_begin(now))
        return agrees(now, "the hire is known and waits", hire->event.key.id);
    now.out.kind = decision_kind::parked;
    now.out.reason = "the report lists a worker of whom no hire was seen and whom Okta does not have";
    // One report may list thousands of them: they are one cause.
    now.add(raise_alarm{"needs_person", "report_unknown:" + now.event.key.source,
                        "reports of source '" + now.event.key.source +
                            "' list workers of whom no hire was seen and whom Okta does not have"});
    return std::move(now.out);
}

} // namespace

decision decide_snapshot(situation& now)
{
    if (const auto* later = later_word(now))
        return now.superseded(*later, "something entered later is known of this worker");
    const auto* closed = closed_by(now);
    const bool is_closed = closed != nullptr || now.state.was_closed();
    if (is_over(now)) {
        if (is_closed || !now.state.may_have_account())
            return agrees(now, "the employment is over, and no account is open");
        if (const auto* told = told_end(now))
            return agrees(now, "the end of the employment is known and waits", told->event.key.id);
        return make_up(now, "worker.terminated", ":ended",
                       "the report lists the employment as over, and no event told of it");
    }
    if (!now.state.may_have_account())
        return not_known(now);
    if (is_closed && told_begin(now) == nullptr)
        return now.parked("the report lists somebody as employed whose account is closed");
    const auto differ = differences(now.state.record.believed, now.event.subject);
    if (differ.empty())
        return agrees(now, "the report says nothing else than what is believed");
    if (const auto* told = told_change(now))
        return agrees(now, "the change is known and waits", told->event.key.id);
    return make_up(now, "worker.changed", ":changed", "the report says otherwise than any event told (" + differ + ")");
}

} // namespace jmld::workflows
