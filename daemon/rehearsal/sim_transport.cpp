// What a network does to an exchange, without one.
#include "daemon/rehearsal/sim_transport.hpp"

#include <boost/asio/post.hpp>
#include <boost/asio/this_coro.hpp>
#include <boost/asio/use_awaitable.hpp>

#include <algorithm>

namespace jmld::daemon {

namespace asio = boost::asio;

asio::awaitable<result<http::response>> sim_transport::never()
{
    co_await time_.wait_until(time_point::max());
    co_return failure(errc::cancelled, "the process is gone");
}

asio::awaitable<result<http::response>> sim_transport::send(http::request message, duration timeout)
{
    // Others get their turn before a request leaves, as they would while it is on its way: what happens at the same
    // instant is not decided by who began first.
    const auto loop = co_await asio::this_coro::executor;
    co_await asio::post(loop, asio::use_awaitable);
    if (dead_) {
        auto gone = co_await never();
        co_return gone;
    }
    auto answer = org_.handle(message, time_.now() + okta_ahead_);
    const auto number = org_.ledger().size();
    if (answer.crash_client)
        dead_ = true;
    if (dead_) {
        auto gone = co_await never();
        co_return gone;
    }
    const bool lost = answer.drop != okta_sim::answer::drop_kind::none;
    const bool late = answer.delay >= timeout;
    if (answer.delay > duration::zero() || late) {
        under_way_.insert(number);
        const bool woken = co_await time_.wait_until(time_.now() + std::min(answer.delay, timeout));
        if (!woken)
            co_return failure(errc::cancelled, "the process is gone");
        under_way_.erase(number);
    }
    if (lost)
        co_return failure(errc::connection_lost, "the connection was lost before an answer came");
    if (late) {
        org_.lost(number);
        co_return failure(errc::timed_out, "no answer in time");
    }
    co_return std::move(answer.response);
}

void sim_transport::abandon()
{
    for (const auto number : under_way_)
        org_.lost(number);
}

} // namespace jmld::daemon
