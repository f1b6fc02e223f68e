// + - * / % alone, for comparison.cpp, which answers for all operators. Not meant for anyone else.
#pragma once

#include "engine/expression/operators.hpp"

namespace jmld::engine::expression {

/// As kind_of_result(), for arithmetic operators.
std::expected<std::optional<value_kind>, std::string>
arithmetic_kind(binary_operator what, std::optional<value_kind> left, std::optional<value_kind> right);
/// As calculate(), for arithmetic operators.
function_result arithmetic(binary_operator what, const value& left, const value& right, meter& cost);

} // namespace jmld::engine::expression
