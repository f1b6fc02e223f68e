// Straight from the content of the journal in memory: a question to the process would let it go on.
#include "daemon/operations/common.hpp"
#include "daemon/people/person_loading.hpp"
#include "daemon/rehearsal/rehearsal.hpp"
#include "engine/runtime/evidence_chain.hpp"
#include "store/memory_store.hpp"

#include <algorithm>
#include <set>

namespace jmld::daemon {

namespace {

bool is_about(const runtime::event_record& event, const std::string& worker)
{
    if (worker.empty())
        return true;
    const auto meant = canonical_of(event);
    return meant && (meant->subject.id == worker || meant->subject.universal_id == worker);
}

} // namespace

std::vector<event_key> rehearsal::event_keys(const std::string& worker) const
{
    std::vector<event_key> keys;
    for (auto event = content_->events.rbegin(); event != content_->events.rend(); ++event)
        if (is_about(*event, worker))
            keys.push_back(event->key);
    return keys;
}

std::vector<run_id> rehearsal::run_ids(const std::string& worker) const
{
    std::set<person_key> people;
    for (const auto& key : event_keys(worker))
        people.insert(content_->events[content_->event_at.at(key)].person);
    std::vector<run_id> ids;
    for (auto run = content_->runs.rbegin(); run != content_->runs.rend(); ++run)
        if (worker.empty() || people.contains(run->row.subject))
            ids.push_back(run->row.id);
    return ids;
}

std::vector<engine::value> rehearsal::evidence() const
{
    std::vector<engine::value> shown;
    for (const auto& record : content_->evidence)
        if (auto one = runtime::shown_evidence(record, true))
            shown.push_back(std::move(*one));
    return shown;
}

std::vector<hold_id> rehearsal::hold_ids(const std::string& worker) const
{
    const auto wanted = event_keys(worker);
    std::vector<hold_id> ids;
    for (auto hold = content_->holds.rbegin(); hold != content_->holds.rend(); ++hold)
        if (worker.empty() || std::ranges::any_of(hold->events, [&](const event_key& key) {
                return std::ranges::find(wanted, key) != wanted.end();
            }))
            ids.push_back(hold->id);
    return ids;
}

} // namespace jmld::daemon
