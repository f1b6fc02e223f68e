// The functions of the language as one table: name, forms, kinds taken and given. Macros, has() and coalesce() are no
// functions (they decide what is evaluated) and live in the evaluator.
#pragma once

#include "engine/expression/meter.hpp"
#include "engine/value.hpp"

#include <array>
#include <expected>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace re2 {
class RE2;
}

namespace jmld::engine::expression {

/// A set of value kinds.
class kind_set
{
public:
    constexpr kind_set() = default;
    constexpr kind_set(std::initializer_list<value_kind> kinds)
    {
        for (auto const kind : kinds)
            bits_ |= 1U << static_cast<unsigned>(kind);
    }
    constexpr bool holds(value_kind kind) const { return ((bits_ >> static_cast<unsigned>(kind)) & 1U) != 0; }

private:
    unsigned bits_ = 0;
};

/// "string, list or map".
std::string to_text(kind_set kinds);

using arguments = std::span<const value* const>;
/// What went wrong is told in words that name kinds, never the values: they may be personal data.
using function_result = std::expected<value, std::string>;

struct function
{
    std::string_view name;
    std::string_view usage; ///< "text.split(separator[, most])"
    bool global;
    bool method;
    std::size_t required; ///< the receiver counts
    std::size_t accepted;
    std::array<kind_set, 3> takes;
    std::optional<value_kind> gives;
    function_result (*run)(arguments given, meter& cost);
    bool fold = false; ///< with constants only it is evaluated by compile(), which also tells what is wrong with them
};

/// nullptr when there is none of that name.
const function* find_function(std::string_view name);
std::vector<std::string> function_names();
/// Why a function of CEL is not here, for those that are known to be left out; empty otherwise.
std::string_view why_left_out(std::string_view name);

/// The problem with the `index`th argument's kind, or nothing.
std::optional<std::string> check_kind(const function& called, std::size_t index, value_kind kind);

/// A compiled pattern of bounded size; what is wrong with it otherwise.
std::expected<std::shared_ptr<const re2::RE2>, std::string> compile_pattern(std::string_view pattern);
function_result match(const re2::RE2& pattern, std::string_view text, meter& cost);

/// Whether an instant or a length of time is written finer than the milliseconds that a value keeps.
bool is_finer_than_milliseconds(std::string_view written);

/// How a value stands inside a text; null, lists and maps cannot.
std::expected<std::string, std::string> render(const value& content);
/// Shortest exact form: `30`, `-0.0045`, `1e+21`, `NaN`, `Infinity`.
std::string to_text(double number);

namespace functions {
function_result size(arguments given, meter& cost);
function_result starts_with(arguments given, meter& cost);
function_result ends_with(arguments given, meter& cost);
function_result contains(arguments given, meter& cost);
function_result matches(arguments given, meter& cost);
function_result lower_ascii(arguments given, meter& cost);
function_result upper_ascii(arguments given, meter& cost);
function_result trim(arguments given, meter& cost);
function_result split(arguments given, meter& cost);
function_result join(arguments given, meter& cost);
function_result to_string(arguments given, meter& cost);
function_result to_int(arguments given, meter& cost);
function_result to_double(arguments given, meter& cost);
function_result to_bool(arguments given, meter& cost);
function_result to_duration(arguments given, meter& cost);
function_result to_timestamp(arguments given, meter& cost);
function_result to_date(arguments given, meter& cost);
} // namespace functions

} // namespace jmld::engine::expression
