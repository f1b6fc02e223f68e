// Addresses only: a name could resolve to an interface nobody meant to open.
#include "daemon/http/listen_address.hpp"

#include <boost/asio/ip/tcp.hpp>
#include <boost/asio/local/stream_protocol.hpp>

#include <sys/un.h>

#include <charconv>
#include <cstdint>

namespace jmld::http {

namespace asio = boost::asio;

namespace {

std::unexpected<error> refused(std::string_view text, std::string_view why)
{
    return failure(errc::invalid_input, "listen address '" + std::string(text) + "': " + std::string(why),
                   "127.0.0.1:8441, [::1]:8441 or unix:/absolute/path");
}

} // namespace

result<listen_address> parse_listen_address(std::string_view text)
{
    if (text.starts_with("unix:")) {
        auto const path = text.substr(5);
        if (!path.starts_with('/') || path.size() >= sizeof(sockaddr_un::sun_path) ||
            path.find('\0') != std::string_view::npos)
            return refused(text, "the path must be absolute and short enough for a socket");
        return listen_address{asio::local::stream_protocol::endpoint(path), std::string(path), std::string(text)};
    }
    auto const colon = text.rfind(':');
    if (colon == std::string_view::npos)
        return refused(text, "the port is missing");
    auto host = text.substr(0, colon);
    auto const digits = text.substr(colon + 1);
    std::uint16_t port = 0;
    auto const [end, failed] = std::from_chars(digits.data(), digits.data() + digits.size(), port);
    if (digits.empty() || failed != std::errc() || end != digits.data() + digits.size())
        return refused(text, "the port must be a number from 0 to 65535");
    auto const bracketed = host.size() > 2 && host.starts_with('[') && host.ends_with(']');
    if (bracketed)
        host = host.substr(1, host.size() - 2);
    boost::system::error_code no_address;
    auto const address = asio::ip::make_address(std::string(host), no_address);
    if (no_address || address.is_v6() != bracketed)
        return refused(text, "an IPv4 address or an IPv6 address in brackets is expected");
    return listen_address{asio::ip::tcp::endpoint(address, port), {}, std::string(text)};
}

} // namespace jmld::http
