// Escape sequences in strings, as CEL has them. Only what stands behind a backslash is read here.
#include "engine/expression/token.hpp"
#include "engine/expression/utf8.hpp"

#include <charconv>

namespace jmld::engine::expression {
namespace {

constexpr std::string_view plain = "abfnrtv\\?\"'`";
constexpr std::string_view plain_means = "\a\b\f\n\r\t\v\\?\"'`";

/// `digits` digits of a base name one code point.
std::expected<void, std::string> read_code_point(std::string_view text, std::size_t& at, std::size_t digits, int base,
                                                 std::string& content)
{
    auto const written = text.substr(at, digits);
    std::uint32_t number = 0;
    auto const read = std::from_chars(written.data(), written.data() + written.size(), number, base);
    if (written.size() != digits || read.ec != std::errc{} || read.ptr != written.data() + digits)
        return std::unexpected(std::to_string(digits) + (base == 8 ? " octal" : " hexadecimal") +
                               " digits are expected behind this backslash");
    at += digits;
    if (base == 8 && number > 0377)
        return std::unexpected(std::string("an octal escape is at most \\377"));
    if (!append_code_point(content, number))
        return std::unexpected(std::string("this escape names no Unicode character"));
    return {};
}

} // namespace

std::expected<void, std::string> read_escape(std::string_view text, std::size_t& at, std::string& content)
{
    if (at >= text.size())
        return std::unexpected(std::string("a backslash stands at the end"));
    auto const c = text[at];
    if (auto const found = plain.find(c); found != std::string_view::npos) {
        content += plain_means[found];
        ++at;
        return {};
    }
    if (c >= '0' && c <= '3')
        return read_code_point(text, at, 3, 8, content);
    if (c == 'x' || c == 'X')
        return read_code_point(text, ++at, 2, 16, content);
    if (c == 'u')
        return read_code_point(text, ++at, 4, 16, content);
    if (c == 'U')
        return read_code_point(text, ++at, 8, 16, content);
    return std::unexpected(
        std::string("unknown escape; a backslash itself is written \\\\, and r\"…\" knows no escapes"));
}

} // namespace jmld::engine::expression
