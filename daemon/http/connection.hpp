// One accepted connection: request after request until either side closes. What the connections of one server share is `hub`;
// accepting and the limits on how many there are live in listener.cpp.
#pragma once

#include "connectors/byte_stream.hpp"
#include "daemon/http/framing.hpp"
#include "daemon/http/response_writing.hpp"
#include "daemon/http/server.hpp"

#include <boost/asio/steady_timer.hpp>

#include <chrono>
#include <map>
#include <memory>
#include <set>
#include <string>

namespace jmld::http {

class connection;

/// Shared by a server and its connections; event loop's thread only.
struct hub
{
    hub(const boost::asio::any_io_executor& executor, listen_options chosen, handler& to_serve);

    /// Whoever waits for `changed` looks again.
    void notify() { changed.cancel(); }

    listen_options options;
    handler* served;                               ///< null once the server is gone
    std::shared_ptr<boost::asio::ssl::context> tls; ///< null = plain
    bool draining = false;
    std::set<connection*> connections;
    std::map<std::string, int> connections_per_peer;
    boost::asio::steady_timer changed; ///< a connection ended or became idle
};

class connection : public std::enable_shared_from_this<connection>
{
public:
    connection(std::shared_ptr<hub> home, byte_stream::socket_type accepted, peer who);
    ~connection();
    connection(const connection&) = delete;
    connection& operator=(const connection&) = delete;

    /// Until it is closed; never throws.
    boost::asio::awaitable<void> run();

    /// Nothing of a next request has arrived, so that closing loses nothing.
    bool idle() const { return phase_ == phase::idle; }
    std::chrono::steady_clock::time_point idle_since() const { return idle_since_; }
    /// The server stops: ends what is idle or endless; a request under way is answered first.
    void drain();
    void close();

private:
    enum class phase : std::uint8_t { idle, busy, streaming };
    enum class next : std::uint8_t {
        request, ///< the connection can take another one
        finish,  ///< close in a way that lets the peer read what was sent
        nothing, ///< it is gone, or nobody should be told more
    };

    boost::asio::awaitable<void> serve();
    boost::asio::awaitable<next> serve_one(bool first);
    boost::asio::awaitable<next> wait_for_header(bool first, std::size_t& size);
    boost::asio::awaitable<next> take_request(framing::head head, std::size_t header_size);
    boost::asio::awaitable<next> read_body(struct request_reader& reader);
    boost::asio::awaitable<next> answer(framing::head head, request message, bool is_head);
    boost::asio::awaitable<next> send(reply answer, const framing::head& head);
    boost::asio::awaitable<next> send_stream(const chunk_source& source, bool chunked);
    boost::asio::awaitable<next> refuse(int status, std::string_view why);
    boost::asio::awaitable<next> write_all(std::string_view bytes, next then);
    boost::asio::awaitable<io_status> receive();
    void become(phase now);

    std::shared_ptr<hub> home_;
    byte_stream stream_;
    peer who_;
    boost::asio::steady_timer pause_; ///< a simulated delay
    std::string received_;            ///< not yet consumed
    phase phase_ = phase::busy;
    std::chrono::steady_clock::time_point idle_since_;
    int requests_ = 0;
};

} // namespace jmld::http
