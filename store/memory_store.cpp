// Conditions are looked at for the whole transaction first, with what its own earlier rows change; then nothing can
// fail any more.
#include "store/memory_store.hpp"

#include "engine/runtime/audit_chain.hpp"
#include "engine/runtime/evidence_chain.hpp"
#include "store/erasing.hpp"
#include "store/erasing_words.hpp"
#include "store/row_rules.hpp"
#include "store/sequence.hpp"

#include <algorithm>

namespace jmld::store {

namespace {

/// What the rows of one transaction, so far looked at, would make of the stored ones.
class preview
{
public:
    explicit preview(const memory_store& stored) : stored_(stored) {}

    result<void> look_at(const runtime::person_row& person)
    {
        const auto known = people_.find(person.key);
        const auto stored = stored_.people.find(person.key);
        const auto* row = known != people_.end()           ? &known->second
                          : stored != stored_.people.end() ? &stored->second
                                                           : nullptr;
        if ((row == nullptr ? 0 : row->version) != person.version)
            return failure(errc::conflict, "another version of " + person.key.text + " is stored");
        if (row != nullptr)
            for (const auto& digest : row->identities)
                owners_[digest] = {};
        for (const auto& digest : person.identities) {
            const auto owner = owner_of(digest);
            if (!owner.empty() && owner != person.key)
                return failure(errc::conflict, "an identity of " + person.key.text + " belongs to " + owner.text);
            owners_[digest] = person.key;
        }
        auto next = person;
        ++next.version;
        people_[person.key] = std::move(next);
        return {};
    }

    result<void> look_at(const runtime::run_append& append)
    {
        const auto known = last_seq_.find(append.row.id);
        const auto stored = stored_.run_at.find(append.row.id);
        const auto last = known != last_seq_.end()         ? known->second
                          : stored != stored_.run_at.end() ? stored_.runs[stored->second].row.last_seq
                                                           : 0;
        auto follows = check_sequence(append, last);
        if (follows)
            last_seq_[append.row.id] = append.row.last_seq;
        return follows;
    }

    result<void> look_at(const runtime::event_record& event)
    {
        if (stored_.event_at.contains(event.key) || !new_events_.insert(event.key).second)
            return failure(errc::conflict,
                           "event " + event.key.id + " of source " + event.key.source + " exists already");
        return {};
    }

    result<void> look_at(const runtime::event_update& update) const
    {
        if (stored_.event_at.contains(update.key) || new_events_.contains(update.key))
            return {};
        return failure(errc::conflict, "event " + update.key.id + " of source " + update.key.source + " is not known");
    }

private:
    person_key owner_of(const std::string& digest) const
    {
        if (const auto here = owners_.find(digest); here != owners_.end())
            return here->second;
        const auto stored = stored_.identities.find(digest);
        return stored == stored_.identities.end() ? person_key{} : stored->second;
    }

    const memory_store& stored_;
    std::map<person_key, runtime::person_row> people_;
    std::map<std::string, person_key> owners_;
    std::map<run_id, std::uint64_t> last_seq_;
    std::set<event_key> new_events_;
};

template <class Rows> result<void> look_at_all(preview& seen, const Rows& rows)
{
    for (const auto& row : rows)
        if (auto fits = seen.look_at(row); !fits)
            return fits;
    return {};
}

template <class Index, class Key> void erase_from(Index& index, const Key& key, const timer_id& id)
{
    const auto found = index.find(key);
    if (found == index.end())
        return;
    found->second.erase(id);
    if (found->second.empty())
        index.erase(found);
}

} // namespace

result<void> memory_store::fits(const runtime::transaction& work) const
{
    preview seen(*this);
    auto fits = check(work);
    if (fits)
        fits = look_at_all(seen, work.people);
    if (fits)
        fits = look_at_all(seen, work.runs);
    if (fits)
        fits = look_at_all(seen, work.new_events);
    if (fits)
        fits = look_at_all(seen, work.events);
    return fits;
}

result<void> memory_store::commit(runtime::transaction work)
{
    if (auto fit = fits(work); !fit)
        return fit;
    for (const auto& person : work.people)
        put(person);
    for (auto& append : work.runs)
        put(std::move(append));
    for (auto& event : work.new_events)
        put(std::move(event));
    for (const auto& update : work.events)
        change(update);
    for (const auto& timer : work.timers)
        put(timer);
    for (const auto& alarm : work.alarms)
        put(alarm);
    for (const auto& hold : work.holds)
        put(hold);
    for (auto& definition : work.definitions) {
        const auto sha256 = definition.sha256;
        definitions.try_emplace(sha256, std::move(definition));
    }
    for (const auto& row : work.audit)
        put(row);
    for (const auto& row : work.evidence)
        put(row);
    for (const auto& kept : work.answers)
        put(kept);
    for (const auto& row : work.settings)
        settings[row.name] = row.content;
    ++commits;
    return {};
}

result<std::vector<runtime::accept_answer>> memory_store::accept(const std::vector<runtime::incoming_event>& batch)
{
    if (auto words = check(batch); !words)
        return std::unexpected(words.error());
    auto verdict = judge(batch, *this);
    if (!verdict)
        return std::unexpected(verdict.error());
    for (const auto index : verdict->to_store) {
        auto delivery = batch[index].delivery;
        delivery.event = batch[index].event.key;
        put(batch[index].event);
        put(delivery);
    }
    for (const auto& delivery : verdict->deliveries)
        put(delivery);
    for (const auto& alarm : verdict->alarms)
        put(alarm);
    ++commits;
    return std::move(verdict->answers);
}

result<std::optional<known_event>> memory_store::find(const event_key& key)
{
    const auto found = event_at.find(key);
    if (found == event_at.end())
        return std::nullopt;
    const auto& event = events[found->second];
    return known_event{event.identity_sha256, event.decision, event.person};
}

result<bool> memory_store::used_for_another_body(const runtime::delivery_record& delivery)
{
    const auto found = accepted_webhooks.find({delivery.event.source, delivery.webhook_id});
    if (found == accepted_webhooks.end())
        return false;
    return std::none_of(found->second.begin(), found->second.end(), [&](const auto& earlier) {
        return earlier.body_sha256 == delivery.body_sha256 || earlier.event.id == delivery.event.id;
    });
}

void memory_store::put(runtime::event_record event)
{
    const auto at = events.size();
    event_at[event.key] = at;
    if (event.decision.empty())
        undecided.insert(at);
    if (!event.person.empty())
        events_of_person[event.person].push_back(at);
    events.push_back(std::move(event));
}

void memory_store::put(const runtime::delivery_record& delivery)
{
    deliveries[delivery.event].push_back(delivery);
    if (delivery.status != "conflict" && !delivery.webhook_id.empty())
        accepted_webhooks[{delivery.event.source, delivery.webhook_id}].push_back(delivery);
}

void memory_store::change(const runtime::event_update& update)
{
    const auto at = event_at.at(update.key);
    auto& event = events[at];
    if (update.person && *update.person != event.person) {
        if (!event.person.empty())
            std::erase(events_of_person[event.person], at);
        event.person = *update.person;
        if (!event.person.empty()) {
            auto& list = events_of_person[event.person];
            list.insert(std::upper_bound(list.begin(), list.end(), at), at);
        }
    }
    if (update.decision) {
        event.decision = *update.decision;
        if (event.decision.empty())
            undecided.insert(at);
        else
            undecided.erase(at);
    }
    event.reason = update.reason.value_or(event.reason);
    event.by = update.by.value_or(event.by);
    event.details = update.details.value_or(event.details);
    event.run = update.run.value_or(event.run);
    event.canonical = update.canonical.value_or(event.canonical);
    event.type = update.type.value_or(event.type);
    event.process_id = update.process_id.value_or(event.process_id);
    event.action = update.action.value_or(event.action);
    event.corrects = update.corrects.value_or(event.corrects);
    event.rescinds = update.rescinds.value_or(event.rescinds);
    if (update.entered_at)
        event.entered_at = update.entered_at;
}

void memory_store::put(runtime::run_append append)
{
    const auto [found, is_new] = run_at.try_emplace(append.row.id, runs.size());
    const auto at = found->second;
    if (is_new)
        runs.emplace_back();
    auto& run = runs[at];
    if (is_new || run.row.subject != append.row.subject) {
        if (!run.row.subject.empty())
            std::erase(runs_of_person[run.row.subject], at);
        if (!append.row.subject.empty())
            runs_of_person[append.row.subject].push_back(at);
    }
    if (append.row.open)
        open_runs.insert(at);
    else
        open_runs.erase(at);
    run.row = std::move(append.row);
    std::move(append.facts.begin(), append.facts.end(), std::back_inserter(run.facts));
}

void memory_store::forget(const timer_id& id)
{
    const auto found = timers.find(id);
    if (found == timers.end())
        return;
    const auto& old = found->second;
    armed.erase({old.priority, old.at, id});
    erase_from(timers_of_person, old.subject, id);
    erase_from(timers_of_run, old.run, id);
}

void memory_store::put(const runtime::timer_row& timer)
{
    forget(timer.id);
    if (timer.state == "armed")
        armed.insert({timer.priority, timer.at, timer.id});
    if (!timer.subject.empty())
        timers_of_person[timer.subject].insert(timer.id);
    if (!timer.run.empty())
        timers_of_run[timer.run].insert(timer.id);
    timers[timer.id] = timer;
}

namespace {

void erase_words(memory_store& content, const person_key& person)
{
    names_of_a_person names{person, {}, {}, {}};
    for (const auto position : content.runs_of_person[person]) {
        names.runs.insert(content.runs[position].row.id.text);
        for (const auto& fact : content.runs[position].facts)
            names.add_approvals(fact.text);
    }
    for (const auto position : content.events_of_person[person]) {
        auto& event = content.events[position];
        names.events.insert(event.key.source + "~" + event.key.id);
        event.details = without_candidates_and_words(event.details);
        if (event.decision == "cancelled")
            event.reason = "(erased)";
    }
    for (auto& record : content.audit)
        if (names.are_object_of(record.row.object))
            record.row.reason.clear();
    for (auto& [key, kept] : content.answers)
        if (names.are_named_in(kept.answer.bytes))
            kept.answer = {};
}

void erase(memory_store& content, const person_key& person)
{
    for (const auto position : content.events_of_person[person]) {
        auto& event = content.events[position];
        event.body = event.headers = event.canonical = {};
    }
    for (const auto position : content.runs_of_person[person])
        for (auto& fact : content.runs[position].facts)
            for (auto& slot : fact.payloads)
                slot.bytes = without_texts(slot.bytes);
    for (auto& record : content.evidence)
        if (record.row.subject == person)
            record.row.content = {};
    erase_words(content, person);
}

} // namespace

void memory_store::put(const runtime::person_row& person)
{
    if (asks_for_erasure(person))
        erase(*this, person.key);
    auto& stored = people[person.key];
    for (const auto& digest : stored.identities)
        identities.erase(digest);
    stored = person;
    ++stored.version;
    for (const auto& digest : stored.identities)
        identities[digest] = person.key;
}

void memory_store::put(const runtime::alarm_row& alarm)
{
    const auto [found, is_new] = alarm_of_cause.try_emplace(alarm.cause, alarms.size());
    if (is_new)
        alarms.push_back(alarm);
    else
        ++alarms[found->second].count;
}

void memory_store::put(const runtime::hold_row& hold)
{
    const auto known = std::find_if(holds.begin(), holds.end(), [&](const auto& one) { return one.id == hold.id; });
    if (known == holds.end())
        holds.push_back(hold);
    else
        *known = hold;
}

void memory_store::put(const runtime::audit_row& row)
{
    audit.push_back(runtime::chained(row, audit.size() + 1, audit.empty() ? std::string() : audit.back().hash));
}

void memory_store::put(const runtime::evidence_row& row)
{
    auto last = evidence.empty() ? std::string() : evidence.back().hash;
    evidence.push_back(runtime::chained(row, evidence.size() + 1, std::move(last)));
}

void memory_store::put(const runtime::kept_answer& kept)
{
    std::erase_if(answers, [&](const auto& entry) { return entry.second.kept_until <= kept.at; });
    answers[{kept.principal, kept.key_sha256}] = kept;
}

} // namespace jmld::store
