// The pure judgement on headers: every odd request is refused with its status, however it is cut, and proper ones pass.
#include "daemon/http/framing.hpp"
#include "tests/http/odd_requests.hpp"

#include <gtest/gtest.h>

namespace jmld::http::framing {
namespace {

// What the server does with bytes as they arrive, `step` at a time: the status of the refusal, or 0.
int judge(std::string_view bytes, std::size_t step, const limits& allowed = {})
{
    for (std::size_t have = std::min(step, bytes.size());; have = std::min(have + step, bytes.size())) {
        auto const received = bytes.substr(0, have);
        auto const size = header_size(received, allowed);
        if (!size)
            return size.error().status;
        if (*size > 0) {
            auto const found = check(received.substr(0, *size), allowed);
            return found ? 0 : found.error().status;
        }
        if (have == bytes.size())
            return -1; // still waiting
    }
}

head must_pass(const std::string& bytes, const limits& allowed = {})
{
    auto const size = header_size(bytes, allowed);
    if (!size || *size == 0) {
        ADD_FAILURE() << "no header in " << bytes;
        return {};
    }
    auto found = check(std::string_view(bytes).substr(0, *size), allowed);
    if (!found) {
        ADD_FAILURE() << found.error().why;
        return {};
    }
    return *found;
}

TEST(Framing, RefusesEveryOddHeaderWithItsStatus)
{
    for (auto const& odd : tests::odd_headers()) {
        EXPECT_EQ(judge(odd.bytes, odd.bytes.size()), odd.status) << odd.name;
        EXPECT_EQ(judge(odd.bytes, 1), odd.status) << odd.name << ", byte by byte";
        EXPECT_EQ(judge(odd.bytes, 7), odd.status) << odd.name << ", seven bytes at a time";
    }
}

TEST(Framing, RefusesALineEndOrNulInsertedAnywhere)
{
    const std::string proper = "POST /a?b=c HTTP/1.1\r\nHost: a\r\nContent-Length: 5\r\nX-A: b\r\n\r\n";
    ASSERT_EQ(judge(proper, 1), 0);
    for (std::size_t at = 0; at + 1 < proper.size(); ++at) {
        for (char const inserted : {'\r', '\n', '\0'}) {
            auto odd = proper;
            odd.insert(at, 1, inserted);
            EXPECT_EQ(judge(odd, odd.size()), 400) << "at " << at << ", byte " << int(inserted);
        }
    }
}

TEST(Framing, NeverReadsMoreThanOneHeaderFromMutations)
{
    // Whatever one changed byte does, the header found ends at the first empty line, and what is accepted has exactly
    // the request line that stands there.
    const std::string proper = "POST /a HTTP/1.1\r\nHost: a\r\nContent-Length: 5\r\n\r\n";
    for (std::size_t at = 0; at < proper.size(); ++at) {
        for (int byte = 0; byte < 256; ++byte) {
            auto odd = proper;
            odd[at] = static_cast<char>(byte);
            auto const size = header_size(odd, {});
            if (!size || *size == 0)
                continue;
            EXPECT_EQ(*size, proper.size());
            auto const found = check(odd, {});
            if (!found)
                continue;
            EXPECT_TRUE(odd.starts_with(found->message.method + " " + found->message.target + " HTTP/1."));
            EXPECT_EQ(all_headers(found->message.headers, "Host").size(), 1U);
            EXPECT_FALSE(found->chunked);
        }
    }
}

TEST(Framing, ReadsAProperRequest)
{
    auto const found =
        must_pass("POST /hooks/workday?a=b%20c HTTP/1.1\r\nHost: example.com:8441\r\nContent-Type:application/json\r\n"
                  "content-length: \t 12 \r\nX-Empty:\r\nX-Name: M\xc3\xbcller\r\n\r\n{\"a\":\"b\"}");
    EXPECT_EQ(found.message.method, "POST");
    EXPECT_EQ(found.message.target, "/hooks/workday?a=b%20c");
    EXPECT_EQ(found.content_length, 12U);
    EXPECT_TRUE(found.announces_body());
    EXPECT_FALSE(found.chunked);
    EXPECT_TRUE(found.keep_alive);
    ASSERT_EQ(found.message.headers.size(), 5U);
    EXPECT_EQ(found.message.headers[1], (std::pair<std::string, std::string>("Content-Type", "application/json")));
    EXPECT_EQ(found.message.headers[3].second, "");
    EXPECT_EQ(found.message.headers[4].second, "M\xc3\xbcller");
}

TEST(Framing, TakesChunkedInAnyCase)
{
    EXPECT_TRUE(must_pass(tests::post("Transfer-Encoding: Chunked\r\n", "")).chunked);
    EXPECT_TRUE(must_pass(tests::post("transfer-encoding:\tchunked \r\n", "")).chunked);
}

TEST(Framing, TakesSixtyFourHeadersAndAHeaderOfTheFullSize)
{
    std::string many;
    for (int i = 0; i < 63; ++i)
        many += "X-" + std::to_string(i) + ": 1\r\n";
    EXPECT_EQ(must_pass("GET / HTTP/1.1\r\nHost: a\r\n" + many + "\r\n").message.headers.size(), 64U);

    const std::string before = "GET / HTTP/1.1\r\nHost: a\r\nX: ";
    auto const full = before + std::string(8192 - before.size() - 4, 'a') + "\r\n\r\n";
    EXPECT_EQ(judge(full, full.size()), 0);
    EXPECT_EQ(judge(before + "a" + full.substr(before.size()), 100), 431);
}

TEST(Framing, KeepsConnectionsAsTheVersionAndTheHeaderSay)
{
    auto const keeps = [](const std::string& version, const std::string& field) {
        return must_pass("GET / " + version + "\r\nHost: a\r\n" + field + "\r\n").keep_alive;
    };
    EXPECT_TRUE(keeps("HTTP/1.1", ""));
    EXPECT_FALSE(keeps("HTTP/1.1", "Connection: close\r\n"));
    EXPECT_FALSE(keeps("HTTP/1.1", "Connection: keep-alive\r\nConnection: x, Close\r\n"));
    EXPECT_FALSE(keeps("HTTP/1.0", ""));
    EXPECT_TRUE(keeps("HTTP/1.0", "Connection: Keep-Alive\r\n"));
    EXPECT_FALSE(keeps("HTTP/1.0", "Connection: keep-alive, close\r\n"));
}

TEST(Framing, UnderstandsExpectOnlyWhereABodyFollowsInHttp11)
{
    EXPECT_TRUE(must_pass(tests::post("Content-Length: 5\r\nExpect: 100-Continue\r\n", "")).expects_continue);
    EXPECT_FALSE(must_pass(tests::post("Expect: 100-continue\r\n", "")).expects_continue);
    EXPECT_FALSE(
        must_pass("POST / HTTP/1.0\r\nHost: a\r\nContent-Length: 5\r\nExpect: 100-continue\r\n\r\n").expects_continue);
}

TEST(Framing, TakesABodyOnDeleteOnlyWhereAllowed)
{
    const std::string bytes = "DELETE /a HTTP/1.1\r\nHost: a\r\nContent-Length: 5\r\n\r\n";
    EXPECT_TRUE(must_pass(bytes).body_is_odd);
    EXPECT_FALSE(must_pass(bytes, {.allow_body_on_delete = true}).body_is_odd);
    EXPECT_EQ(judge("DELETE /a HTTP/1.1\r\nHost: a\r\nContent-Length: 0\r\n\r\n", 100), 0);
}

TEST(Framing, WaitsForTheRest)
{
    const std::string proper = "GET / HTTP/1.1\r\nHost: a\r\n\r\n";
    for (std::size_t have = 0; have < proper.size(); ++have)
        EXPECT_EQ(header_size(std::string_view(proper).substr(0, have), {}).value(), 0U);
    EXPECT_EQ(header_size(proper + "GET", {}).value(), proper.size());
}

} // namespace
} // namespace jmld::http::framing
