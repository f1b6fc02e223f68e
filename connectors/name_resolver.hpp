// How a host's name becomes addresses. The system's resolver is behind it, or a test's; which of the addresses may be
// connected to is decided by whoever asks, on the very addresses that it then uses.
#pragma once

#include "engine/result.hpp"

#include <boost/asio/any_io_executor.hpp>
#include <boost/asio/awaitable.hpp>
#include <boost/asio/ip/address.hpp>

#include <chrono>
#include <memory>
#include <string>
#include <vector>

namespace jmld::http {

using deadline = std::chrono::steady_clock::time_point;

class name_resolver
{
public:
    virtual ~name_resolver() = default;
    /// Errors: unavailable (no such name, no answer until `end`), cancelled.
    virtual boost::asio::awaitable<result<std::vector<boost::asio::ip::address>>> resolve(std::string host,
                                                                                          deadline end) = 0;
};

/// Nothing is remembered from one call to the next: the system's resolver caches.
std::shared_ptr<name_resolver> make_system_resolver(boost::asio::any_io_executor executor);

} // namespace jmld::http
