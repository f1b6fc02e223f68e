// Headers of answers as bytes: framing is ours, and nothing a handler puts into a header can become a second answer.
#include "daemon/http/response_writing.hpp"

#include <gtest/gtest.h>

namespace jmld::http {
namespace {

constexpr std::chrono::system_clock::time_point sunday{std::chrono::seconds(784'111'777)};

TEST(ResponseWriting, WritesStatusHeadersDateAndLength)
{
    response answer{202, {{"Content-Type", "text/plain"}}, "hello"};
    EXPECT_EQ(write_head(answer, {}, sunday), "HTTP/1.1 202 Accepted\r\nContent-Type: text/plain\r\n"
                                              "Date: Sun, 06 Nov 1994 08:49:37 GMT\r\nContent-Length: 5\r\n\r\n");
}

TEST(ResponseWriting, KeepsAGivenDateButNoFramingOfTheHandler)
{
    response answer{
        200,
        {{"date", "then"}, {"content-length", "99"}, {"Transfer-Encoding", "gzip"}, {"Connection", "upgrade"}},
        ""};
    EXPECT_EQ(write_head(answer, {}, sunday), "HTTP/1.1 200 OK\r\ndate: then\r\nContent-Length: 0\r\n\r\n");
}

TEST(ResponseWriting, SaysHowTheConnectionGoesOn)
{
    response answer{204, {{"Date", "d"}}, ""};
    EXPECT_EQ(write_head(answer, {.keep_alive = false}, sunday),
              "HTTP/1.1 204 No Content\r\nDate: d\r\nConnection: close\r\n\r\n");
    EXPECT_EQ(write_head(answer, {.http_1_0 = true}, sunday),
              "HTTP/1.1 204 No Content\r\nDate: d\r\nConnection: keep-alive\r\n\r\n");
    answer.status = 200;
    EXPECT_EQ(write_head(answer, {.end = body_end::chunked}, sunday),
              "HTTP/1.1 200 OK\r\nDate: d\r\nTransfer-Encoding: chunked\r\n\r\n");
}

TEST(ResponseWriting, RefusesHeadersThatCouldBecomeASecondAnswer)
{
    for (auto const& bad :
         header_list{{"X-A", "a\r\nSet-Cookie: b"}, {"X-A", "a\nb"}, {"X A", "b"}, {"X:", "b"}, {"", "b"}})
        EXPECT_THROW(write_head({200, {bad}, ""}, {}, sunday), std::invalid_argument) << bad.first;
    EXPECT_THROW(write_head({200, {{"X-A", std::string("a\0b", 3)}}, ""}, {}, sunday), std::invalid_argument);
}

TEST(ResponseWriting, ChunksCarryTheirSizeInHex)
{
    EXPECT_EQ(as_chunk("hello"), "5\r\nhello\r\n");
    EXPECT_TRUE(as_chunk(std::string(255, 'a')).starts_with("ff\r\na"));
}

TEST(ResponseWriting, ProblemsAreJsonOfTheirKind)
{
    auto const answer = plain_problem(413, "Too much.");
    EXPECT_EQ(answer.body, R"({"type":"about:blank","title":"Content Too Large","status":413,"detail":"Too much."})");
    EXPECT_EQ(*find_header(answer.headers, "content-type"), "application/problem+json");
}

} // namespace
} // namespace jmld::http
