// The header of an answer as bytes, and the few answers the server gives by itself. What an answer says otherwise is
// its handler's business.
#pragma once

#include "connectors/http_message.hpp"

#include <chrono>
#include <cstdint>
#include <string>
#include <string_view>

namespace jmld::http {

/// How the end of an answer's body is told.
enum class body_end : std::uint8_t { content_length, chunked, close };

struct answer_form
{
    body_end end = body_end::content_length;
    bool http_1_0 = false;
    bool keep_alive = true;
};

/// Status line and headers with the empty line. Content-Length, Transfer-Encoding and Connection are ours, Date is
/// added unless given. Throws std::invalid_argument for headers with line ends or other characters that do not belong
/// there.
std::string write_head(const response& answer, answer_form form, std::chrono::system_clock::time_point now);

/// A piece of a chunked body; `piece` must not be empty, because that would end the body.
std::string as_chunk(std::string_view piece);

/// RFC 9110 §6.6.1: `Sun, 06 Nov 1994 08:49:37 GMT`.
std::string http_date(std::chrono::system_clock::time_point now);

/// True for statuses whose answers never have a body.
bool has_no_body(int status);

/// An RFC 9457 answer; `why` is a constant sentence that needs no escaping, or empty.
response plain_problem(int status, std::string_view why);

} // namespace jmld::http
