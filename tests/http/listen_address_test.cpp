// Where a server may be told to listen, and what is refused because it could mean something else.
#include "daemon/http/listen_address.hpp"

#include <gtest/gtest.h>

namespace jmld::http {
namespace {

TEST(ListenAddress, ReadsAddressesAndSockets)
{
    EXPECT_TRUE(parse_listen_address("127.0.0.1:0"));
    EXPECT_TRUE(parse_listen_address("0.0.0.0:65535"));
    EXPECT_TRUE(parse_listen_address("[::1]:8441"));
    auto const socket = parse_listen_address("unix:/run/jmld/ops.sock");
    ASSERT_TRUE(socket);
    EXPECT_EQ(socket->socket_path, "/run/jmld/ops.sock");
}

TEST(ListenAddress, RefusesWhatIsNoAddressWithWhatIsAccepted)
{
    for (auto const& text :
         {"", "8441", "127.0.0.1", "127.0.0.1:", "127.0.0.1:65536", "127.0.0.1:-1", "127.0.0.1:http", "localhost:80",
          "::1:80", "[::1]", "[127.0.0.1]:80", ":80", "*:80", "unix:", "unix:relative", "127.0.0.1:80 "})
    {
        auto const refused = parse_listen_address(text);
        ASSERT_FALSE(refused) << text;
        EXPECT_EQ(refused.error().code, errc::invalid_input);
        EXPECT_NE(refused.error().remedy.find("127.0.0.1:8441"), std::string::npos);
    }
    EXPECT_FALSE(parse_listen_address("unix:/" + std::string(200, 'a')));
}

} // namespace
} // namespace jmld::http
