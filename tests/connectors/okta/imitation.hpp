// The imitation of Okta as the peer of a connector, in process: no socket, and the same clock.
#pragma once

#include "connectors/okta_sim/organisation.hpp"
#include "tests/connectors/okta/okta_fixture.hpp"

#include <utility>

namespace jmld::tests {

class imitation final : public http::transport
{
public:
    imitation(okta_sim::organisation& org, runtime::clock& time) : org_(org), time_(time) {}
    boost::asio::awaitable<result<http::response>> send(http::request message, duration timeout) override
    {
        auto answer = org_.handle(message, time_.now());
        if (answer.drop != okta_sim::answer::drop_kind::none)
            co_return failure(errc::connection_lost, "dropped");
        if (answer.delay > timeout)
            co_return failure(errc::timed_out, "late");
        if (answer.delay > duration(0))
            co_await time_.wait_until(time_.now() + answer.delay);
        co_return answer.response;
    }

private:
    okta_sim::organisation& org_;
    runtime::clock& time_;
};

} // namespace jmld::tests
