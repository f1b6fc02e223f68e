// The HTTP/1.1 server of jmld and okta-sim: strict framing first, then a handler. Its .cpp is the only server-side file
// that knows Beast; it decides no route and no status except for requests that are not proper HTTP.
#pragma once

#include "connectors/http_message.hpp"
#include "engine/result.hpp"
#include "engine/time.hpp"

#include <boost/asio/any_io_executor.hpp>
#include <boost/asio/awaitable.hpp>

#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <vector>

namespace jmld::http {

/// Who is on the other end.
struct peer
{
    std::string address;                          ///< "127.0.0.1", or "unix"
    std::optional<std::uint32_t> uid;             ///< SO_PEERCRED on a unix socket
    std::vector<std::string> certificate_names{}; ///< of a client certificate that verified; lower case
};

/// Pieces of a streamed body; nothing = the end. Called from the event loop until the client goes away or the server
/// stops; a wait under way is then cancelled and must end.
using chunk_source = std::function<boost::asio::awaitable<std::optional<std::string>>()>;

struct reply
{
    response message;
    chunk_source stream; ///< when set, message.body is not used and the answer is chunked
    duration delay{0};   ///< okta-sim: wait before answering
    bool drop = false;   ///< okta-sim: close without an answer (RST)

    reply() = default;
    reply(response answer) : message(std::move(answer)) {}
};

class handler
{
public:
    virtual ~handler() = default;
    /// After the header, before the body is read: an answer refuses the request (the connection closes if a body was
    /// announced). `message.body` is empty here. Also the place for 404, 405, 415, 413 (by Content-Length) and the
    /// early part of 401.
    virtual std::optional<response> refuse(const request& message, const peer& who) = 0;
    /// Largest body this request may have, in bytes; beyond it the server answers 413.
    virtual std::size_t body_limit(const request& message) = 0;
    virtual boost::asio::awaitable<reply> answer(request message, peer who) = 0;
};

struct listen_options
{
    std::string address{};                      ///< "127.0.0.1:8441", "[::1]:0", or "unix:/path"
    std::string certificate_file{}, key_file{}; ///< PEM; both empty = plain
    std::string key_pem{};                      ///< instead of key_file
    std::string client_ca_file{};               ///< whose client certificates are believed; empty = none is asked for
    int connections_max = 1024;
    int connections_per_peer_max = 64; ///< not applied to loopback and unix peers
    std::size_t header_bytes_max = 8 * 1024;
    int requests_per_connection_max = 1000;
    duration handshake_timeout{5'000}, header_timeout{5'000}, body_timeout{10'000}, idle_timeout{30'000};
    duration write_timeout{30'000};    ///< for each 64 KiB of an answer
    bool allow_body_on_delete = false; ///< okta-sim is as lenient as Okta where it must be
};

class server
{
public:
    virtual ~server() = default;
    /// Where it really listens: `https://127.0.0.1:40123`, or `unix:/path`.
    virtual std::string url() const = 0;
    /// No new connections; idle ones close, streams end; completes when the requests under way are answered or `grace`
    /// is over.
    virtual boost::asio::awaitable<void> stop(duration grace) = 0;
};

/// Binds and starts accepting on the executor. `served` must outlive the server, which closes everything when it is
/// destroyed; a HEAD request reaches it as a GET. Errors: invalid_input (address, certificate), unavailable (bind).
result<std::unique_ptr<server>> listen(boost::asio::any_io_executor executor, listen_options options, handler& served);

} // namespace jmld::http
