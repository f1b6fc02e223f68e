// A server on loopback with a handler that notes what reaches it and answers as the test says. No certificate and no
// time of its own.
#pragma once

#include "daemon/http/server.hpp"
#include "tests/support/loopback_loop.hpp"
#include "tests/support/loopback_peer.hpp"

#include <boost/asio/as_tuple.hpp>
#include <boost/asio/detached.hpp>
#include <boost/asio/steady_timer.hpp>
#include <boost/asio/use_awaitable.hpp>

#include <gtest/gtest.h>

#include <functional>
#include <memory>
#include <string>
#include <vector>

namespace jmld::tests {

/// Answers 200 with `METHOD target body`, unless the test put another function in its place.
class noting_handler final : public http::handler
{
public:
    std::optional<http::response> refuse(const http::request& message, const http::peer& who) override
    {
        last_peer = who;
        ++refuse_calls;
        return on_refuse ? on_refuse(message) : std::nullopt;
    }
    std::size_t body_limit(const http::request&) override { return limit; }

    asio::awaitable<http::reply> answer(http::request message, http::peer) override
    {
        handled.push_back(message.method + " " + message.target);
        if (on_answer) {
            auto made = co_await on_answer(std::move(message));
            co_return made;
        }
        co_return http::response{200, {}, message.method + " " + message.target + " " + message.body};
    }

    std::vector<std::string> handled; ///< `METHOD target`, in order
    int refuse_calls = 0;
    http::peer last_peer;
    std::size_t limit = 1024;
    std::function<std::optional<http::response>(const http::request&)> on_refuse;
    std::function<asio::awaitable<http::reply>(http::request)> on_answer;
};

/// Something one coroutine waits for and another sets.
class gate
{
public:
    explicit gate(asio::any_io_executor executor) : timer_(executor, std::chrono::steady_clock::time_point::max()) {}
    void open()
    {
        opened_ = true;
        timer_.cancel();
    }
    asio::awaitable<void> passed()
    {
        if (!opened_)
            co_await timer_.async_wait(asio::as_tuple(asio::use_awaitable));
    }

private:
    asio::steady_timer timer_;
    bool opened_ = false;
};

class http_server_test : public ::testing::Test
{
protected:
    void listen(http::listen_options options = {})
    {
        if (options.address.empty())
            options.address = "127.0.0.1:0";
        auto made = http::listen(loop.executor(), std::move(options), handler);
        if (!made)
            throw std::runtime_error(made.error().what);
        server = std::move(*made);
    }

    std::unique_ptr<raw_client> connected()
    {
        auto client = std::make_unique<raw_client>(loop.executor());
        loop.run(client->connect(server->url()));
        return client;
    }

    /// All the server says until it closes.
    std::string exchange(std::string bytes)
    {
        auto const client = connected();
        loop.run(client->say(std::move(bytes)));
        auto answer = loop.run(client->hear());
        closed_orderly = client->last() == http::io_status::closed;
        return answer;
    }

    loopback_loop loop;
    noting_handler handler;
    std::unique_ptr<http::server> server;
    bool closed_orderly = false;
};

inline const std::string closing_get = "GET /canary HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n";

/// How many answers stand in what was heard.
inline std::size_t answers_in(std::string_view heard)
{
    std::size_t count = 0;
    for (auto at = heard.find("\r\nDate: "); at != std::string_view::npos; at = heard.find("\r\nDate: ", at + 1))
        ++count;
    return count;
}

inline std::string status_line(int status) { return "HTTP/1.1 " + std::to_string(status) + " "; }

} // namespace jmld::tests
