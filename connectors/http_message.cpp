// Header look-up and the percent-encoding of targets, once for client, server and imitation.
// It neither validates messages nor normalises paths: whoever receives bytes from a wire judges them there.
#include "connectors/http_message.hpp"

#include <algorithm>

namespace jmld::http {
namespace {

char lower(char c) { return c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c; }

int hex_digit(char c)
{
    if (c >= '0' && c <= '9')
        return c - '0';
    c = lower(c);
    return c >= 'a' && c <= 'f' ? c - 'a' + 10 : -1;
}

bool is_alphanumeric(char c)
{
    auto const l = lower(c);
    return (l >= 'a' && l <= 'z') || (c >= '0' && c <= '9');
}

bool is_unreserved(char c) { return is_alphanumeric(c) || c == '-' || c == '.' || c == '_' || c == '~'; }

bool is_token_character(char c)
{
    constexpr std::string_view others = "!#$%&'*+-.^_`|~";
    return is_alphanumeric(c) || others.find(c) != std::string_view::npos;
}

bool is_value_character(char c)
{
    auto const byte = static_cast<unsigned char>(c);
    return (byte >= 0x20 && byte != 0x7f) || byte == '\t';
}

std::string decoded_or_same(std::string_view text)
{
    auto decoded = percent_decode(text);
    return decoded ? std::move(*decoded) : std::string(text);
}

} // namespace

bool same_name(std::string_view left, std::string_view right)
{
    return std::ranges::equal(left, right, {}, lower, lower);
}

bool is_token(std::string_view text) { return !text.empty() && std::ranges::all_of(text, is_token_character); }

bool is_header_value(std::string_view text) { return std::ranges::all_of(text, is_value_character); }

const std::string* find_header(const header_list& headers, std::string_view name)
{
    for (auto const& [key, content] : headers) {
        if (same_name(key, name))
            return &content;
    }
    return nullptr;
}

std::vector<std::string_view> all_headers(const header_list& headers, std::string_view name)
{
    std::vector<std::string_view> found;
    for (auto const& [key, content] : headers) {
        if (same_name(key, name))
            found.emplace_back(content);
    }
    return found;
}

std::string_view request::path() const { return std::string_view(target).substr(0, target.find('?')); }

std::string_view request::query() const
{
    auto const mark = target.find('?');
    return mark == std::string::npos ? std::string_view() : std::string_view(target).substr(mark + 1);
}

std::optional<std::string> percent_decode(std::string_view text)
{
    std::string decoded;
    decoded.reserve(text.size());
    for (std::size_t at = 0; at < text.size(); ++at) {
        if (text[at] != '%') {
            decoded += text[at];
            continue;
        }
        if (text.size() - at < 3)
            return std::nullopt;
        auto const high = hex_digit(text[at + 1]);
        auto const low = hex_digit(text[at + 2]);
        if (high < 0 || low < 0)
            return std::nullopt;
        decoded += static_cast<char>(high * 16 + low);
        at += 2;
    }
    return decoded;
}

std::string percent_encode(std::string_view text)
{
    constexpr std::string_view hex = "0123456789ABCDEF";
    std::string encoded;
    encoded.reserve(text.size());
    for (char const c : text) {
        if (is_unreserved(c)) {
            encoded += c;
            continue;
        }
        auto const byte = static_cast<unsigned char>(c);
        encoded += '%';
        encoded += hex[byte >> 4U];
        encoded += hex[byte & 0xFU];
    }
    return encoded;
}

std::vector<std::pair<std::string, std::string>> parse_query(std::string_view query)
{
    std::vector<std::pair<std::string, std::string>> pairs;
    while (!query.empty()) {
        auto const part = query.substr(0, query.find('&'));
        query.remove_prefix(std::min(part.size() + 1, query.size()));
        if (part.empty())
            continue;
        auto const equals = std::min(part.find('='), part.size());
        auto const content = part.substr(std::min(equals + 1, part.size()));
        pairs.emplace_back(decoded_or_same(part.substr(0, equals)), decoded_or_same(content));
    }
    return pairs;
}

} // namespace jmld::http
