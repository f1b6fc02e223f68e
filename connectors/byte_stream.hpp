// One connected socket, plain or TLS, TCP or unix, with one deadline for whatever is under way. It reads and writes
// bytes and closes properly; it knows no HTTP and opens no connection.
#pragma once

#include "engine/result.hpp"
#include "engine/time.hpp"

#include <boost/asio/any_io_executor.hpp>
#include <boost/asio/awaitable.hpp>
#include <boost/asio/generic/stream_protocol.hpp>

#include <cstdint>
#include <memory>
#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace boost::asio::ssl {
class context;
}

namespace jmld::http {

/// How a read or a write ended.
enum class io_status : std::uint8_t {
    done,
    closed,    ///< the peer ended its side in an orderly way (FIN; with TLS its close_notify)
    broken,    ///< reset, or a TLS connection cut without close_notify
    timed_out, ///< the deadline passed
    cancelled, ///< the caller gave up, or close() was called
};

struct io_result
{
    io_status status = io_status::done;
    std::size_t bytes =
        0; ///< also set when a write broke off: what had been handed to the kernel (with TLS: whole writes)
};

/// Never throws from its operations, also when cancelled. Event loop's thread only; one operation at a time.
class byte_stream
{
public:
    using socket_type = boost::asio::generic::stream_protocol::socket;
    using endpoint_type = boost::asio::generic::stream_protocol::endpoint;

    explicit byte_stream(socket_type connected);
    /// Not connected: connect() comes first.
    explicit byte_stream(boost::asio::any_io_executor executor);
    ~byte_stream();
    byte_stream(const byte_stream&) = delete;
    byte_stream& operator=(const byte_stream&) = delete;

    /// From now on every operation ends with timed_out once `limit` has passed, until this is called again.
    void expires_after(duration limit);
    void expires_never();

    /// Errors: refused (nothing was sent, the time limit included), cancelled.
    boost::asio::awaitable<result<void>> connect(endpoint_type peer);
    /// The server's side of a TLS handshake. Errors: unavailable (what the peer did wrong), timed_out, cancelled.
    boost::asio::awaitable<result<void>> accept_tls(std::shared_ptr<boost::asio::ssl::context> context);
    /// After it: the names in the certificate that the client showed; empty when it showed none.
    std::vector<std::string> peer_names() const;
    /// The client's side: sends SNI, verifies the chain and that the certificate is for `host` (a name or an address).
    /// Errors: as above.
    boost::asio::awaitable<result<void>> connect_tls(std::shared_ptr<boost::asio::ssl::context> context,
                                                     std::string host);

    /// At least one byte, or why not. `room` must live until it completes.
    boost::asio::awaitable<io_result> read_some(std::span<char> room);
    /// All of `bytes`, which must live until it completes.
    boost::asio::awaitable<io_result> write(std::string_view bytes);
    /// Completes when the peer sends something or goes away.
    boost::asio::awaitable<void> until_readable();

    /// True when the peer neither closed nor sent anything that has not been read.
    bool quiet() const;
    /// Tells the peer that nothing more comes, then reads and forgets until it closes too, so that it can read what was
    /// sent before it sees the end; at most `limit` and 1 MiB. Closes.
    boost::asio::awaitable<void> finish(duration limit);
    /// What is under way ends with cancelled, or goes on if that came too late; the connection stays open.
    void interrupt();
    /// At once; what is under way ends with cancelled.
    void close();
    /// As close(), with a reset instead of an orderly end.
    void reset();

private:
    struct core;
    std::shared_ptr<core> core_;
};

} // namespace jmld::http
