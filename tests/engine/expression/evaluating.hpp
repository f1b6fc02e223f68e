// Short forms for tests of the expression language: one text, one result, told as a string that can be compared.
#pragma once

#include "engine/expression/expression.hpp"
#include "engine/json/json.hpp"

#include <map>
#include <string>

namespace jmld::engine::expression {

using bindings = std::map<std::string, value, std::less<>>;

inline scope scope_of(const bindings& roots)
{
    return [&roots](std::string_view root) -> const value* {
        auto const found = roots.find(root);
        return found != roots.end() ? &found->second : nullptr;
    };
}

/// Any name may be read.
inline std::expected<value, evaluation_error> evaluated(std::string_view text, const bindings& roots = {},
                                                        const budget& limits = {})
{
    auto const compiled = compile(text, shape::any());
    if (!compiled)
        return std::unexpected(evaluation_error{"refused: " + compiled.error().what, false, compiled.error().offset});
    return evaluate(*compiled, scope_of(roots), limits);
}

/// The result as JSON, with dates, timestamps and durations by their kind; "error: …" and "missing: …" otherwise.
inline std::string told(const std::expected<value, evaluation_error>& found)
{
    if (!found)
        return (found.error().missing ? "missing: " : "error: ") + found.error().what;
    if (found->if_date() != nullptr || found->if_timestamp() != nullptr || found->if_duration() != nullptr)
        return std::string(to_text(found->kind())) + " " + json::write(*found);
    return json::write(*found);
}

inline std::string result_of(std::string_view text, const bindings& roots = {}) { return told(evaluated(text, roots)); }

/// "offset+length: what" of the problem, or "accepted".
inline std::string problem_of(std::string_view text, const shape& roots = shape::any())
{
    auto const compiled = compile(text, roots);
    if (compiled)
        return "accepted";
    auto const& wrong = compiled.error();
    return std::to_string(wrong.offset) + "+" + std::to_string(wrong.length) + ": " + wrong.what;
}

} // namespace jmld::engine::expression
