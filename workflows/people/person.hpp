// What is known of one person when something is decided: the durable record, and the events, runs and timers that
// stand. It decides nothing; decide.hpp reads it, the daemon fills it from the journal.
#pragma once

#include "engine/definition.hpp"
#include "engine/ids.hpp"
#include "engine/result.hpp"
#include "engine/time.hpp"
#include "workflows/events/canonical_event.hpp"
#include "workflows/people/policy.hpp"

#include <map>
#include <optional>
#include <string>
#include <vector>

namespace jmld::workflows {

/// What came back after a run had closed the account, and how often.
struct drift_record
{
    run_id run; ///< that closed it
    std::map<std::string, int> times;

    friend bool operator==(const drift_record&, const drift_record&) = default;
};

/// What the journal keeps in person_row::record.
struct person_record
{
    std::string okta_id;         ///< empty: no account known
    std::string employee_number; ///< of that account, when it was last read; empty = not read
    std::string status;          ///< of that account, when it was last read; empty = not read
    std::string manager_okta_id;
    std::optional<time_point> no_account_at; ///< when Okta was asked last and had no account of theirs
    worker believed;                         ///< what the last run acted for; empty before the first
    std::vector<worker> former; ///< records that unfinished runs acted for: their access may still be there
    std::string login{};        ///< of that account, when it was last read; empty = not read
    drift_record drift{};

    friend bool operator==(const person_record&, const person_record&) = default;
};
/// Bytes for the store; everything in it is personal data. decode: errors corrupt.
std::string encode(const person_record& record);
result<person_record> decode_person(std::string_view bytes);

/// A run has acted for `now`: it becomes the belief; what was believed before stays as former until settle().
void apply_belief(person_record& record, const worker& now);
/// A run of the person ended with its access as wanted: nothing former is left.
void settle(person_record& record);

struct known_event
{
    canonical_event event;
    time_point received_at{};
    std::string decision, reason, by; ///< as stored; empty = not decided yet
    run_id run;
};
struct known_run
{
    run_id id;
    std::string workflow;
    engine::direction dir = engine::direction::grant;
    std::string state; ///< contract §5
    bool open = true;
    event_key event;
    bool called = true; ///< a step of it was begun
};
struct known_timer
{
    timer_id id;
    std::string kind; ///< pre_hire start end …
    time_point at{};
    event_key event;   ///< of an event's timer
    run_id run;        ///< of a run's timer
    std::string state; ///< armed fired cancelled
};

struct person_state
{
    person_key key;
    person_record record;
    std::vector<known_event> events; ///< any order, without the arriving one (it is left out when it is among them)
    std::vector<known_run> runs;
    std::vector<known_timer> timers;

    const known_event* find(const event_key& which) const;
    const known_run* find(const run_id& which) const;
    /// An account exists, or a run that grants may have made one.
    bool may_have_account() const;
    /// The account was DEPROVISIONED when it was last read, and no run of ours has opened it since.
    bool was_closed() const;
};

/// One employment of the person as the events tell it.
struct employment
{
    std::string worker_id, kind;
    event_key begun_by; ///< empty: known from the record only
    time_point begins{};
    std::optional<time_point> ends; ///< by an accepted end
    bool ended = false;             ///< the end has acted
    worker record;                  ///< as last entered
};
/// Those that were accepted and not rescinded, in order of their begin. `without` is left out (the event being
/// decided).
std::vector<employment> employments_of(const person_state& state, const policy& rules, const event_key& without = {});

/// The worker record to act for when `acting` acts: what is in force, the last word last, names only of a renaming. An
/// end or a rescind changes nothing of it.
worker believed_for(const person_state& state, const policy& rules, const canonical_event& acting);

/// Whether a list of the policy (worker ids, universal ids, logins, addresses) means this person.
bool is_named(const std::vector<std::string>& list, const worker& who, const person_record& record);

/// Entered, or received when the sender did not say.
time_point entered(const known_event& event);
/// When it takes effect, but not before it was entered.
time_point in_force_from(const known_event& event, const policy& rules);
/// Believe by entry, act by effect: `left` is overruled by `right`. By the moment in force, then entry, then the
/// event's id.
bool overruled_by(const known_event& left, const known_event& right, const policy& rules);

} // namespace jmld::workflows
