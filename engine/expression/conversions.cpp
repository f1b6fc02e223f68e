// string(), int(), double(), bool() and how a value stands inside a text. A conversion that would change what is meant
// is an error; nothing is guessed from the look of a text.
#include "engine/expression/functions.hpp"

#include <algorithm>
#include <array>
#include <charconv>
#include <cmath>
#include <limits>

namespace jmld::engine::expression {
namespace {

std::unexpected<std::string> refuse(std::string what) { return std::unexpected(std::move(what)); }

/// CEL's form: seconds, `90s`, `0.25s`.
std::string in_seconds(jmld::duration length)
{
    auto const count = length.count();
    auto const magnitude = count < 0 ? 0 - static_cast<std::uint64_t>(count) : static_cast<std::uint64_t>(count);
    auto text = (count < 0 ? "-" : "") + std::to_string(magnitude / 1000);
    if (auto const rest = magnitude % 1000; rest != 0) {
        auto digits = std::to_string(1000 + rest).substr(1);
        digits.erase(digits.find_last_not_of('0') + 1);
        text += '.' + digits;
    }
    return text + 's';
}

function_result int_of(double number)
{
    // Both bounds are out: beyond 2^53 a double may already stand for a neighbour.
    constexpr double bound = 9223372036854775808.0;
    if (!(number > -bound && number < bound))
        return refuse("int() of a double that no int can hold");
    return value(static_cast<std::int64_t>(number));
}

function_result int_of(std::string_view text)
{
    std::int64_t number = 0;
    auto const read = std::from_chars(text.data(), text.data() + text.size(), number);
    if (text.empty() || read.ec != std::errc{} || read.ptr != text.data() + text.size())
        return refuse("int() of a string that is no whole number, or one too large");
    return value(number);
}

function_result double_of(std::string_view text)
{
    if (text == "NaN")
        return value(std::numeric_limits<double>::quiet_NaN());
    if (text == "Infinity" || text == "-Infinity")
        return value(text.front() == '-' ? -std::numeric_limits<double>::infinity()
                                         : std::numeric_limits<double>::infinity());
    double number = 0;
    auto const read = std::from_chars(text.data(), text.data() + text.size(), number);
    auto const only_digits = text.find_first_not_of("+-.eE0123456789") == std::string_view::npos;
    if (!only_digits || read.ec != std::errc{} || read.ptr != text.data() + text.size())
        return refuse("double() of a string that is no number, or one out of range");
    return value(number);
}

} // namespace

std::string to_text(double number)
{
    if (std::isnan(number))
        return "NaN";
    if (std::isinf(number))
        return number < 0 ? "-Infinity" : "Infinity";
    auto const size = std::fabs(number);
    auto const format =
        size == 0 || (size >= 1e-4 && size < 1e21) ? std::chars_format::fixed : std::chars_format::scientific;
    std::array<char, 64> buffer{};
    auto const written = std::to_chars(buffer.data(), buffer.data() + buffer.size(), number, format);
    return {buffer.data(), written.ptr};
}

std::expected<std::string, std::string> render(const value& content)
{
    switch (content.kind()) {
    case value_kind::boolean:
        return *content.if_bool() ? "true" : "false";
    case value_kind::integer:
        return std::to_string(*content.if_integer());
    case value_kind::real:
        return to_text(*content.if_real());
    case value_kind::text:
        return *content.if_text();
    case value_kind::date:
        return jmld::to_text(*content.if_date());
    case value_kind::timestamp:
        return to_rfc3339(*content.if_timestamp());
    case value_kind::duration:
        return jmld::to_text(*content.if_duration());
    case value_kind::null:
        return refuse("null cannot stand inside a text; say what stands there instead: coalesce(…, \"\")");
    case value_kind::list:
        return refuse("a list cannot stand inside a text; join its items: list.join(\", \")");
    case value_kind::map:
        break;
    }
    return refuse("a map cannot stand inside a text; read one of its members");
}

namespace functions {

function_result to_string(arguments given, meter& cost)
{
    auto text = given[0]->if_duration() != nullptr ? in_seconds(*given[0]->if_duration()) : render(*given[0]);
    if (!text)
        return std::unexpected(std::move(text.error()));
    if (!cost.make(text->size()))
        return std::unexpected(cost.complaint());
    return value(std::move(*text));
}

function_result to_int(arguments given, meter& cost)
{
    if (auto const number = given[0]->if_real())
        return int_of(*number);
    if (auto const instant = given[0]->if_timestamp())
        return value(
            static_cast<std::int64_t>(std::chrono::floor<std::chrono::seconds>(*instant).time_since_epoch().count()));
    if (auto const text = given[0]->if_text())
        return cost.read(text->size()) ? int_of(*text) : refuse(cost.complaint());
    return *given[0];
}

function_result to_double(arguments given, meter& cost)
{
    if (auto const number = given[0]->if_integer())
        return value(static_cast<double>(*number));
    if (auto const text = given[0]->if_text())
        return cost.read(text->size()) ? double_of(*text) : refuse(cost.complaint());
    return *given[0];
}

function_result to_bool(arguments given, meter&)
{
    static constexpr std::array<std::string_view, 6> yes{"true", "True", "TRUE", "t", "T", "1"};
    static constexpr std::array<std::string_view, 6> no{"false", "False", "FALSE", "f", "F", "0"};
    auto const text = given[0]->if_text();
    if (text == nullptr)
        return *given[0];
    if (std::ranges::find(yes, *text) != yes.end())
        return value(true);
    if (std::ranges::find(no, *text) != no.end())
        return value(false);
    return refuse("bool() takes \"true\" or \"false\" (also t, f, 1, 0)");
}

} // namespace functions
} // namespace jmld::engine::expression
