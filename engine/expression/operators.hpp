// What + - * / % == < in do with two values. Nothing is converted silently except that int and double compare with each
// other.
#pragma once

#include "engine/expression/functions.hpp"
#include "engine/expression/node.hpp"

#include <expected>
#include <optional>
#include <string>
#include <string_view>

namespace jmld::engine::expression {

/// "+", "==", "in".
std::string_view to_text(binary_operator what);

/// An error names the kinds, never the values.
function_result calculate(binary_operator what, const value& left, const value& right, meter& cost);
/// `-x`
function_result negate(const value& operand);

/// Deep; int and double by number, a NaN equals nothing, other kinds among themselves. False when the budget is used
/// up.
bool equal(const value& left, const value& right, meter& cost);

/// What an operator gives for two kinds (as far as they are known), or what is wrong with them.
std::expected<std::optional<value_kind>, std::string>
kind_of_result(binary_operator what, std::optional<value_kind> left, std::optional<value_kind> right);

/// The value, or that it is out of range: instants and dates within the years 1 to 9999, lengths of time within 292
/// years.
function_result in_range(time_point instant);
function_result in_range(jmld::date day);
function_result in_range(jmld::duration length);

/// Memory that a copy of it takes: its own text, not what lists and maps share.
std::size_t bytes_of(const value& content);

} // namespace jmld::engine::expression
