// Strict reading of an origin: what has credentials, a path or a query is no origin and is refused rather than cut.
#include "connectors/origin.hpp"

#include <sys/un.h>

#include <algorithm>
#include <charconv>
#include <optional>

namespace jmld::http {
namespace {

constexpr std::string_view accepted = "https://host[:port], http://host[:port] or unix:/path";

std::unexpected<error> refused(std::string_view text, std::string_view why)
{
    return failure(errc::invalid_input, "origin '" + std::string(text) + "': " + std::string(why),
                   std::string(accepted));
}

bool is_host_character(char c)
{
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '-' || c == '.' ||
           c == '_';
}

bool is_address_character(char c) { return is_host_character(c) || c == ':' || c == '%'; }

std::optional<std::uint16_t> parse_port(std::string_view digits)
{
    std::uint16_t port = 0;
    auto const [end, failed] = std::from_chars(digits.data(), digits.data() + digits.size(), port);
    if (failed != std::errc() || end != digits.data() + digits.size() || port == 0)
        return std::nullopt;
    return port;
}

result<origin> parse_unix(std::string_view text, std::string_view path)
{
    if (!path.starts_with('/'))
        return refused(text, "the path must be absolute");
    if (path.size() >= sizeof(sockaddr_un::sun_path) || path.find('\0') != std::string_view::npos)
        return refused(text, "the path is too long for a socket");
    return origin{origin::kind::unix_socket, {}, 0, std::string(path)};
}

} // namespace

std::string origin::host_header() const
{
    if (scheme == kind::unix_socket)
        return "localhost";
    auto text = host.find(':') == std::string::npos ? host : "[" + host + "]";
    if (port != (scheme == kind::tls ? 443 : 80))
        text += ":" + std::to_string(port);
    return text;
}

std::string origin::name() const
{
    if (scheme == kind::unix_socket)
        return path;
    return (host.find(':') == std::string::npos ? host : "[" + host + "]") + ":" + std::to_string(port);
}

result<origin> parse_origin(std::string_view text)
{
    if (text.starts_with("unix:"))
        return parse_unix(text, text.substr(5));
    origin found;
    auto rest = text;
    if (rest.starts_with("https://")) {
        found = {origin::kind::tls, {}, 443, {}};
        rest.remove_prefix(8);
    } else if (rest.starts_with("http://")) {
        found = {origin::kind::tcp, {}, 80, {}};
        rest.remove_prefix(7);
    } else {
        return refused(text, "the scheme is not known");
    }
    if (rest.ends_with('/'))
        rest.remove_suffix(1);

    if (rest.starts_with('[')) {
        auto const end = rest.find(']');
        if (end == std::string_view::npos)
            return refused(text, "']' is missing");
        found.host = rest.substr(1, end - 1);
        rest.remove_prefix(end + 1);
        if (found.host.empty() || !std::ranges::all_of(found.host, is_address_character))
            return refused(text, "the address in brackets is not valid");
    } else {
        found.host = rest.substr(0, rest.find(':'));
        rest.remove_prefix(found.host.size());
        if (found.host.empty() || !std::ranges::all_of(found.host, is_host_character))
            return refused(text, "a host name is expected, without user, path or query");
    }
    if (rest.empty())
        return found;
    auto const port = rest.starts_with(':') ? parse_port(rest.substr(1)) : std::nullopt;
    if (!port)
        return refused(text, "the port must be a number from 1 to 65535");
    found.port = *port;
    return found;
}

} // namespace jmld::http
