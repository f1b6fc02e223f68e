// Reading and the journal's manners: inline, in order, dead when told so. What a write changes stands in
// memory_store.cpp.
#include "store/journals.hpp"
#include "store/memory_store.hpp"

#include <boost/asio/steady_timer.hpp>
#include <boost/asio/this_coro.hpp>
#include <boost/asio/use_awaitable.hpp>

#include <algorithm>
#include <ranges>
#include <tuple>

namespace jmld::store {

namespace asio = boost::asio;
using runtime::awaitable_result;

std::shared_ptr<memory_store> make_memory_store() { return std::make_shared<memory_store>(); }

memory_journal::memory_journal(std::shared_ptr<memory_store> content) : content_(std::move(content)) {}

namespace {

/// Never completes; its frame goes with the event loop's other ones.
asio::awaitable<void> never()
{
    asio::steady_timer silence(co_await asio::this_coro::executor, asio::steady_timer::time_point::max());
    for (;;)
        co_await silence.async_wait(asio::use_awaitable);
}

std::unexpected<error> closed() { return failure(errc::cancelled, "the store is closing"); }

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

} // namespace

template <class Answer, class Read> awaitable_result<Answer> memory_journal::answer(Read read)
{
    if (dead_)
        co_await never();
    if (closed_)
        co_return closed();
    result<Answer> found = read(std::as_const(*content_));
    co_return found;
}

asio::awaitable<void> memory_journal::committed()
{
    if (hook_)
        hook_(content_->commits);
    if (dead_)
        co_await never();
}

awaitable_result<std::vector<runtime::accept_answer>> memory_journal::accept(std::vector<runtime::incoming_event> batch)
{
    if (dead_)
        co_await never();
    if (closed_)
        co_return closed();
    if (const auto refused = refuse_ ? refuse_() : std::nullopt)
        co_return std::unexpected(*refused);
    auto answers = content_->accept(batch);
    if (answers)
        co_await committed();
    co_return answers;
}

awaitable_result<void> memory_journal::commit(runtime::transaction work)
{
    if (dead_)
        co_await never();
    if (closed_)
        co_return closed();
    if (const auto refused = refuse_ ? refuse_() : std::nullopt)
        co_return std::unexpected(*refused);
    auto done = content_->commit(std::move(work));
    if (done)
        co_await committed();
    co_return done;
}

awaitable_result<runtime::event_record> memory_journal::event(event_key key)
{
    return answer<runtime::event_record>([key](const memory_store& content) -> result<runtime::event_record> {
        const auto found = content.event_at.find(key);
        if (found == content.event_at.end())
            return failure(errc::not_found, "no event " + key.id + " of source " + key.source);
        return content.events[found->second];
    });
}

awaitable_result<std::vector<runtime::event_record>> memory_journal::events(runtime::event_query query)
{
    return answer<std::vector<runtime::event_record>>(
        [query](const memory_store& content) { return read_events(content, query); });
}

awaitable_result<std::vector<runtime::event_record>> memory_journal::undecided_events(int limit)
{
    return answer<std::vector<runtime::event_record>>([limit](const memory_store& content) {
        std::vector<runtime::event_record> found;
        for (const auto at : content.undecided) {
            if (std::cmp_greater_equal(found.size(), limit))
                break;
            found.push_back(content.events[at]);
        }
        return found;
    });
}

awaitable_result<std::vector<runtime::delivery_record>> memory_journal::deliveries(event_key key)
{
    return answer<std::vector<runtime::delivery_record>>([key](const memory_store& content) {
        const auto found = content.deliveries.find(key);
        return found == content.deliveries.end() ? std::vector<runtime::delivery_record>{} : found->second;
    });
}

awaitable_result<runtime::run_row> memory_journal::run(run_id id)
{
    return answer<runtime::run_row>([id](const memory_store& content) -> result<runtime::run_row> {
        const auto found = content.run_at.find(id);
        if (found == content.run_at.end())
            return failure(errc::not_found, "no run " + id.text);
        return content.runs[found->second].row;
    });
}

awaitable_result<std::vector<runtime::run_row>> memory_journal::runs(runtime::run_query query)
{
    return answer<std::vector<runtime::run_row>>(
        [query](const memory_store& content) { return read_runs(content, query); });
}

awaitable_result<std::vector<runtime::stored_fact>> memory_journal::history(run_id id, std::uint64_t after)
{
    return answer<std::vector<runtime::stored_fact>>([id, after](const memory_store& content) {
        std::vector<runtime::stored_fact> found;
        const auto known = content.run_at.find(id);
        if (known == content.run_at.end())
            return found;
        const auto& facts = content.runs[known->second].facts;
        std::copy_if(facts.begin(), facts.end(), std::back_inserter(found),
                     [after](const auto& fact) { return fact.seq > after; });
        return found;
    });
}

awaitable_result<std::vector<runtime::timer_row>> memory_journal::due_timers(time_point until, int limit)
{
    return answer<std::vector<runtime::timer_row>>([until, limit](const memory_store& content) {
        std::vector<runtime::timer_row> due;
        auto next = content.armed.begin();
        while (next != content.armed.end() && std::cmp_less(due.size(), limit)) {
            const auto& [priority, at, id] = *next;
            if (at <= until) {
                due.push_back(content.timers.at(id));
                ++next;
            } else {
                next = content.armed.lower_bound({priority + 1, time_point::min(), {}});
            }
        }
        return due;
    });
}

awaitable_result<std::optional<time_point>> memory_journal::next_timer()
{
    return answer<std::optional<time_point>>([](const memory_store& content) {
        std::optional<time_point> first;
        auto next = content.armed.begin();
        while (next != content.armed.end()) {
            const auto& [priority, at, id] = *next;
            first = std::min(first.value_or(at), at);
            next = content.armed.lower_bound({priority + 1, time_point::min(), {}});
        }
        return first;
    });
}

awaitable_result<std::vector<runtime::timer_row>> memory_journal::timers(person_key subject, run_id run)
{
    return answer<std::vector<runtime::timer_row>>([subject, run](const memory_store& content) {
        if (subject.empty()) {
            const auto found = content.timers_of_run.find(run);
            return found == content.timers_of_run.end() ? std::vector<runtime::timer_row>{}
                                                        : read_timers(content, found->second);
        }
        return timers_of(content, subject);
    });
}

awaitable_result<runtime::person_row> memory_journal::person(person_key key)
{
    return answer<runtime::person_row>([key](const memory_store& content) -> result<runtime::person_row> {
        const auto found = content.people.find(key);
        if (found == content.people.end())
            return failure(errc::not_found, "no person " + key.text);
        return found->second;
    });
}

awaitable_result<runtime::person_past> memory_journal::past_of(person_key key, int each_max)
{
    return answer<runtime::person_past>([key, each_max](const memory_store& content) -> result<runtime::person_past> {
        runtime::event_query events;
        events.person = key;
        events.limit = each_max;
        runtime::run_query runs;
        runs.subject = key;
        runs.limit = each_max;
        auto of_events = read_events(content, events);
        auto of_runs = read_runs(content, runs);
        if (!of_events || !of_runs)
            return std::unexpected(!of_events ? of_events.error() : of_runs.error());
        return runtime::person_past{std::move(*of_events), std::move(*of_runs), timers_of(content, key)};
    });
}

awaitable_result<runtime::person_row> memory_journal::find_person(std::vector<std::string> identities)
{
    return answer<runtime::person_row>(
        [identities](const memory_store& content) { return find_person_by(content, identities); });
}

awaitable_result<runtime::definition_text> memory_journal::definition(std::string sha256)
{
    return answer<runtime::definition_text>([sha256](const memory_store& content) -> result<runtime::definition_text> {
        const auto found = content.definitions.find(sha256);
        if (found == content.definitions.end())
            return failure(errc::not_found, "no definition with the SHA-256 " + sha256);
        return found->second;
    });
}

awaitable_result<std::vector<runtime::alarm_row>> memory_journal::alarms(int limit)
{
    return answer<std::vector<runtime::alarm_row>>([limit](const memory_store& content) {
        std::vector<runtime::alarm_row> newest(content.alarms.rbegin(), content.alarms.rend());
        newest.resize(std::min(newest.size(), static_cast<std::size_t>(std::max(limit, 0))));
        return newest;
    });
}

awaitable_result<std::vector<runtime::hold_row>> memory_journal::holds(std::string state)
{
    return answer<std::vector<runtime::hold_row>>([state](const memory_store& content) {
        std::vector<runtime::hold_row> found;
        std::copy_if(content.holds.begin(), content.holds.end(), std::back_inserter(found),
                     [&](const auto& hold) { return state.empty() || hold.state == state; });
        return found;
    });
}

awaitable_result<runtime::journal_counts> memory_journal::counts()
{
    return answer<runtime::journal_counts>([](const memory_store& content) { return read_counts(content); });
}

runtime::journal_health memory_journal::health() const
{
    return {.writable = !closed_,
            .detail = closed_ ? "closed" : "",
            .version = "memory",
            .commits = content_->commits,
            .last_batch = 1};
}

asio::awaitable<void> memory_journal::close()
{
    closed_ = true;
    co_return;
}

} // namespace jmld::store
