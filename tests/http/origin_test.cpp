// What is an origin and what only resembles one.
#include "connectors/origin.hpp"

#include <gtest/gtest.h>

namespace jmld::http {
namespace {

TEST(Origin, ReadsSchemeHostAndPort)
{
    auto const okta = parse_origin("https://example.okta.com").value();
    EXPECT_EQ(okta.scheme, origin::kind::tls);
    EXPECT_EQ(okta.port, 443);
    EXPECT_EQ(okta.host_header(), "example.okta.com");
    auto const local = parse_origin("http://127.0.0.1:8442/").value();
    EXPECT_EQ(local.scheme, origin::kind::tcp);
    EXPECT_EQ(local.host_header(), "127.0.0.1:8442");
    auto const six = parse_origin("https://[::1]:8441").value();
    EXPECT_EQ(six.host, "::1");
    EXPECT_EQ(six.host_header(), "[::1]:8441");
    auto const socket = parse_origin("unix:/run/jmld/ops.sock").value();
    EXPECT_EQ(socket.path, "/run/jmld/ops.sock");
    EXPECT_EQ(socket.host_header(), "localhost");
}

TEST(Origin, RefusesWhatIsMoreOrLessThanAnOrigin)
{
    for (auto const* text : {"",
                             "example.com",
                             "ftp://example.com",
                             "https://",
                             "https:///",
                             "https://user@example.com",
                             "https://user:pass@example.com",
                             "https://example.com/path",
                             "https://example.com?q",
                             "https://example.com#f",
                             "https://example.com:0",
                             "https://example.com:65536",
                             "https://example.com:",
                             "https://example.com:http",
                             "https://exa mple.com",
                             "https://[::1",
                             "https://[]",
                             "https://[::1]x",
                             "http://a\r\nb",
                             "unix:",
                             "unix:relative"})
    {
        auto const refused = parse_origin(text);
        ASSERT_FALSE(refused) << text;
        EXPECT_EQ(refused.error().code, errc::invalid_input);
        EXPECT_FALSE(refused.error().remedy.empty());
    }
}

} // namespace
} // namespace jmld::http
