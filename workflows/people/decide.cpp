// The order in which an event is looked at: sent again, rescinded, corrected — and then by what it means. The rules for
// each meaning stand in decide_begin, decide_end, decide_change and decide_rescind.
#include "workflows/people/decide.hpp"

#include "workflows/people/situation.hpp"

#include <algorithm>
#include <array>
#include <utility>

namespace jmld::workflows {

namespace {

constexpr std::array<std::pair<decision_kind, std::string_view>, 11> kinds{{{decision_kind::acted, "acted"},
                                                                            {decision_kind::scheduled, "scheduled"},
                                                                            {decision_kind::superseded, "superseded"},
                                                                            {decision_kind::coalesced, "coalesced"},
                                                                            {decision_kind::duplicate, "duplicate"},
                                                                            {decision_kind::tombstone, "tombstone"},
                                                                            {decision_kind::held, "held"},
                                                                            {decision_kind::parked, "parked"},
                                                                            {decision_kind::quarantined, "quarantined"},
                                                                            {decision_kind::ignored, "ignored"},
                                                                            {decision_kind::cancelled, "cancelled"}}};

decision by_meaning(situation& now)
{
    const auto& type = now.event.type;
    if (begins_employment(type))
        return decide_begin(now);
    if (ends_employment(type))
        return decide_end(now);
    if (type == "worker.changed" || type == "worker.renamed")
        return decide_change(now);
    return decide_leave(now);
}

// The correction waited for what it corrects; now it takes its place.
decision give_way(situation& now, const known_event& correction)
{
    if (correction.decision == "tombstone") {
        auto made = now.redecide(correction.event, decision_kind::superseded);
        now.add(change_event{correction.event.key, made.kind, std::move(made.reason), std::move(made.by)});
    }
    return now.superseded(correction, "a correction of it was entered later");
}

decision look_at(situation& now)
{
    const auto& event = now.event;
    if (event.type == "worker.snapshot")
        return decide_snapshot(now);
    if (const auto* first = first_of_the_same(now)) {
        now.out.kind = decision_kind::duplicate;
        now.out.by = first->event.key.id;
        now.out.reason = "the same worker, process, action and moment of entry came before under another id";
        return std::move(now.out);
    }
    if (rescinds_something(event.type))
        return decide_rescind(now);
    if (const auto* rescind = rescinded_by(now)) {
        if (begins_employment(event.type))
            settle_waiting(now, *rescind);
        return now.superseded(*rescind, "it was rescinded");
    }
    if (const auto* correction = corrected_by(now))
        return give_way(now, *correction);
    if (!now.due && !event.corrects.empty() && corrected_by_this(now) == nullptr) {
        now.out.kind = decision_kind::tombstone;
        now.out.reason = "it corrects something that has not been seen yet";
        return std::move(now.out);
    }
    return by_meaning(now);
}

} // namespace

std::string_view to_text(decision_kind kind)
{
    for (const auto& [known, text] : kinds)
        if (known == kind)
            return text;
    return "parked";
}

std::optional<decision_kind> parse_decision_kind(std::string_view text)
{
    for (const auto& [known, name] : kinds)
        if (name == text)
            return known;
    return std::nullopt;
}

decision decide(const person_state& state, const canonical_event& arriving, const decide_context& context)
{
    situation now(state, arriving, context, false);
    return look_at(now);
}

decision decide_due(const person_state& state, const canonical_event& scheduled, std::string_view timer_kind,
                    const decide_context& context)
{
    if (timer_kind == timer_kind_delete) {
        situation now(state, scheduled, context, true);
        return decide_deletion(now);
    }
    if (const auto* known = state.find(scheduled.key); known != nullptr && !known->decision.empty()) {
        if (timer_kind == "end" && known->decision == "superseded" && known->reason == reason_employment_goes_on) {
            situation now(state, scheduled, context, true);
            return decide_employment_over(now);
        }
        const bool waits = known->decision == "scheduled" || known->decision == "held";
        if (!waits) {
            decision stays;
            stays.kind = parse_decision_kind(known->decision).value_or(decision_kind::parked);
            stays.reason = known->reason;
            stays.by = known->by;
            stays.effective = effective_of(scheduled, *context.rules);
            return stays;
        }
    }
    situation now(state, scheduled, context, true);
    auto made = look_at(now);
    if (made.kind == decision_kind::acted && made.reason.empty())
        made.reason = "the timer " + std::string(timer_kind) + " came due";
    return made;
}

} // namespace jmld::workflows
