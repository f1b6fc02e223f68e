// The HTTP/1.1 client of jmld and jmlctl: TCP, TLS or a unix socket, connections kept alive and bounded. Its .cpp is the only
// client-side file that knows Beast; it does not retry, except once when a kept connection turns out closed before a byte left.
#pragma once

#include "connectors/http_client.hpp"

#include <boost/asio/any_io_executor.hpp>

#include <memory>
#include <string>

namespace jmld::http {

struct client_options
{
    std::string origin;             ///< `https://example.okta.com`, `http://127.0.0.1:8442` or `unix:/run/jmld/ops.sock`
    std::string ca_file;            ///< PEM to trust instead of the system's; empty = the system's
    int connections_max = 8;
    std::size_t header_bytes_max = 64 * 1024;
    std::size_t body_bytes_max = 8 * 1024 * 1024;
    duration idle_max{60'000};      ///< a kept connection older than this is closed instead of used
};

/// Errors: invalid_input (origin, CA file).
result<std::unique_ptr<transport>> make_client(boost::asio::any_io_executor executor, client_options options);

} // namespace jmld::http
