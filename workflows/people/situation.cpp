// The verbs of deciding: how a decision ends, what it takes along and when it acts. Which verb applies is said in the
// decide_*.cpp files, what makes room for it in making_room.cpp.
#include "workflows/people/situation.hpp"

#include "workflows/people/dates.hpp"

#include <algorithm>
#include <cmath>
#include <utility>

namespace jmld::workflows {

namespace {

using engine::direction;
using engine::value;

void set(known_event& known, const change_event& change)
{
    known.decision = std::string(to_text(change.decision));
    known.reason = change.reason;
    known.by = change.by;
}

} // namespace

int leavers_allowed(const policy& rules, const guard_counts& counts)
{
    // In a small organisation one percent is nobody: there only the plain number counts.
    constexpr int population_for_percent = 500;
    if (!counts.population || *counts.population < population_for_percent)
        return rules.guard.max_leavers;
    const auto share = static_cast<int>(std::floor(*counts.population * rules.guard.max_percent / 100));
    return std::max(rules.guard.max_leavers, share);
}

situation::situation(const person_state& known, const canonical_event& deciding, const decide_context& around,
                     bool is_due)
    : state(known), event(deciding), context(around), rules(*around.rules), due(is_due)
{
    const auto* stored = state.find(event.key);
    self = {event, stored != nullptr ? stored->received_at : context.now, "acted", {}, {}, {}};
    belief = believed_for(state, rules, event);
    for (const auto& other : state.events)
        if (!(other.event.key == event.key) && !other.decision.empty())
            others.push_back(&other);
    out.effective = effective_of(event, rules, belief);
    out.warning = zone_of(merge(belief, event.subject), rules).warning;
}

// ---- ends of a decision -------------------------------------------------------------------------

decision situation::superseded(std::string by, std::string reason)
{
    out.kind = decision_kind::superseded;
    out.by = std::move(by);
    out.reason = std::move(reason);
    // A correction takes the place of what it corrects even when nothing is left to do for it.
    return std::move(out);
}

decision situation::superseded(const known_event& by, std::string reason)
{
    return superseded(by.event.key.id, std::move(reason));
}

decision situation::parked(std::string reason, std::string message)
{
    out.kind = decision_kind::parked;
    if (message.empty())
        message = "an event needs a person: " + reason;
    add(raise_alarm{"needs_person", "needs_person:" + event.key.source + "~" + event.key.id, std::move(message)});
    out.reason = std::move(reason);
    return std::move(out);
}

decision situation::acted(std::string by, std::string reason)
{
    out.kind = decision_kind::acted;
    out.by = std::move(by);
    out.reason = std::move(reason);
    return std::move(out);
}

// ---- what follows for others --------------------------------------------------------------------

const known_timer* situation::timer_of(const event_key& of, std::string_view kind) const
{
    for (const auto& timer : state.timers)
        if (timer.event == of && timer.run.empty() && timer.kind == kind && timer.state == "armed")
            return &timer;
    return nullptr;
}

void situation::replace(const known_event& other, decision_kind kind, std::string reason)
{
    const bool told = std::any_of(out.consequences.begin(), out.consequences.end(), [&](const consequence& follows) {
        const auto* change = std::get_if<change_event>(&follows);
        return change != nullptr && change->key == other.event.key;
    });
    if (!told)
        add(change_event{other.event.key, kind, std::move(reason), event.key.id});
}

void situation::drop_timers_left(const known_event& other)
{
    for (const auto& timer : state.timers) {
        const bool mine = timer.event == other.event.key && timer.run.empty() && timer.state == "armed";
        const bool used =
            std::any_of(out.consequences.begin(), out.consequences.end(), [&](const consequence& follows) {
                const auto* moved = std::get_if<move_timer>(&follows);
                const auto* gone = std::get_if<cancel_timer>(&follows);
                return (moved != nullptr && moved->id == timer.id) || (gone != nullptr && gone->id == timer.id);
            });
        if (mine && !used)
            add(cancel_timer{timer.id});
    }
}

void situation::overrule(const known_event& other, decision_kind kind, std::string reason)
{
    drop_timers_left(other);
    const auto* run = state.find(other.run);
    if (run != nullptr && run->open && !has_begun(*run))
        add(cancel_queued_run{run->id, other.event.key, kind, reason, event.key.id});
    replace(other, kind, std::move(reason));
}

time_point situation::moment_of(const known_event& other) const
{
    if (ends_employment(other.event.type) && is_urgent(other.event, rules)) // it waits for no day
        return entered(other);
    return effective_of(other.event, rules, belief).at.value_or(entered(other));
}

time_point situation::moment() const
{
    return urgent() ? context.now : std::max(out.effective.at.value_or(context.now), context.now);
}

// ---- acting -------------------------------------------------------------------------------------

const engine::workflow_definition* situation::workflow_for(std::string_view type) const
{
    for (const auto& workflow : context.workflows)
        if (std::find(workflow->trigger.events.begin(), workflow->trigger.events.end(), type) !=
            workflow->trigger.events.end())
            return workflow.get();
    return nullptr;
}

std::uint8_t situation::priority(const engine::workflow_definition& workflow) const
{
    switch (workflow.dir) {
    case direction::revoke:
        return urgent() ? 0 : 1;
    case direction::change:
        return 2;
    case direction::grant:
        return 3;
    }
    return 3;
}

situation::when situation::moment_of_trigger(const engine::workflow_definition& workflow) const
{
    // What was undone is undone now; its dates are those of what it undoes.
    if (!workflow.trigger.at || urgent() || rescinds_something(event.type))
        return {};
    const auto said = event_for_expressions(event, rules, belief);
    const auto person = to_value(belief);
    const auto settings = to_value(rules);
    const auto made = engine::expression::evaluate(*workflow.trigger.at, [&](std::string_view root) -> const value* {
        return root == "event" ? &said : root == "person" ? &person : root == "policy" ? &settings : nullptr;
    });
    if (!made)
        return made.error().missing ? when{} : when{{}, made.error().what};
    if (const auto* instant = made->if_timestamp())
        return {*instant, {}};
    const auto zone = zone_of(merge(belief, event.subject), rules).name;
    // The day of a change counts from its first instant; the last day of somebody who leaves counts to its end.
    if (const auto* day = made->if_date())
        return {workflow.dir == direction::revoke ? end_of_day(*day, zone) : first_instant(*day, zone), {}};
    return made->is_null() ? when{}
                           : when{{}, "a date or an instant is expected, not a " + std::string(to_text(made->kind()))};
}

bool situation::department_is_unknown(const engine::workflow_definition& workflow)
{
    if (workflow.dir == direction::revoke || context.access == nullptr)
        return false;
    const auto unknown = unknown_department(*context.access, belief);
    if (!unknown)
        return false;
    out = parked("no access rule knows the department",
                 "no access rule knows the department '" + *unknown + "': add a rule for it, then replay the event");
    return true;
}

void situation::schedule(const engine::workflow_definition& workflow, time_point at, const known_event* reuse)
{
    const auto kind = timer_kind_of(workflow.dir, event.type);
    const auto* old = reuse != nullptr ? timer_of(reuse->event.key, kind) : nullptr;
    if (old == nullptr)
        old = timer_of(event.key, kind);
    if (old != nullptr)
        add(move_timer{old->id, at, out.effective.date, out.effective.zone, event.key, {}});
    else
        add(arm_timer{make_id<timer_id>("tmr", context.now, *context.random), kind, at, out.effective.date,
                      out.effective.zone, event.key, priority(workflow)});
    out.kind = decision_kind::scheduled;
    out.reason = "a timer stands for " + to_rfc3339(at);
}

decision situation::act_or_schedule(std::string_view type, const known_event* reuse)
{
    const auto* workflow = workflow_for(type);
    if (workflow == nullptr)
        return parked("no workflow is triggered by " + event.type);
    auto moment = moment_of_trigger(*workflow);
    if (!moment.mistake.empty())
        return parked("the trigger of workflow " + workflow->name + " gives no moment: " + moment.mistake);
    if (department_is_unknown(*workflow))
        return std::move(out);
    const auto* word = workflow->dir == direction::revoke && !urgent() ? override_in_force() : nullptr;
    if (word != nullptr && (!not_before || *not_before < word->until))
        not_before = word->until;
    if (not_before && (!moment.at || *moment.at < *not_before))
        moment.at = not_before;
    if (moment.at && *moment.at > context.now) {
        schedule(*workflow, *moment.at, reuse);
        if (word != nullptr)
            out.reason += "; until " + to_rfc3339(word->until) + " counts what " + word->by + " said: " + word->reason;
        return std::move(out);
    }
    if (workflow->dir == direction::revoke)
        return revoke(*workflow);
    if (auto instead = stopped_change(*workflow))
        return std::move(*instead);
    return start(*workflow, instead_of);
}

decision situation::start(const engine::workflow_definition& workflow, const known_run* makes_way)
{
    const auto run = make_id<run_id>("run", context.now, *context.random);
    if (makes_way != nullptr)
        add(preempt_run{makes_way->id, run});
    add(believe{belief});
    add(start_run{run, workflow.name, event.key, priority(workflow)});
    return acted(run.text, "workflow " + workflow.name + " was started");
}

const override_word* situation::override_in_force() const
{
    for (const auto& word : rules.overrides)
        if (word.until > context.now && is_named({word.person}, merge(belief, event.subject), state.record))
            return &word;
    return nullptr;
}

void situation::call_off_deletion()
{
    for (const auto& timer : state.timers)
        if (timer.kind == timer_kind_delete && timer.run.empty() && timer.state == "armed")
            add(cancel_timer{timer.id});
}

decision situation::held(std::string_view guard, std::string reason, std::string_view workflow)
{
    if (!context.guard.hold_open)
        add(raise_alarm{"guard_tripped", "guard_tripped:" + std::string(guard) + ":" + to_rfc3339(context.now),
                        reason + ": further runs of workflow " + std::string(workflow) +
                            " are held until a person decides"});
    add(hold{std::string(guard), reason});
    out.kind = decision_kind::held;
    out.reason = std::move(reason);
    return std::move(out);
}

std::optional<decision> situation::stopped(const engine::workflow_definition& workflow)
{
    if (is_named(rules.protected_people, merge(belief, event.subject), state.record) && !context.guard.released)
        return parked("the person is protected by the policy: no event closes this account by itself");
    if (urgent() || context.guard.released)
        return std::nullopt;
    const auto allowed = leavers_allowed(rules, context.guard);
    if (!context.guard.hold_open && context.guard.leavers_in_window < allowed)
        return std::nullopt;
    const auto reason = "more than " + std::to_string(allowed) + " leavers within " + jmld::to_text(rules.guard.window);
    return held(guard_of_leavers, reason, workflow.name);
}

// What the rules gave and give no longer; where HR never said the old record, it may be anything.
bool situation::takes_groups() const
{
    if (context.access == nullptr || state.record.believed.department.empty())
        return true;
    const auto given = target_of(*context.access, belief).groups,
               had = target_of(*context.access, state.record.believed).groups;
    return std::any_of(had.begin(), had.end(), [&](const std::string& group) {
        return std::find(given.begin(), given.end(), group) == given.end();
    });
}

std::optional<decision> situation::stopped_change(const engine::workflow_definition& workflow)
{
    const auto& most = rules.guard.max_group_removals;
    if (!most || event.type != "worker.changed" || context.guard.released || !takes_groups() ||
        (!context.guard.hold_open && context.guard.movers_in_window < *most))
        return std::nullopt;
    return held(guard_of_movers,
                "more than " + std::to_string(*most) + " people may lose groups within " +
                    jmld::to_text(rules.guard.window),
                workflow.name);
}

decision situation::revoke(const engine::workflow_definition& workflow)
{
    if (auto instead = stopped(workflow))
        return std::move(*instead);
    const auto run = make_id<run_id>("run", context.now, *context.random);
    clear_the_way(run);
    if (state.record.believed == worker{})
        add(believe{belief});
    add(start_run{run, workflow.name, event.key, priority(workflow)});
    return acted(run.text, "workflow " + workflow.name + " was started");
}

decision situation::redecide(const canonical_event& other, decision_kind kind, std::optional<known_event> extra)
{
    // What this event already did to others is not repeated by the one that follows from it.
    person_state assumed = state;
    for (const auto& follows : out.consequences)
        if (const auto* change = std::get_if<change_event>(&follows))
            for (auto& known : assumed.events)
                if (known.event.key == change->key)
                    set(known, *change);
    std::erase_if(assumed.timers, [&](const known_timer& timer) {
        return std::any_of(out.consequences.begin(), out.consequences.end(), [&](const consequence& follows) {
            const auto* moved = std::get_if<move_timer>(&follows);
            const auto* gone = std::get_if<cancel_timer>(&follows);
            return (moved != nullptr && moved->id == timer.id) || (gone != nullptr && gone->id == timer.id);
        });
    });
    std::erase_if(assumed.events, [&](const known_event& known) { return known.event.key == event.key; });
    known_event mine = self;
    mine.decision = std::string(to_text(kind));
    mine.reason = out.reason;
    for (const auto& follows : out.consequences)
        if (const auto* started = std::get_if<start_run>(&follows); started != nullptr && started->event == event.key) {
            for (const auto& workflow : context.workflows)
                if (workflow->name == started->workflow)
                    assumed.runs.push_back({started->id, workflow->name, workflow->dir, "running", true, event.key});
            mine.run = started->id;
        }
    assumed.events.push_back(std::move(mine));
    if (extra)
        assumed.events.push_back(std::move(*extra));
    auto made = decide(assumed, other, context);
    for (auto& follows : made.consequences)
        out.consequences.push_back(std::move(follows));
    made.consequences.clear();
    return made;
}

} // namespace jmld::workflows
