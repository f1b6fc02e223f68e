// Only what RFC 3986 allows, and of that only what a host has in practice: letters, digits, points and hyphens, or an
// address.
#include "connectors/http/url.hpp"

#include <algorithm>
#include <cctype>

namespace jmld::http {

namespace {

std::unexpected<error> refused(std::string_view why)
{
    return failure(errc::invalid_input, "the URL " + std::string(why));
}

bool is_plain(char c)
{
    const auto byte = static_cast<unsigned char>(c);
    return byte > 0x20 && byte < 0x7f && c != '\\' && c != '"' && c != '<' && c != '>' && c != '^' && c != '`' &&
           c != '{' && c != '}' && c != '|';
}

bool is_host(std::string_view host)
{
    const auto fits = [](char c) { return (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') || c == '-' || c == '.'; };
    return !host.empty() && host.size() <= 253 && std::ranges::all_of(host, fits) && host.front() != '.' &&
           host.front() != '-' && host.back() != '.' && !host.contains("..");
}

} // namespace

result<url> parse_url(std::string_view text)
{
    if (text.size() > 8192)
        return refused("is longer than 8192 bytes");
    if (!std::ranges::all_of(text, is_plain))
        return refused("holds a character that may not stand there; percent-encode it");
    const bool secure = text.starts_with("https://");
    if (!secure && !text.starts_with("http://"))
        return refused("begins with https:// or http://");
    const auto rest = text.substr(secure ? 8 : 7);
    const auto end = std::min(rest.find_first_of("/?#"), rest.size());
    const auto authority = rest.substr(0, end);
    const auto target = rest.substr(end);
    if (authority.contains('@'))
        return refused("names a user; credentials belong into a header");
    if (target.contains('#'))
        return refused("has a fragment, which is never sent");
    std::string lower(authority);
    std::ranges::transform(lower, lower.begin(), [](unsigned char c) { return static_cast<char>(std::tolower(c)); });
    auto peer = parse_origin((secure ? "https://" : "http://") + lower);
    if (!peer)
        return std::unexpected(peer.error());
    const bool literal6 = lower.starts_with('[');
    if (!literal6 && !is_host(peer->host))
        return refused("has no host that could be called");
    const bool query_only = target.starts_with('?');
    return url{std::move(*peer), target.empty() || query_only ? "/" + std::string(target) : std::string(target)};
}

std::string canonical(const origin& peer)
{
    const auto host = peer.host.contains(':') ? "[" + peer.host + "]" : peer.host;
    return (peer.scheme == origin::kind::tls ? "https://" : "http://") + host + ":" + std::to_string(peer.port);
}

} // namespace jmld::http
