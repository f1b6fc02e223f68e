// Headers, targets and percent-encoding as data; no socket is opened here.
// Round trips run over all 256 bytes.
#include "connectors/http_message.hpp"

#include "engine/random_source.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace jmld::http {
namespace {

using testing::ElementsAre;
using testing::IsEmpty;
using testing::Pair;

TEST(HttpMessage, FindsHeadersWithoutCase)
{
    header_list const headers{{"Link", "a"}, {"X-Rate", "1"}, {"LINK", "b"}, {"empty", ""}};
    ASSERT_NE(find_header(headers, "x-rATE"), nullptr);
    EXPECT_EQ(*find_header(headers, "x-rATE"), "1");
    EXPECT_EQ(*find_header(headers, "link"), "a");
    ASSERT_NE(find_header(headers, "Empty"), nullptr);
    EXPECT_EQ(find_header(headers, "lin"), nullptr);
    EXPECT_EQ(find_header({}, "link"), nullptr);
    EXPECT_THAT(all_headers(headers, "link"), ElementsAre("a", "b"));
    EXPECT_THAT(all_headers(headers, "absent"), IsEmpty());
}

TEST(HttpMessage, SplitsTheTarget)
{
    request sent;
    sent.target = "/users/a%3Fb?limit=2&q=x?y";
    EXPECT_EQ(sent.path(), "/users/a%3Fb");
    EXPECT_EQ(sent.query(), "limit=2&q=x?y");
    sent.target = "/users";
    EXPECT_EQ(sent.path(), "/users");
    EXPECT_EQ(sent.query(), "");
    sent.target = "/users?";
    EXPECT_EQ(sent.path(), "/users");
    EXPECT_EQ(sent.query(), "");
}

TEST(HttpMessage, DecodesPercentsStrictly)
{
    EXPECT_EQ(percent_decode("a%20b%2Fc%c3%A9+"), "a b/cé+");
    EXPECT_EQ(percent_decode(""), "");
    for (auto const text : {"%", "a%2", "%G0", "%0g", "%%41", "% 1", "%-1"})
        EXPECT_FALSE(percent_decode(text)) << text;
}

TEST(HttpMessage, EncodesEverythingReserved)
{
    EXPECT_EQ(percent_encode("AZaz09-._~"), "AZaz09-._~");
    EXPECT_EQ(percent_encode("a b/c?d&e=f+g%é\"#@:"), "a%20b%2Fc%3Fd%26e%3Df%2Bg%25%C3%A9%22%23%40%3A");
    seeded_random random(1);
    for (int i = 0; i < 1000; ++i) {
        std::string bytes;
        for (auto length = random.next() % 20; length != 0; --length)
            bytes += static_cast<char>(random.next());
        EXPECT_EQ(percent_decode(percent_encode(bytes)), bytes);
    }
}

TEST(HttpMessage, ReadsQueries)
{
    EXPECT_THAT(parse_query("a=1&b=2&a=3"), ElementsAre(Pair("a", "1"), Pair("b", "2"), Pair("a", "3")));
    EXPECT_THAT(parse_query("q=a%20b%26+c&x%3D=y=z"), ElementsAre(Pair("q", "a b&+c"), Pair("x=", "y=z")));
    EXPECT_THAT(parse_query("flag&=v&e="), ElementsAre(Pair("flag", ""), Pair("", "v"), Pair("e", "")));
    EXPECT_THAT(parse_query("a=%zz&%=1"), ElementsAre(Pair("a", "%zz"), Pair("%", "1")));
    EXPECT_THAT(parse_query("&&a=1&"), ElementsAre(Pair("a", "1")));
    EXPECT_THAT(parse_query(""), IsEmpty());
}

} // namespace
} // namespace jmld::http
