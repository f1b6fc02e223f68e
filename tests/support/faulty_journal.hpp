// A journal that fails, or takes the power away, at the n-th commit of the journal behind it. It changes nothing that
// is stored and nothing that is read.
#pragma once

#include "engine/runtime/journal.hpp"

#include <boost/asio/steady_timer.hpp>
#include <boost/asio/this_coro.hpp>
#include <boost/asio/use_awaitable.hpp>

#include <cstdint>
#include <functional>
#include <limits>
#include <optional>
#include <utility>
#include <vector>

namespace jmld::test {

/// Writing calls are numbered from 1. The journal behind it must live longer.
class faulty_journal final : public runtime::journal
{
public:
    enum class moment : std::uint8_t { before_commit, after_commit };

    explicit faulty_journal(runtime::journal& behind) : behind_(behind) {}

    /// Calls number `first` … `first + times - 1` fail with `code`; nothing of them is kept.
    void fail_at(std::uint64_t first, errc code, std::uint64_t times = 1) { failures_.push_back({first, times, code}); }
    void fail_from(std::uint64_t first, errc code)
    {
        fail_at(first, code, std::numeric_limits<std::uint64_t>::max() - first);
    }
    /// At call number `n` the process is dead to its callers: that call and all later ones, reading too, never return.
    /// `then` is told once.
    void lose_power_at(std::uint64_t n, moment when, std::function<void()> then = {})
    {
        power_ = {n, when};
        on_power_lost_ = std::move(then);
    }
    std::uint64_t calls() const { return calls_; }
    bool has_power() const { return powered_; }

    runtime::awaitable_result<std::vector<runtime::accept_answer>>
    accept(std::vector<runtime::incoming_event> batch) override
    {
        using answers = std::vector<runtime::accept_answer>;
        const auto number = ++calls_;
        if (const auto failed = failure_of(number))
            co_return std::unexpected(*failed);
        co_await pass(number, moment::before_commit);
        result<answers> done = co_await behind_.accept(std::move(batch));
        co_await pass(number, moment::after_commit);
        co_return done;
    }
    runtime::awaitable_result<void> commit(runtime::transaction work) override
    {
        const auto number = ++calls_;
        if (const auto failed = failure_of(number))
            co_return std::unexpected(*failed);
        co_await pass(number, moment::before_commit);
        result<void> done = co_await behind_.commit(std::move(work));
        co_await pass(number, moment::after_commit);
        co_return done;
    }

    runtime::awaitable_result<runtime::event_record> event(event_key key) override
    {
        return read(behind_.event(std::move(key)));
    }
    runtime::awaitable_result<std::vector<runtime::event_record>> events(runtime::event_query query) override
    {
        return read(behind_.events(std::move(query)));
    }
    runtime::awaitable_result<std::vector<runtime::event_record>> undecided_events(int limit) override
    {
        return read(behind_.undecided_events(limit));
    }
    runtime::awaitable_result<std::vector<runtime::delivery_record>> deliveries(event_key key) override
    {
        return read(behind_.deliveries(std::move(key)));
    }
    runtime::awaitable_result<runtime::run_row> run(run_id id) override { return read(behind_.run(std::move(id))); }
    runtime::awaitable_result<std::vector<runtime::run_row>> runs(runtime::run_query query) override
    {
        return read(behind_.runs(std::move(query)));
    }
    runtime::awaitable_result<std::vector<runtime::stored_fact>> history(run_id id, std::uint64_t after) override
    {
        return read(behind_.history(std::move(id), after));
    }
    runtime::awaitable_result<std::vector<runtime::timer_row>> due_timers(time_point until, int limit) override
    {
        return read(behind_.due_timers(until, limit));
    }
    runtime::awaitable_result<std::optional<time_point>> next_timer() override { return read(behind_.next_timer()); }
    runtime::awaitable_result<runtime::person_past> past_of(person_key key, int each_max) override
    {
        return read(behind_.past_of(std::move(key), each_max));
    }
    runtime::awaitable_result<std::vector<runtime::timer_row>> timers(person_key subject, run_id run) override
    {
        return read(behind_.timers(std::move(subject), std::move(run)));
    }
    runtime::awaitable_result<runtime::person_row> person(person_key key) override
    {
        return read(behind_.person(std::move(key)));
    }
    runtime::awaitable_result<runtime::person_row> find_person(std::vector<std::string> identities) override
    {
        return read(behind_.find_person(std::move(identities)));
    }
    runtime::awaitable_result<runtime::definition_text> definition(std::string sha256) override
    {
        return read(behind_.definition(std::move(sha256)));
    }
    runtime::awaitable_result<std::vector<runtime::alarm_row>> alarms(int limit) override
    {
        return read(behind_.alarms(limit));
    }
    runtime::awaitable_result<std::vector<runtime::hold_row>> holds(std::string state) override
    {
        return read(behind_.holds(std::move(state)));
    }
    runtime::awaitable_result<runtime::journal_counts> counts() override { return read(behind_.counts()); }
    runtime::awaitable_result<std::vector<runtime::evidence_record>> evidence(runtime::evidence_query query) override
    {
        return read(behind_.evidence(std::move(query)));
    }
    runtime::awaitable_result<std::vector<runtime::audit_record>> audit(std::optional<std::uint64_t> before,
                                                                        int limit) override
    {
        return read(behind_.audit(before, limit));
    }
    runtime::awaitable_result<runtime::kept_answer> answer_to(std::string principal, std::string key_sha256) override
    {
        return read(behind_.answer_to(std::move(principal), std::move(key_sha256)));
    }
    runtime::awaitable_result<std::string> setting(std::string name) override
    {
        return read(behind_.setting(std::move(name)));
    }
    runtime::awaitable_result<void> back_up(std::string file) override
    {
        return read(behind_.back_up(std::move(file)));
    }

    runtime::journal_health health() const override
    {
        auto health = behind_.health();
        if (last_failure_) {
            health.writable = false;
            health.detail = last_failure_->what;
        }
        return health;
    }
    boost::asio::awaitable<void> close() override
    {
        if (powered_)
            co_await behind_.close();
    }

private:
    struct failing
    {
        std::uint64_t first, times;
        errc code;
    };

    std::optional<error> failure_of(std::uint64_t number)
    {
        last_failure_.reset();
        for (const auto& one : failures_)
            if (powered_ && number >= one.first && number - one.first < one.times)
                last_failure_ = error{one.code, "the store fails on purpose at commit " + std::to_string(number), {}};
        return last_failure_;
    }

    boost::asio::awaitable<void> pass(std::uint64_t number, moment here)
    {
        if (powered_ && power_ && power_->first == number && power_->second == here) {
            powered_ = false;
            if (on_power_lost_)
                on_power_lost_();
        }
        if (!powered_)
            co_await never();
    }

    template <class T> runtime::awaitable_result<T> read(runtime::awaitable_result<T> call)
    {
        if (!powered_)
            co_await never();
        result<T> answer = co_await std::move(call);
        if (!powered_)
            co_await never();
        co_return answer;
    }

    static boost::asio::awaitable<void> never()
    {
        boost::asio::steady_timer silence(co_await boost::asio::this_coro::executor,
                                          boost::asio::steady_timer::time_point::max());
        for (;;)
            co_await silence.async_wait(boost::asio::use_awaitable);
    }

    runtime::journal& behind_;
    std::vector<failing> failures_;
    std::optional<std::pair<std::uint64_t, moment>> power_;
    std::function<void()> on_power_lost_;
    std::optional<error> last_failure_;
    std::uint64_t calls_ = 0;
    bool powered_ = true;
};

} // namespace jmld::test
