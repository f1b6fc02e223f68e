// Origin-form requests of HTTP/1.1 with a Content-Length; chunked requests are never made.
#include "connectors/request_writing.hpp"

#include <algorithm>
#include <array>

namespace jmld::http {
namespace {

bool is_target(std::string_view text)
{
    return text.starts_with('/') && std::ranges::all_of(text, [](char c) { return c > 0x20 && c < 0x7f && c != '#'; });
}

bool is_framing(std::string_view name)
{
    constexpr std::array<std::string_view, 5> ours{"Content-Length", "Transfer-Encoding", "Connection", "Keep-Alive",
                                                   "Upgrade"};
    return std::ranges::any_of(ours, [&](std::string_view one) { return same_name(name, one); });
}

// A body that may be expected is announced even when it is empty (RFC 9110 §8.6).
bool announces_length(const request& message)
{
    return !message.body.empty() || message.method == "POST" || message.method == "PUT" || message.method == "PATCH";
}

} // namespace

result<std::string> write_request(const request& message, std::string_view host)
{
    if (!is_token(message.method))
        return failure(errc::invalid_input, "the method is not valid");
    if (!is_target(message.target))
        return failure(errc::invalid_input, "the target must begin with '/' and be percent-encoded");
    std::string wire;
    wire.reserve(512 + message.body.size());
    wire.append(message.method).append(" ").append(message.target).append(" HTTP/1.1\r\n");
    if (find_header(message.headers, "Host") == nullptr)
        wire.append("Host: ").append(host).append("\r\n");
    for (auto const& [name, content] : message.headers) {
        if (!is_token(name) || !is_header_value(content))
            return failure(errc::invalid_input, "a header has characters that do not belong there");
        if (!is_framing(name))
            wire.append(name).append(": ").append(content).append("\r\n");
    }
    if (announces_length(message))
        wire.append("Content-Length: ").append(std::to_string(message.body.size())).append("\r\n");
    wire.append("\r\n").append(message.body);
    return wire;
}

} // namespace jmld::http
