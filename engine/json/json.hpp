// JSON text ↔ engine::value, strictly: duplicate keys, invalid UTF-8, depth over the limit, NUL, numbers out of range
// and trailing bytes are errors with their place. The only place of the engine that knows Boost.JSON, and nothing else
// does here.
#pragma once

#include "engine/result.hpp"
#include "engine/value.hpp"

#include <string>
#include <string_view>

namespace jmld::engine::json {

struct limits
{
    int depth_max = 32; ///< nested arrays and objects
    std::size_t bytes_max = 4 * 1024 * 1024;
    bool refuse_duplicate_keys = true; ///< false: the last stands (answers of other people's servers)
};

/// Integers that fit are int64, every other number double (out of range is an error). Errors: invalid_input naming the
/// byte offset, too_large.
result<value> parse(std::string_view text, const limits& bounds = {});

/// Compact, keys sorted, so equal values are equal bytes. date → "YYYY-MM-DD", timestamp → RFC 3339, duration → "7d":
/// for the outside world, where JSON has no such kinds; parse() does not turn them back.
std::string write(const value& content);
/// As write(), indented by two spaces, for people.
std::string write_pretty(const value& content);

/// Round-trips every kind: date, timestamp, duration stand as {"$date": …}, {"$timestamp": ms}, {"$duration": ms}, and
/// a map that holds a key beginning with "$" as {"$map": …}. For the store.
std::string encode(const value& content);
/// The inverse of encode(). Errors: corrupt.
result<value> decode(std::string_view text);

} // namespace jmld::engine::json
