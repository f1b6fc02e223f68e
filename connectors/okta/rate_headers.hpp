// What an answer's headers say about budget and time. Reads only; the limiter decides what follows.
#pragma once

#include "connectors/http_message.hpp"
#include "engine/time.hpp"

#include <optional>
#include <string_view>

namespace jmld::okta {

struct rate_headers
{
    std::optional<int> limit, remaining;
    std::optional<time_point> reset; ///< UTC
    std::optional<time_point> date;  ///< the server's own time
};
/// Headers that are no numbers, or negative, count as absent.
rate_headers read_rate_headers(const http::header_list& headers);

/// `Tue, 24 Nov 2026 14:36:21 GMT`; nothing for anything else.
std::optional<time_point> parse_http_date(std::string_view text);

} // namespace jmld::okta
