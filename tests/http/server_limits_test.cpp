// Every limit: time for header, body, idling and writing; requests of a connection; connections at once; and who may
// own a socket.
#include "tests/http/odd_requests.hpp"
#include "tests/http/server_fixture.hpp"

#include <sys/stat.h>
#include <unistd.h>

namespace jmld::tests {
namespace {

using ServerLimits = http_server_test;

TEST_F(ServerLimits, AHeaderThatDoesNotArriveInTimeIs408)
{
    listen({.header_timeout = duration(30)});
    auto const answer = exchange("GET /a HTTP/1.1\r\nHost: a\r\n");
    EXPECT_TRUE(answer.starts_with(status_line(408))) << answer;
    EXPECT_TRUE(handler.handled.empty());
}

asio::awaitable<void> trickle(raw_client& client, const bool& heard_enough)
{
    while (!heard_enough)
        co_await client.say("a");
}

TEST_F(ServerLimits, ABodyThatNeverStopsArrivingIs408)
{
    // Each byte arrives well within the limit; the limit is for the whole body.
    listen({.body_timeout = duration(50)});
    handler.limit = 1'000'000'000;
    auto const client = connected();
    loop.run(client->say(post("Content-Length: 1000000000\r\n", "")));
    bool heard_enough = false;
    asio::co_spawn(loop.executor(), trickle(*client, heard_enough), asio::detached);
    auto const answer = loop.run(client->hear("}"));
    heard_enough = true;
    EXPECT_TRUE(answer.starts_with(status_line(408))) << answer;
    client->stream().close();
    loop.run(server->stop(duration(1000)));
}

TEST_F(ServerLimits, ABodyThatDoesNotArriveInTimeIs408)
{
    listen({.body_timeout = duration(30)});
    EXPECT_TRUE(exchange(post("Content-Length: 5\r\n", "hell")).starts_with(status_line(408)));
    EXPECT_TRUE(exchange(post("Transfer-Encoding: chunked\r\n", "5\r\nhello\r\n")).starts_with(status_line(408)));
    EXPECT_TRUE(handler.handled.empty());
}

TEST_F(ServerLimits, ASilentConnectionIsClosedWithoutAWord)
{
    listen({.header_timeout = duration(30), .idle_timeout = duration(30)});
    EXPECT_EQ(exchange(""), "");
    EXPECT_TRUE(closed_orderly);
    auto const answer = exchange("GET /a HTTP/1.1\r\nHost: a\r\n\r\n");
    EXPECT_EQ(answers_in(answer), 1U);
    EXPECT_TRUE(closed_orderly);
}

TEST_F(ServerLimits, AClientThatDoesNotReadLosesItsConnection)
{
    listen({.write_timeout = duration(50)});
    gate ended(loop.executor());
    handler.on_answer = [](http::request) -> asio::awaitable<http::reply> {
        co_return http::response{200, {}, std::string(32 * 1024 * 1024, 'a')};
    };
    auto const client = connected();
    loop.run(client->say("GET /a HTTP/1.1\r\nHost: a\r\n\r\n"));
    // The handler's answer fills the socket buffers; nobody reads, so that stop() has nobody to wait for once the write
    // is given up.
    loop.run_until([&] { return !handler.handled.empty(); });
    loop.run(server->stop(std::chrono::seconds(20)));
    auto const heard = loop.run(client->hear());
    EXPECT_LT(heard.size(), 32U * 1024 * 1024);
}

TEST_F(ServerLimits, ClosesAfterTheAllowedNumberOfRequests)
{
    listen({.requests_per_connection_max = 3});
    std::string bytes;
    for (int i = 0; i < 5; ++i)
        bytes += "GET /a HTTP/1.1\r\nHost: a\r\n\r\n";
    auto const answer = exchange(bytes);
    EXPECT_EQ(answers_in(answer), 3U);
    EXPECT_EQ(handler.handled.size(), 3U);
    EXPECT_TRUE(closed_orderly);
}

TEST_F(ServerLimits, AtTheLimitAcceptingWaitsUntilAConnectionEnds)
{
    listen({.connections_max = 2});
    gate go_on(loop.executor());
    handler.on_answer = [&](http::request message) -> asio::awaitable<http::reply> {
        if (message.target == "/wait")
            co_await go_on.passed();
        co_return http::response{200, {}, message.target};
    };
    auto const first = connected();
    auto const second = connected();
    loop.run(first->say("GET /wait HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n"));
    loop.run(second->say("GET /wait HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n"));
    loop.run_until([&] { return handler.handled.size() == 2; });
    auto const third = connected(); // in the kernel's queue
    loop.run(third->say(closing_get));
    EXPECT_EQ(handler.handled.size(), 2U);
    go_on.open();
    loop.run(first->hear());
    first->stream().close();
    EXPECT_EQ(answers_in(loop.run(third->hear())), 1U);
    EXPECT_EQ(handler.handled.back(), "GET /canary");
}

TEST_F(ServerLimits, AtTheLimitTheLongestIdleConnectionMakesRoom)
{
    listen({.connections_max = 2});
    auto const oldest = connected();
    loop.run(oldest->say("GET /oldest HTTP/1.1\r\nHost: a\r\n\r\n"));
    loop.run(oldest->hear("GET /oldest"));
    auto const newer = connected();
    loop.run(newer->say("GET /newer HTTP/1.1\r\nHost: a\r\n\r\n"));
    loop.run(newer->hear("GET /newer"));

    EXPECT_EQ(answers_in(exchange(closing_get)), 1U);
    EXPECT_EQ(loop.run(oldest->hear()), "");
    loop.run(newer->say(closing_get));
    EXPECT_EQ(answers_in(loop.run(newer->hear())), 1U);
}

TEST_F(ServerLimits, AUnixSocketIsForItsOwnerAndGroupAndTellsWhoAsks)
{
    const temporary_directory directory;
    auto const path = directory.path("ops.sock");
    listen({.address = "unix:" + path});
    EXPECT_EQ(server->url(), "unix:" + path);
    struct stat found{};
    ASSERT_EQ(::stat(path.c_str(), &found), 0);
    EXPECT_EQ(found.st_mode & 0777U, 0660U);
    EXPECT_EQ(answers_in(exchange(closing_get)), 1U);
    EXPECT_EQ(handler.last_peer.address, "unix");
    EXPECT_EQ(handler.last_peer.uid, ::getuid());
    loop.run(server->stop(duration(1000)));
    EXPECT_NE(::stat(path.c_str(), &found), 0) << "the socket is removed";
}

TEST_F(ServerLimits, AStaleSocketIsReplacedAndAnythingElseIsNot)
{
    const temporary_directory directory;
    auto const path = directory.path("ops.sock");
    {
        asio::local::stream_protocol::acceptor stale(loop.executor(), asio::local::stream_protocol::endpoint(path));
    }
    listen({.address = "unix:" + path});
    auto const second = http::listen(loop.executor(), {.address = "unix:" + path}, handler);
    ASSERT_FALSE(second);
    EXPECT_EQ(second.error().code, errc::unavailable);
    EXPECT_EQ(answers_in(exchange(closing_get)), 1U);

    auto const file = directory.write("file", "kept");
    auto const third = http::listen(loop.executor(), {.address = "unix:" + file}, handler);
    ASSERT_FALSE(third);
    EXPECT_EQ(third.error().code, errc::invalid_input);
    EXPECT_TRUE(std::filesystem::exists(file));
}

TEST_F(ServerLimits, APortInUseIsUnavailable)
{
    listen();
    auto const second = http::listen(loop.executor(), {.address = server->url().substr(7)}, handler);
    ASSERT_FALSE(second);
    EXPECT_EQ(second.error().code, errc::unavailable);
    EXPECT_NE(second.error().what.find(server->url().substr(7)), std::string::npos);
}

} // namespace
} // namespace jmld::tests
