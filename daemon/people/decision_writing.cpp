// One small function for each consequence. Nothing here chooses: decide() has.
#include "daemon/people/decision_writing.hpp"

#include "engine/json/json.hpp"
#include "engine/overloaded.hpp"

#include <algorithm>

namespace jmld::daemon {

namespace {

using engine::value;

value effective_value(const workflows::effective_moment& moment)
{
    if (moment.date.empty() && !moment.at)
        return {};
    return value::map({{"date", moment.date.empty() ? value() : value(moment.date)},
                       {"zone", moment.zone.empty() ? value() : value(moment.zone)},
                       {"at", moment.at ? value(to_rfc3339(*moment.at)) : value()}});
}

class writer
{
public:
    writer(const decision_input& input, const std::function<runtime::run_append(const runtime::new_run&)>& prepare)
        : input_(input), prepare_(prepare), record_(input.person.state.record)
    {}

    written_decision write()
    {
        runtime::event_update update;
        update.key = input_.event;
        update.person = input_.person.row.key;
        update.decision = std::string(workflows::to_text(input_.decided.kind));
        update.reason = input_.decided.reason;
        update.by = input_.decided.by;
        update.details = details_of(input_.decided, input_.identity);
        own_ = result_.work.events.size();
        result_.work.events.push_back(std::move(update));
        for (const auto& consequence : input_.decided.consequences)
            std::visit([this](const auto& what) { take(what); }, consequence);
        mark_fired();
        // Also when nothing of it changed: of two decisions that looked at the same person, the second fails and looks
        // again.
        auto row = input_.person.row;
        row.record = {workflows::encode(record_)};
        result_.work.people.push_back(std::move(row));
        return std::move(result_);
    }

private:
    void take(const workflows::start_run& what)
    {
        auto definition = input_.rules.find(what.workflow);
        if (!definition)
            return; // decide() was given this very set; a reload in between is settled by the next look at the event
        runtime::new_run fresh;
        fresh.id = what.id;
        fresh.definition = definition;
        fresh.subject = input_.person.row.key;
        fresh.event = what.event.empty() ? input_.event : what.event;
        fresh.urgency = static_cast<runtime::priority>(what.priority);
        fresh.by = "event " + fresh.event.id;
        fresh.instead_of = made_to_give_way(what.id);
        const auto* meant = fresh.event == input_.event ? &input_.meant : other_event(fresh.event);
        fresh.context = value::map({{"event", meant == nullptr ? value()
                                                               : workflows::event_for_expressions(
                                                                     *meant, input_.rules.policy, record_.believed)},
                                    {"policy", workflows::to_value(input_.rules.policy)},
                                    {"cause", cause_of(fresh.event)}});
        if (what.follows)
            fresh.context = fresh.context.with("follows", true);
        auto append = prepare_(fresh);
        result_.admitted.push_back(append.row);
        result_.work.runs.push_back(std::move(append));
        result_.work.definitions.push_back({definition->sha256, definition->name, definition->text});
        if (!what.follows)
            update_of(fresh.event).run = what.id;
    }

    // A run that revokes makes others give way by itself, also after a restart; any other reason is said here.
    void take(const workflows::preempt_run& what) { result_.preempted.push_back(what); }

    void take(const workflows::cancel_queued_run& what)
    {
        result_.cancelled.push_back(what);
        auto& update = update_of(what.event);
        update.decision = std::string(workflows::to_text(what.decision));
        update.reason = what.reason;
        update.by = what.by;
    }

    void take(const workflows::arm_timer& what)
    {
        runtime::timer_row row;
        row.id = what.id;
        row.kind = what.kind;
        row.at = what.at;
        row.subject = input_.person.row.key;
        row.event = what.event.empty() ? input_.event : what.event;
        row.rule_date = what.rule_date;
        row.rule_zone = what.rule_zone;
        row.priority = what.priority;
        result_.armed.push_back(row.at);
        result_.work.timers.push_back(std::move(row));
    }

    void take(const workflows::move_timer& what)
    {
        // The run hears of it after the commit; its timer is moved here, so that a restart in between changes nothing.
        if (!what.run.empty())
            result_.moved.push_back({what.run, what.at, what.rule_date, what.rule_zone});
        auto row = stored_timer(what.id);
        if (!row)
            return;
        row->at = what.at;
        row->rule_date = what.rule_date;
        row->rule_zone = what.rule_zone;
        row->state = "armed";
        if (!what.event.empty() && what.run.empty())
            row->event = what.event;
        result_.armed.push_back(row->at);
        result_.work.timers.push_back(std::move(*row));
    }

    void take(const workflows::cancel_timer& what)
    {
        auto row = stored_timer(what.id);
        if (!row)
            return;
        row->state = "cancelled";
        result_.work.timers.push_back(std::move(*row));
    }

    void take(const workflows::change_event& what)
    {
        auto& update = update_of(what.key);
        update.decision = std::string(workflows::to_text(what.decision));
        update.reason = what.reason;
        update.by = what.by;
    }

    void take(const workflows::new_event& what)
    {
        runtime::event_record row;
        row.key = what.event.key;
        row.type = what.event.type;
        row.received_at = input_.now;
        row.entered_at = what.event.entered_at;
        row.process_id = what.event.process_id;
        row.action = what.event.action;
        row.person = input_.person.row.key;
        if (what.decision)
            row.decision = std::string(workflows::to_text(*what.decision));
        row.reason = what.reason;
        row.by = what.by;
        row.canonical = {engine::json::encode(workflows::to_value(what.event))};
        workflows::decision like;
        like.effective = what.effective;
        row.details = details_of(like);
        if (!what.decision)
            result_.undecided.push_back(row);
        result_.work.new_events.push_back(std::move(row));
    }

    void take(const workflows::note_drift& what) { record_.drift = what.found; }
    void take(const workflows::believe& what) { workflows::apply_belief(record_, what.now); }

    void take(const workflows::raise_alarm& what)
    {
        runtime::alarm_row row;
        row.id = make_id<alarm_id>("alm", input_.now, input_.random);
        row.cause = what.cause;
        row.kind = what.kind;
        row.at = input_.now;
        row.message = what.message;
        row.subject = input_.person.row.key;
        row.event = input_.event;
        result_.work.alarms.push_back(std::move(row));
    }

    void take(const workflows::hold& what)
    {
        runtime::hold_row row;
        if (input_.open_hold) {
            row = *input_.open_hold;
        } else {
            row.id = make_id<hold_id>("hold", input_.now, input_.random);
            row.guard = what.guard;
            row.reason = what.reason;
            row.since = input_.now;
        }
        if (std::find(row.events.begin(), row.events.end(), input_.event) == row.events.end())
            row.events.push_back(input_.event);
        result_.work.holds.push_back(std::move(row));
    }

    void mark_fired()
    {
        if (!input_.fired)
            return;
        for (const auto& row : result_.work.timers)
            if (row.id == input_.fired->id)
                return; // moved or cancelled by the decision itself
        auto row = *input_.fired;
        row.state = "fired";
        result_.work.timers.push_back(std::move(row));
    }

    runtime::event_update& update_of(const event_key& key)
    {
        if (key.empty() || key == input_.event)
            return result_.work.events[own_];
        for (auto& update : result_.work.events)
            if (update.key == key)
                return update;
        result_.work.events.emplace_back();
        result_.work.events.back().key = key;
        return result_.work.events.back();
    }

    run_id made_to_give_way(const run_id& by) const
    {
        for (const auto& consequence : input_.decided.consequences)
            if (const auto* stopped = std::get_if<workflows::preempt_run>(&consequence);
                stopped != nullptr && stopped->by == by)
                return stopped->run;
        return {};
    }

    // For the evidence of the run: the moments before it.
    value cause_of(const event_key& key) const
    {
        if (key == input_.event)
            return value::map({{"received_at", to_rfc3339(input_.received_at)},
                               {"effective", effective_value(input_.decided.effective)}});
        const auto* known = input_.person.state.find(key);
        if (known == nullptr)
            return {};
        return value::map(
            {{"received_at", to_rfc3339(known->received_at)},
             {"effective", effective_value(workflows::effective_of(known->event, input_.rules.policy,
                                                                   input_.person.state.record.believed))}});
    }

    const workflows::canonical_event* other_event(const event_key& key) const
    {
        const auto* known = input_.person.state.find(key);
        return known == nullptr ? nullptr : &known->event;
    }

    std::optional<runtime::timer_row> stored_timer(const timer_id& id) const
    {
        for (const auto& row : input_.person.timers)
            if (row.id == id)
                return row;
        return std::nullopt;
    }

    const decision_input& input_;
    const std::function<runtime::run_append(const runtime::new_run&)>& prepare_;
    workflows::person_record record_;
    std::size_t own_ = 0;
    written_decision result_;
};

} // namespace

std::string details_of(const workflows::decision& decided, const value& identity)
{
    auto details = value::map({{"effective", effective_value(decided.effective)}});
    if (!decided.warning.empty())
        details = details.with("warning", decided.warning);
    for (const auto& [key, content] : identity.entries())
        details = details.with(key, content);
    return engine::json::write(details);
}

value identity_of(const runtime::event_record& stored)
{
    const auto details = engine::json::parse(stored.details.empty() ? "{}" : stored.details).value_or(value());
    auto kept = value::map({});
    for (const auto* key : {"candidates", "manager_candidates", "resolved"})
        if (!details[key].is_null())
            kept = kept.with(key, details[key]);
    return kept;
}

written_decision write_decision(const decision_input& input,
                                const std::function<runtime::run_append(const runtime::new_run&)>& prepare)
{
    return writer(input, prepare).write();
}

} // namespace jmld::daemon
