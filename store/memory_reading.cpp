// Filters and orders as SQLite's statements say them.
#include "store/memory_reading.hpp"

#include <algorithm>
#include <ranges>
#include <tuple>
#include <utility>

namespace jmld::store {

namespace {

bool has_word(const std::string& words, const std::string& word)
{
    return (" " + words + " ").find(" " + word + " ") != std::string::npos;
}

bool matches(const runtime::run_query& query, const runtime::run_row& row)
{
    return (query.state.empty() || row.state == query.state) &&
           (query.workflow.empty() || row.workflow == query.workflow) &&
           (query.step_state.empty() || has_word(row.step_states, query.step_state)) &&
           (query.error.empty() || row.error == query.error) &&
           (query.subject.empty() || row.subject == query.subject) &&
           (query.event_id.empty() || row.event.id == query.event_id) &&
           (!query.attempt_gte || row.attempts_max >= *query.attempt_gte) &&
           (!query.next_attempt_before || (row.next_attempt_at && *row.next_attempt_at < *query.next_attempt_before)) &&
           (!query.since || row.created_at >= *query.since) && (!query.until || row.created_at < *query.until) &&
           (!query.open_only || row.open);
}

bool matches(const runtime::event_query& query, const runtime::event_record& event)
{
    return (query.source.empty() || event.key.source == query.source) &&
           (query.type.empty() || event.type == query.type) &&
           (query.decision.empty() || event.decision == query.decision) &&
           (query.id.empty() || event.key.id == query.id) && (query.person.empty() || event.person == query.person) &&
           (!query.undecided_only || event.decision.empty());
}

/// The newest first of what `positions` names, below `before`, as far as it matches.
template <class Answer, class Positions, class At, class Query>
std::vector<Answer> newest_first(const Positions& positions, std::size_t before, const Query& query, At at)
{
    std::vector<Answer> found;
    for (const auto position : positions | std::views::reverse) {
        if (std::cmp_greater_equal(found.size(), query.limit))
            break;
        if (position < before && matches(query, at(position)))
            found.push_back(at(position));
    }
    return found;
}

template <class Key>
std::vector<std::size_t> listed(const std::unordered_map<Key, std::vector<std::size_t>>& index, const Key& key)
{
    const auto found = index.find(key);
    return found == index.end() ? std::vector<std::size_t>{} : found->second;
}

} // namespace

result<std::vector<runtime::event_record>> read_events(const memory_store& content, const runtime::event_query& query)
{
    auto before = content.events.size();
    if (!query.after.empty()) {
        const auto split = query.after.find('~');
        const auto known = content.event_at.find(
            {query.after.substr(0, split), split == std::string::npos ? std::string() : query.after.substr(split + 1)});
        if (known == content.event_at.end())
            return failure(errc::not_found, "the list has no event " + query.after + " to go on from");
        before = known->second;
    }
    const auto at = [&](std::size_t n) -> const runtime::event_record& { return content.events[n]; };
    using answer = runtime::event_record;
    if (!query.person.empty())
        return newest_first<answer>(listed(content.events_of_person, query.person), before, query, at);
    if (query.undecided_only)
        return newest_first<answer>(content.undecided, before, query, at);
    return newest_first<answer>(std::views::iota(std::size_t{0}, content.events.size()), before, query, at);
}

result<std::vector<runtime::run_row>> read_runs(const memory_store& content, const runtime::run_query& query)
{
    auto before = content.runs.size();
    if (!query.after.empty()) {
        const auto known = content.run_at.find({query.after});
        if (known == content.run_at.end())
            return failure(errc::not_found, "the list has no run " + query.after + " to go on from");
        before = known->second;
    }
    const auto at = [&](std::size_t n) -> const runtime::run_row& { return content.runs[n].row; };
    using answer = runtime::run_row;
    if (!query.subject.empty())
        return newest_first<answer>(listed(content.runs_of_person, query.subject), before, query, at);
    if (query.open_only)
        return newest_first<answer>(content.open_runs, before, query, at);
    return newest_first<answer>(std::views::iota(std::size_t{0}, content.runs.size()), before, query, at);
}

runtime::journal_counts read_counts(const memory_store& content)
{
    std::map<std::string, std::int64_t> runs;
    std::map<std::string, std::int64_t> events;
    for (const auto& run : content.runs)
        ++runs[run.row.state];
    for (const auto& event : content.events)
        ++events[event.decision];
    runtime::journal_counts counts{
        {runs.begin(), runs.end()}, {events.begin(), events.end()}, {}, std::ssize(content.armed)};
    if (!content.open_runs.empty())
        counts.oldest_waiting = content.runs[*content.open_runs.begin()].row.created_at;
    return counts;
}

std::vector<runtime::timer_row> read_timers(const memory_store& content, const std::set<timer_id>& ids)
{
    std::vector<runtime::timer_row> rows;
    for (const auto& id : ids)
        rows.push_back(content.timers.at(id));
    std::sort(rows.begin(), rows.end(), [](const auto& left, const auto& right) {
        return std::tie(left.at, left.id) < std::tie(right.at, right.id);
    });
    return rows;
}

std::vector<runtime::timer_row> timers_of(const memory_store& content, const person_key& person)
{
    const auto found = content.timers_of_person.find(person);
    return found == content.timers_of_person.end() ? std::vector<runtime::timer_row>{}
                                                   : read_timers(content, found->second);
}

result<runtime::person_row> find_person_by(const memory_store& content, const std::vector<std::string>& identities)
{
    std::optional<person_key> found;
    for (const auto& digest : identities) {
        const auto owner = content.identities.find(digest);
        if (owner == content.identities.end())
            continue;
        if (found && *found != owner->second)
            return failure(errc::conflict, "these identities belong to " + found->text + " and " + owner->second.text);
        found = owner->second;
    }
    if (!found)
        return failure(errc::not_found, "no person has one of these identities");
    return content.people.at(*found);
}

} // namespace jmld::store
