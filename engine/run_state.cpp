// Questions to a state that more than one reader asks. Nothing here changes it.
#include "engine/run_state.hpp"

#include <algorithm>
#include <set>

namespace jmld::engine {

step_record* run_state::find(std::string_view id)
{
    const auto found = std::find_if(steps.begin(), steps.end(), [&](const step_record& step) { return step.id == id; });
    return found == steps.end() ? nullptr : &*found;
}

const step_record* run_state::find(std::string_view id) const { return const_cast<run_state*>(this)->find(id); }

bool run_state::anything_in_flight() const
{
    return subject_in_flight ||
           std::any_of(steps.begin(), steps.end(), [](const step_record& step) { return step.in_flight; });
}

bool waits_for_a_moment(const step_record& step)
{
    return step.status == step_status::waiting && !step.approval && step.attempts.empty();
}

static std::string kind_of_timer(const step_record& step)
{
    if (step.status != step_status::waiting)
        return "retry";
    if (step.approval)
        return "approval";
    return step.attempts.empty() ? "start" : "verify";
}

std::vector<pending_timer> timers_of(const run_state& state)
{
    std::vector<pending_timer> timers;
    if (has_ended(state.status) || state.status == run_status::paused)
        return timers; // a paused run sends nothing, so nothing needs to wake it
    if (state.status == run_status::scheduled && state.begin_due)
        timers.push_back({"start", {}, *state.begin_due, {}, {}});
    if (state.subject_due)
        timers.push_back({"retry", {}, *state.subject_due, {}, {}});
    for (const auto& step : state.steps)
        if (step.due)
            timers.push_back({kind_of_timer(step), step.id, *step.due, step.rule_date, step.rule_zone});
    std::sort(timers.begin(), timers.end());
    return timers;
}

// Before the person is read, and while the run stops, most of what is due only waits.
static bool moves_by_time(const run_state& state, const step_record* step)
{
    if (step == nullptr) // reading the person, or beginning
        return !state.stop;
    if (state.ending)
        return true;
    const bool looks = step->status == step_status::unknown || step->status == step_status::compensating;
    return looks || (!state.stop && !state.subject_needed);
}

std::optional<time_point> run_state::next_due() const
{
    std::optional<time_point> next;
    for (const auto& timer : timers_of(*this))
        if (moves_by_time(*this, find(timer.step)) && (!next || timer.at < *next))
            next = timer.at;
    return next;
}

run_status run_state::shown_status() const
{
    if (status != run_status::running || anything_in_flight())
        return status;
    bool waits = false, throttled = false;
    for (const auto& step : steps) {
        if (step.status == step_status::backing_off || step.status == step_status::unknown)
            return status;
        waits |= step.status == step_status::waiting;
        throttled |= step.status == step_status::throttled;
    }
    if (throttled)
        return run_status::throttled;
    return waits ? run_status::waiting : status;
}

run_summary summarize(const run_state& state)
{
    run_summary row;
    row.state = to_text(state.shown_status());
    row.open = !has_ended(state.status);
    std::set<std::string_view> states;
    for (const auto& step : state.steps) {
        states.insert(to_text(step.status));
        if (step.approval && step.status == step_status::waiting)
            states.insert("approval"); // no state of a step: what lists of open approvals are found by
        if (!step.attempts.empty())
            row.attempts_max = std::max(row.attempts_max, step.attempts.back().number);
    }
    if (!state.context["parent"].is_null())
        states.insert("child"); // no state either: it takes no place of its own among the runs of its person
    for (const auto text : states)
        row.step_states += (row.step_states.empty() ? "" : " ") + std::string(text);
    row.error = state.why.kind;
    row.next_attempt_at = state.next_due();
    return row;
}

} // namespace jmld::engine
