// How many requests may be under way at one origin, and which connections are kept for the next ones. It opens none and
// does not know what is sent over them.
#pragma once

#include "connectors/byte_stream.hpp"
#include "connectors/connector.hpp"

#include <boost/asio/any_io_executor.hpp>

#include <deque>
#include <memory>
#include <vector>

namespace jmld::http {

/// Event loop's thread only. Shared with the turns it has given.
class connection_pool : public std::enable_shared_from_this<connection_pool>
{
public:
    /// The right to use one connection; given back when destroyed.
    class turn
    {
    public:
        explicit turn(std::shared_ptr<connection_pool> pool) : pool_(std::move(pool)) {}
        turn(turn&& other) noexcept = default;
        turn& operator=(turn&&) = delete;
        ~turn()
        {
            if (pool_)
                pool_->give_back();
        }

    private:
        std::shared_ptr<connection_pool> pool_;
    };

    connection_pool(boost::asio::any_io_executor executor, int turns_max, duration idle_max);

    /// First come, first served. Errors: refused (the time was over before anything could be sent), cancelled.
    boost::asio::awaitable<result<turn>> take_turn(deadline end);

    /// The connection used last that the peer has neither closed nor spoken on; nullptr when there is none.
    std::unique_ptr<byte_stream> take_kept();
    /// For the next request: nothing under way on it, nothing left to read.
    void keep(std::unique_ptr<byte_stream> idle);

private:
    struct waiter;
    struct kept_connection
    {
        std::unique_ptr<byte_stream> stream;
        std::chrono::steady_clock::time_point since;
    };
    void give_back();

    boost::asio::any_io_executor executor_;
    int turns_free_;
    duration idle_max_;
    std::deque<std::shared_ptr<waiter>> waiting_;
    std::deque<kept_connection> kept_; ///< the one kept last at the back
};

} // namespace jmld::http
