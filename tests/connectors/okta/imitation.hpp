// The imitation of Okta as the peer of a connector, in process: no socket, and the same clock. What it is asked is for
// the tests to say.
#pragma once

#include "connectors/okta_sim/organisation.hpp"
#include "tests/connectors/okta/company.hpp"
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

/// The connector before an imitation that keeps the small company.
class CompanyFixture : public OktaFixture
{
protected:
    explicit CompanyFixture(const char* kept = company)
    {
        const auto loaded = org.load(json(kept), clock.now());
        EXPECT_TRUE(loaded) << loaded.error().what;
        build(peer);
    }

    okta_sim::organisation org{{.base_url = origin}, 1};
    imitation peer{org, clock};
};

} // namespace jmld::tests
