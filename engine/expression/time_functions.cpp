// timestamp(), date() and duration() on texts. Values keep milliseconds: a constant written finer is refused, data is
// cut. No time zone is known here.
#include "engine/expression/functions.hpp"
#include "engine/expression/operators.hpp"

#include <algorithm>

namespace jmld::engine::expression {
namespace {

std::unexpected<std::string> refuse(std::string what) { return std::unexpected(std::move(what)); }

/// How many milliseconds a unit has; 0 for those that are finer.
std::int64_t milliseconds_of(std::string_view unit)
{
    if (unit == "d")
        return 86'400'000;
    if (unit == "h")
        return 3'600'000;
    if (unit == "m")
        return 60'000;
    if (unit == "s")
        return 1'000;
    return unit == "ms" ? 1 : 0;
}

/// Whether `.digits` of a unit of so many milliseconds leave a part of a millisecond.
bool leaves_rest(std::string_view digits, std::int64_t unit_ms)
{
    std::int64_t scale = 1;
    std::int64_t number = 0;
    for (auto const c : digits.substr(0, digits.find_last_not_of('0') + 1)) {
        if (scale >= 1'000'000'000)
            return true; // more places than any unit divides into milliseconds
        scale *= 10;
        number = number * 10 + (c - '0');
    }
    return scale > 1 && (number % scale * (unit_ms % scale)) % scale != 0;
}

constexpr std::string_view digits = "0123456789";

} // namespace

bool is_finer_than_milliseconds(std::string_view written)
{
    if (written.contains(':')) { // an instant: what follows its point are parts of a second
        auto const point = written.find('.');
        if (point == std::string_view::npos)
            return false;
        auto const fraction = written.substr(point + 1);
        return leaves_rest(fraction.substr(0, fraction.find_first_not_of(digits)), 1'000);
    }
    while (!written.empty()) {
        auto const end = std::min(written.find_first_not_of("-.0123456789"), written.size());
        auto const number = written.substr(0, end);
        written.remove_prefix(end);
        auto const unit = written.substr(0, written.find_first_of(digits));
        written.remove_prefix(unit.size());
        auto const unit_ms = milliseconds_of(unit);
        auto const point = number.find('.');
        if (unit_ms == 0 && number.find_first_of("123456789") != std::string_view::npos)
            return true;
        if (point != std::string_view::npos && leaves_rest(number.substr(point + 1), unit_ms))
            return true;
    }
    return false;
}

namespace functions {

function_result to_duration(arguments given, meter& cost)
{
    auto const text = given[0]->if_text();
    if (text == nullptr)
        return *given[0];
    if (!cost.read(text->size()))
        return refuse(cost.complaint());
    auto const length = parse_duration(*text);
    if (!length)
        return refuse("duration() takes a number with its unit: \"30s\", \"5m\", \"1d12h\" (d h m s ms)");
    return in_range(*length);
}

function_result to_timestamp(arguments given, meter& cost)
{
    if (auto const seconds = given[0]->if_integer()) {
        constexpr std::int64_t beyond = 1'000'000'000'000; // far outside of the years 1 to 9999, and safe to multiply
        if (*seconds < -beyond || *seconds > beyond)
            return refuse("timestamp() is outside of the years 1 to 9999");
        return in_range(time_point(std::chrono::seconds(*seconds)));
    }
    auto const text = given[0]->if_text();
    if (text == nullptr)
        return *given[0];
    if (!cost.read(text->size()))
        return refuse(cost.complaint());
    auto const instant = parse_rfc3339(*text);
    if (!instant)
        return refuse("timestamp() takes an instant as RFC 3339 writes it: \"2027-02-01T09:00:00Z\"; a day alone is "
                      "date(\"2027-02-01\")");
    return in_range(*instant);
}

function_result to_date(arguments given, meter& cost)
{
    auto const text = given[0]->if_text();
    if (text == nullptr)
        return *given[0];
    if (!cost.read(text->size()))
        return refuse(cost.complaint());
    auto const day = parse_date(*text);
    if (!day)
        return refuse("date() takes a day that exists, written YYYY-MM-DD");
    return in_range(*day);
}

} // namespace functions
} // namespace jmld::engine::expression
