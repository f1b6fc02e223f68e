// Odd requests over a real socket: one request in is one or none handled, the answer is the refusal, and what follows
// on the same connection is never read as a request.
#include "tests/http/odd_requests.hpp"
#include "tests/http/server_fixture.hpp"

#include <algorithm>

namespace jmld::tests {
namespace {

class OddRequests : public http_server_test
{
protected:
    void expect_refused(const odd_request& odd)
    {
        handler.handled.clear();
        handler.refuse_calls = 0;
        auto const answer = exchange(odd.bytes + closing_get);
        EXPECT_TRUE(handler.handled.empty()) << odd.name << " was handled as " << handler.handled.front();
        EXPECT_EQ(answers_in(answer), 1U) << odd.name << ": " << answer;
        EXPECT_TRUE(closed_orderly) << odd.name;
        if (odd.status != 0)
            EXPECT_TRUE(answer.starts_with(status_line(odd.status))) << odd.name << ": " << answer;
        else
            EXPECT_TRUE(answer.starts_with("HTTP/1.1 4")) << odd.name << ": " << answer;
        EXPECT_NE(answer.find("Connection: close\r\n"), std::string::npos) << odd.name;
        EXPECT_NE(answer.find("application/problem+json"), std::string::npos) << odd.name;
    }
};

TEST_F(OddRequests, OddHeadersReachNoHandlerAndEndTheConnection)
{
    listen();
    for (auto const& odd : odd_headers()) {
        expect_refused(odd);
        EXPECT_EQ(handler.refuse_calls, 0) << odd.name;
    }
}

TEST_F(OddRequests, OddBodiesReachNoHandlerAndEndTheConnection)
{
    listen();
    for (auto const& odd : odd_bodies())
        expect_refused(odd);
}

TEST_F(OddRequests, OddRequestsSpelledByteByByteFareTheSame)
{
    listen();
    for (auto const& list : {odd_headers(), odd_bodies()}) {
        for (auto const& odd : list) {
            if (odd.bytes.size() > 500)
                continue;
            handler.handled.clear();
            auto const client = connected();
            loop.run(client->spell(odd.bytes + closing_get));
            auto const answer = loop.run(client->hear());
            EXPECT_TRUE(handler.handled.empty()) << odd.name;
            EXPECT_LE(answers_in(answer), 1U) << odd.name;
        }
    }
}

TEST_F(OddRequests, AfterAProperRequestAnOddOneIsStillRefused)
{
    listen();
    auto const answer = exchange("GET /proper HTTP/1.1\r\nHost: a\r\n\r\n" +
                                 post("Transfer-Encoding: xchunked\r\n", "0\r\n\r\n" + smuggled));
    EXPECT_EQ(handler.handled, (std::vector<std::string>{"GET /proper"}));
    EXPECT_EQ(answers_in(answer), 2U);
    EXPECT_NE(answer.find(status_line(400)), std::string::npos);
}

TEST_F(OddRequests, ABodyThatLooksLikeARequestIsABody)
{
    listen();
    auto const sized = post("Content-Length: " + std::to_string(smuggled.size()) + "\r\n", smuggled);
    auto const chunked = post("Transfer-Encoding: chunked\r\n", "23\r\n" + smuggled + "\r\n0\r\n\r\n");
    ASSERT_EQ(smuggled.size(), 0x23U);
    auto const answer = exchange(sized + chunked + closing_get);
    EXPECT_EQ(handler.handled, (std::vector<std::string>{"POST /first", "POST /first", "GET /canary"}));
    EXPECT_EQ(answers_in(answer), 3U);
}

TEST_F(OddRequests, NoChangedByteMakesARequestOfABody)
{
    // The header and the size of the chunk, each byte changed to everything a lenient parser might trip over. Timeouts
    // only end the variants that announce more than follows.
    listen({.header_timeout = duration(20), .body_timeout = duration(20)});
    auto const proper = post("Transfer-Encoding: chunked\r\nX-A: b\r\n", "23\r\n" + smuggled + "\r\n0\r\n\r\n");
    auto const until = proper.find(smuggled);
    using namespace std::string_view_literals;
    constexpr auto bytes = "\0\t\n\v\r \"#%+,-/0159:;AFZ\\afz~\x7f\x80\xff"sv;
    for (std::size_t at = 0; at < until; ++at) {
        for (char const byte : bytes) {
            handler.handled.clear();
            auto odd = proper;
            odd[at] = byte;
            exchange(odd + closing_get);
            EXPECT_EQ(std::ranges::count(handler.handled, "GET /smuggled"), 0) << "at " << at << ", byte " << int(byte);
            EXPECT_LE(handler.handled.size(), 2U) << "at " << at << ", byte " << int(byte);
        }
    }
}

TEST_F(OddRequests, EveryCutOfAPipelineIsReadTheSame)
{
    listen();
    auto const pipeline = post("Content-Length: 5\r\n", "hello") +
                          post("Transfer-Encoding: chunked\r\n", "2\r\nhe\r\n003\r\nllo\r\n0\r\n\r\n") + closing_get;
    for (std::size_t cut = 1; cut < pipeline.size(); ++cut) {
        handler.handled.clear();
        auto const client = connected();
        loop.run(client->say(pipeline.substr(0, cut)));
        loop.run(client->say(pipeline.substr(cut)));
        auto const answer = loop.run(client->hear());
        ASSERT_EQ(handler.handled.size(), 3U) << "cut at " << cut << ": " << answer;
        ASSERT_NE(answer.find("POST /first hello", answer.find("POST /first hello") + 1), std::string::npos);
    }
}

} // namespace
} // namespace jmld::tests
