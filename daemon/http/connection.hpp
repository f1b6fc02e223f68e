// One accepted connection: request after request until either side closes. What the connections of one server share is
// `hub`; accepting and the limits on how many there are live in listener.cpp.
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
class request_reader; // Beast's view of one request, known to server.cpp alone

/// Shared by a server and its connections; event loop's thread only.
struct hub
{
    hub(const boost::asio::any_io_executor& executor, listen_options chosen, handler& to_serve);

    /// Whoever waits for `changed` looks again.
    void notify() { changed.cancel(); }

    listen_options options;
    handler* served;                                ///< null once the server is gone
    std::shared_ptr<boost::asio::ssl::context> tls; ///< null = plain
    bool draining = false;
    std::set<connection*> connections;
    std::map<std::string, int> connections_per_peer;
    boost::asio::steady_timer changed; ///< a connection ended or became idle
};

/// Logs what a handler threw, once, without anything of the request.
void log_exception(const char* where, const std::exception& failed);
/// The 500 that tells the client nothing.
response failed_inside();

class connection : public std::enable_shared_from_this<connection>
{
public:
    connection(std::shared_ptr<hub> home, byte_stream::socket_type accepted, peer who);
    ~connection();
    connection(const connection&) = delete;
    connection& operator=(const connection&) = delete;

    /// Serves until the connection is closed; never throws.
    static boost::asio::awaitable<void> run(std::shared_ptr<connection> self);

    /// Nothing of a next request has arrived, so that closing loses nothing.
    bool idle() const { return phase_ == phase::idle; }
    std::chrono::steady_clock::time_point idle_since() const { return idle_since_; }
    /// The server stops: ends what is idle or endless; a request under way is answered first.
    void drain();
    void close();

private:
    enum class phase : std::uint8_t { idle, busy, waiting_for_piece };
    enum class next : std::uint8_t {
        go_on,   ///< so far all is well
        finish,  ///< close in a way that lets the peer read what was sent
        nothing, ///< it is gone, or is to hear nothing more
    };

    boost::asio::awaitable<next> serve();
    boost::asio::awaitable<next> serve_one(bool first);
    boost::asio::awaitable<next> wait_for_header(bool first);
    boost::asio::awaitable<next> take_body(const framing::head& head, request_reader& reader, std::size_t limit);
    boost::asio::awaitable<next> answer(framing::head head);
    boost::asio::awaitable<next> send(reply answer, const framing::head& head);
    boost::asio::awaitable<next> send_stream(const chunk_source& source, bool chunked);
    boost::asio::awaitable<next> refuse(int status, std::string_view why);
    boost::asio::awaitable<next> write(std::string_view bytes);
    boost::asio::awaitable<io_status> receive();
    std::optional<response> refusal_of(const framing::head& head);
    bool stays_open(const framing::head& head, const response& answer) const;
    framing::limits limits() const;
    void become(phase now);

    std::shared_ptr<hub> home_;
    boost::asio::steady_timer pause_; ///< a simulated delay
    byte_stream stream_;
    peer who_;
    std::string received_; ///< not yet consumed
    phase phase_ = phase::busy;
    std::chrono::steady_clock::time_point idle_since_;
    int requests_ = 0;
};

} // namespace jmld::http
