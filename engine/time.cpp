// Text forms of instants, dates and durations, written by hand because libstdc++ 12 has no chrono formatting or
// parsing. Nothing here knows a locale, a time zone other than a written offset, or the present time.
#include "engine/time.hpp"

#include <algorithm>
#include <array>
#include <cstdint>
#include <limits>

namespace jmld {
namespace {

using namespace std::chrono_literals;
using std::chrono::days;
using std::chrono::sys_days;

// Wide enough for the largest count of days in nanoseconds, so that only the last step has to look for overflow.
__extension__ typedef unsigned __int128 wide;

void append_padded(std::string& out, unsigned number, std::size_t width)
{
    auto const digits = std::to_string(number);
    if (digits.size() < width)
        out.append(width - digits.size(), '0');
    out += digits;
}

bool is_digit(char c) { return c >= '0' && c <= '9'; }

/// Takes exactly `width` digits off the front.
std::optional<unsigned> take_digits(std::string_view& text, std::size_t width)
{
    if (text.size() < width)
        return std::nullopt;
    unsigned number = 0;
    for (std::size_t i = 0; i < width; ++i) {
        if (!is_digit(text[i]))
            return std::nullopt;
        number = number * 10 + static_cast<unsigned>(text[i] - '0');
    }
    text.remove_prefix(width);
    return number;
}

bool take(std::string_view& text, char wanted)
{
    if (text.empty() || text.front() != wanted)
        return false;
    text.remove_prefix(1);
    return true;
}

bool take_either(std::string_view& text, char upper, char lower) { return take(text, upper) || take(text, lower); }

std::optional<date> take_date(std::string_view& text)
{
    auto const year = take_digits(text, 4);
    if (!year || !take(text, '-'))
        return std::nullopt;
    auto const month = take_digits(text, 2);
    if (!month || !take(text, '-'))
        return std::nullopt;
    auto const day = take_digits(text, 2);
    if (!day)
        return std::nullopt;
    date const found{std::chrono::year(static_cast<int>(*year)), std::chrono::month(*month), std::chrono::day(*day)};
    if (!found.ok())
        return std::nullopt;
    return found;
}

/// Two digits below `limit`.
std::optional<unsigned> take_below(std::string_view& text, unsigned limit)
{
    auto const number = take_digits(text, 2);
    return number && *number < limit ? number : std::nullopt;
}

/// Milliseconds of an optional `.digits`; what is finer is cut.
std::optional<std::chrono::milliseconds> take_fraction(std::string_view& text)
{
    if (!take(text, '.'))
        return 0ms;
    std::size_t count = 0;
    unsigned number = 0;
    for (; count < text.size() && is_digit(text[count]); ++count) {
        if (count < 3)
            number = number * 10 + static_cast<unsigned>(text[count] - '0');
    }
    if (count == 0)
        return std::nullopt;
    for (auto places = count; places < 3; ++places)
        number *= 10;
    text.remove_prefix(count);
    return std::chrono::milliseconds(number);
}

/// `Z`, `+02:00` or `-05:30`.
std::optional<std::chrono::minutes> take_offset(std::string_view& text)
{
    if (take_either(text, 'Z', 'z'))
        return 0min;
    bool const west = take(text, '-');
    if (!west && !take(text, '+'))
        return std::nullopt;
    auto const hours = take_below(text, 24);
    if (!hours || !take(text, ':'))
        return std::nullopt;
    auto const minutes = take_below(text, 60);
    if (!minutes)
        return std::nullopt;
    auto const offset = std::chrono::hours(*hours) + std::chrono::minutes(*minutes);
    return west ? -offset : offset;
}

struct unit
{
    std::string_view name;
    std::uint64_t nanoseconds;
};

// From large to small, so that the index also tells the order in which units may follow each other.
constexpr std::array<unit, 7> units{{
    {"d", 86'400'000'000'000},
    {"h", 3'600'000'000'000},
    {"m", 60'000'000'000},
    {"s", 1'000'000'000},
    {"ms", 1'000'000},
    {"us", 1'000},
    {"ns", 1},
}};

/// The index of the unit that stands in front (letters up to the next digit), taken off.
std::optional<std::size_t> take_unit(std::string_view& text)
{
    auto const end = std::min(text.find_first_not_of("dhmsun"), text.size());
    auto const name = text.substr(0, end);
    auto const found = std::ranges::find(units, name, &unit::name);
    if (found == units.end())
        return std::nullopt;
    text.remove_prefix(end);
    return static_cast<std::size_t>(found - units.begin());
}

struct decimal
{
    std::uint64_t whole = 0;
    std::uint64_t fraction = 0;
    std::uint64_t scale = 1; ///< what the fraction is divided by
};

/// `12` or `1.5`; digits on both sides of a point; nothing on overflow of the whole part.
std::optional<decimal> take_decimal(std::string_view& text)
{
    decimal number;
    std::size_t count = 0;
    for (; count < text.size() && is_digit(text[count]); ++count) {
        auto const digit = static_cast<std::uint64_t>(text[count] - '0');
        if (number.whole > (std::numeric_limits<std::uint64_t>::max() - digit) / 10)
            return std::nullopt;
        number.whole = number.whole * 10 + digit;
    }
    if (count == 0)
        return std::nullopt;
    text.remove_prefix(count);
    if (!take(text, '.'))
        return number;
    for (count = 0; count < text.size() && is_digit(text[count]); ++count) {
        if (count < 18) { // finer than any unit can show
            number.fraction = number.fraction * 10 + static_cast<std::uint64_t>(text[count] - '0');
            number.scale *= 10;
        }
    }
    if (count == 0)
        return std::nullopt;
    text.remove_prefix(count);
    return number;
}

} // namespace

std::string to_rfc3339(time_point instant)
{
    // RFC 3339 has four digits for the year: what lies outside shows as the nearest instant it can name.
    static constexpr time_point first = sys_days(std::chrono::year(0) / 1 / 1);
    static constexpr time_point last = sys_days(std::chrono::year(9999) / 12 / 31) + 24h - 1ms;
    instant = std::clamp(instant, first, last);
    auto const midnight = std::chrono::floor<days>(instant);
    std::chrono::hh_mm_ss const clock(instant - midnight);
    auto text = to_text(date(midnight));
    text += 'T';
    append_padded(text, static_cast<unsigned>(clock.hours().count()), 2);
    text += ':';
    append_padded(text, static_cast<unsigned>(clock.minutes().count()), 2);
    text += ':';
    append_padded(text, static_cast<unsigned>(clock.seconds().count()), 2);
    if (clock.subseconds() != 0ms) {
        text += '.';
        append_padded(text, static_cast<unsigned>(clock.subseconds().count()), 3);
    }
    text += 'Z';
    return text;
}

std::optional<time_point> parse_rfc3339(std::string_view text)
{
    auto const day = take_date(text);
    if (!day || !take_either(text, 'T', 't'))
        return std::nullopt;
    auto const hours = take_below(text, 24);
    if (!hours || !take(text, ':'))
        return std::nullopt;
    auto const minutes = take_below(text, 60);
    if (!minutes || !take(text, ':'))
        return std::nullopt;
    auto const seconds = take_below(text, 61);
    if (!seconds)
        return std::nullopt;
    auto const fraction = take_fraction(text);
    if (!fraction)
        return std::nullopt;
    auto const offset = take_offset(text);
    if (!offset || !text.empty())
        return std::nullopt;
    auto const minute = sys_days(*day) + std::chrono::hours(*hours) + std::chrono::minutes(*minutes) - *offset;
    if (*seconds == 60) { // a leap second stands only at the end of a UTC day; our scale has the next second for it
        auto const following = minute + 1min;
        if (following != std::chrono::floor<days>(following))
            return std::nullopt;
        return time_point(following);
    }
    return minute + std::chrono::seconds(*seconds) + *fraction;
}

std::string to_text(date day)
{
    auto const year = static_cast<int>(day.year());
    std::string text(year < 0 ? "-" : "");
    append_padded(text, static_cast<unsigned>(year < 0 ? -year : year), 4);
    text += '-';
    append_padded(text, static_cast<unsigned>(day.month()), 2);
    text += '-';
    append_padded(text, static_cast<unsigned>(day.day()), 2);
    return text;
}

std::optional<date> parse_date(std::string_view text)
{
    auto const day = take_date(text);
    return text.empty() ? day : std::nullopt;
}

std::string to_text(duration length)
{
    // Unsigned, because the most negative count has no positive counterpart.
    auto left = static_cast<std::uint64_t>(length.count());
    std::string text;
    if (length < 0ms) {
        left = 0 - left;
        text += '-';
    }
    if (left == 0)
        return "0s";
    constexpr std::uint64_t day_ms = 86'400'000;
    if (left >= day_ms)
        text += std::to_string(left / day_ms) + 'd';
    left %= day_ms;
    if (left == 0)
        return text;
    // What is less than a day stands in the one largest unit that divides it: 90m is shorter than 1h30m and as exact.
    for (auto const& [name, nanoseconds] : units) {
        auto const unit_ms = nanoseconds / 1'000'000;
        if (left % unit_ms == 0)
            return text + std::to_string(left / unit_ms) + std::string(name);
    }
    return text; // not reached: milliseconds divide everything
}

std::optional<duration> parse_duration(std::string_view text)
{
    bool const negative = take(text, '-');
    wide nanoseconds = 0;
    std::size_t unit_next = 0;
    do {
        auto const number = take_decimal(text);
        if (!number)
            return std::nullopt;
        auto const index = take_unit(text);
        if (!index || *index < unit_next)
            return std::nullopt;
        unit_next = *index + 1;
        nanoseconds += wide(number->whole) * units[*index].nanoseconds +
                       wide(number->fraction) * units[*index].nanoseconds / number->scale;
    } while (!text.empty());
    auto const milliseconds = nanoseconds / 1'000'000;
    wide const limit = wide(std::numeric_limits<std::int64_t>::max()) + (negative ? 1 : 0);
    if (milliseconds > limit)
        return std::nullopt;
    auto const count = static_cast<std::uint64_t>(milliseconds);
    return duration(static_cast<std::int64_t>(negative ? 0 - count : count));
}

} // namespace jmld
