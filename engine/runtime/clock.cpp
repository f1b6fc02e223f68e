// Both clocks. Neither decides what a wait is for, and the virtual one never looks at the real time.
#include "engine/runtime/clock.hpp"

#include <boost/asio/as_tuple.hpp>
#include <boost/asio/this_coro.hpp>
#include <boost/asio/use_awaitable.hpp>

#include <algorithm>
#include <utility>

namespace jmld::runtime {

namespace asio = boost::asio;

time_point system_clock::now() const
{
    return std::chrono::time_point_cast<std::chrono::milliseconds>(std::chrono::system_clock::now());
}

asio::awaitable<bool> system_clock::wait_until(time_point when)
{
    static constexpr duration slice_max = std::chrono::minutes(1);
    auto executor = co_await asio::this_coro::executor;
    co_await asio::this_coro::throw_if_cancelled(false);
    asio::steady_timer timer(executor);
    for (auto left = when - now(); left > duration::zero(); left = when - now()) {
        timer.expires_after(std::min<duration>(left, slice_max));
        auto [failed] = co_await timer.async_wait(asio::as_tuple(asio::use_awaitable));
        if (failed)
            co_return false;
    }
    co_return true;
}

// A timer that never expires by itself: the virtual clock wakes it by cancelling, having marked it as due.
struct virtual_clock::waiter
{
    explicit waiter(const asio::any_io_executor& executor) : timer(executor, asio::steady_timer::time_point::max()) {}
    asio::steady_timer timer;
    bool due = false;
};

asio::awaitable<bool> virtual_clock::wait_until(time_point when)
{
    if (when <= now_)
        co_return true;
    auto executor = co_await asio::this_coro::executor;
    co_await asio::this_coro::throw_if_cancelled(false);
    auto waiting = std::make_shared<waiter>(executor);
    const auto place = std::pair(when, arrivals_++);
    waiters_.emplace(place, waiting);
    auto [woken] = co_await waiting->timer.async_wait(asio::as_tuple(asio::use_awaitable));
    static_cast<void>(woken); // always operation_aborted: `due` tells a wake-up from a cancellation
    if (!waiting->due)
        waiters_.erase(place);
    co_return waiting->due;
}

std::optional<time_point> virtual_clock::next_due() const
{
    if (waiters_.empty())
        return std::nullopt;
    return waiters_.begin()->first.first;
}

void virtual_clock::advance_to(time_point when) { set(std::max(now_, when)); }

void virtual_clock::set(time_point when)
{
    now_ = when;
    while (!waiters_.empty() && waiters_.begin()->first.first <= now_) {
        auto first = waiters_.extract(waiters_.begin());
        first.mapped()->due = true;
        first.mapped()->timer.cancel();
    }
}

void virtual_clock::cancel_all()
{
    for (auto& [place, waiting] : std::exchange(waiters_, {}))
        waiting->timer.cancel();
}

void run_virtually(asio::io_context& loop, virtual_clock& clock, time_point end)
{
    for (;;) {
        loop.restart();
        while (loop.poll() > 0)
            loop.restart();
        const auto next = clock.next_due();
        if (!next || *next > end)
            break;
        clock.advance_to(*next);
    }
}

} // namespace jmld::runtime
