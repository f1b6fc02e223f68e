// Lines, characters and bad bytes of a YAML text. It knows nothing of YAML's grammar.
#include "config/yaml_source.hpp"

#include <fmt/format.h>

#include <algorithm>

namespace jmld::config::yaml {
namespace {

bool is_continuation(char byte) { return (static_cast<unsigned char>(byte) & 0xC0u) == 0x80u; }

/// Length and smallest code point that a first byte announces; 0 for none.
struct announced
{
    std::size_t bytes;
    char32_t least;
    char32_t bits;
};
announced announce(unsigned char first)
{
    if (first < 0x80u)
        return {1, 0, first};
    if (first >= 0xC2u && first <= 0xDFu)
        return {2, 0x80, first & 0x1Fu};
    if (first >= 0xE0u && first <= 0xEFu)
        return {3, 0x800, first & 0x0Fu};
    if (first >= 0xF0u && first <= 0xF4u)
        return {4, 0x10000, first & 0x07u};
    return {0, 0, 0};
}

char32_t code_point(std::string_view text, std::size_t offset, std::size_t bytes)
{
    char32_t value = announce(static_cast<unsigned char>(text[offset])).bits;
    for (std::size_t i = 1; i < bytes; ++i)
        value = (value << 6u) | (static_cast<unsigned char>(text[offset + i]) & 0x3Fu);
    return value;
}

bool is_control(char32_t point)
{
    if (point == U'\t' || point == U'\n' || point == U'\r' || point == 0x85)
        return false;
    return point < 0x20 || (point >= 0x7F && point < 0xA0);
}

} // namespace

std::size_t character_bytes(std::string_view text, std::size_t offset)
{
    const announced expected = announce(static_cast<unsigned char>(text[offset]));
    if (expected.bytes == 0 || offset + expected.bytes > text.size())
        return 0;
    for (std::size_t i = 1; i < expected.bytes; ++i)
        if (!is_continuation(text[offset + i]))
            return 0;
    const char32_t point = code_point(text, offset, expected.bytes);
    const bool surrogate = point >= 0xD800 && point <= 0xDFFF;
    return point < expected.least || surrogate || point > 0x10FFFF ? 0 : expected.bytes;
}

std::size_t characters(std::string_view text)
{
    std::size_t count = 0;
    for (std::size_t offset = 0; offset < text.size(); ++count)
        offset += std::max<std::size_t>(character_bytes(text, offset), 1);
    return count;
}

source_text::source_text(std::string_view text) : text_(text), starts_{0}
{
    for (std::size_t i = 0; i < text.size(); ++i)
        if (text[i] == '\n')
            starts_.push_back(i + 1);
}

place source_text::at(int line, int column_bytes) const
{
    const auto index = static_cast<std::size_t>(std::clamp(line, 0, lines() - 1));
    const std::size_t start = starts_[index];
    const std::size_t bytes = std::min(static_cast<std::size_t>(std::max(column_bytes, 0)), text_.size() - start);
    if (last_.line != index || last_.bytes > bytes)
        last_ = {index, 0, 0};
    last_.characters += characters(text_.substr(start + last_.bytes, bytes - last_.bytes));
    last_.bytes = bytes;
    return {static_cast<int>(index) + 1, static_cast<int>(last_.characters) + 1};
}

place source_text::end() const { return at_offset(text_.size()); }

char source_text::byte(int position) const
{
    const auto index = static_cast<std::size_t>(position);
    return position >= 0 && index < text_.size() ? text_[index] : '\0';
}

bool source_text::is_null_word(int position) const
{
    if (position < 0 || static_cast<std::size_t>(position) >= text_.size())
        return false;
    const std::string_view rest = text_.substr(static_cast<std::size_t>(position));
    return std::ranges::any_of(
        std::initializer_list<std::string_view>{"~", "null", "Null", "NULL"}, [rest](std::string_view word) {
            return rest.starts_with(word) &&
                   (rest.size() == word.size() || std::string_view(" \t\r\n,]}#").contains(rest[word.size()]));
        });
}

bool source_text::closes_quote(int position) const
{
    const char quote = byte(position);
    if (quote != '"' && quote != '\'')
        return true;
    for (std::size_t i = static_cast<std::size_t>(position) + 1; i < text_.size(); ++i) {
        const bool escapes =
            quote == '"' ? text_[i] == '\\' : text_.substr(i).starts_with("''"); // the next byte is content
        if (escapes)
            ++i;
        else if (text_[i] == quote)
            return true;
    }
    return false;
}

std::string_view source_text::line(int number) const
{
    if (number < 1 || number > lines())
        return {};
    const std::size_t start = starts_[static_cast<std::size_t>(number) - 1];
    std::string_view rest = text_.substr(start);
    rest = rest.substr(0, rest.find('\n'));
    if (rest.ends_with('\r'))
        rest.remove_suffix(1);
    return rest;
}

std::size_t source_text::offset(place where) const
{
    const auto index = static_cast<std::size_t>(std::clamp(where.line, 1, lines())) - 1;
    std::size_t offset = starts_[index];
    for (int column = 1; column < where.column && offset < text_.size() && text_[offset] != '\n'; ++column)
        offset += std::max<std::size_t>(character_bytes(text_, offset), 1);
    return offset;
}

place source_text::at_offset(std::size_t offset) const
{
    const auto after = std::ranges::upper_bound(starts_, std::min(offset, text_.size()));
    const auto index = static_cast<std::size_t>(after - starts_.begin()) - 1;
    return at(static_cast<int>(index), static_cast<int>(std::min(offset, text_.size()) - starts_[index]));
}

std::optional<problem> source_text::find_bad_character() const
{
    for (std::size_t offset = 0; offset < text_.size();) {
        const std::size_t bytes = character_bytes(text_, offset);
        if (bytes == 0)
            return problem{at_offset(offset),
                           fmt::format("byte 0x{:02X} is not valid UTF-8; files are UTF-8",
                                       static_cast<unsigned char>(text_[offset])),
                           1};
        const char32_t point = code_point(text_, offset, bytes);
        if (is_control(point))
            return problem{at_offset(offset),
                           fmt::format("control character U+{:04X} is not accepted", static_cast<std::uint32_t>(point)),
                           1};
        if (point == U'\r' && (offset + 1 == text_.size() || text_[offset + 1] != '\n'))
            return problem{at_offset(offset), "a carriage return without a line feed; lines end with a line feed", 1};
        offset += bytes;
    }
    return std::nullopt;
}

} // namespace jmld::config::yaml
