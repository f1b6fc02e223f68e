// What happened to a run, append-only: the facts. They are the memory of the program — apply() folds them into a state,
// and nothing else changes a run. Values that may hold personal data are marked by the codec and leave the text
// (fact_codec.hpp).
#pragma once

#include "engine/action.hpp"
#include "engine/definition.hpp"
#include "engine/ids.hpp"
#include "engine/time.hpp"
#include "engine/value.hpp"

#include <optional>
#include <string>
#include <variant>
#include <vector>

namespace jmld::engine {

enum class run_status : std::uint8_t {
    scheduled,
    queued,
    running,
    waiting,
    throttled,
    paused,
    succeeded,
    failed,
    cancelled,
    terminated,
    superseded,
    compensating,
    rolled_back,
    rolled_back_partial,
    rollback_failed,
    closed_with_residue
};
enum class step_status : std::uint8_t {
    pending,
    ready,
    running,
    backing_off,
    throttled,
    waiting,
    unknown,
    succeeded,
    failed,
    skipped,
    cancelled,
    compensating,
    compensated,
    compensation_failed,
    not_compensable
};
std::string_view to_text(run_status status);
std::string_view to_text(step_status status);
std::optional<run_status> parse_run_status(std::string_view text);
bool has_ended(run_status status);
/// No further forward attempt will be made by itself.
bool is_final(step_status status);

/// Why a run goes no further forward.
enum class stop_kind : std::uint8_t { preempt, cancel, terminate, rollback, fail };
std::string_view to_text(stop_kind kind);
std::optional<stop_kind> parse_stop_kind(std::string_view text);

// ---- the run
// ---------------------------------------------------------------------------------------------------------------
struct run_created
{
    run_id run;
    std::string workflow, definition_sha256;
    person_key subject;
    event_key event;
    direction dir = direction::grant;
    int priority = 3;
    std::string by;
    value context; ///< {event, policy}
};
struct run_started
{}; ///< the person is this run's alone from here on
struct subject_requested
{};
struct subject_read
{
    value person, access, image;
    std::vector<std::string> unknown_names;
};
struct subject_failed
{
    failure_kind kind = failure_kind::unavailable;
    bool outage = false;
    time_point retry_at{};
    std::string detail;
    call_mark mark;
};
struct run_paused
{
    std::string kind; ///< a failure kind, `needs_person`, `operator`, `throttled_too_long`, `provisioning`
    std::string step; ///< which one; may be empty
    std::string by;   ///< an operator, or empty
    std::string detail;
    call_mark mark;
};
struct run_resumed
{
    std::string by, reason;
};
struct budget_renewed
{
    std::string step, by;
};
struct stop_requested
{
    stop_kind kind = stop_kind::cancel;
    std::string by, reason; ///< reason: in the asker's words
    std::string step{};     ///< whose failure asked for it; empty when a person or another run did
    std::string to_step{};  ///< rollback: what came after this step is undone, the step itself stays

    friend bool operator==(const stop_requested&, const stop_requested&) = default;
};
/// How it will end is settled; the steps under `finally` come first.
struct run_ending
{
    run_status status = run_status::succeeded;
    value residue;
};
/// It had ended, and a person wants it undone.
struct run_reopened
{
    std::string by, reason;
};
/// It begins no sooner than this.
struct run_scheduled
{
    time_point at{};
    std::string by, reason;
};
/// The moment has come: it waits for its person like any other.
struct run_due
{};
struct run_ended
{
    run_status status = run_status::succeeded;
    std::string superseded_by;
    value residue, review; ///< lists; names of groups and apps, never of people
};

// ---- steps
// -----------------------------------------------------------------------------------------------------------------
struct step_expanded
{
    std::string step;
    value items;
};
struct step_skipped
{
    std::string step, reason;
    bool blocked = false;
};
struct attempt_started
{
    std::string step;
    int attempt = 1;
    value inputs;
    action_target target;
};
struct step_succeeded
{
    std::string step;
    int attempt = 0; ///< 0: without an attempt (an empty list, a moment already past)
    bool changed = false;
    value outputs{}, before{}, calls{};
    call_mark mark{};
};
struct attempt_failed_fact
{
    std::string step;
    int attempt = 1;
    failure_kind kind = failure_kind::unavailable;
    bool spends = true;
    std::string detail;
    call_mark mark;
    value calls;
};
/// It looks again later; the answer so far spends nothing.
struct attempt_pending_fact
{
    std::string step;
    int attempt = 1;
    time_point until{};
    value progress;
    std::string detail;
    call_mark mark;
    value calls;
};
struct retry_scheduled
{
    std::string step;
    time_point at{};
    bool throttled = false;
};
struct outcome_unknown
{
    std::string step;
    int attempt = 1;
    std::string detail;
    value before{};
    call_mark mark{};
    bool restart = false; ///< the process ended: the attempt does not count
    value calls{};
};
struct probe_started
{
    std::string step;
};
struct probe_failed
{
    std::string step;
    time_point retry_at{};
    failure_kind kind = failure_kind::unavailable;
};
struct probe_answered
{
    std::string step;
    int attempt = 1;
    probe_verdict verdict = probe_verdict::cannot_tell;
    std::string detail;
    call_mark mark{};
};
struct step_waiting
{
    std::string step;
    time_point until{};
    std::string rule_date, rule_zone;
};
struct wait_moved
{
    std::string step;
    time_point until{};
    std::string by;
    std::string rule_date{}, rule_zone{};
};
struct step_failed
{
    std::string step;
    failure_kind kind = failure_kind::invalid;
    std::string detail;
    call_mark mark;
};
struct step_cancelled
{
    std::string step;
};
/// After a restart: the first sending may have taken effect, whatever becomes of this one.
struct attempt_resent
{
    std::string step;
    int attempt = 1;
};
/// A person decided about the step; the fact of what became of it follows.
struct step_ruled
{
    std::string step, verb, by, reason;
    value evidence{}; ///< what the person offers for it
};

struct approval_requested
{
    std::string step;
    approval_id approval;
    std::string plan_sha256; ///< of what is approved: a word for another plan does not count
    std::vector<std::string> approvers;
    int required = 1;
    time_point until{}; ///< the epoch: without end
    value plan;         ///< {message, steps}
};
struct approval_given
{
    std::string step;
    approval_id approval;
    std::string verdict; ///< approve, deny
    std::string by, reason;
};
/// Nobody decided in time; from now on an administrator may.
struct approval_escalated
{
    std::string step;
    approval_id approval;
};

// ---- undoing
// ---------------------------------------------------------------------------------------------------------------
struct compensation_planned
{
    std::vector<std::string> steps, impossible;
};
struct compensation_started
{
    std::string step;
    int attempt = 1;
};
struct compensation_succeeded
{
    std::string step;
    bool changed = true, conflict = false;
    std::string detail;
    call_mark mark;
    value calls;
};
struct compensation_attempt_failed
{
    std::string step;
    failure_kind kind = failure_kind::unavailable;
    bool spends = true;
    std::string detail;
    call_mark mark;
    value calls{};
};
struct compensation_retry
{
    std::string step;
    time_point at{};
};
struct compensation_given_up
{
    std::string step;
    failure_kind kind = failure_kind::unavailable;
    std::string detail;
};

using happening =
    std::variant<run_created, run_started, subject_requested, subject_read, subject_failed, run_paused, run_resumed,
                 budget_renewed, stop_requested, run_ended, step_expanded, step_skipped, attempt_started,
                 step_succeeded, attempt_failed_fact, retry_scheduled, outcome_unknown, probe_started, probe_failed,
                 probe_answered, step_waiting, wait_moved, step_failed, step_cancelled, compensation_planned,
                 compensation_started, compensation_succeeded, compensation_attempt_failed, compensation_retry,
                 compensation_given_up, step_ruled, attempt_resent, run_ending, run_reopened, run_scheduled, run_due,
                 approval_requested, approval_given, approval_escalated, attempt_pending_fact>;

struct fact
{
    std::uint64_t seq = 0; ///< 1, 2, 3 … within the run
    time_point at{};
    happening what;
};

} // namespace jmld::engine
