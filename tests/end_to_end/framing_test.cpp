// A handful of requests that two readers could read differently, against the daemon itself; the whole collection is in
// tests/http. Each hides a second, authentic event where a lenient reader would find one.
#include "tests/end_to_end/stack.hpp"

#include <fmt/format.h>
#include <gmock/gmock.h>

namespace jmld::end_to_end {
namespace {

using testing::IsEmpty;

struct Framing : testing::Test
{
    Framing() { here.start(); }

    std::string written(const http::request& message, const std::string& framing, const std::string& body)
    {
        std::string text = "POST " + message.target + " HTTP/1.1\r\nHost: localhost\r\n";
        for (const auto& [name, content] : message.headers)
            text += name + ": " + content + "\r\n";
        return text + framing + "\r\n" + body;
    }

    std::string proper(const http::request& message)
    {
        return written(message, fmt::format("Content-Length: {}\r\n", message.body.size()), message.body);
    }

    stack here;
};

TEST_F(Framing, NoSmuggledEventIsEverTaken)
{
    const auto outer = signed_post(hire("outer"));
    const auto inner = proper(signed_post(hire("smuggled", {.number = "666", .last = "Smuggled"})));
    const auto length = outer.body.size();
    const auto chunked = fmt::format("{:x}\r\n{}\r\n0\r\n\r\n", length, outer.body);
    const std::vector<std::pair<std::string, std::string>> odd = {
        {"both ways of framing",
         written(outer, fmt::format("Content-Length: {}\r\nTransfer-Encoding: chunked\r\n", chunked.size()),
                 chunked + inner)},
        {"two lengths",
         written(outer, fmt::format("Content-Length: {}\r\nContent-Length: 0\r\n", length), outer.body + inner)},
        {"a list of lengths", written(outer, fmt::format("Content-Length: {0}, {0}\r\n", length), outer.body + inner)},
        {"a length with a sign", written(outer, fmt::format("Content-Length: +{}\r\n", length), outer.body + inner)},
        {"a coding nobody knows", written(outer, "Transfer-Encoding: xchunked\r\n", "0\r\n\r\n" + inner)},
        {"a coding behind a tab",
         written(outer, "Transfer-Encoding:\tchunked\r\nTransfer-Encoding: identity\r\n", "0\r\n\r\n" + inner)},
        {"a space before the colon", written(outer, "Transfer-Encoding : chunked\r\n", "0\r\n\r\n" + inner)},
        {"a folded header", written(outer, "X-A: b\r\n Transfer-Encoding: chunked\r\n", "0\r\n\r\n" + inner)},
        {"a bare line feed", written(outer, fmt::format("X-A: b\nContent-Length: {}\r\n", length), outer.body + inner)},
        {"an extension of a chunk",
         written(outer, "Transfer-Encoding: chunked\r\n",
                 fmt::format("{:x};a=\"\n\"\r\n{}\r\n0\r\n\r\n", length, outer.body) + inner)},
        {"a trailer", written(outer, "Transfer-Encoding: chunked\r\n",
                              fmt::format("{:x}\r\n{}\r\n0\r\nHost: b\r\n\r\n", length, outer.body) + inner)},
        {"two hosts", written(outer, fmt::format("Host: other\r\nContent-Length: {}\r\n", length), outer.body + inner)},
        {"an upgrade", written(outer, "Connection: Upgrade\r\nUpgrade: h2c\r\nContent-Length: 0\r\n", inner)},
    };
    for (const auto& [name, bytes] : odd) {
        const auto answer = say(here.hooks_url(), bytes);
        EXPECT_GE(status_of(answer), 400) << name << ": " << answer;
        EXPECT_EQ(answer.find("HTTP/1.1", 1), std::string::npos) << name << " was answered twice: " << answer;
    }
    EXPECT_THAT(here.get("/v1/events")["events"].items(), IsEmpty());
}

TEST_F(Framing, TwoProperRequestsOnOneConnectionAreTwoEvents)
{
    const auto both =
        proper(signed_post(hire("one"))) + proper(signed_post(hire("two", {.number = "100901", .first = "Ann"})));
    const auto answers = say(here.hooks_url(), both, R"("two")");
    EXPECT_EQ(status_of(answers), 202);
    EXPECT_NE(answers.find(R"("event_id":"one")"), std::string::npos) << answers;
    EXPECT_EQ(here.get("/v1/events")["events"].items().size(), 2U);
}

TEST_F(Framing, WhoeverAsksFirstIsToldToGoOn)
{
    const auto message = signed_post(hire("asked"));
    const auto header =
        written(message, fmt::format("Content-Length: {}\r\nExpect: 100-continue\r\n", message.body.size()), "");
    EXPECT_EQ(status_of(say(here.hooks_url(), header, "\r\n\r\n")), 100);
    auto unsigned_one = message;
    unsigned_one.headers.pop_back();
    EXPECT_EQ(
        status_of(say(here.hooks_url(), written(unsigned_one, "Content-Length: 100\r\nExpect: 100-continue\r\n", ""))),
        401)
        << "refused before the body was asked for";
}

} // namespace
} // namespace jmld::end_to_end
