// What a scalar says as a bool or number, where a byte of its text stands in the file, and how a problem is printed.
// Only `true`, `false` and decimal numbers are known; `yes`, `0777` and `12:30` stay texts.
#include "config/yaml_source.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <charconv>

namespace jmld::config::yaml {
namespace {

bool is_wide(std::string_view character)
{
    if (character.size() < 3)
        return false;
    const auto first = static_cast<unsigned char>(character[0]);
    const auto second = static_cast<unsigned char>(character[1]);
    if (character.size() == 4)
        return first == 0xF0u && second >= 0x9Fu; // emoji
    return (first >= 0xE3u && first <= 0xEDu) || (first == 0xEFu && second >= 0xBCu && second < 0xBEu);
}

/// A source line fit for a terminal, and the white space that brings a caret under one of its characters.
struct shown_line
{
    std::string text;
    std::string indent;
};
shown_line show(std::string_view line, int column)
{
    shown_line shown;
    int at = 1;
    for (std::size_t offset = 0; offset < line.size(); ++at) {
        const std::size_t bytes = character_bytes(line, offset);
        const std::string_view character = line.substr(offset, std::max<std::size_t>(bytes, 1));
        const bool tab = character == "\t";
        const bool printable = bytes > 1 || (bytes == 1 && character[0] >= ' ' && character[0] != '\x7F');
        shown.text += tab || printable ? character : "\xEF\xBF\xBD";
        if (at < column)
            shown.indent += tab ? "\t" : (is_wide(character) ? "  " : " ");
        offset += std::max<std::size_t>(bytes, 1);
    }
    for (; at < column; ++at)
        shown.indent += ' ';
    return shown;
}

/// Long lines are cut around the place, so that a message stays readable.
std::pair<std::string_view, int> window(std::string_view line, int column)
{
    constexpr int before = 80;
    constexpr std::size_t width = 160;
    if (characters(line) <= width)
        return {line, column};
    int skipped = 0;
    while (column - skipped > before && !line.empty()) {
        line.remove_prefix(std::max<std::size_t>(character_bytes(line, 0), 1));
        ++skipped;
    }
    std::size_t end = 0;
    for (std::size_t shown = 0; shown < width && end < line.size(); ++shown)
        end += std::max<std::size_t>(character_bytes(line, end), 1);
    return {line.substr(0, end), column - skipped};
}

} // namespace

std::string format(std::string_view file, std::string_view source, const problem& mistake, std::string_view severity)
{
    if (source.starts_with("\xEF\xBB\xBF"))
        source.remove_prefix(3);
    const source_text lines(source);
    std::string text =
        fmt::format("{}:{}:{}: {}: {}", file, mistake.where.line, mistake.where.column, severity, mistake.what);
    const auto [line, column] = window(lines.line(mistake.where.line), mistake.where.column);
    if (line.find_first_not_of(" \t") == std::string_view::npos)
        return text;
    const shown_line shown = show(line, column);
    const std::size_t room =
        characters(line) + 1 - std::min(characters(line), static_cast<std::size_t>(std::max(column - 1, 0)));
    const std::size_t underlined = std::clamp<std::size_t>(mistake.length, 1, std::max<std::size_t>(room, 1));
    return fmt::format("{}\n  {}\n  {}^{}", text, shown.text, shown.indent, std::string(underlined - 1, '~'));
}

std::optional<bool> as_bool(const node& scalar)
{
    if (!scalar.is_scalar() || scalar.quoted)
        return std::nullopt;
    if (scalar.text == "true")
        return true;
    if (scalar.text == "false")
        return false;
    return std::nullopt;
}

std::optional<long long> as_integer(const node& scalar)
{
    if (!scalar.is_scalar() || scalar.quoted)
        return std::nullopt;
    const std::string_view digits = std::string_view(scalar.text).substr(scalar.text.starts_with('-') ? 1 : 0);
    if (digits.size() > 1 && digits.starts_with('0'))
        return std::nullopt; // octal elsewhere: never guess
    long long value = 0;
    const char* end = scalar.text.data() + scalar.text.size();
    const auto [stopped, code] = std::from_chars(scalar.text.data(), end, value);
    return code == std::errc{} && stopped == end ? std::optional(value) : std::nullopt;
}

std::optional<double> as_number(const node& scalar)
{
    if (const std::optional<long long> whole = as_integer(scalar))
        return static_cast<double>(*whole);
    if (!scalar.is_scalar() || scalar.quoted || scalar.text.empty())
        return std::nullopt;
    if (scalar.text.find_first_not_of("0123456789.eE+-") != std::string::npos || !scalar.text.contains('.'))
        return std::nullopt;
    double value = 0;
    const char* end = scalar.text.data() + scalar.text.size();
    const auto [stopped, code] = std::from_chars(scalar.text.data(), end, value);
    return code == std::errc{} && stopped == end ? std::optional(value) : std::nullopt;
}

} // namespace jmld::config::yaml
