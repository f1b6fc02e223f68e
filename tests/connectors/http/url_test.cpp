// URLs: what two readers could read differently is refused.
#include "connectors/http/url.hpp"

#include <gtest/gtest.h>

namespace jmld::http {
namespace {

TEST(Url, IsTakenApart)
{
    const auto one = parse_url("https://Hooks.Example.com/a/b?c=d");
    ASSERT_TRUE(one.has_value());
    EXPECT_EQ(canonical(one->peer), "https://hooks.example.com:443");
    EXPECT_EQ(one->target, "/a/b?c=d");
    EXPECT_EQ(parse_url("http://h:8080")->target, "/");
    EXPECT_EQ(parse_url("http://h?x")->target, "/?x");
    EXPECT_EQ(canonical(parse_url("http://[2001:DB8::1]:8080/")->peer), "http://[2001:db8::1]:8080");
    EXPECT_EQ(canonical(parse_url("https://h:443/")->peer), canonical(parse_url("https://h/")->peer));
}

TEST(Url, WhatCouldBeReadInTwoWaysIsRefused)
{
    for (const auto* text : {"",
                             "h",
                             "//h/",
                             "ftp://h/",
                             "file:///etc/passwd",
                             "gopher://h",
                             "javascript:alert(1)",
                             "unix:/run/x.sock",
                             "HTTP://h/",
                             "https:/h",
                             "https:h",
                             "https://",
                             "https:///x",
                             "https://user@h/",
                             "https://user:pass@h/",
                             "https://good.example.com@evil.example.com/",
                             "https://h#f",
                             "https://h/#@good.example.com",
                             "https://h\\@evil/",
                             "https://h\\.evil/",
                             "https://h /",
                             "https://h/a b",
                             "https://h/\n",
                             "https://h/\r\nHost: x",
                             "https://h/\t",
                             "https://h%2eexample.com/",
                             "https://h%00/",
                             "https://.h/",
                             "https://h./",
                             "https://a..b/",
                             "https://-h/",
                             "https://h_x/",
                             "https://h,x/",
                             "https://h:0x50/",
                             "https://h:99999/",
                             "https://h:-1/",
                             "https://h:80:80/",
                             "https://\xc3\xa4.example.com/",
                             "https://h/\xc3\xa4",
                             "https://[::1/",
                             "https://::1/",
                             "https://h/<x>",
                             "https://h/{x}",
                             "https://h/|",
                             "https://h/`x`",
                             "https://h/^"})
        EXPECT_FALSE(parse_url(text).has_value()) << text;
    EXPECT_FALSE(parse_url("https://h/" + std::string(9000, 'a')).has_value());
}

} // namespace
} // namespace jmld::http
