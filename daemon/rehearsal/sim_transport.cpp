// What a network does to an exchange, without one.
#include "daemon/rehearsal/sim_transport.hpp"

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
    if (dead_) {
        auto gone = co_await never();
        co_return gone;
    }
    auto answer = org_.handle(message, time_.now() + okta_ahead_);
    if (answer.crash_client)
        dead_ = true;
    if (dead_) {
        auto gone = co_await never();
        co_return gone;
    }
    const bool lost = answer.drop != okta_sim::answer::drop_kind::none;
    const bool late = answer.delay >= timeout;
    if (answer.delay > duration::zero() || late) {
        const bool woken = co_await time_.wait_until(time_.now() + std::min(answer.delay, timeout));
        if (!woken)
            co_return failure(errc::cancelled, "the process is gone");
    }
    if (lost)
        co_return failure(errc::connection_lost, "the connection was lost before an answer came");
    if (late)
        co_return failure(errc::timed_out, "no answer in time");
    co_return std::move(answer.response);
}

} // namespace jmld::daemon
