// What proper clients get: bodies, HEAD, keep-alive, refusals before the body, failures of handlers, and the end of the
// server.
#include "tests/http/odd_requests.hpp"
#include "tests/http/server_fixture.hpp"

namespace jmld::tests {
namespace {

using Server = http_server_test;

TEST_F(Server, AnswersOnAFreePortWithDateAndLength)
{
    listen();
    EXPECT_TRUE(server->url().starts_with("http://127.0.0.1:"));
    EXPECT_FALSE(server->url().ends_with(":0"));
    auto const answer = exchange(closing_get);
    EXPECT_TRUE(answer.starts_with("HTTP/1.1 200 OK\r\nDate: ")) << answer;
    EXPECT_NE(answer.find("\r\nContent-Length: 12\r\nConnection: close\r\n\r\nGET /canary "), std::string::npos)
        << answer;
    EXPECT_EQ(handler.last_peer.address, "127.0.0.1");
    EXPECT_EQ(handler.last_peer.uid, std::nullopt);
}

TEST_F(Server, ListensOnIpv6)
{
    listen({.address = "[::1]:0"});
    EXPECT_TRUE(server->url().starts_with("http://[::1]:"));
    EXPECT_EQ(answers_in(exchange(closing_get)), 1U);
    EXPECT_EQ(handler.last_peer.address, "::1");
}

TEST_F(Server, HandsHeadOnAsGetAndSendsNoBody)
{
    listen();
    auto const answer = exchange("HEAD /a HTTP/1.1\r\nHost: a\r\n\r\n" + closing_get);
    EXPECT_EQ(handler.handled, (std::vector<std::string>{"GET /a", "GET /canary"}));
    EXPECT_NE(answer.find("Content-Length: 7\r\n\r\nHTTP/1.1 200"), std::string::npos) << answer;
}

TEST_F(Server, KeepsHttp10OnlyWhenAsked)
{
    listen();
    auto const closed = exchange("GET /a HTTP/1.0\r\nHost: a\r\n\r\n" + closing_get);
    EXPECT_EQ(answers_in(closed), 1U);
    auto const kept = exchange("GET /a HTTP/1.0\r\nHost: a\r\nConnection: keep-alive\r\n\r\n" + closing_get);
    EXPECT_EQ(answers_in(kept), 2U);
    EXPECT_NE(kept.find("Connection: keep-alive\r\n"), std::string::npos);
}

TEST_F(Server, RefusesBeforeTheBodyAndCloses)
{
    listen();
    handler.on_refuse = [](const http::request& message) -> std::optional<http::response> {
        EXPECT_TRUE(message.body.empty());
        return http::response{404, {}, "no"};
    };
    auto const answer = exchange(post("Content-Length: 35\r\n", smuggled) + closing_get);
    EXPECT_TRUE(answer.starts_with(status_line(404)));
    EXPECT_EQ(answers_in(answer), 1U);
    EXPECT_NE(answer.find("Connection: close"), std::string::npos);
    EXPECT_TRUE(handler.handled.empty());
    EXPECT_TRUE(closed_orderly);
}

TEST_F(Server, ARefusalIsReadableEvenWhileTheClientStillSends)
{
    listen();
    handler.on_refuse = [](const http::request&) { return std::optional(http::response{413, {}, "no"}); };
    // More than the socket buffers hold, so that the client is still writing when the server has already answered.
    auto const answer = exchange(post("Content-Length: 800000\r\n", std::string(800'000, 'a')));
    EXPECT_TRUE(answer.starts_with(status_line(413)));
    EXPECT_TRUE(closed_orderly);
}

TEST_F(Server, KeepsTheConnectionAfterARefusalWithoutBody)
{
    listen();
    handler.on_refuse = [](const http::request& message) {
        return message.target == "/no" ? std::optional(http::response{405, {{"Allow", "POST"}}, ""}) : std::nullopt;
    };
    auto const answer = exchange("GET /no HTTP/1.1\r\nHost: a\r\n\r\n" + closing_get);
    EXPECT_TRUE(answer.starts_with(status_line(405)));
    EXPECT_EQ(answers_in(answer), 2U);
}

TEST_F(Server, InvitesABodyOnlyAfterItIsNotRefused)
{
    listen();
    auto const invited = connected();
    loop.run(invited->say(post("Content-Length: 5\r\nExpect: 100-continue\r\n", "")));
    EXPECT_EQ(loop.run(invited->hear("\r\n\r\n")), "HTTP/1.1 100 Continue\r\n\r\n");
    EXPECT_TRUE(handler.handled.empty());
    loop.run(invited->say("hello"));
    EXPECT_NE(loop.run(invited->hear("POST /first hello")).find(status_line(200)), std::string::npos);

    handler.on_refuse = [](const http::request&) { return std::optional(http::response{401, {}, ""}); };
    auto const answer = exchange(post("Content-Length: 5\r\nExpect: 100-continue\r\n", ""));
    EXPECT_TRUE(answer.starts_with(status_line(401)));
}

TEST_F(Server, AnswersTooLargeBodiesWith413)
{
    listen();
    handler.limit = 5;
    EXPECT_TRUE(exchange(post("Content-Length: 6\r\n", "hello!")).starts_with(status_line(413)));
    EXPECT_TRUE(
        exchange(post("Transfer-Encoding: chunked\r\n", "6\r\nhello!\r\n0\r\n\r\n")).starts_with(status_line(413)));
    EXPECT_TRUE(exchange(post("Transfer-Encoding: chunked\r\n", "3\r\nhel\r\n3\r\nlo!\r\n0\r\n\r\n"))
                    .starts_with(status_line(413)));
    EXPECT_TRUE(exchange(post("Content-Length: 18446744073709551615\r\n", "hello!")).starts_with(status_line(413)));
    EXPECT_TRUE(handler.handled.empty());
    EXPECT_EQ(answers_in(exchange(post("Content-Length: 5\r\n", "hello") +
                                  post("Transfer-Encoding: chunked\r\n", "5\r\nhello\r\n0\r\n\r\n") + closing_get)),
              3U);
}

TEST_F(Server, AHandlerThatThrowsIsA500WithoutDetails)
{
    listen();
    handler.on_answer = [](http::request) -> asio::awaitable<http::reply> {
        throw std::runtime_error("the password is hunter2");
        co_return http::reply();
    };
    auto const answer = exchange(closing_get);
    EXPECT_TRUE(answer.starts_with(status_line(500)));
    EXPECT_EQ(answer.find("hunter2"), std::string::npos);
    handler.on_refuse = [](const http::request&) -> std::optional<http::response> {
        throw std::runtime_error("hunter2");
    };
    EXPECT_TRUE(exchange(closing_get).starts_with(status_line(500)));
}

TEST_F(Server, AHeaderWithALineEndFromAHandlerIsA500)
{
    listen();
    handler.on_answer = [](http::request) -> asio::awaitable<http::reply> {
        co_return http::response{200, {{"Location", "/\r\nSet-Cookie: a"}}, ""};
    };
    auto const answer = exchange(closing_get);
    EXPECT_TRUE(answer.starts_with(status_line(500)));
    EXPECT_EQ(answer.find("Set-Cookie"), std::string::npos);
}

TEST_F(Server, ClosesWhenTheHandlerSaysSo)
{
    listen();
    handler.on_answer = [](http::request) -> asio::awaitable<http::reply> {
        co_return http::response{200, {{"connection", "Close"}}, ""};
    };
    EXPECT_EQ(answers_in(exchange("GET /a HTTP/1.1\r\nHost: a\r\n\r\n" + closing_get)), 1U);
}

TEST_F(Server, DelaysAndDropsAsTheSimulatorAsks)
{
    listen();
    handler.on_answer = [](http::request message) -> asio::awaitable<http::reply> {
        http::reply made(http::response{200, {}, "late"});
        made.delay = duration(40);
        made.drop = message.target == "/drop";
        co_return made;
    };
    auto const before = std::chrono::steady_clock::now();
    EXPECT_TRUE(exchange(closing_get).starts_with(status_line(200)));
    EXPECT_GE(std::chrono::steady_clock::now() - before, std::chrono::milliseconds(40));
    EXPECT_EQ(exchange("GET /drop HTTP/1.1\r\nHost: a\r\n\r\n"), "");
    EXPECT_FALSE(closed_orderly) << "a drop is a reset";
}

TEST_F(Server, StopAnswersWhatIsUnderWayAndClosesWhatIsIdle)
{
    listen();
    gate handled(loop.executor()), go_on(loop.executor());
    handler.on_answer = [&](http::request) -> asio::awaitable<http::reply> {
        handled.open();
        co_await go_on.passed();
        co_return http::response{200, {}, "done"};
    };
    auto const idle = connected();
    auto const busy = connected();
    loop.run(busy->say("GET /a HTTP/1.1\r\nHost: a\r\n\r\n"));
    loop.run(handled.passed());

    bool stopped = false;
    asio::co_spawn(loop.executor(), server->stop(std::chrono::seconds(20)),
                   [&](std::exception_ptr) { stopped = true; });
    EXPECT_EQ(loop.run(idle->hear()), "");
    EXPECT_EQ(idle->last(), http::io_status::closed);
    EXPECT_THROW(connected(), std::runtime_error);
    EXPECT_FALSE(stopped);
    go_on.open();
    auto const answer = loop.run(busy->hear());
    EXPECT_NE(answer.find("Connection: close"), std::string::npos);
    EXPECT_NE(answer.find("done"), std::string::npos);
    busy->stream().close();
    loop.run_until([&] { return stopped; });
}

TEST_F(Server, StopDoesNotWaitLongerThanItsGrace)
{
    listen();
    gate handled(loop.executor()), never(loop.executor());
    handler.on_answer = [&](http::request) -> asio::awaitable<http::reply> {
        handled.open();
        co_await never.passed();
        co_return http::response{};
    };
    auto const busy = connected();
    loop.run(busy->say(closing_get));
    loop.run(handled.passed());
    loop.run(server->stop(duration(50)));
    EXPECT_EQ(loop.run(busy->hear()), "");
}

TEST_F(Server, DestroyedWithRequestsUnderWayItCallsTheHandlerNoMore)
{
    listen();
    gate handled(loop.executor()), go_on(loop.executor());
    handler.on_answer = [&](http::request) -> asio::awaitable<http::reply> {
        handled.open();
        co_await go_on.passed();
        co_return http::response{};
    };
    auto const busy = connected();
    loop.run(busy->say("GET /a HTTP/1.1\r\nHost: a\r\n\r\n" + closing_get));
    loop.run(handled.passed());
    server.reset();
    go_on.open();
    EXPECT_EQ(loop.run(busy->hear()), "");
    EXPECT_EQ(handler.handled.size(), 1U);
}

} // namespace
} // namespace jmld::tests
