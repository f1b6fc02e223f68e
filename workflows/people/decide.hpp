// What becomes of an event: act, schedule, supersede, coalesce, hold, park — each with its reason, and what follows
// from it. Pure: it reads no clock, calls nobody, and changes nothing; the daemon commits what it answers.
#pragma once

#include "engine/definition.hpp"
#include "engine/ids.hpp"
#include "engine/random_source.hpp"
#include "workflows/people/access.hpp"
#include "workflows/people/person.hpp"
#include "workflows/people/policy.hpp"

#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

namespace jmld::workflows {

enum class decision_kind : std::uint8_t {
    acted,
    scheduled,
    superseded,
    coalesced,
    duplicate,
    tombstone,
    held,
    parked,
    quarantined,
    ignored,
    cancelled
};
std::string_view to_text(decision_kind kind);
std::optional<decision_kind> parse_decision_kind(std::string_view text);

/// The moment an event takes effect, with the rule that made it. `date` empty: now.
struct effective_moment
{
    std::string date;
    std::string zone;
    std::optional<time_point> at;
};

// ---- what follows -------------------------------------------------------------------------------

/// A run for the deciding event, unless `event` names another. The run gets `person` as its worker record.
struct start_run
{
    run_id id;
    std::string workflow;
    event_key event;
    std::uint8_t priority = 3; ///< runtime::priority: 0 urgent leaver, 1 leaver, 2 mover, 3 joiner
    bool follows = false;      ///< after the event's own run, which stays the event's
};
/// Stop it before its next call; it is not undone. It ends `superseded` by `by`.
struct preempt_run
{
    run_id run;
    run_id by;
};
/// It has not begun: it ends `superseded` without a call. Its event gets `decision`.
struct cancel_queued_run
{
    run_id run;
    event_key event;
    decision_kind decision = decision_kind::superseded;
    std::string reason, by;
};
struct arm_timer
{
    timer_id id;
    std::string kind; ///< pre_hire | start | end | delete
    time_point at{};
    std::string rule_date; ///< the date that made it, `YYYY-MM-DD`
    std::string rule_zone;
    event_key event;
    std::uint8_t priority = 3;
};
/// The same timer, another moment and another event. Of a run (`run` set): its wait ends at the new moment.
struct move_timer
{
    timer_id id;
    time_point at{};
    std::string rule_date, rule_zone;
    event_key event;
    run_id run;
};
struct cancel_timer
{
    timer_id id;
};
/// Another event of the person gets a new decision.
struct change_event
{
    event_key key;
    decision_kind decision = decision_kind::superseded;
    std::string reason, by;
};
/// An event that follows by itself (the end of a contract), already decided, or to be decided next.
struct new_event
{
    canonical_event event;
    std::optional<decision_kind> decision = decision_kind::scheduled;
    std::string reason, by;
    effective_moment effective;
};
/// The person's record becomes this (person::apply_belief).
struct believe
{
    worker now;
};
struct raise_alarm
{
    std::string kind;    ///< closed list of contract-jml
    std::string cause;   ///< one alarm for one cause
    std::string message; ///< no personal data beyond what the contract asks for (the name of a department)
};
/// Into the open hold of this guard, or a new one.
struct hold
{
    std::string guard; ///< guard_of_leavers, guard_of_movers
    std::string reason;
};
/// The person's record becomes this (person_record::drift).
struct note_drift
{
    drift_record found;
};
using consequence = std::variant<start_run, preempt_run, cancel_queued_run, arm_timer, move_timer, cancel_timer,
                                 change_event, new_event, believe, raise_alarm, hold, note_drift>;

// ---- deciding -----------------------------------------------------------------------------------

struct decision
{
    decision_kind kind = decision_kind::parked;
    std::string reason; ///< in words, without personal data
    std::string by;     ///< event id or run id; may be empty
    effective_moment effective;
    std::string warning;                   ///< an unknown zone name; may be empty
    std::vector<consequence> consequences; ///< in the order in which they make sense; they commit together
};

struct guard_counts
{
    int leavers_in_window = 0;     ///< runs started by non-urgent leavers since now − policy.guard.window
    std::optional<int> population; ///< users that are not DEPROVISIONED; nothing when not known
    bool hold_open = false;        ///< a hold of this guard waits for a person: everything goes into it
    bool released = false;         ///< a person released this event: the guard is not asked
    int movers_in_window = 0;      ///< runs of changes started in it; only counted where a limit is set
};

struct decide_context
{
    time_point now{};
    const policy* rules = nullptr;
    const access_rules* access = nullptr;
    std::vector<engine::definition_pointer> workflows; ///< the set in force; the first triggered by a type is used
    guard_counts guard;
    random_source* random = nullptr; ///< for new ids
};

/// `arriving` has been stored and correlated to this person. Also for a replay: what is already known of it does not
/// count.
decision decide(const person_state& state, const canonical_event& arriving, const decide_context& context);

/// A timer of `scheduled` fired (or a hold was released): everything is looked at again. An event that is no longer
/// `scheduled` or `held` keeps its decision and nothing follows.
decision decide_due(const person_state& state, const canonical_event& scheduled, std::string_view timer_kind,
                    const decide_context& context);

/// `event` as workflows see it: to_value() with `start` also for a hire that says only its effective day, `ends_on`
/// (the day whose end closes access, by policy.last_day) and `zone`. `known` gives the zone where the event says none.
engine::value event_for_expressions(const canonical_event& event, const policy& rules, const worker& known = {});
/// For events[].effective: the start of a hire, the end of the last day of somebody who leaves, the effective day of a
/// change.
effective_moment effective_of(const canonical_event& event, const policy& rules, const worker& known = {});
bool is_urgent(const canonical_event& event, const policy& rules);

inline constexpr std::string_view guard_of_leavers = "max_leavers";
inline constexpr std::string_view guard_of_movers = "max_group_removals";
/// Of the timer that stands for the end of policy.retention, and the workflow that it starts.
inline constexpr std::string_view timer_kind_delete = "delete";
inline constexpr std::string_view workflow_of_retention = "retention";

/// With what the end of one of several employments is superseded: that employment is over, the person stays.
inline constexpr std::string_view reason_employment_goes_on = "another employment of the same person goes on";
/// What an event for somebody nobody knows is parked with; when the hire comes, it is looked at again.
inline constexpr std::string_view reason_unknown_person =
    "nobody is known under this worker's id: no hire was seen and Okta has no such user";

} // namespace jmld::workflows
