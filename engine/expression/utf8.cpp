// UTF-8 as RFC 3629 has it: no overlong forms, no surrogates, nothing above U+10FFFF. Nothing is repaired here.
#include "engine/expression/utf8.hpp"

namespace jmld::engine::expression {
namespace {

struct lead
{
    std::size_t following;
    char32_t bits;
    char32_t least; ///< the smallest code point that needs this many bytes
};

std::optional<lead> lead_of(unsigned char byte)
{
    if (byte < 0x80)
        return lead{0, byte, 0};
    if (byte >= 0xC2 && byte <= 0xDF)
        return lead{1, byte & 0x1FU, 0x80};
    if (byte >= 0xE0 && byte <= 0xEF)
        return lead{2, byte & 0x0FU, 0x800};
    if (byte >= 0xF0 && byte <= 0xF4)
        return lead{3, byte & 0x07U, 0x10000};
    return std::nullopt;
}

bool is_scalar(char32_t code_point) { return code_point <= 0x10FFFF && (code_point < 0xD800 || code_point > 0xDFFF); }

} // namespace

std::optional<char32_t> take_code_point(std::string_view& text)
{
    if (text.empty())
        return std::nullopt;
    auto const first = lead_of(static_cast<unsigned char>(text.front()));
    if (!first || text.size() <= first->following)
        return std::nullopt;
    char32_t code_point = first->bits;
    for (std::size_t i = 1; i <= first->following; ++i) {
        auto const byte = static_cast<unsigned char>(text[i]);
        if ((byte & 0xC0U) != 0x80)
            return std::nullopt;
        code_point = (code_point << 6U) | (byte & 0x3FU);
    }
    if (code_point < first->least || !is_scalar(code_point))
        return std::nullopt;
    text.remove_prefix(first->following + 1);
    return code_point;
}

std::optional<std::size_t> invalid_utf8(std::string_view text)
{
    auto left = text;
    while (!left.empty()) {
        if (!take_code_point(left))
            return text.size() - left.size();
    }
    return std::nullopt;
}

std::size_t count_code_points(std::string_view text)
{
    std::size_t count = 0;
    for (; !text.empty(); ++count) {
        if (!take_code_point(text))
            text.remove_prefix(1);
    }
    return count;
}

bool append_code_point(std::string& text, char32_t code_point)
{
    if (!is_scalar(code_point))
        return false;
    auto const put = [&text](char32_t byte) { text += static_cast<char>(static_cast<unsigned char>(byte)); };
    auto const tail = [&](unsigned shift) { put(0x80U | ((code_point >> shift) & 0x3FU)); };
    if (code_point < 0x80) {
        put(code_point);
    } else if (code_point < 0x800) {
        put(0xC0U | (code_point >> 6U));
        tail(0);
    } else if (code_point < 0x10000) {
        put(0xE0U | (code_point >> 12U));
        tail(6);
        tail(0);
    } else {
        put(0xF0U | (code_point >> 18U));
        tail(12);
        tail(6);
        tail(0);
    }
    return true;
}

bool is_white_space(char32_t code_point)
{
    return (code_point >= 0x09 && code_point <= 0x0D) || code_point == 0x20 || code_point == 0x85 ||
           code_point == 0xA0 || code_point == 0x1680 || (code_point >= 0x2000 && code_point <= 0x200A) ||
           code_point == 0x2028 || code_point == 0x2029 || code_point == 0x202F || code_point == 0x205F ||
           code_point == 0x3000;
}

} // namespace jmld::engine::expression
