// == and !=, < and its kin, `in`: by number across int and double, else within one kind. No text is read as a number or
// a date here.
#include "engine/expression/arithmetic.hpp"
#include "engine/expression/operators.hpp"

#include <compare>
#include <optional>

namespace jmld::engine::expression {
namespace {

using enum binary_operator;

std::optional<double> number_of(const value& content)
{
    if (auto const whole = content.if_integer())
        return static_cast<double>(*whole);
    return content.if_real() != nullptr ? std::optional(*content.if_real()) : std::nullopt;
}

bool is_number(value_kind kind) { return kind == value_kind::integer || kind == value_kind::real; }

bool is_ordered(value_kind kind)
{
    return kind != value_kind::null && kind != value_kind::list && kind != value_kind::map;
}

bool comparable(value_kind left, value_kind right)
{
    return is_ordered(left) && (left == right || (is_number(left) && is_number(right)));
}

std::string mismatch(binary_operator what, value_kind left, value_kind right)
{
    auto told = "'" + std::string(to_text(what)) + "' cannot order " + std::string(to_text(left)) + " and " +
                std::string(to_text(right));
    if (left == value_kind::text || right == value_kind::text)
        told += "; a string is read with date(), timestamp(), duration() or int() first";
    return told;
}

/// Unordered only for a NaN.
std::partial_ordering order(const value& left, const value& right)
{
    switch (left.kind()) {
    case value_kind::boolean:
        return *left.if_bool() <=> *right.if_bool();
    case value_kind::integer:
        if (auto const other = right.if_integer())
            return *left.if_integer() <=> *other;
        return *number_of(left) <=> *number_of(right);
    case value_kind::real:
        return *number_of(left) <=> *number_of(right);
    case value_kind::text: // bytes of UTF-8 sort as code points do
        return *left.if_text() <=> *right.if_text();
    case value_kind::date:
        return *left.if_date() <=> *right.if_date();
    case value_kind::timestamp:
        return left.if_timestamp()->time_since_epoch().count() <=> right.if_timestamp()->time_since_epoch().count();
    case value_kind::duration:
        return left.if_duration()->count() <=> right.if_duration()->count();
    case value_kind::null:
    case value_kind::list:
    case value_kind::map:
        break;
    }
    return std::partial_ordering::unordered;
}

function_result ordered(binary_operator what, const value& left, const value& right, meter& cost)
{
    if (!comparable(left.kind(), right.kind()))
        return std::unexpected(mismatch(what, left.kind(), right.kind()));
    if (!cost.read(left.is_text() ? left.if_text()->size() : 0))
        return std::unexpected(cost.complaint());
    auto const found = order(left, right);
    if (what == less)
        return value(found < 0);
    if (what == less_equal)
        return value(found <= 0);
    return value(what == greater ? found > 0 : found >= 0);
}

bool equal_lists(const value_list& left, const value_list& right, meter& cost)
{
    if (left.size() != right.size())
        return false;
    for (std::size_t i = 0; i < left.size(); ++i) {
        if (!equal(left[i], right[i], cost))
            return false;
    }
    return true;
}

bool equal_maps(const value_map& left, const value_map& right, meter& cost)
{
    if (left.size() != right.size())
        return false;
    for (std::size_t i = 0; i < left.size(); ++i) { // both are sorted by key
        if (!cost.read(left[i].first.size()) || left[i].first != right[i].first ||
            !equal(left[i].second, right[i].second, cost))
            return false;
    }
    return true;
}

function_result contained(const value& wanted, const value& container, meter& cost)
{
    if (container.is_map()) // keys are strings, so that nothing else can be one
        return value(wanted.is_text() && container.find(*wanted.if_text()) != nullptr);
    if (!container.is_list())
        return std::unexpected("'in' looks into a list or a map, not into " + std::string(to_text(container.kind())) +
                               (container.is_text() ? "; use text.contains(part)" : ""));
    for (auto const& item : container.items()) {
        if (equal(wanted, item, cost))
            return value(true);
    }
    return value(false);
}

} // namespace

bool equal(const value& left, const value& right, meter& cost)
{
    if (!cost.read(left.is_text() ? left.if_text()->size() : 0))
        return false;
    if (left.kind() != right.kind() || left.if_real() != nullptr) {
        auto const a = number_of(left);
        auto const b = number_of(right);
        return a && b && *a == *b;
    }
    if (left.is_list())
        return equal_lists(left.items(), right.items(), cost);
    if (left.is_map())
        return equal_maps(left.entries(), right.entries(), cost);
    return left == right;
}

function_result calculate(binary_operator what, const value& left, const value& right, meter& cost)
{
    switch (what) {
    case equal_to:
    case not_equal: {
        auto const same = equal(left, right, cost);
        return value(what == equal_to ? same : !same);
    }
    case less:
    case less_equal:
    case greater:
    case greater_equal:
        return ordered(what, left, right, cost);
    case in:
        return contained(left, right, cost);
    case add:
    case subtract:
    case multiply:
    case divide:
    case modulo:
        break;
    }
    return arithmetic(what, left, right, cost);
}

std::expected<std::optional<value_kind>, std::string>
kind_of_result(binary_operator what, std::optional<value_kind> left, std::optional<value_kind> right)
{
    switch (what) {
    case equal_to:
    case not_equal:
        if (left && right && *left != *right && *left != value_kind::null && *right != value_kind::null &&
            !(is_number(*left) && is_number(*right)))
            return std::unexpected(std::string(to_text(*left)) + " and " + std::string(to_text(*right)) +
                                   " are never equal");
        return value_kind::boolean;
    case less:
    case less_equal:
    case greater:
    case greater_equal:
        if ((left && right && !comparable(*left, *right)) || (left && !is_ordered(*left)) ||
            (right && !is_ordered(*right)))
            return std::unexpected(left && right
                                       ? mismatch(what, *left, *right)
                                       : "'" + std::string(to_text(what)) + "' cannot order " +
                                             std::string(to_text(left && !is_ordered(*left) ? *left : *right)));
        return value_kind::boolean;
    case in:
        if (right && *right != value_kind::list && *right != value_kind::map)
            return std::unexpected("'in' looks into a list or a map, not into " + std::string(to_text(*right)) +
                                   (*right == value_kind::text ? "; use text.contains(part)" : ""));
        return value_kind::boolean;
    case add:
    case subtract:
    case multiply:
    case divide:
    case modulo:
        break;
    }
    return arithmetic_kind(what, left, right);
}

} // namespace jmld::engine::expression
