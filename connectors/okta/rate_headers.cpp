// Numbers and one date format, read strictly: a header that is not understood is as good as none.
#include "connectors/okta/rate_headers.hpp"

#include <array>
#include <charconv>
#include <cstdint>

namespace jmld::okta {

namespace {

template <class Number> std::optional<Number> number(std::string_view text)
{
    Number read = 0;
    const auto [end, problem] = std::from_chars(text.data(), text.data() + text.size(), read);
    if (problem != std::errc{} || end != text.data() + text.size() || read < 0)
        return std::nullopt;
    return read;
}

template <class Number> std::optional<Number> header(const http::header_list& headers, std::string_view name)
{
    const auto* found = http::find_header(headers, name);
    return found != nullptr ? number<Number>(*found) : std::nullopt;
}

std::optional<unsigned> month(std::string_view name)
{
    constexpr std::array<std::string_view, 12> names{"Jan", "Feb", "Mar", "Apr", "May", "Jun",
                                                     "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"};
    for (unsigned at = 0; at < names.size(); ++at)
        if (names[at] == name)
            return at + 1;
    return std::nullopt;
}

constexpr std::int64_t seconds_max = 253'402'300'799; // the year 9999

} // namespace

std::optional<time_point> parse_http_date(std::string_view text)
{
    // Fixed columns: `Tue, 24 Nov 2026 14:36:21 GMT`
    if (text.size() != 29 || text.substr(3, 2) != ", " || text.substr(25) != " GMT" || text[19] != ':' ||
        text[22] != ':')
        return std::nullopt;
    const auto day = number<int>(text.substr(5, 2));
    const auto name = month(text.substr(8, 3));
    const auto year = number<int>(text.substr(12, 4));
    const auto hours = number<int>(text.substr(17, 2));
    const auto minutes = number<int>(text.substr(20, 2));
    const auto secs = number<int>(text.substr(23, 2));
    if (!day || !name || !year || !hours || !minutes || !secs)
        return std::nullopt;
    const date on{std::chrono::year(*year), std::chrono::month(*name), std::chrono::day(static_cast<unsigned>(*day))};
    if (!on.ok() || *hours > 23 || *minutes > 59 || *secs > 60)
        return std::nullopt;
    return std::chrono::sys_days(on) + std::chrono::hours(*hours) + std::chrono::minutes(*minutes) +
           std::chrono::seconds(*secs);
}

rate_headers read_rate_headers(const http::header_list& headers)
{
    rate_headers told;
    told.limit = header<int>(headers, "x-rate-limit-limit");
    told.remaining = header<int>(headers, "x-rate-limit-remaining");
    if (const auto reset = header<std::int64_t>(headers, "x-rate-limit-reset"); reset && *reset <= seconds_max)
        told.reset = time_point(std::chrono::seconds(*reset));
    if (const auto* text = http::find_header(headers, "date"))
        told.date = parse_http_date(*text);
    return told;
}

} // namespace jmld::okta
