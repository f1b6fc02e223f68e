// Opens connections to one origin: looks the name up, tries its addresses in turn, and makes the TLS handshake. It
// keeps none.
#pragma once

#include "connectors/byte_stream.hpp"
#include "connectors/name_resolver.hpp"
#include "connectors/origin.hpp"

#include <boost/asio/any_io_executor.hpp>

#include <chrono>
#include <memory>

namespace jmld::http {

/// What is left until then; never negative.
duration time_left(deadline end);

class connector
{
public:
    /// `tls` is null unless the origin's scheme is tls.
    connector(boost::asio::any_io_executor executor, origin peer, std::shared_ptr<boost::asio::ssl::context> tls,
              std::shared_ptr<name_resolver> names, bool public_only = false);

    /// Errors: refused (nobody accepted in time), unavailable (the name does not resolve, TLS fails), forbidden (an
    /// address that may not be reached is among those of the name), cancelled. The stream's deadline is `end`. The
    /// connector must live until it completes.
    boost::asio::awaitable<result<std::unique_ptr<byte_stream>>> open(deadline end) const;

    const origin& peer() const { return peer_; }

private:
    using endpoint_list = std::vector<byte_stream::endpoint_type>;
    boost::asio::awaitable<result<endpoint_list>> addresses(deadline end) const;

    boost::asio::any_io_executor executor_;
    origin peer_;
    std::shared_ptr<boost::asio::ssl::context> tls_;
    std::shared_ptr<name_resolver> names_;
    bool public_only_; ///< checked on the very address that is then connected to
};

} // namespace jmld::http
