// Reading and the journal's manners: inline, in order, dead when told so. What a write changes stands in
// memory_store.cpp.
#include "store/journals.hpp"
#include "store/memory_reading.hpp"
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
        const auto found = content.people.find(key);
        return runtime::person_past{found == content.people.end() ? std::nullopt : std::optional(found->second),
                                    std::move(*of_events), std::move(*of_runs), timers_of(content, key)};
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

awaitable_result<std::vector<runtime::audit_record>> memory_journal::audit(std::optional<std::uint64_t> before,
                                                                           int limit)
{
    return answer<std::vector<runtime::audit_record>>([before, limit](const memory_store& content) {
        std::vector<runtime::audit_record> newest;
        for (const auto& record : content.audit | std::views::reverse)
            if ((!before || record.seq < *before) && std::cmp_less(newest.size(), limit))
                newest.push_back(record);
        return newest;
    });
}

awaitable_result<std::vector<runtime::evidence_record>> memory_journal::evidence(runtime::evidence_query query)
{
    return answer<std::vector<runtime::evidence_record>>([query](const memory_store& content) {
        std::vector<runtime::evidence_record> newest;
        for (const auto& record : content.evidence | std::views::reverse) {
            const bool wanted =
                (query.run.empty() || record.row.run == query.run) && (!query.before || record.seq < *query.before) &&
                (!query.since || record.row.at >= *query.since) && (!query.until || record.row.at < *query.until);
            if (wanted && std::cmp_less(newest.size(), query.limit))
                newest.push_back(record);
        }
        return newest;
    });
}

awaitable_result<runtime::kept_answer> memory_journal::answer_to(std::string principal, std::string key_sha256)
{
    return answer<runtime::kept_answer>(
        [principal, key_sha256](const memory_store& content) -> result<runtime::kept_answer> {
            const auto found = content.answers.find({principal, key_sha256});
            if (found == content.answers.end())
                return failure(errc::not_found, "no answer is kept for this key");
            return found->second;
        });
}

awaitable_result<std::string> memory_journal::setting(std::string name)
{
    return answer<std::string>([name](const memory_store& content) {
        const auto found = content.settings.find(name);
        return found == content.settings.end() ? std::string() : found->second;
    });
}

awaitable_result<void> memory_journal::back_up(std::string)
{
    co_return failure(errc::invalid_input, "this journal stands in memory: there is nothing to copy");
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
