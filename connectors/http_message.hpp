// Plain HTTP messages as data, shared by the client, the server and the imitation of Okta. Nothing here parses bytes
// from a wire or knows Beast: the two Beast files convert at their edge.
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace jmld::http {

/// In the order received; names compare without case, and one name may stand several times.
using header_list = std::vector<std::pair<std::string, std::string>>;

/// The first header of that name; nullptr when absent.
const std::string* find_header(const header_list& headers, std::string_view name);
/// All values of that name, in order.
std::vector<std::string_view> all_headers(const header_list& headers, std::string_view name);

/// Names of headers and tokens such as `chunked` compare without case.
bool same_name(std::string_view left, std::string_view right);
/// What RFC 9110 allows as a method or as the name of a header.
bool is_token(std::string_view text);
/// What may stand in a header: no line ends, no NUL, no control characters but the tab.
bool is_header_value(std::string_view text);

struct request
{
    std::string method = "GET"; ///< upper case
    std::string target = "/";   ///< origin-form as sent: path, then `?query`; percent-encoded
    header_list headers;
    std::string body;

    std::string_view path() const;  ///< the target without `?query`
    std::string_view query() const; ///< what follows `?`, not decoded; empty when absent
};

struct response
{
    int status = 200;
    header_list headers;
    std::string body;
};

/// Percent-decoding of one path segment or query part; nothing when a `%` is not followed by two hex digits.
std::optional<std::string> percent_decode(std::string_view text);
/// Everything but unreserved characters (RFC 3986) becomes %XX, so that the result is safe as one path segment or query
/// value.
std::string percent_encode(std::string_view text);
/// `a=1&b=2` → decoded pairs in order; `+` stays a plus. Parts that do not decode are kept as they are.
std::vector<std::pair<std::string, std::string>> parse_query(std::string_view query);

} // namespace jmld::http
