// The client against peers that do what a test says, byte by byte, among them what no proper server does. It asserts
// nothing itself.
#pragma once

#include "connectors/byte_stream.hpp"
#include "connectors/https_client.hpp"
#include "connectors/tls_context.hpp"
#include "tests/support/loopback_loop.hpp"

#include <boost/asio/as_tuple.hpp>
#include <boost/asio/detached.hpp>
#include <boost/asio/ip/tcp.hpp>
#include <boost/asio/use_awaitable.hpp>

#include <gtest/gtest.h>

#include <array>
#include <functional>
#include <memory>
#include <string>
#include <vector>

namespace jmld::tests {

namespace asio = boost::asio;

/// One accepted connection of a scripted peer.
class scripted_connection
{
public:
    explicit scripted_connection(http::byte_stream::socket_type accepted) : stream(std::move(accepted))
    {
        stream.expires_after(std::chrono::seconds(20));
    }

    /// The next request, up to the end of its header and `body_bytes` more; what was read until then if the client
    /// closes.
    asio::awaitable<std::string> hear(std::size_t body_bytes = 0)
    {
        std::array<char, 4096> room{};
        std::string heard;
        for (;;) {
            auto const end = heard.find("\r\n\r\n");
            if (end != std::string::npos && heard.size() >= end + 4 + body_bytes)
                co_return heard;
            auto const read = co_await stream.read_some(room);
            heard.append(room.data(), read.bytes);
            if (read.status != http::io_status::done)
                co_return heard;
        }
    }

    asio::awaitable<void> say(std::string bytes) { co_await stream.write(bytes); }

    /// Until the client closes.
    asio::awaitable<void> wait_for_end()
    {
        std::array<char, 4096> room{};
        for (;;) {
            auto const read = co_await stream.read_some(room);
            if (read.status != http::io_status::done)
                co_return;
        }
    }

    http::byte_stream stream;
};

/// Runs `script` on each connection, counting from 0; when the script returns the connection is closed.
class scripted_peer
{
public:
    using script = std::function<asio::awaitable<void>(scripted_connection&, int)>;

    scripted_peer(loopback_loop& loop, script play)
        : state_(std::make_shared<state>(state{
              asio::ip::tcp::acceptor(loop.executor(), {asio::ip::address_v4::loopback(), 0}), std::move(play), 0}))
    {
        asio::co_spawn(loop.executor(), accept(state_), asio::detached);
    }
    ~scripted_peer() { state_->acceptor.close(); }
    scripted_peer(const scripted_peer&) = delete;
    scripted_peer& operator=(const scripted_peer&) = delete;

    std::string authority(const std::string& host = "127.0.0.1") const
    {
        return host + ":" + std::to_string(state_->acceptor.local_endpoint().port());
    }
    std::string origin() const { return "http://" + authority(); }
    int connections() const { return state_->connections; }

private:
    // Shared with the coroutines, which may still be resumed once after the peer has gone.
    struct state
    {
        asio::ip::tcp::acceptor acceptor;
        script play;
        int connections = 0;
    };

    static asio::awaitable<void> accept(std::shared_ptr<state> of)
    {
        while (of->acceptor.is_open()) {
            auto [failed, accepted] = co_await of->acceptor.async_accept(asio::as_tuple(asio::use_awaitable));
            if (failed)
                co_return;
            auto const executor = accepted.get_executor();
            auto one = std::make_unique<scripted_connection>(http::byte_stream::socket_type(std::move(accepted)));
            asio::co_spawn(executor, run(of, std::move(one), of->connections++), asio::detached);
        }
    }

    static asio::awaitable<void> run(std::shared_ptr<state> of, std::unique_ptr<scripted_connection> one, int number)
    {
        co_await of->play(*one, number);
    }

    std::shared_ptr<state> state_;
};

class http_client_test : public ::testing::Test
{
protected:
    void connect_to(http::client_options options)
    {
        auto made = http::make_client(loop.executor(), std::move(options));
        if (!made)
            throw std::runtime_error(made.error().what);
        client = std::move(*made);
    }

    result<http::response> send(http::request message, duration timeout = std::chrono::seconds(20))
    {
        return loop.run(client->send(std::move(message), timeout));
    }

    result<http::response> get(std::string target = "/a", duration timeout = std::chrono::seconds(20))
    {
        http::request message;
        message.target = std::move(target);
        return send(std::move(message), timeout);
    }

    loopback_loop loop;
    std::unique_ptr<http::streaming_transport> client;
};

inline const std::string ok_answer = "HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok";

} // namespace jmld::tests
