// A turn that is given back goes straight to who waits longest, so that nobody who comes later can take it first.
// Kept connections never outnumber the free turns, because a request takes a kept one before a new one is opened.
#include "connectors/connection_pool.hpp"

#include <boost/asio/as_tuple.hpp>
#include <boost/asio/steady_timer.hpp>
#include <boost/asio/use_awaitable.hpp>

#include <algorithm>

namespace jmld::http {

namespace asio = boost::asio;

struct connection_pool::waiter
{
    waiter(const asio::any_io_executor& executor, deadline end) : granted_or_over(executor, end) {}
    asio::steady_timer granted_or_over;
    bool granted = false;
};

connection_pool::connection_pool(asio::any_io_executor executor, int turns_max, duration idle_max)
    : executor_(std::move(executor)), turns_free_(turns_max), idle_max_(idle_max)
{}

asio::awaitable<result<connection_pool::turn>> connection_pool::take_turn(deadline end)
{
    auto const self = shared_from_this();
    if (turns_free_ > 0) {
        --turns_free_;
        co_return turn(self);
    }
    auto const me = std::make_shared<waiter>(executor_, end);
    waiting_.push_back(me);
    auto [woken] = co_await me->granted_or_over.async_wait(asio::as_tuple(asio::use_awaitable));
    if (me->granted)
        co_return turn(self);
    std::erase(waiting_, me);
    if (woken)
        co_return failure(errc::cancelled, "given up while waiting for a connection");
    co_return failure(errc::refused, "no connection became free within the time limit");
}

void connection_pool::give_back()
{
    if (waiting_.empty()) {
        ++turns_free_;
        return;
    }
    auto const next = waiting_.front();
    waiting_.pop_front();
    next->granted = true;
    next->granted_or_over.cancel();
}

// They were kept in order, so the one kept last is the likeliest to live, and the first tells whether any is too old.
// Only the one that is taken is looked at: a look is a system call.
std::unique_ptr<byte_stream> connection_pool::take_kept()
{
    const auto oldest = std::chrono::steady_clock::now() - idle_max_;
    while (!kept_.empty() && kept_.front().since < oldest)
        kept_.pop_front();
    while (!kept_.empty()) {
        auto stream = std::move(kept_.back().stream);
        kept_.pop_back();
        if (stream->quiet())
            return stream;
    }
    return nullptr;
}

void connection_pool::keep(std::unique_ptr<byte_stream> idle)
{
    idle->expires_never();
    kept_.push_back({std::move(idle), std::chrono::steady_clock::now()});
}

} // namespace jmld::http
