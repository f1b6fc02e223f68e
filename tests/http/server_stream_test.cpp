// Answers without an end: pieces go out as they come, and the source is let go when the client, the source or the
// server ends.
#include "tests/http/server_fixture.hpp"

#include <boost/asio/experimental/channel.hpp>

namespace jmld::tests {
namespace {

using channel_type = asio::experimental::channel<void(boost::system::error_code, std::optional<std::string>)>;

class ServerStream : public http_server_test
{
protected:
    ServerStream()
    {
        handler.on_answer = [this](http::request) -> asio::awaitable<http::reply> {
            http::reply made(http::response{200, {{"Content-Type", "text/event-stream"}}, ""});
            // The token tells when the server has let the source go.
            made.stream = [this, held = std::shared_ptr<void>(token)]() { return next(); };
            co_return made;
        };
    }

    asio::awaitable<std::optional<std::string>> next()
    {
        auto piece = co_await pieces.async_receive(asio::use_awaitable);
        co_return piece;
    }

    void push(std::optional<std::string> piece)
    {
        pieces.async_send({}, std::move(piece), [](boost::system::error_code) {});
    }

    channel_type pieces{loop.executor(), 16};
    std::shared_ptr<int> token = std::make_shared<int>(1);
};

TEST_F(ServerStream, PiecesGoOutAsChunksAndTheConnectionGoesOn)
{
    listen();
    auto const client = connected();
    loop.run(client->say("GET /events HTTP/1.1\r\nHost: a\r\n\r\n"));
    push("data: 1\n\n");
    auto const head = loop.run(client->hear("9\r\ndata: 1\n\n\r\n"));
    EXPECT_NE(head.find("Transfer-Encoding: chunked\r\n"), std::string::npos);
    EXPECT_EQ(head.find("Content-Length"), std::string::npos);
    push("");
    push("data: 2\n\n");
    EXPECT_EQ(loop.run(client->hear("data: 2\n\n\r\n")), "9\r\ndata: 2\n\n\r\n");
    push(std::nullopt);
    EXPECT_EQ(loop.run(client->hear("0\r\n\r\n")), "0\r\n\r\n");
    loop.run(client->say("GET /again HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n"));
    push(std::nullopt);
    EXPECT_EQ(answers_in(loop.run(client->hear())), 1U);
    EXPECT_EQ(token.use_count(), 1);
}

TEST_F(ServerStream, Http10GetsPiecesUntilTheEndOfTheConnection)
{
    listen();
    push("a");
    push("b");
    push(std::nullopt);
    auto const answer = exchange("GET /events HTTP/1.0\r\nHost: a\r\nConnection: keep-alive\r\n\r\n");
    EXPECT_TRUE(answer.ends_with("Connection: close\r\n\r\nab")) << answer;
}

TEST_F(ServerStream, HeadGetsNoPieces)
{
    listen();
    auto const answer = exchange("HEAD /events HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n");
    EXPECT_TRUE(answer.ends_with("\r\n\r\n"));
    EXPECT_EQ(answers_in(answer), 1U);
}

TEST_F(ServerStream, TheSourceIsLetGoWhenTheClientGoesAway)
{
    listen();
    auto const client = connected();
    loop.run(client->say("GET /events HTTP/1.1\r\nHost: a\r\n\r\n"));
    push("a");
    loop.run(client->hear("1\r\na\r\n"));
    EXPECT_EQ(token.use_count(), 2);
    client->stream().close();
    loop.run_until([&] { return token.use_count() == 1; });
}

TEST_F(ServerStream, ASourceThatThrowsEndsTheStream)
{
    listen();
    handler.on_answer = [](http::request) -> asio::awaitable<http::reply> {
        http::reply made;
        made.stream = []() -> asio::awaitable<std::optional<std::string>> {
            throw std::runtime_error("no more");
            co_return std::nullopt;
        };
        co_return made;
    };
    auto const client = connected();
    loop.run(client->say("GET /events HTTP/1.1\r\nHost: a\r\n\r\n"));
    EXPECT_TRUE(loop.run(client->hear("0\r\n\r\n")).ends_with("\r\n\r\n0\r\n\r\n"));
}

TEST_F(ServerStream, StopEndsStreamsAtOnceAndProperly)
{
    listen();
    auto const client = connected();
    loop.run(client->say("GET /events HTTP/1.1\r\nHost: a\r\n\r\n"));
    push("a");
    loop.run(client->hear("1\r\na\r\n"));
    bool stopped = false;
    asio::co_spawn(loop.executor(), server->stop(std::chrono::seconds(20)),
                   [&](std::exception_ptr) { stopped = true; });
    EXPECT_EQ(loop.run(client->hear()), "0\r\n\r\n");
    EXPECT_EQ(client->last(), http::io_status::closed);
    client->stream().close();
    loop.run_until([&] { return stopped; });
    EXPECT_EQ(token.use_count(), 1);
}

TEST_F(ServerStream, DestroyingTheServerLetsTheSourceGo)
{
    listen();
    auto const client = connected();
    loop.run(client->say("GET /events HTTP/1.1\r\nHost: a\r\n\r\n"));
    loop.run_until([&] { return token.use_count() == 2; });
    server.reset();
    loop.run_until([&] { return token.use_count() == 1; });
}

} // namespace
} // namespace jmld::tests
