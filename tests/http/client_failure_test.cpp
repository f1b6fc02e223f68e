// Peers that fail, and what the client says of it: whether anything was sent decides the error, and a connection that
// was not left clean is never used again.
#include "tests/http/client_fixture.hpp"

namespace jmld::tests {
namespace {

class ClientFailure : public http_client_test
{
protected:
    // The peer hears one request for each connection, says `bytes`, and closes.
    errc error_after(const std::string& bytes, http::client_options options = {})
    {
        scripted_peer const peer(loop, [&](scripted_connection& with, int) -> asio::awaitable<void> {
            co_await with.hear();
            co_await with.say(bytes);
        });
        options.origin = peer.origin();
        connect_to(options);
        auto const answer = get();
        if (answer)
            ADD_FAILURE() << "answered " << answer->status << ": " << bytes;
        return answer ? errc::internal : answer.error().code;
    }
};

TEST_F(ClientFailure, NobodyListeningIsRefused)
{
    std::string origin;
    {
        scripted_peer const gone(loop, [](scripted_connection&, int) -> asio::awaitable<void> { co_return; });
        origin = gone.origin();
    }
    connect_to({.origin = origin});
    auto const answer = get();
    ASSERT_FALSE(answer);
    EXPECT_EQ(answer.error().code, errc::refused);
    EXPECT_NE(answer.error().what.find(origin.substr(7)), std::string::npos) << answer.error().what;

    connect_to({.origin = "unix:/nonexistent/socket"});
    EXPECT_EQ(get().error().code, errc::refused);
}

TEST_F(ClientFailure, ANameThatDoesNotResolveIsUnavailable)
{
    connect_to({.origin = "http://does-not-exist.invalid"});
    EXPECT_EQ(get("/a", std::chrono::seconds(10)).error().code, errc::unavailable);
}

TEST_F(ClientFailure, ClosedWithoutAnAnswerIsConnectionLost) { EXPECT_EQ(error_after(""), errc::connection_lost); }

TEST_F(ClientFailure, CutAnswersAreConnectionLost)
{
    for (auto const& cut :
         {"HTTP", "HTTP/1.1 200 OK\r\nContent-", "HTTP/1.1 200 OK\r\nContent-Length: 5\r\n\r\n",
          "HTTP/1.1 200 OK\r\nContent-Length: 5\r\n\r\nhell",
          "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n5\r\nhello\r\n",
          "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n5\r\nhel", "HTTP/1.1 100 Continue\r\n\r\n"})
        EXPECT_EQ(error_after(cut), errc::connection_lost) << cut;
}

TEST_F(ClientFailure, GarbledAnswersAreConnectionLost)
{
    for (auto const& odd :
         {"SSH-2.0-OpenSSH\r\n\r\n", "HTTP/1.1 200 OK\r\nContent-Length: 2\r\nContent-Length: 3\r\n\r\nok!",
          "HTTP/1.1 200 OK\r\nContent-Length: 2\r\nContent-Length: 2\r\n\r\nok",
          "HTTP/1.1 200 OK\r\nContent-Length: 2\r\nTransfer-Encoding: chunked\r\n\r\n2\r\nok\r\n0\r\n\r\n",
          "HTTP/1.1 200 OK\r\nTransfer-Encoding: gzip, chunked\r\n\r\n2\r\nok\r\n0\r\n\r\n",
          "HTTP/1.1 200 OK\r\nTransfer-Encoding: xchunked\r\n\r\nok",
          "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\nzz\r\nok\r\n0\r\n\r\n",
          "HTTP/1.1 200 OK\r\nContent-Length: -2\r\n\r\nok", "HTTP/1.1 101 Switching Protocols\r\nUpgrade: x\r\n\r\n"})
        EXPECT_EQ(error_after(odd), errc::connection_lost) << odd;
}

TEST_F(ClientFailure, AnswersOverTheLimitsAreTooLarge)
{
    const http::client_options small{.header_bytes_max = 1024, .body_bytes_max = 10};
    EXPECT_EQ(error_after("HTTP/1.1 200 OK\r\nContent-Length: 11\r\n\r\nhello world", small), errc::too_large);
    EXPECT_EQ(error_after("HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\nb\r\nhello world\r\n0\r\n\r\n", small),
              errc::too_large);
    EXPECT_EQ(error_after("HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n6\r\nhello \r\n5\r\nworld\r\n0\r\n\r\n",
                          small),
              errc::too_large);
    EXPECT_EQ(error_after("HTTP/1.1 200 OK\r\n\r\nhello world", small), errc::too_large);
    EXPECT_EQ(error_after("HTTP/1.1 200 OK\r\nX-A: " + std::string(2000, 'a') + "\r\nContent-Length: 0\r\n\r\n", small),
              errc::too_large);
}

TEST_F(ClientFailure, AnAnswerWithoutLengthEndsWithTheConnection)
{
    scripted_peer const peer(loop, [&](scripted_connection& with, int) -> asio::awaitable<void> {
        co_await with.hear();
        co_await with.say("HTTP/1.0 200 OK\r\n\r\nhello");
    });
    connect_to({.origin = peer.origin()});
    EXPECT_EQ(get().value().body, "hello");
    EXPECT_EQ(get().value().body, "hello");
    EXPECT_EQ(peer.connections(), 2);
}

TEST_F(ClientFailure, InterimAnswersAreSkipped)
{
    scripted_peer const peer(loop, [&](scripted_connection& with, int) -> asio::awaitable<void> {
        co_await with.hear();
        co_await with.say("HTTP/1.1 100 Continue\r\n\r\nHTTP/1.1 103 Early Hints\r\nLink: <a>\r\n\r\n" + ok_answer);
    });
    connect_to({.origin = peer.origin()});
    EXPECT_EQ(get().value().body, "ok");
}

TEST_F(ClientFailure, ASlowAnswerTimesOutInTime)
{
    scripted_peer const peer(loop, [&](scripted_connection& with, int) -> asio::awaitable<void> {
        co_await with.hear();
        co_await with.say("HTTP/1.1 200 OK\r\n");
        co_await with.wait_for_end();
    });
    connect_to({.origin = peer.origin()});
    auto const before = std::chrono::steady_clock::now();
    EXPECT_EQ(get("/a", duration(50)).error().code, errc::timed_out);
    auto const took = std::chrono::steady_clock::now() - before;
    EXPECT_GE(took, duration(50));
    EXPECT_LT(took, std::chrono::seconds(10));
}

TEST_F(ClientFailure, APeerThatDoesNotReadTimesOutAsPerhapsReceived)
{
    scripted_peer const peer(loop, [&](scripted_connection& with, int) -> asio::awaitable<void> {
        asio::steady_timer long_after(co_await asio::this_coro::executor, std::chrono::seconds(25));
        co_await long_after.async_wait(asio::use_awaitable);
        co_await with.hear();
    });
    connect_to({.origin = peer.origin()});
    EXPECT_EQ(send({"POST", "/a", {}, std::string(64 * 1024 * 1024, 'a')}, duration(100)).error().code,
              errc::timed_out);
}

TEST_F(ClientFailure, AConnectionClosedWhileKeptIsReplacedWithoutAnError)
{
    scripted_peer const peer(loop, [&](scripted_connection& with, int) -> asio::awaitable<void> {
        co_await with.hear();
        co_await with.say(ok_answer);
    });
    connect_to({.origin = peer.origin()});
    for (int i = 0; i < 3; ++i)
        EXPECT_EQ(get().value().body, "ok");
    EXPECT_EQ(peer.connections(), 3);
}

TEST_F(ClientFailure, AKeptConnectionThatBreaksAfterSendingIsNotRepeated)
{
    scripted_peer const peer(loop, [&](scripted_connection& with, int) -> asio::awaitable<void> {
        co_await with.hear();
        co_await with.say(ok_answer);
        co_await with.hear(); // the second request arrives and is not answered
    });
    connect_to({.origin = peer.origin()});
    EXPECT_TRUE(get());
    EXPECT_EQ(get().error().code, errc::connection_lost);
    EXPECT_EQ(peer.connections(), 1);
}

TEST_F(ClientFailure, ConnectionsThatAreNotCleanAreNotKept)
{
    for (auto const& answer : {std::string("HTTP/1.1 200 OK\r\nConnection: close\r\nContent-Length: 2\r\n\r\nok"),
                               std::string("HTTP/1.0 200 OK\r\nContent-Length: 2\r\n\r\nok"),
                               ok_answer + "HTTP/1.1 200 OK\r\nContent-Length: 4\r\n\r\nevil", ok_answer + "x"})
    {
        scripted_peer const peer(loop, [&](scripted_connection& with, int) -> asio::awaitable<void> {
            co_await with.hear();
            co_await with.say(answer);
            co_await with.wait_for_end();
        });
        connect_to({.origin = peer.origin()});
        EXPECT_EQ(get().value().body, "ok");
        EXPECT_EQ(get().value().body, "ok") << answer;
        EXPECT_EQ(peer.connections(), 2) << answer;
    }
}

TEST_F(ClientFailure, WordsThatArriveBetweenRequestsEndAKeptConnection)
{
    bool said = false;
    scripted_peer const peer(loop, [&](scripted_connection& with, int) -> asio::awaitable<void> {
        co_await with.hear();
        co_await with.say(ok_answer);
        co_await with.say("HTTP/1.1 200 OK\r\nContent-Length: 4\r\n\r\nevil");
        said = true;
        co_await with.wait_for_end();
    });
    connect_to({.origin = peer.origin()});
    EXPECT_EQ(get().value().body, "ok");
    loop.run_until([&] { return said; });
    EXPECT_EQ(get().value().body, "ok");
    EXPECT_EQ(peer.connections(), 2);
}

TEST_F(ClientFailure, AConnectionIdleForTooLongIsReplaced)
{
    scripted_peer const peer(loop, [&](scripted_connection& with, int) -> asio::awaitable<void> {
        for (;;) {
            auto const heard = co_await with.hear();
            if (heard.empty())
                co_return;
            co_await with.say(ok_answer);
        }
    });
    connect_to({.origin = peer.origin(), .idle_max = duration(-1)});
    EXPECT_TRUE(get());
    EXPECT_TRUE(get());
    EXPECT_EQ(peer.connections(), 2);
}

TEST_F(ClientFailure, AnAnswerBeforeTheWholeRequestIsRead)
{
    scripted_peer const peer(loop, [&](scripted_connection& with, int) -> asio::awaitable<void> {
        co_await with.hear();
        co_await with.say("HTTP/1.1 413 Content Too Large\r\nConnection: close\r\nContent-Length: 2\r\n\r\nno");
        co_await with.stream.finish(std::chrono::seconds(5));
    });
    connect_to({.origin = peer.origin()});
    auto const answer = send({"POST", "/a", {}, std::string(900'000, 'a')});
    ASSERT_TRUE(answer) << answer.error().what;
    EXPECT_EQ(answer->status, 413);
    EXPECT_EQ(answer->body, "no");
}

TEST_F(ClientFailure, NeverFollowsARedirect)
{
    scripted_peer const peer(loop, [&](scripted_connection& with, int) -> asio::awaitable<void> {
        co_await with.hear();
        co_await with.say("HTTP/1.1 302 Found\r\nLocation: /elsewhere\r\nContent-Length: 0\r\n\r\n");
        co_await with.wait_for_end();
    });
    connect_to({.origin = peer.origin()});
    EXPECT_EQ(get().value().status, 302);
    EXPECT_EQ(peer.connections(), 1);
}

TEST_F(ClientFailure, RequestsThatCouldBecomeTwoAreNotSent)
{
    scripted_peer const peer(loop, [](scripted_connection&, int) -> asio::awaitable<void> { co_return; });
    connect_to({.origin = peer.origin()});
    for (auto const& odd : std::vector<http::request>{{"GET", "/a\r\nHost: b", {}, ""},
                                                      {"GET", "/a b", {}, ""},
                                                      {"GET", "a", {}, ""},
                                                      {"GET", "/caf\xc3\xa9", {}, ""},
                                                      {"GE T", "/a", {}, ""},
                                                      {"GET", "/a", {{"X-A", "b\r\nX-B: c"}}, ""},
                                                      {"GET", "/a", {{"X A", "b"}}, ""}})
        EXPECT_EQ(send(odd).error().code, errc::invalid_input) << odd.target;
    EXPECT_EQ(peer.connections(), 0);
}

} // namespace
} // namespace jmld::tests
