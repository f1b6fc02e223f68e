// UTF-8 for the expression language: checking, counting and stepping by code points. It knows no case rules beyond
// ASCII and no normal forms.
#pragma once

#include <cstddef>
#include <optional>
#include <string>
#include <string_view>

namespace jmld::engine::expression {

/// Takes one code point off the front; nothing when the bytes are no well-formed UTF-8 (the text is then left alone).
std::optional<char32_t> take_code_point(std::string_view& text);
/// The offset of the first byte that is not well formed; nothing when all is well.
std::optional<std::size_t> invalid_utf8(std::string_view text);
/// Code points; a malformed byte counts as one.
std::size_t count_code_points(std::string_view text);
/// False, and nothing appended, for surrogates and what lies above U+10FFFF.
bool append_code_point(std::string& text, char32_t code_point);
/// Unicode's White_Space property.
bool is_white_space(char32_t code_point);

} // namespace jmld::engine::expression
