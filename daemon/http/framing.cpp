// One pass over the lines, one function for each header that decides where a request ends. Nothing is repaired: what is
// odd is refused, because a proxy before us may have read it the other way.
#include "daemon/http/framing.hpp"

#include <algorithm>
#include <charconv>

namespace jmld::http::framing {
namespace {

using verdict = std::optional<refusal>; // nothing = proper

constexpr std::size_t method_bytes_max = 32;
constexpr std::string_view line_end = "\r\n";

std::unexpected<refusal> refused(int status, std::string_view why) { return std::unexpected(refusal{status, why}); }

std::string_view trimmed(std::string_view text)
{
    auto const is_space = [](char c) { return c == ' ' || c == '\t'; };
    while (!text.empty() && is_space(text.front()))
        text.remove_prefix(1);
    while (!text.empty() && is_space(text.back()))
        text.remove_suffix(1);
    return text;
}

bool is_digit(char c) { return c >= '0' && c <= '9'; }

// Cuts the first line off; there is one, because header_size() found the end of the header.
std::string_view take_line(std::string_view& rest)
{
    auto const line = rest.substr(0, rest.find(line_end));
    rest.remove_prefix(line.size() + line_end.size());
    return line;
}

verdict read_version(std::string_view text, head& into)
{
    auto const is_version =
        text.size() == 8 && text.starts_with("HTTP/") && is_digit(text[5]) && text[6] == '.' && is_digit(text[7]);
    if (!is_version)
        return refusal{400, "The request line must be METHOD, target and HTTP/1.1, each separated by one space."};
    if (text != "HTTP/1.1" && text != "HTTP/1.0")
        return refusal{505, "Only HTTP/1.1 and HTTP/1.0 are spoken here."};
    into.http_1_0 = text == "HTTP/1.0";
    into.keep_alive = !into.http_1_0;
    return {};
}

bool is_method(std::string_view text)
{
    return text.size() <= method_bytes_max && is_token(text) &&
           std::ranges::none_of(text, [](char c) { return c >= 'a' && c <= 'z'; });
}

verdict read_request_line(std::string_view line, head& into)
{
    auto const first = line.find(' ');
    auto const last = line.rfind(' ');
    if (first == std::string_view::npos || first == last)
        return refusal{400, "The request line must be METHOD, target and HTTP/1.1, each separated by one space."};
    auto const target = line.substr(first + 1, last - first - 1);
    if (auto const odd = read_version(line.substr(last + 1), into))
        return odd;
    if (!is_method(line.substr(0, first)))
        return refusal{400, "The method must be a word in capitals."};
    if (!std::ranges::all_of(target, [](char c) { return c >= 0x21 && c <= 0x7e; }))
        return refusal{400, "The target has characters that must be percent-encoded."};
    if (!target.starts_with('/'))
        return refusal{400, "The target must be a path that begins with '/'."};
    if (target.find('#') != std::string_view::npos)
        return refusal{400, "The target must not have a fragment."};
    into.message.method = line.substr(0, first);
    into.message.target = target;
    return {};
}

verdict read_field(std::string_view line, head& into)
{
    if (line.starts_with(' ') || line.starts_with('\t'))
        return refusal{400, "A header must not go on in the next line."};
    auto const colon = line.find(':');
    if (colon == std::string_view::npos)
        return refusal{400, "A header line has no colon."};
    auto const name = line.substr(0, colon);
    if (trimmed(name) != name)
        return refusal{400, "There must be no space before the colon of a header."};
    if (!is_token(name))
        return refusal{400, "The name of a header has characters that do not belong there."};
    auto const content = trimmed(line.substr(colon + 1));
    if (!is_header_value(content))
        return refusal{400, "A header has control characters."};
    into.message.headers.emplace_back(std::string(name), std::string(content));
    return {};
}

verdict read_host(const head& from)
{
    auto const hosts = all_headers(from.message.headers, "Host");
    if (hosts.size() != 1)
        return refusal{400, "There must be exactly one Host header."};
    auto const belongs = [](char c) {
        return c > 0x20 && c < 0x7f && std::string_view("/\\@,?#\"<>").find(c) == std::string_view::npos;
    };
    if (hosts.front().empty() || !std::ranges::all_of(hosts.front(), belongs))
        return refusal{400, "The Host header must be a host with an optional port."};
    return {};
}

verdict read_transfer_encoding(head& into)
{
    auto const codings = all_headers(into.message.headers, "Transfer-Encoding");
    if (codings.empty())
        return {};
    if (into.http_1_0)
        return refusal{400, "HTTP/1.0 has no Transfer-Encoding."};
    if (codings.size() != 1 || !same_name(codings.front(), "chunked"))
        return refusal{400, "Transfer-Encoding must be exactly 'chunked'."};
    if (find_header(into.message.headers, "Content-Length") != nullptr)
        return refusal{400, "Transfer-Encoding and Content-Length exclude each other."};
    into.chunked = true;
    return {};
}

verdict read_content_length(head& into)
{
    auto const lengths = all_headers(into.message.headers, "Content-Length");
    if (lengths.empty())
        return {};
    if (lengths.size() != 1)
        return refusal{400, "There must be at most one Content-Length."};
    auto const digits = lengths.front();
    std::uint64_t length = 0;
    auto const [end, failed] = std::from_chars(digits.data(), digits.data() + digits.size(), length);
    auto const is_number = !digits.empty() && std::ranges::all_of(digits, is_digit);
    if (!is_number || failed != std::errc() || end != digits.data() + digits.size())
        return refusal{400, "Content-Length must be one decimal number."};
    into.content_length = length;
    return {};
}

verdict read_body_rules(head& into, const limits& allowed)
{
    auto const& method = into.message.method;
    auto const takes_none =
        method == "GET" || method == "HEAD" || (method == "DELETE" && !allowed.allow_body_on_delete);
    into.body_is_odd = takes_none && into.announces_body();
    return {};
}

verdict read_expect(head& into)
{
    auto const expectations = all_headers(into.message.headers, "Expect");
    if (expectations.empty())
        return {};
    if (expectations.size() != 1 || !same_name(expectations.front(), "100-continue"))
        return refusal{417, "The only expectation understood is '100-continue'."};
    into.expects_continue = !into.http_1_0 && into.announces_body(); // RFC 9110 §10.1.1: ignored in HTTP/1.0
    return {};
}

verdict read_connection(head& into)
{
    if (find_header(into.message.headers, "Upgrade") != nullptr)
        return refusal{400, "No other protocol is spoken here: Upgrade is not taken."};
    bool close = false;
    bool keep = false;
    for (auto list : all_headers(into.message.headers, "Connection")) {
        while (!list.empty()) {
            auto const option = list.substr(0, list.find(','));
            list.remove_prefix(std::min(option.size() + 1, list.size()));
            if (same_name(trimmed(option), "upgrade"))
                return refusal{400, "No other protocol is spoken here: Upgrade is not taken."};
            close = close || same_name(trimmed(option), "close");
            keep = keep || same_name(trimmed(option), "keep-alive");
        }
    }
    into.keep_alive = !close && (!into.http_1_0 || keep);
    return {};
}

} // namespace

std::expected<std::size_t, refusal> header_size(std::string_view received, const limits& allowed)
{
    auto const looked_at = received.substr(0, allowed.header_bytes_max);
    for (std::size_t i = 0; i < looked_at.size(); ++i) {
        auto const c = looked_at[i];
        if (c == '\0')
            return refused(400, "A header must not contain NUL.");
        if (c == '\n' && (i == 0 || looked_at[i - 1] != '\r'))
            return refused(400, "Lines must end with CR LF.");
        if (c != '\n' && i > 0 && looked_at[i - 1] == '\r')
            return refused(400, "Lines must end with CR LF.");
        if (c == '\n' && i == 1)
            return refused(400, "A request must not begin with an empty line.");
        if (c == '\n' && i >= 3 && looked_at[i - 2] == '\n')
            return i + 1;
    }
    if (received.size() >= allowed.header_bytes_max)
        return refused(431, "The header is too large.");
    return 0;
}

std::expected<head, refusal> check(std::string_view header, const limits& allowed)
{
    head found;
    auto rest = header;
    if (auto const odd = read_request_line(take_line(rest), found))
        return std::unexpected(*odd);
    while (rest != line_end) {
        if (found.message.headers.size() == allowed.fields_max)
            return refused(431, "There are too many headers.");
        if (auto const odd = read_field(take_line(rest), found))
            return std::unexpected(*odd);
    }
    if (auto const odd = read_host(found))
        return std::unexpected(*odd);
    if (auto const odd = read_transfer_encoding(found))
        return std::unexpected(*odd);
    if (auto const odd = read_content_length(found))
        return std::unexpected(*odd);
    if (auto const odd = read_body_rules(found, allowed))
        return std::unexpected(*odd);
    if (auto const odd = read_expect(found))
        return std::unexpected(*odd);
    if (auto const odd = read_connection(found))
        return std::unexpected(*odd);
    return found;
}

} // namespace jmld::http::framing
