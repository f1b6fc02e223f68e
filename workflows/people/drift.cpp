// The account as a run left it against the account as it is now. Only what opens more than before counts.
#include "workflows/people/drift.hpp"

#include <algorithm>
#include <utility>

namespace jmld::workflows {

namespace {

using engine::value;

constexpr duration first_pause{60'000};

bool lists(const value& items, const std::string& id)
{
    return std::ranges::any_of(items.items(), [&](const value& item) { return item["id"].text_or() == id; });
}

/// How far an account in this status is open.
int openness(std::string_view status)
{
    if (status == "DEPROVISIONED")
        return 0;
    if (status == "SUSPENDED")
        return 1;
    return status == "ACTIVE" ? 3 : 2;
}

bool is_assigned(const value& app)
{
    const auto status = app["status"].text_or("ACTIVE");
    return app["scope"].text_or("USER") == "USER" && status != "DEPROVISIONED" && status != "UNASSIGNED" &&
           status != "REVOKED";
}

bool is_own_group(const value& group) { return group["type"].text_or("OKTA_GROUP") == "OKTA_GROUP"; }
bool is_given_directly(const value& role) { return role["assignmentType"].text_or("USER") == "USER"; }

template <class Counts>
void add_new(std::vector<regained>& back, const char* kind, const char* name, const value& before, const value& seen,
             Counts counts)
{
    if (before.is_null()) // it could not be read then: nothing can be told apart
        return;
    for (const auto& item : seen.items())
        if (counts(item) && !lists(before, item["id"].text_or()))
            back.push_back({kind, item["id"].text_or(), item[name].text_or()});
}

/// Said with the decision that stands: a look changes nothing of it.
decision unchanged(const known_event& closed_for, const policy& rules)
{
    decision stays;
    stays.kind = parse_decision_kind(closed_for.decision).value_or(decision_kind::acted);
    stays.reason = closed_for.reason;
    stays.by = closed_for.by;
    stays.effective = effective_of(closed_for.event, rules);
    return stays;
}

bool counts_still(const known_event& known)
{
    return known.decision == "acted" || known.decision == "scheduled" || known.decision == "parked" ||
           known.decision == "held";
}

raise_alarm alarm_of(const closing_run& closing, const regained& one)
{
    return {"drift", "drift " + closing.id.text + " " + one.kind + " " + one.name,
            closing.workflow + ": " + one.kind + " '" + one.name +
                "' came back after the run had ended, and is taken away again"};
}

raise_alarm gave_up(const closing_run& closing, const regained& one)
{
    return {"needs_person", "drift goes on " + closing.id.text + " " + one.key(),
            closing.workflow + ": " + one.kind + " '" + one.name +
                "' comes back again and again; it is not taken away any more before a person looks"};
}

} // namespace

std::optional<time_point> next_drift_look(time_point ended_at, time_point now, const verify_policy& rules)
{
    const auto over = ended_at + rules.drift_watch;
    if (now >= over)
        return std::nullopt;
    const auto pause = std::clamp<duration>(now - ended_at, first_pause, std::max(first_pause, rules.drift_every));
    return std::min(now + pause, over);
}

std::vector<regained> regained_since(const closing_run& closing, const value& seen)
{
    std::vector<regained> back;
    const auto& left = closing.left;
    const auto status = seen["user"]["status"].text_or();
    const bool moving = seen["user"]["transitioning"].is_text();
    if (!moving && openness(status) > openness(left["user"]["status"].text_or()))
        back.push_back({"status", seen["user"]["id"].text_or(), status});
    if (closing.status_only)
        return back;
    add_new(back, "group", "name", left["groups"], seen["groups"], is_own_group);
    add_new(back, "app", "label", left["apps"], seen["apps"], is_assigned);
    add_new(back, "role", "type", left["roles"], seen["roles"], is_given_directly);
    return back;
}

drift_step drift_step_for(const person_state& state, const known_event& closed_for, const run_id& closing)
{
    const auto taken_back = [&](const known_event& known) {
        return (known.event.type == "worker.termination_rescinded" || known.event.type == "worker.leave_ended") &&
               counts_still(known) && entered(known) > entered(closed_for);
    };
    const auto hired_again = [&](const known_event& known) { // its run may have waited for the closing one
        const auto* run = state.find(known.run);
        return begins_employment(known.event.type) && known.decision == "acted" &&
               entered(known) > entered(closed_for) && run != nullptr && (run->open || run->state == "succeeded") &&
               known.event.subject.id == closed_for.event.subject.id;
    };
    if (std::ranges::any_of(state.events, taken_back) || std::ranges::any_of(state.events, hired_again))
        return drift_step::over;
    const auto undone = [](const known_run& run) { return run.state.starts_with("rolled_back"); };
    for (const auto& run : state.runs) { // newest first
        if (run.id == closing || run.event == closed_for.event.key) {
            if (undone(run))
                return drift_step::over; // somebody wanted it back
            if (run.open)
                return drift_step::wait;
            if (run.id == closing)
                return drift_step::look;
            continue;
        }
        const auto* cause = state.find(run.event);
        const bool harmless = cause == nullptr
                                  ? run.dir == engine::direction::revoke
                                  : cause->event.type == "worker.changed" || cause->event.type == "worker.renamed";
        if (!harmless)
            return drift_step::over;
    }
    return drift_step::over; // it is not known any more
}

decision decide_drift(const person_state& state, const known_event& closed_for, const closing_run& closing,
                      const value& seen, const timer_id& timer, const decide_context& context)
{
    auto made = unchanged(closed_for, *context.rules);
    const auto step = drift_step_for(state, closed_for, closing.id);
    const bool gone = step == drift_step::look && seen["user"].is_null();
    if (step == drift_step::over || gone)
        return made;
    const bool knows = state.record.drift.run == closing.id;
    drift_record record{closing.id, knows ? state.record.drift.times : std::map<std::string, int>{}};
    bool contain = false;
    for (const auto& one : step == drift_step::look ? regained_since(closing, seen) : std::vector<regained>{}) {
        auto& times = record.times[one.key()];
        if (times == 0)
            made.consequences.emplace_back(alarm_of(closing, one));
        if (times == drift_containments_max)
            made.consequences.emplace_back(gave_up(closing, one));
        contain = contain || times < drift_containments_max;
        times = std::min(times + 1, drift_containments_max + 1);
    }
    if (!record.times.empty())
        made.consequences.emplace_back(note_drift{std::move(record)});
    if (contain)
        made.consequences.emplace_back(start_run{make_id<run_id>("run", context.now, *context.random), closing.workflow,
                                                 closed_for.event.key,
                                                 closing.status_only ? std::uint8_t{2} : std::uint8_t{1}, true});
    if (const auto next = next_drift_look(closing.ended_at, context.now, context.rules->verify))
        made.consequences.emplace_back(move_timer{timer, *next, {}, {}, closed_for.event.key, {}});
    return made;
}

} // namespace jmld::workflows
