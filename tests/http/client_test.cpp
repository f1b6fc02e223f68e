// What the client does with proper peers: messages both ways, kept connections, turns, streams, and giving up.
#include "tests/http/client_fixture.hpp"
#include "tests/http/server_fixture.hpp"

#include <boost/asio/bind_cancellation_slot.hpp>
#include <boost/asio/experimental/awaitable_operators.hpp>

namespace jmld::tests {
namespace {

class Client : public http_client_test
{
protected:
    void serve(http::listen_options options = {})
    {
        if (options.address.empty())
            options.address = "127.0.0.1:0";
        server = http::listen(loop.executor(), options, handler).value();
        connect_to({.origin = server->url()});
    }

    noting_handler handler;
    std::unique_ptr<http::server> server;
};

TEST_F(Client, SendsARequestAndReadsItsAnswer)
{
    serve();
    http::request seen;
    handler.on_answer = [&](http::request message) -> asio::awaitable<http::reply> {
        seen = message;
        co_return http::response{201, {{"X-One", "1"}, {"Link", "<a>"}, {"Link", "<b>"}}, "made"};
    };
    auto const answer =
        send({"POST", "/a?b=c", {{"Content-Type", "application/json"}, {"Content-Length", "99"}}, "{}"});
    ASSERT_TRUE(answer) << answer.error().what;
    EXPECT_EQ(answer->status, 201);
    EXPECT_EQ(answer->body, "made");
    EXPECT_EQ(*http::find_header(answer->headers, "x-one"), "1");
    EXPECT_EQ(http::all_headers(answer->headers, "link"), (std::vector<std::string_view>{"<a>", "<b>"}));
    EXPECT_EQ(seen.method, "POST");
    EXPECT_EQ(seen.target, "/a?b=c");
    EXPECT_EQ(seen.body, "{}");
    EXPECT_EQ("http://" + *http::find_header(seen.headers, "host"), server->url());
    EXPECT_EQ(http::all_headers(seen.headers, "content-length"), (std::vector<std::string_view>{"2"}));
}

TEST_F(Client, UsesOneConnectionForRequestsInTurn)
{
    int connections = 0;
    scripted_peer const peer(loop, [&](scripted_connection& with, int number) -> asio::awaitable<void> {
        connections = number + 1;
        for (;;) {
            auto const heard = co_await with.hear();
            if (heard.empty())
                co_return;
            co_await with.say(ok_answer);
        }
    });
    connect_to({.origin = peer.origin()});
    for (int i = 0; i < 5; ++i)
        EXPECT_EQ(get().value().body, "ok");
    EXPECT_EQ(connections, 1);
}

TEST_F(Client, TalksToAUnixSocket)
{
    const temporary_directory directory;
    serve({.address = "unix:" + directory.path("ops.sock")});
    EXPECT_EQ(get().value().status, 200);
    EXPECT_EQ(handler.last_peer.address, "unix");
}

TEST_F(Client, LooksUpNames)
{
    serve();
    connect_to({.origin = "http://localhost:" + server->url().substr(server->url().rfind(':') + 1)});
    EXPECT_EQ(get().value().status, 200);
}

TEST_F(Client, ReadsChunksAndHeadAndEmptyAnswers)
{
    serve();
    handler.on_answer = [](http::request message) -> asio::awaitable<http::reply> {
        http::reply made;
        made.message.status = message.target == "/empty" ? 204 : 200;
        if (message.target == "/chunks")
            made.stream = [left = std::make_shared<int>(3)]() -> asio::awaitable<std::optional<std::string>> {
                co_return --*left < 0 ? std::nullopt : std::optional(std::string(1000, 'a'));
            };
        else
            made.message.body = "body";
        co_return made;
    };
    EXPECT_EQ(get("/chunks").value().body, std::string(3000, 'a'));
    EXPECT_EQ(get("/empty").value().body, "");
    EXPECT_EQ(send({"HEAD", "/a", {}, ""}).value().body, "");
    EXPECT_EQ(get("/a").value().body, "body");
}

TEST_F(Client, ManyRequestsShareFewConnectionsFirstComeFirstServed)
{
    serve();
    connect_to({.origin = server->url(), .connections_max = 2});
    int under_way = 0, most = 0;
    handler.on_answer = [&](http::request message) -> asio::awaitable<http::reply> {
        most = std::max(most, ++under_way);
        asio::steady_timer soon(co_await asio::this_coro::executor, std::chrono::milliseconds(1));
        co_await soon.async_wait(asio::use_awaitable);
        --under_way;
        co_return http::response{200, {}, message.target};
    };
    std::vector<std::string> answered;
    for (int i = 0; i < 50; ++i) {
        http::request message;
        message.target = "/" + std::to_string(i);
        asio::co_spawn(
            loop.executor(), client->send(std::move(message), std::chrono::seconds(20)),
            [&](std::exception_ptr, result<http::response> answer) { answered.push_back(answer.value().body); });
    }
    loop.run_until([&] { return answered.size() == 50; });
    EXPECT_EQ(most, 2);
    std::vector<std::string> in_order;
    for (int i = 0; i < 50; ++i)
        in_order.push_back("GET /" + std::to_string(i));
    EXPECT_EQ(handler.handled, in_order);
}

TEST_F(Client, WaitingForATurnCountsAgainstTheTimeoutAndSendsNothing)
{
    serve();
    connect_to({.origin = server->url(), .connections_max = 1});
    gate go_on(loop.executor());
    handler.on_answer = [&](http::request) -> asio::awaitable<http::reply> {
        co_await go_on.passed();
        co_return http::response{};
    };
    std::optional<result<http::response>> first;
    asio::co_spawn(loop.executor(), client->send({}, std::chrono::seconds(20)),
                   [&](std::exception_ptr, result<http::response> answer) { first = std::move(answer); });
    auto const second = get("/second", duration(30));
    ASSERT_FALSE(second);
    EXPECT_EQ(second.error().code, errc::refused);
    go_on.open();
    loop.run_until([&] { return first.has_value(); });
    EXPECT_TRUE(first->has_value());
    EXPECT_EQ(handler.handled.size(), 1U);
    EXPECT_TRUE(get()) << "the turn was given back";
}

TEST_F(Client, ACancelledRequestLeavesNoConnectionBehind)
{
    using namespace asio::experimental::awaitable_operators;
    gate heard(loop.executor());
    scripted_peer const peer(loop, [&](scripted_connection& with, int number) -> asio::awaitable<void> {
        co_await with.hear();
        heard.open();
        if (number > 0)
            co_await with.say(ok_answer);
        co_await with.wait_for_end();
    });
    connect_to({.origin = peer.origin(), .connections_max = 1});
    loop.run([](http::transport& to, gate& enough) -> asio::awaitable<void> {
        auto const first = co_await (to.send({}, std::chrono::seconds(20)) || enough.passed());
        EXPECT_EQ(first.index(), 1U);
    }(*client, heard));
    EXPECT_EQ(get().value().body, "ok");
    EXPECT_EQ(peer.connections(), 2);
}

TEST_F(Client, CancellingIsAnErrorValue)
{
    serve();
    gate handled(loop.executor()), never(loop.executor());
    handler.on_answer = [&](http::request) -> asio::awaitable<http::reply> {
        handled.open();
        co_await never.passed();
        co_return http::response{};
    };
    asio::cancellation_signal give_up;
    std::optional<result<http::response>> outcome;
    asio::co_spawn(
        loop.executor(), client->send({}, std::chrono::seconds(20)),
        asio::bind_cancellation_slot(give_up.slot(), [&](std::exception_ptr thrown, result<http::response> answer) {
            EXPECT_FALSE(thrown);
            outcome = std::move(answer);
        }));
    loop.run(handled.passed());
    give_up.emit(asio::cancellation_type::terminal);
    loop.run_until([&] { return outcome.has_value(); });
    ASSERT_FALSE(*outcome);
    EXPECT_EQ(outcome->error().code, errc::cancelled);
    never.open();
}

TEST_F(Client, StreamsPiecesUntilTheReaderHasEnough)
{
    serve();
    handler.on_answer = [](http::request) -> asio::awaitable<http::reply> {
        http::reply made(http::response{200, {{"Content-Type", "text/event-stream"}}, ""});
        made.stream = [number = std::make_shared<int>(0)]() -> asio::awaitable<std::optional<std::string>> {
            co_return "data: " + std::to_string(++*number) + "\n\n";
        };
        co_return made;
    };
    std::string heard;
    auto const reader = [&](std::string_view piece) {
        heard += piece;
        return heard.find("data: 100\n") == std::string::npos;
    };
    auto const answer = loop.run(client->stream({}, reader, std::chrono::seconds(20), std::chrono::seconds(20)));
    ASSERT_TRUE(answer) << answer.error().what;
    EXPECT_EQ(answer->status, 200);
    EXPECT_EQ(answer->body, "");
    EXPECT_TRUE(heard.starts_with("data: 1\n\ndata: 2\n\n"));
}

TEST_F(Client, StreamsToTheEndAndCollectsRefusals)
{
    serve();
    std::string heard;
    auto const reader = [&](std::string_view piece) {
        heard += piece;
        return true;
    };
    EXPECT_EQ(loop.run(client->stream({}, reader, std::chrono::seconds(20), std::chrono::seconds(20))).value().status,
              200);
    EXPECT_EQ(heard, "GET / ");
    heard.clear();
    handler.on_refuse = [](const http::request&) { return std::optional(http::response{401, {}, "who are you"}); };
    auto const refused = loop.run(client->stream({}, reader, std::chrono::seconds(20), std::chrono::seconds(20)));
    EXPECT_EQ(refused.value().status, 401);
    EXPECT_EQ(refused.value().body, "who are you");
    EXPECT_EQ(heard, "");
}

TEST_F(Client, AStreamThatStaysQuietTooLongTimesOut)
{
    scripted_peer const peer(loop, [&](scripted_connection& with, int) -> asio::awaitable<void> {
        co_await with.hear();
        co_await with.say("HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n1\r\na\r\n");
        co_await with.wait_for_end();
    });
    connect_to({.origin = peer.origin()});
    std::string heard;
    auto const answer = loop.run(client->stream(
        {},
        [&](std::string_view piece) {
            heard += piece;
            return true;
        },
        std::chrono::seconds(20), duration(30)));
    ASSERT_FALSE(answer);
    EXPECT_EQ(answer.error().code, errc::timed_out);
    EXPECT_EQ(heard, "a");
}

TEST_F(Client, RequestsUnderWayOutliveTheClient)
{
    serve();
    gate handled(loop.executor()), go_on(loop.executor());
    handler.on_answer = [&](http::request) -> asio::awaitable<http::reply> {
        handled.open();
        co_await go_on.passed();
        co_return http::response{};
    };
    std::optional<result<http::response>> outcome;
    asio::co_spawn(loop.executor(), client->send({}, std::chrono::seconds(20)),
                   [&](std::exception_ptr, result<http::response> answer) { outcome = std::move(answer); });
    loop.run(handled.passed());
    client.reset();
    go_on.open();
    loop.run_until([&] { return outcome.has_value(); });
    EXPECT_TRUE(outcome->has_value());
}

} // namespace
} // namespace jmld::tests
