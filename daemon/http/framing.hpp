// Where a request begins and ends, judged on the raw bytes of its header before any other parser is believed. Stricter
// than RFC 9112 wherever two readers could differ; it opens no socket, reads no body and knows no route.
#pragma once

#include "connectors/http_message.hpp"

#include <cstdint>
#include <expected>
#include <optional>
#include <string_view>

namespace jmld::http::framing {

struct limits
{
    std::size_t header_bytes_max = 8 * 1024;
    std::size_t fields_max = 64;
    bool allow_body_on_delete = false;
};

/// Why a request is not taken: the status to answer, and a constant sentence for the client.
struct refusal
{
    int status = 400;
    std::string_view why;

    friend bool operator==(const refusal&, const refusal&) = default;
};

/// A request's header, proper in every respect this file knows.
struct head
{
    request message;      ///< without body
    bool is_head = false; ///< check() leaves it to the server to turn HEAD into a GET without body
    bool http_1_0 = false;
    bool keep_alive = true;
    bool expects_continue = false;
    bool chunked = false;
    std::optional<std::uint64_t> content_length;
    bool body_is_odd = false; ///< its method takes none: 400, unless the handler has a better reason to refuse

    bool announces_body() const { return chunked || content_length.value_or(0) > 0; }
};

/// How many of the bytes received so far are the header, with the empty line that ends it; 0 when it is not complete
/// yet. What can never become a proper header is refused at once, so that nobody waits for its end.
std::expected<std::size_t, refusal> header_size(std::string_view received, const limits& allowed);

/// `header` is exactly what header_size() found.
std::expected<head, refusal> check(std::string_view header, const limits& allowed);

} // namespace jmld::http::framing
