// The operators' kinds as one table, and arithmetic by kind with overflow told. Comparing is in comparison.cpp.
#include "engine/expression/operators.hpp"

#include "engine/expression/arithmetic.hpp"

#include <array>
#include <cmath>

namespace jmld::engine::expression {
namespace {

using enum value_kind;
using enum binary_operator;
using std::chrono::days;
using std::chrono::sys_days;

struct overload
{
    binary_operator what;
    value_kind left;
    value_kind right;
    value_kind result;
};

constexpr value_kind day = value_kind::date;
constexpr value_kind length = value_kind::duration;

constexpr std::array<overload, 21> overloads{{
    {add, integer, integer, integer},
    {add, real, real, real},
    {add, text, text, text},
    {add, list, list, list},
    {add, day, length, day},
    {add, length, day, day},
    {add, timestamp, length, timestamp},
    {add, length, timestamp, timestamp},
    {add, length, length, length},
    {subtract, integer, integer, integer},
    {subtract, real, real, real},
    {subtract, day, length, day},
    {subtract, day, day, length},
    {subtract, timestamp, length, timestamp},
    {subtract, timestamp, timestamp, length},
    {subtract, length, length, length},
    {multiply, integer, integer, integer},
    {multiply, real, real, real},
    {divide, integer, integer, integer},
    {divide, real, real, real},
    {modulo, integer, integer, integer},
}};

std::unexpected<std::string> refuse(std::string what) { return std::unexpected(std::move(what)); }

function_result of_integers(binary_operator what, std::int64_t left, std::int64_t right)
{
    std::int64_t result = 0;
    bool overflow = false;
    if (what == add)
        overflow = __builtin_add_overflow(left, right, &result);
    else if (what == subtract)
        overflow = __builtin_sub_overflow(left, right, &result);
    else if (what == multiply)
        overflow = __builtin_mul_overflow(left, right, &result);
    else if (right == 0)
        return refuse(what == divide ? "division by zero" : "remainder of a division by zero");
    else if (right == -1) // the one division that overflows
        overflow = __builtin_sub_overflow(std::int64_t{0}, left, &result);
    else
        result = what == divide ? left / right : left % right;
    if (overflow)
        return refuse("the result is too large for an int");
    return value(what == modulo && right == -1 ? std::int64_t{0} : result);
}

function_result of_reals(binary_operator what, double left, double right)
{
    if (what == add)
        return value(left + right);
    if (what == subtract)
        return value(left - right);
    return value(what == multiply ? left * right : left / right);
}

function_result of_lists(const value& left, const value& right, meter& cost)
{
    if (left.items().empty())
        return right;
    if (right.items().empty())
        return left;
    value_list joined;
    auto const count = left.items().size() + right.items().size();
    if (!cost.make(count * sizeof(value)))
        return refuse(cost.complaint());
    joined.reserve(count);
    for (auto const side : {&left, &right}) {
        for (auto const& item : side->items()) {
            if (!cost.make(bytes_of(item) - sizeof(value)))
                return refuse(cost.complaint());
            joined.push_back(item);
        }
    }
    return value(std::move(joined));
}

function_result of_texts(const std::string& left, const std::string& right, meter& cost)
{
    if (!cost.make(left.size() + right.size()))
        return refuse(cost.complaint());
    return value(left + right);
}

function_result in_range(const value& time)
{
    if (auto const instant = time.if_timestamp())
        return expression::in_range(*instant);
    if (auto const found = time.if_duration())
        return expression::in_range(*found);
    return expression::in_range(*time.if_date());
}

function_result move_date(jmld::date from, jmld::duration by)
{
    auto const whole = std::chrono::duration_cast<days>(by);
    if (whole != by)
        return refuse(
            "a date moves by whole days only, and this length of time is not a whole number of days (24 h each)");
    return expression::in_range(jmld::date(sys_days(from) + whole));
}

/// For the kinds that stand in `overloads` with a date, a timestamp or a duration.
function_result of_times(binary_operator what, const value& left, const value& right)
{
    if (what == add && left.kind() == length && right.kind() != length)
        return of_times(what, right, left);
    // Data may hold what these functions never give; inside the ranges no sum below can overflow.
    for (auto const operand : {&left, &right}) {
        if (auto const good = in_range(*operand); !good)
            return good;
    }
    auto const by = right.if_duration();
    auto const signed_by = by == nullptr ? jmld::duration{} : what == subtract ? -*by : *by;
    if (auto const from = left.if_date())
        return by != nullptr ? move_date(*from, signed_by)
                             : expression::in_range(jmld::duration(sys_days(*from) - sys_days(*right.if_date())));
    if (auto const from = left.if_timestamp())
        return by != nullptr ? expression::in_range(*from + signed_by)
                             : expression::in_range(*from - *right.if_timestamp());
    return expression::in_range(*left.if_duration() + signed_by);
}

std::string mismatch(binary_operator what, std::string_view left, std::string_view right)
{
    return "'" + std::string(to_text(what)) + "' cannot take " + std::string(left) + " and " + std::string(right);
}

std::string advice(binary_operator what, value_kind left, value_kind right)
{
    auto const either = [&](value_kind kind) { return left == kind || right == kind; };
    if (either(null))
        return "; a value that may be null is read with coalesce(…)";
    if (either(integer) && either(real))
        return "; convert one of them with int() or double()";
    if (what == add && either(text))
        return "; convert with string(), or put ${{ }} into a text";
    if (either(day) && either(timestamp))
        return "; a date is a day somewhere and a timestamp an instant";
    if ((either(day) || either(timestamp) || either(length)) && either(integer))
        return "; a length of time is written duration(\"7d\")";
    return {};
}

} // namespace

std::string_view to_text(binary_operator what)
{
    static constexpr std::array<std::string_view, 12> names{
        "+", "-", "*", "/", "%", "==", "!=", "<", "<=", ">", ">=", "in"};
    return names.at(static_cast<std::size_t>(what));
}

std::size_t bytes_of(const value& content)
{
    return sizeof(value) + (content.if_text() != nullptr ? content.if_text()->size() : 0);
}

function_result in_range(jmld::time_point instant)
{
    static constexpr time_point first = sys_days(std::chrono::year(1) / 1 / 1);
    static constexpr time_point beyond = sys_days(std::chrono::year(10000) / 1 / 1);
    if (instant < first || instant >= beyond)
        return refuse("the timestamp is outside of the years 1 to 9999");
    return value(instant);
}

function_result in_range(jmld::date day_found)
{
    if (day_found.year() < std::chrono::year(1) || day_found.year() > std::chrono::year(9999))
        return refuse("the date is outside of the years 1 to 9999");
    return value(day_found);
}

function_result in_range(jmld::duration found)
{
    constexpr jmld::duration most{9'223'372'036'854};
    if (found > most || found < -most)
        return refuse("the length of time is over 292 years");
    return value(found);
}

function_result negate(const value& operand)
{
    if (auto const number = operand.if_real())
        return value(-*number);
    if (auto const number = operand.if_integer())
        return of_integers(subtract, 0, *number);
    return refuse("'-' takes int or double, not " + std::string(to_text(operand.kind())));
}

std::expected<std::optional<value_kind>, std::string>
arithmetic_kind(binary_operator what, std::optional<value_kind> left, std::optional<value_kind> right)
{
    std::optional<value_kind> result;
    bool several = false;
    bool found = false;
    for (auto const& candidate : overloads) {
        if (candidate.what != what || (left && *left != candidate.left) || (right && *right != candidate.right))
            continue;
        several = several || (found && result != candidate.result);
        result = candidate.result;
        found = true;
    }
    if (!found && left && right)
        return refuse(mismatch(what, to_text(*left), to_text(*right)) + advice(what, *left, *right));
    if (!found)
        return refuse("'" + std::string(to_text(what)) + "' cannot take " +
                      std::string(to_text(left ? *left : *right)) + (left ? " on its left" : " on its right"));
    return several ? std::nullopt : result;
}

function_result arithmetic(binary_operator what, const value& left, const value& right, meter& cost)
{
    auto const kind = arithmetic_kind(what, left.kind(), right.kind());
    if (!kind)
        return std::unexpected(kind.error());
    if (left.kind() == integer && right.kind() == integer)
        return of_integers(what, *left.if_integer(), *right.if_integer());
    if (left.kind() == real)
        return of_reals(what, *left.if_real(), *right.if_real());
    if (left.kind() == text)
        return of_texts(*left.if_text(), *right.if_text(), cost);
    if (left.kind() == list)
        return of_lists(left, right, cost);
    return of_times(what, left, right);
}

} // namespace jmld::engine::expression
