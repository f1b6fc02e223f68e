// A person's story played against decide(): feeds events at given instants, lets timers come due, and keeps events,
// runs and timers as the daemon would. It sends nothing and knows no workflow steps: a run only starts and is finished
// by the test.
#pragma once

#include "engine/expression/expression.hpp"
#include "workflows/people/decide.hpp"
#include "workflows/people/roots.hpp"

#include <algorithm>
#include <memory>
#include <optional>
#include <string>
#include <utility>
#include <vector>

namespace jmld::test {

inline time_point at(std::string_view text) { return parse_rfc3339(text).value(); }
inline date day(std::string_view text) { return parse_date(text).value(); }

/// The shipped workflows as far as deciding needs them: name, direction, trigger.
inline engine::definition_pointer a_workflow(std::string name, engine::direction dir, std::vector<std::string> events,
                                             std::string_view when)
{
    using engine::expression::shape;
    auto made = std::make_shared<engine::workflow_definition>();
    made->name = std::move(name);
    made->dir = dir;
    made->trigger.events = std::move(events);
    const auto roots = shape::closed({{"event", workflows::event_shape()},
                                      {"person", workflows::person_shape()},
                                      {"policy", workflows::policy_shape()}});
    if (!when.empty())
        made->trigger.at = engine::expression::compile_bare(when, roots).value();
    return made;
}

inline std::vector<engine::definition_pointer> the_workflows()
{
    using engine::direction;
    return {a_workflow("joiner", direction::grant, {"worker.hired", "worker.rehired"}, "event.start - policy.pre_hire"),
            a_workflow("mover", direction::change, {"worker.changed", "worker.renamed", "worker.converted"},
                       "coalesce(event.effective_at, event.effective_on)"),
            a_workflow("leaver", direction::revoke,
                       {"worker.terminated", "worker.contract_ended", "worker.hire_rescinded", "worker.no_show"},
                       "coalesce(event.ends_on, event.effective_at)")};
}

inline workflows::access_rules some_rules()
{
    return workflows::read_access("access.yaml", R"(rules:
  - { when: 'person.kind == "employee"', groups: [Staff], apps: [Slack] }
  - { when: 'person.department == "Engineering"', groups: [Engineering], apps: [GitHub] }
  - { when: 'person.department == "Marketing"', groups: [Marketing], apps: [Canva] }
  - { when: 'person.department == "Sales"', groups: [Sales], apps: [Salesforce] }
)")
        .value();
}

/// Events, said in few words.
class an_event
{
public:
    an_event(std::string type, std::string id)
    {
        event_.type = std::move(type);
        event_.key = {"workday", std::move(id)};
        event_.action = "complete";
        event_.subject.id = "100482";
        event_.subject.universal_id = "U-1";
        event_.subject.kind = "employee";
        event_.subject.given_name = "Priya";
        event_.subject.family_name = "Raman";
        event_.subject.department = "Engineering";
        event_.subject.time_zone = "Australia/Melbourne";
    }
    an_event& entered(std::string_view when)
    {
        return set([&](auto& e) { e.entered_at = at(when); });
    }
    an_event& process(std::string id)
    {
        return set([&](auto& e) { e.process_id = std::move(id); });
    }
    an_event& effective(std::string_view on)
    {
        return set([&](auto& e) { e.effective_on = day(on); });
    }
    an_event& starts(std::string_view on)
    {
        return set([&](auto& e) { e.effective_on = e.subject.start = day(on); });
    }
    an_event& ends(std::string_view on)
    {
        return set([&](auto& e) { e.subject.end = day(on); });
    }
    an_event& last_day(std::string_view on)
    {
        return set([&](auto& e) { e.subject.last_day = day(on); });
    }
    an_event& corrects(std::string what)
    {
        return set([&](auto& e) {
            e.corrects = what;
            e.process_id = std::move(what);
            e.action = "correct";
        });
    }
    an_event& rescinds(std::string what)
    {
        return set([&](auto& e) {
            e.rescinds = what;
            e.process_id = std::move(what);
            e.action = "rescind";
        });
    }
    an_event& worker_id(std::string id)
    {
        return set([&](auto& e) { e.subject.id = std::move(id); });
    }
    an_event& kind(std::string word)
    {
        return set([&](auto& e) { e.subject.kind = std::move(word); });
    }
    an_event& department(std::string name)
    {
        return set([&](auto& e) { e.subject.department = std::move(name); });
    }
    an_event& title(std::string name)
    {
        return set([&](auto& e) { e.subject.title = std::move(name); });
    }
    an_event& family_name(std::string name)
    {
        return set([&](auto& e) { e.subject.family_name = std::move(name); });
    }
    an_event& zone(std::string name)
    {
        return set([&](auto& e) { e.subject.time_zone = std::move(name); });
    }
    an_event& urgent()
    {
        return set([](auto& e) { e.urgent = true; });
    }
    an_event& because(std::string id)
    {
        return set([&](auto& e) { e.reason.id = std::move(id); });
    }

    operator const workflows::canonical_event&() const { return event_; }

private:
    template <class F> an_event& set(F change)
    {
        change(event_);
        return *this;
    }
    workflows::canonical_event event_;
};

class person_story
{
public:
    explicit person_story(std::string_view start) : now(at(start)) { state.key = {"per_1"}; }

    workflows::decision feed(const workflows::canonical_event& event)
    {
        state.events.push_back({event, now, {}, {}, {}, {}});
        auto made = workflows::decide(state, event, context());
        commit(event.key, made);
        return made;
    }
    /// Moves the clock and lets timers of events come due, in order of priority and time.
    void until(std::string_view instant)
    {
        const auto end = at(instant);
        while (auto* timer = next(end)) {
            now = std::max(now, timer->at);
            timer->state = "fired";
            const auto key = timer->event;
            const auto kind = timer->kind;
            const auto event = find(key).event;
            commit(key, workflows::decide_due(state, event, kind, context()));
        }
        now = end;
    }
    /// A person released what a guard held.
    workflows::decision release(const std::string& id)
    {
        guard.released = true;
        const auto event = find({"workday", id}).event;
        auto made = workflows::decide_due(state, event, "release", context());
        guard.released = false;
        commit(event.key, made);
        return made;
    }
    void finish_runs(const std::string& how = "succeeded")
    {
        for (auto& run : state.runs)
            if (run.open) {
                if (run.dir == engine::direction::grant)
                    state.record.okta_id = "00u1";
                run.state = how;
                run.open = false;
            }
    }
    /// The open run waits for its first day, as core.wait does.
    void wait_in_run(std::string_view until_when)
    {
        auto& run = state.runs.back();
        run.state = "waiting";
        state.record.okta_id = "00u1";
        state.timers.push_back({{"tmr_run"}, "start", at(until_when), {}, run.id, "armed"});
    }
    void has_account() { state.record.okta_id = "00u1"; }

    workflows::known_event& find(const event_key& key)
    {
        return *std::find_if(state.events.begin(), state.events.end(),
                             [&](const auto& e) { return e.event.key == key; });
    }
    std::string decision_of(const std::string& id) { return find({"workday", id}).decision; }
    std::string by(const std::string& id) { return find({"workday", id}).by; }
    /// Workflows started so far, in order.
    std::vector<std::string> started() const
    {
        std::vector<std::string> names;
        for (const auto& run : state.runs)
            names.push_back(run.workflow);
        return names;
    }
    /// `kind@instant` of what is armed, sorted.
    std::vector<std::string> armed() const
    {
        std::vector<std::string> list;
        for (const auto& timer : state.timers)
            if (timer.state == "armed")
                list.push_back(timer.kind + "@" + to_rfc3339(timer.at));
        std::sort(list.begin(), list.end());
        return list;
    }
    std::string run_state(const std::string& workflow) const
    {
        for (const auto& run : state.runs)
            if (run.workflow == workflow)
                return run.state;
        return {};
    }

    workflows::person_state state;
    workflows::policy rules = workflows::default_policy();
    workflows::access_rules access = some_rules();
    std::vector<engine::definition_pointer> workflows_in_force = the_workflows();
    workflows::guard_counts guard;
    std::vector<workflows::raise_alarm> alarms;
    std::vector<workflows::hold> holds;
    time_point now;

private:
    workflows::decide_context context() { return {now, &rules, &access, workflows_in_force, guard, &random_}; }

    workflows::known_timer* next(time_point end)
    {
        workflows::known_timer* first = nullptr;
        for (auto& timer : state.timers)
            if (timer.state == "armed" && timer.run.empty() && timer.at <= end &&
                (first == nullptr || timer.at < first->at))
                first = &timer;
        return first;
    }

    void decide_as(const event_key& key, workflows::decision_kind kind, const std::string& reason,
                   const std::string& by_whom)
    {
        auto& known = find(key);
        known.decision = std::string(workflows::to_text(kind));
        known.reason = reason;
        known.by = by_whom;
    }

    void commit(const event_key& key, const workflows::decision& made)
    {
        for (const auto& follows : made.consequences)
            std::visit([this](const auto& one) { apply(one); }, follows);
        decide_as(key, made.kind, made.reason, made.by);
        for (const auto& next : std::exchange(undecided_, {})) {
            const auto event = find(next).event;
            commit(next, workflows::decide(state, event, context()));
        }
    }

    void apply(const workflows::start_run& one)
    {
        engine::direction dir{};
        for (const auto& workflow : workflows_in_force)
            if (workflow->name == one.workflow)
                dir = workflow->dir;
        const bool busy = std::any_of(state.runs.begin(), state.runs.end(),
                                      [](const auto& run) { return run.open && run.state != "queued"; });
        state.runs.push_back({one.id, one.workflow, dir, busy ? "queued" : "running", true, one.event});
        find(one.event).run = one.id;
    }
    void apply(const workflows::preempt_run& one) { end_run(one.run); }
    void apply(const workflows::cancel_queued_run& one)
    {
        end_run(one.run);
        decide_as(one.event, one.decision, one.reason, one.by);
    }
    void end_run(const run_id& id)
    {
        for (auto& run : state.runs)
            if (run.id == id) {
                run.state = "superseded";
                run.open = false;
            }
        for (auto& timer : state.timers)
            if (timer.run == id)
                timer.state = "cancelled";
    }
    void apply(const workflows::arm_timer& one)
    {
        state.timers.push_back({one.id, one.kind, one.at, one.event, {}, "armed"});
    }
    void apply(const workflows::move_timer& one)
    {
        for (auto& timer : state.timers)
            if (timer.id == one.id) {
                timer.at = one.at;
                if (one.run.empty())
                    timer.event = one.event;
            }
    }
    void apply(const workflows::cancel_timer& one)
    {
        for (auto& timer : state.timers)
            if (timer.id == one.id)
                timer.state = "cancelled";
    }
    void apply(const workflows::note_drift& one) { state.record.drift = one.found; }
    void apply(const workflows::change_event& one) { decide_as(one.key, one.decision, one.reason, one.by); }
    void apply(const workflows::new_event& one)
    {
        const auto decision = one.decision ? std::string(to_text(*one.decision)) : std::string();
        state.events.push_back({one.event, now, decision, one.reason, one.by, {}});
        if (!one.decision)
            undecided_.push_back(one.event.key);
    }
    void apply(const workflows::believe& one) { workflows::apply_belief(state.record, one.now); }
    void apply(const workflows::raise_alarm& one) { alarms.push_back(one); }
    void apply(const workflows::hold& one) { holds.push_back(one); }

    seeded_random random_{7};
    std::vector<event_key> undecided_; ///< made by a decision, decided after it
};

} // namespace jmld::test
