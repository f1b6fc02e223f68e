// The HTTP/1.1 client of jmld and jmlctl: TCP, TLS or a unix socket, connections kept alive and bounded. Its .cpp is
// the only client-side file that knows Beast; it does not retry, except once when a kept connection turns out closed
// before a byte left.
#pragma once

#include "connectors/http_client.hpp"
#include "connectors/name_resolver.hpp"

#include <boost/asio/any_io_executor.hpp>

#include <functional>
#include <memory>
#include <string>
#include <string_view>

namespace jmld::http {

struct client_options
{
    std::string origin{};    ///< `https://example.okta.com`, `http://127.0.0.1:8442` or `unix:/run/jmld/ops.sock`
    std::string ca_file{};   ///< PEM to trust instead of the system's; empty = the system's
    int connections_max = 8; ///< further requests wait for their turn, first come first served, within their timeout
    std::size_t header_bytes_max = 64 * 1024;
    std::size_t body_bytes_max = 8 * 1024 * 1024;
    bool public_only = false;               ///< only addresses of the public Internet are connected to
    std::shared_ptr<name_resolver> names{}; ///< empty = the system's
    duration idle_max{60'000};              ///< a kept connection older than this is closed instead of used
};

/// A transport that can also follow an answer without an end (server-sent events).
class streaming_transport : public transport
{
public:
    /// Receives the body as it arrives; false ends the exchange.
    using chunk_reader = std::function<bool(std::string_view chunk)>;

    /// On a connection of its own, which is not counted in connections_max. Only the body of a 2xx is given to
    /// `on_chunk`; any other answer is collected as by send(). Completes with the answer (of a 2xx: without the body)
    /// at the end of the body or when `on_chunk` says false. `timeout` covers connecting and the header, `quiet_max`
    /// each wait for more. Errors: as send().
    virtual boost::asio::awaitable<result<response>> stream(request message, chunk_reader on_chunk, duration timeout,
                                                            duration quiet_max) = 0;
};

/// Requests under way go on when the client is destroyed. Errors: invalid_input (origin, CA file).
result<std::unique_ptr<streaming_transport>> make_client(boost::asio::any_io_executor executor, client_options options);

} // namespace jmld::http
