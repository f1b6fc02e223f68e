// One event being decided, with everything that is looked at, and the small verbs that build its decision. Private to
// the decide_*.cpp files; each of them holds the rules for one kind of event.
#pragma once

#include "workflows/people/decide.hpp"

#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace jmld::workflows {

class situation
{
public:
    situation(const person_state& state, const canonical_event& event, const decide_context& context, bool due);

    const person_state& state;
    const canonical_event& event;
    const decide_context& context;
    const policy& rules;
    const bool due;                         ///< a timer fired, or a hold was released
    known_event self;                       ///< the event as the others are compared with it
    worker belief;                          ///< to act for
    std::vector<const known_event*> others; ///< without the event itself and without undecided ones
    decision out;

    // ---- ends of a decision -------------------------------------------------------------------------
    // --------------------------------------------------------------------------------------------
    decision superseded(const known_event& by, std::string reason);
    decision superseded(std::string by, std::string reason);
    decision parked(std::string reason, std::string message = {});
    decision acted(std::string by, std::string reason);

    // ---- what follows for others --------------------------------------------------------------------
    // ---------------------------------------------------------------------------------------
    template <class T> void add(T follows) { out.consequences.emplace_back(std::move(follows)); }
    /// A pending event gets a new decision; its timers go, its queued run too.
    void overrule(const known_event& other, decision_kind kind, std::string reason);
    /// As overrule(), but its timers stay: they are moved, or dropped later by drop_timers_left().
    void replace(const known_event& other, decision_kind kind, std::string reason);
    void drop_timers_left(const known_event& other);
    /// Nothing that grants runs beside a leaver, nothing pending wakes up later. `by` may be empty.
    void clear_the_way(const run_id& by);
    void begin_again(const known_run& run);
    /// A hire of the same number that was entered before this one no longer waits for its own first day.
    void take_the_place_of_older_hires();
    /// Who comes back keeps the account: nothing that was to delete it wakes up.
    void call_off_deletion();
    /// An armed timer of that event, of this kind.
    const known_timer* timer_of(const event_key& of, std::string_view kind) const;
    /// The accepted correction of a hire that was corrected, or the hire. Nothing of nothing.
    const known_event* last_version_of(const known_event* begun) const;

    // ---- acting -------------------------------------------------------------------------------------
    // --------------------------------------------------------------------------------------------------------
    /// The workflow triggered by this type; nullptr when none is.
    const engine::workflow_definition* workflow_for(std::string_view type) const;
    /// Acts now or arms (or moves `reuse`'s timer to) the moment of the trigger. Parks when no workflow is triggered,
    /// when the trigger gives no moment, or (grant, change) when no rule knows the department.
    decision act_or_schedule(std::string_view type, const known_event* reuse = nullptr);
    /// A grant or change, now.
    decision start(const engine::workflow_definition& workflow, const known_run* makes_way = nullptr);
    /// A revoke, now: guard, protection, and what it pre-empts.
    decision revoke(const engine::workflow_definition& workflow);

    /// Decides another event as if this one had already got `kind`; what follows from it is added to this decision.
    decision redecide(const canonical_event& other, decision_kind kind, std::optional<known_event> extra = {});

    bool urgent() const { return is_urgent(event, rules); }
    time_point moment_of(const known_event& other) const;
    /// The moment of this event, not before now.
    time_point moment() const;

    /// Of the timer that stands for an event of this type.
    static std::string timer_kind_of(engine::direction dir, std::string_view type);

    std::optional<time_point> not_before;  ///< of acting, whatever the trigger says
    const known_run* instead_of = nullptr; ///< a run that makes way for the one that is started

    struct when
    {
        std::optional<time_point> at; ///< nothing = now
        std::string mistake;
    };
    when moment_of_trigger(const engine::workflow_definition& workflow) const;
    void schedule(const engine::workflow_definition& workflow, time_point at, const known_event* reuse);

private:
    bool outlives_this_end(const known_event& other) const;
    bool department_is_unknown(const engine::workflow_definition& workflow);
    std::optional<decision> stopped(const engine::workflow_definition& workflow);
    std::optional<decision> stopped_change(const engine::workflow_definition& workflow);
    decision held(std::string_view guard, std::string reason, std::string_view workflow);
    bool takes_groups() const;
    const override_word* override_in_force() const;
    std::uint8_t priority(const engine::workflow_definition& workflow) const;
};

/// With what everything is superseded that somebody who leaves needs no more.
inline constexpr std::string_view reason_leaves = "the person leaves";
/// With what a hire is superseded when the same number was hired again.
inline constexpr std::string_view reason_begun_anew = "a later entry of the same worker's hire stands";
/// With what an end is superseded when an earlier one has closed the account: it still ends what was entered before it.
inline constexpr std::string_view reason_closed_already = "the account was closed already";
/// With what a change or a leave is superseded when the person was hired again since.
inline constexpr std::string_view reason_over = "it was entered about an employment that is over";
/// With what a hire is scheduled whose first day falls into a leave.
inline constexpr std::string_view reason_away = "the person is on leave on the first day";
/// With what is superseded what waited for a hire that is set aside; an end of it that is taken back may bring it back.
inline constexpr std::string_view reason_never_began = "the hire it is about never began";
/// With what a change or a leave of somebody who is not here any more is superseded.
inline constexpr std::string_view reason_has_left = "the person has left";

// ---- rules by kind of event ---------------------------------------------------------------------

decision decide_begin(situation& now);
/// What was told about a hire that never begins has nothing to wait for any more: it was entered between that hire and
/// what stands in its place.
void settle_waiting(situation& now, const known_event& instead);
decision decide_end(situation& now);
decision decide_change(situation& now);
decision decide_leave(situation& now);
/// The time for which a closed account is kept is over. The event that closed it keeps its decision.
decision decide_deletion(situation& now);
decision decide_rescind(situation& now);
/// The end of one of several employments has come: what only it gave goes. The event keeps its decision.
decision decide_employment_over(situation& now);
decision decide_snapshot(situation& now);

/// How many non-urgent leavers may begin within the guard's window.
int leavers_allowed(const policy& rules, const guard_counts& counts);

// ---- questions about other events ---------------------------------------------------------------

/// It waits for a moment, a person or a guard: nothing has been done for it.
bool is_pending(const known_event& known);
/// It has left the queue: calls may have been made.
bool has_begun(const known_run& run);
/// It counts: acted, or going to.
bool is_accepted(const known_event& known);
bool same_employment(const worker& left, const worker& right);
/// `reference` (of `corrects`, `rescinds`) names this event by its process or its id.
bool is_named_by(const canonical_event& event, std::string_view reference);
bool is_named_by(const known_event& known, std::string_view reference);
/// A word about names: a renaming, or a change or hire that repeats them.
bool says_names(const canonical_event& event);
/// Same business event sent again under another id.
const known_event* first_of_the_same(const situation& now);
/// The rescind that names this event; nullptr when none does.
const known_event* rescinded_by(const situation& now);
/// The correction that names this event and was entered later.
const known_event* corrected_by(const situation& now);
/// What this event corrects, the last version of it; nullptr when it is not known.
const known_event* corrected_by_this(const situation& now);
/// Between these two ends somebody was hired again: they end different times of the same worker's employment.
bool hired_between(const situation& now, const known_event& earlier_end, const known_event& later_end);
/// Hired or hired again: no conversion, which goes on with what was there.
bool is_a_hire(const canonical_event& event);
/// A hire that is no correction, entered later than `older` and not after `until`: whoever is hired again begins anew.
const known_event* hired_since(const situation& now, const known_event& older, time_point until = time_point::max());
/// Somebody who is on leave by this event, as far as what is known goes.
bool is_on_leave(const situation& now, const known_event& leave);
/// The key of the end that follows from a contract by itself, and whether a key is one.
event_key contract_end_key(const canonical_event& said_by);
bool is_contract_end_key(const event_key& key);
/// A hire of the same employment that has not begun.
const known_event* hire_ahead(const situation& now);
/// The hire entered since, when what this is about is over: the next first day is not ahead, or the end has acted.
const known_event* over_since(const situation& now);
/// Where no hire is known that this can be about but one that was taken back after it was entered: by what.
const known_event* hire_taken_back(const situation& now);
/// Until when a hire must wait because its first day falls into a leave; nothing when it does not.
std::optional<time_point> away_until(const situation& now);
/// The event whose leaver closed the person, when nothing has begun since.
const known_event* closed_by(const situation& now);

} // namespace jmld::workflows
