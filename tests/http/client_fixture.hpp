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
        : acceptor_(loop.executor(), {asio::ip::address_v4::loopback(), 0}), play_(std::move(play))
    {
        asio::co_spawn(loop.executor(), accept(), asio::detached);
    }

    std::string authority(const std::string& host = "127.0.0.1") const
    {
        return host + ":" + std::to_string(acceptor_.local_endpoint().port());
    }
    std::string origin() const { return "http://" + authority(); }
    int connections() const { return connections_; }

private:
    asio::awaitable<void> accept()
    {
        for (;;) {
            auto [failed, accepted] = co_await acceptor_.async_accept(asio::as_tuple(asio::use_awaitable));
            if (failed)
                co_return;
            auto const executor = accepted.get_executor();
            auto one = std::make_unique<scripted_connection>(http::byte_stream::socket_type(std::move(accepted)));
            asio::co_spawn(executor, run(play_, std::move(one), connections_++), asio::detached);
        }
    }

    static asio::awaitable<void> run(script play, std::unique_ptr<scripted_connection> one, int number)
    {
        co_await play(*one, number);
    }

    asio::ip::tcp::acceptor acceptor_;
    script play_;
    int connections_ = 0;
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
