// The imitation of Okta as a transport in the same process, on the same clock: requests take effect at once, answers
// come when the organisation's faults say. It opens no socket.
#pragma once

#include "connectors/http_client.hpp"
#include "connectors/okta_sim/organisation.hpp"
#include "engine/runtime/clock.hpp"

#include <cstdint>
#include <set>

namespace jmld::daemon {

/// Event loop's thread only; both must outlive it.
class sim_transport final : public http::transport
{
public:
    /// `dead`: the process is gone — requests neither leave nor come back. A fault that says `crash:` sets it.
    /// `okta_ahead`: how far the organisation's clock is ahead of ours.
    sim_transport(okta_sim::organisation& org, runtime::clock& time, bool& dead, const duration& okta_ahead)
        : org_(org), time_(time), dead_(dead), okta_ahead_(okta_ahead)
    {}
    boost::asio::awaitable<result<http::response>> send(http::request message, duration timeout) override;
    /// The process is gone: the ledger learns that nobody reads the answers still under way.
    void abandon();

private:
    boost::asio::awaitable<result<http::response>> never();

    okta_sim::organisation& org_;
    runtime::clock& time_;
    bool& dead_;
    const duration& okta_ahead_;
    std::set<std::uint64_t> under_way_; ///< numbers in the ledger
};

} // namespace jmld::daemon
