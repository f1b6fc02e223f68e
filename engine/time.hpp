// The time types of the whole program: UTC instants in integer milliseconds, calendar dates, durations in milliseconds.
// Nothing here reads a clock; whoever needs "now" is handed it.
#pragma once

#include <chrono>
#include <optional>
#include <string>
#include <string_view>

namespace jmld {

using duration = std::chrono::milliseconds;
using time_point = std::chrono::sys_time<std::chrono::milliseconds>;
using date = std::chrono::year_month_day;

/// RFC 3339 in UTC: `2026-11-24T14:36:21Z`, with `.123` only where milliseconds are not zero.
std::string to_rfc3339(time_point instant);
/// Any RFC 3339 instant with `Z` or an offset, fractions cut to milliseconds; nothing for anything else.
std::optional<time_point> parse_rfc3339(std::string_view text);

/// `2026-04-01`.
std::string to_text(date day);
/// Exactly `YYYY-MM-DD` naming a day that exists; nothing for anything else.
std::optional<date> parse_date(std::string_view text);

/// The shortest exact form made of d h m s ms: `1d12h`, `90m`, `0s`. Negative durations begin with `-`.
std::string to_text(duration length);
/// `30s`, `5m`, `1d12h`, `250ms`, `1.5h`, `-7d`; a unit is required (d h m s ms us ns). Nothing for anything else or on
/// overflow.
std::optional<duration> parse_duration(std::string_view text);

} // namespace jmld
