// Which addresses a workflow's own request may reach.
#include "connectors/addresses.hpp"

#include <gtest/gtest.h>

namespace jmld::http {
namespace {

bool reachable(const std::string& text) { return is_public(boost::asio::ip::make_address(text)); }

TEST(Addresses, PublicOnesMayBeReached)
{
    for (const auto* text :
         {"93.184.216.34", "8.8.8.8", "1.1.1.1", "172.15.0.1", "172.32.0.1", "192.167.0.1", "100.63.0.1", "100.128.0.1",
          "198.17.0.1", "198.20.0.1", "223.255.255.1", "2606:4700:4700::1111", "2a00:1450:4001:81b::200e",
          "168.63.129.15", "64:ff9b::808:808", "2002:808:808::1"})
        EXPECT_TRUE(reachable(text)) << text;
}

TEST(Addresses, WhatLeadsBackIntoTheHouseMayNot)
{
    for (const auto* text : {"0.0.0.0",
                             "0.1.2.3",
                             "10.0.0.1",
                             "10.255.255.255",
                             "100.64.0.1",
                             "100.127.255.255",
                             "127.0.0.1",
                             "127.255.255.255",
                             "169.254.0.1",
                             "169.254.169.254",
                             "172.16.0.1",
                             "172.31.255.255",
                             "192.0.0.1",
                             "192.0.0.170",
                             "192.0.2.1",
                             "192.88.99.1",
                             "192.168.0.1",
                             "192.168.255.255",
                             "198.18.0.1",
                             "198.19.255.255",
                             "198.51.100.7",
                             "203.0.113.9",
                             "224.0.0.1",
                             "239.255.255.255",
                             "240.0.0.1",
                             "255.255.255.255",
                             "::",
                             "::1",
                             "::127.0.0.1",
                             "::ffff:127.0.0.1",
                             "::ffff:10.0.0.1",
                             "::ffff:169.254.169.254",
                             "::ffff:0:0",
                             "::ffff:8.8.8.8",
                             "::ffff:0:8.8.8.8",
                             "168.63.129.16",
                             "64:ff9b::7f00:1",
                             "64:ff9b::a9fe:a9fe",
                             "64:ff9b:1::1",
                             "100::1",
                             "2001::1",
                             "2001:10::1",
                             "2001:db8::1",
                             "2002:7f00:1::1",
                             "2002:a00:1::1",
                             "2002:c0a8:1::",
                             "3fff::1",
                             "fc00::1",
                             "fd00:ec2::254",
                             "fdff::1",
                             "fe80::1",
                             "fe80::1%1",
                             "febf::1",
                             "fec0::1",
                             "ff02::1",
                             "ff0e::1",
                             "5f00::1",
                             "4000::1"})
        EXPECT_FALSE(reachable(text)) << text;
}

} // namespace
} // namespace jmld::http
