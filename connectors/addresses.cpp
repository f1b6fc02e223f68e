// The registries of special-purpose addresses (RFC 6890 and its successors), as networks in one table.
#include "connectors/addresses.hpp"

#include <algorithm>
#include <array>
#include <cstdint>

namespace jmld::http {

namespace {

namespace ip = boost::asio::ip;

struct network4
{
    std::uint32_t first;
    int bits;
};

constexpr std::array special4{
    network4{0x00000000, 8},  // this network
    network4{0x0a000000, 8},  // private
    network4{0x64400000, 10}, // shared by carriers
    network4{0x7f000000, 8},  // loopback
    network4{0xa9fe0000, 16}, // link-local, with the metadata services of clouds
    network4{0xa83f8110, 32}, // a cloud's own services, at an address that is public everywhere else
    network4{0xac100000, 12}, // private
    network4{0xc0000000, 24}, // protocol assignments
    network4{0xc0000200, 24}, // documentation
    network4{0xc0586300, 24}, // 6to4 relays
    network4{0xc0a80000, 16}, // private
    network4{0xc6120000, 15}, // benchmarks
    network4{0xc6336400, 24}, // documentation
    network4{0xcb007100, 24}, // documentation
    network4{0xe0000000, 4},  // multicast
    network4{0xf0000000, 4},  // reserved, with the broadcast address
};

bool is_public4(std::uint32_t address)
{
    return std::ranges::none_of(
        special4, [&](const network4& one) { return (address >> (32 - one.bits)) == (one.first >> (32 - one.bits)); });
}

std::uint32_t four_bytes(const ip::address_v6::bytes_type& bytes, std::size_t at)
{
    std::uint32_t made = 0;
    for (std::size_t i = at; i < at + 4; ++i)
        made = (made << 8) | bytes[i];
    return made;
}

bool begins(const ip::address_v6::bytes_type& bytes, std::initializer_list<std::uint8_t> prefix)
{
    return std::equal(prefix.begin(), prefix.end(), bytes.begin());
}

bool is_public6(const ip::address_v6& address)
{
    const auto bytes = address.to_bytes();
    if (begins(bytes, {0x00, 0x64, 0xff, 0x9b, 0, 0, 0, 0, 0, 0, 0, 0})) // NAT64: another way to write IPv4
        return is_public4(four_bytes(bytes, 12));
    if (begins(bytes, {0x20, 0x02})) // 6to4
        return is_public4(four_bytes(bytes, 2));
    // 2000::/3; ::, ::1, IPv4 in its mapped and compatible forms, unique local, link-local and multicast lie outside
    const bool global = (bytes[0] & 0xe0) == 0x20;
    const bool assigned = begins(bytes, {0x20, 0x01}) && (bytes[2] & 0xfe) == 0; // 2001::/23: Teredo, ORCHID, tests
    const bool documents = begins(bytes, {0x20, 0x01, 0x0d, 0xb8}) || (begins(bytes, {0x3f, 0xff}) && bytes[2] < 0x10);
    return global && !assigned && !documents && address.scope_id() == 0;
}

} // namespace

bool is_public(const ip::address& address)
{
    return address.is_v4() ? is_public4(address.to_v4().to_uint()) : is_public6(address.to_v6());
}

} // namespace jmld::http
