// A run as its facts say it stands. It is always fold(facts): nothing is kept here that a restart could not rebuild.
#pragma once

#include "engine/history.hpp"

#include <map>
#include <optional>
#include <string>
#include <vector>

namespace jmld::engine {

struct attempt_record
{
    int number = 1;
    std::uint64_t started_seq = 0;
    time_point started_at{};
    std::optional<time_point> ended_at;
    bool resent = false; ///< sent once more after a restart: the first sending may have taken effect
    std::string outcome; ///< empty while in flight; "succeeded", a failure kind
    std::string probe;   ///< done, not_done, cannot_tell; empty = not asked
    std::string detail;
    call_mark mark;
    value calls;

    friend bool operator==(const attempt_record&, const attempt_record&) = default;
};

struct approval_word
{
    std::string by, verdict, reason;
    time_point at{};
    friend bool operator==(const approval_word&, const approval_word&) = default;
};
struct approval_record
{
    approval_id id;
    std::string plan_sha256;
    std::vector<std::string> approvers; ///< empty: whoever may approve at all
    int required = 1;
    time_point requested_at{};
    std::optional<time_point> until;
    value plan;
    std::vector<approval_word> words;
    bool escalated = false;
    friend bool operator==(const approval_record&, const approval_record&) = default;
};

struct step_record
{
    std::string id;
    std::size_t definition = 0; ///< index into workflow_definition::steps
    bool child = false;         ///< of a for_each
    value item;
    step_status status = step_status::pending;
    bool in_flight = false;       ///< an attempt, a probe or an undo is out
    bool expanded = false;        ///< a for_each whose children exist
    bool lost_by_restart = false; ///< the unknown attempt does not count
    bool blocked = false;         ///< skipped because something it needs failed
    bool changed = false;
    value inputs, outputs, before;
    value progress; ///< of attempts that must look again: what they have seen so far
    action_target target;
    std::vector<attempt_record> attempts;
    int spent = 0;         ///< attempts that count in the present budget
    int refused_looks = 0; ///< of these, the ones in which what was looked for stayed away until the time was up
    int setbacks = 0;      ///< failures in a row, for the backoff
    std::optional<time_point> due; ///< next attempt, probe, undo, or the end of a wait
    std::optional<time_point> throttled_since;
    std::optional<time_point> budget_began;
    std::optional<time_point> moved;  ///< of a wait: where a correction put its end
    std::string rule_date, rule_zone; ///< of a wait
    failure_kind failure = failure_kind::invalid;
    std::string detail;
    call_mark mark;
    std::uint64_t succeeded_seq = 0;
    int undo_attempts = 0, undo_spent = 0;
    bool undo_conflict = false;
    std::string undo_detail;
    value_list undo_calls; ///< every exchange of undoing it
    value evidence;        ///< of the person who decided about it
    std::optional<approval_record> approval;

    friend bool operator==(const step_record&, const step_record&) = default;
};

/// A `core.wait`: neither an approval nor a later look.
bool waits_for_a_moment(const step_record& step);

struct reason_why
{
    std::string kind, detail, step;
    call_mark mark;
    action_target target;
    bool empty() const { return kind.empty(); }
    friend bool operator==(const reason_why&, const reason_why&) = default;
};

struct run_state
{
    run_id run;
    std::string workflow, definition_sha256, by;
    person_key subject;
    event_key event;
    direction dir = direction::grant;
    int priority = 3;
    run_status status =
        run_status::queued; ///< never `waiting`/`throttled`: those are shown (shown_status) while `running`
    time_point created_at{};
    std::optional<time_point> began_at, first_call_at, ended_at;
    value context, person, access, image;
    value first_image;          ///< the person before anything was done
    bool subject_needed = true; ///< before the first step, after a wait, and until every name it needs is known
    bool subject_in_flight = false;
    bool subject_known = false;
    int subject_setbacks = 0, subject_spent = 0;
    std::optional<time_point> subject_due;
    std::vector<step_record> steps; ///< in the definition's order, children behind their parent
    std::optional<stop_requested> stop;
    bool pivot_passed = false;
    bool undo_planned = false;
    bool reopened = false;            ///< it had ended, and is to be undone
    std::optional<run_status> ending; ///< settled; the steps under `finally` come first
    value ending_residue{value_list{}};
    std::optional<time_point> begin_due; ///< of a run that is scheduled
    std::vector<std::string> undo_order;
    reason_why why;
    std::string superseded_by;
    value residue{value_list{}}, review{value_list{}};
    std::uint64_t last_seq = 0;

    step_record* find(std::string_view id);
    const step_record* find(std::string_view id) const;
    bool anything_in_flight() const;
    /// When time alone moves it next; nothing when only an answer or a person does.
    std::optional<time_point> next_due() const;
    /// `running` refined for people: waiting (only timers), throttled.
    run_status shown_status() const;

    friend bool operator==(const run_state&, const run_state&) = default;
};

struct pending_timer
{
    std::string kind; ///< "start" for a wait, "approval", "verify" for a later look, "retry"
    std::string step; ///< empty: reading the person, or the beginning of the run
    time_point at{};
    std::string rule_date, rule_zone;
    friend auto operator<=>(const pending_timer&, const pending_timer&) = default;
};
/// Everything that time will move, for the durable timers.
std::vector<pending_timer> timers_of(const run_state& state);

/// The only place that changes a run; used live, in recovery, in rehearsals and in tests.
void apply(const workflow_definition& definition, run_state& state, const fact& happened);

/// What the run's row shows.
struct run_summary
{
    std::string state, step_states, error;
    int attempts_max = 0;
    std::optional<time_point> next_attempt_at;
    bool open = true;
};
run_summary summarize(const run_state& state);

} // namespace jmld::engine
