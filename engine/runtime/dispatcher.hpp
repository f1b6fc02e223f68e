// Lets attempts leave in order of urgency, as fast as the peer's buckets and our own bound allow. It knows nothing of
// what an attempt does; what waits here holds a row of a queue, no socket, slot or token.
#pragma once

#include "engine/ids.hpp"
#include "engine/runtime/clock.hpp"
#include "engine/runtime/limiter.hpp"

#include <boost/asio/any_io_executor.hpp>
#include <boost/asio/awaitable.hpp>

#include <functional>
#include <map>
#include <memory>
#include <string>
#include <vector>

namespace jmld::runtime {

/// Event loop's thread only. Must be destroyed before the clock.
class dispatcher
{
public:
    struct item
    {
        run_id run;
        std::string bucket; ///< empty = no budget to wait for
        priority urgency = priority::joiner;
        /// The work itself; `token_taken` tells it that its bucket has been paid.
        std::function<boost::asio::awaitable<void>(bool token_taken)> work;
        std::function<void()> dropped; ///< called instead, when it is taken back before it left
    };

    dispatcher(boost::asio::any_io_executor executor, clock& time, limiter& budget, int in_flight_max,
               int urgent_extra);
    ~dispatcher();

    void submit(item work);
    /// Takes back what has not left; each item's `dropped` is called.
    void take_back(const run_id& run);
    /// The kill switch: false lets nothing leave until true again.
    void open(bool outbound);

    bool outbound() const { return outbound_; }
    int in_flight() const { return in_flight_; }
    std::size_t queued() const;

private:
    using place = std::pair<priority, std::uint64_t>;
    using queue = std::map<place, item>;

    bool may_start(priority urgency) const;
    bool start_one();
    void pump();
    void wake_at(time_point when);
    void want_nothing();
    boost::asio::awaitable<void> perform(item work, bool token_taken);

    boost::asio::any_io_executor executor_;
    clock& time_;
    limiter& budget_;
    int in_flight_max_, urgent_extra_;
    int in_flight_ = 0;
    bool outbound_ = true;
    std::uint64_t arrivals_ = 0;
    std::map<std::string, queue> queues_;                   ///< by bucket
    std::vector<std::pair<std::string, priority>> wanting_; ///< buckets that had no token for the head of their queue
    std::optional<time_point> wake_;
    std::shared_ptr<bool> alive_; ///< coroutines that outlive this object look here first
};

} // namespace jmld::runtime
