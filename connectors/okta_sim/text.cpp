// Folding tables for logins and the plain text helpers. It is not a Unicode library: letters outside Latin, Greek and
// Cyrillic compare as they are.
#include "connectors/okta_sim/text.hpp"

#include <array>
#include <cstdint>

namespace jmld::okta_sim {
namespace {

struct letter_range
{
    char32_t first, last;
    char base;
};

// Letters with a canonical decomposition; ø, ł, ß, æ and their like are letters of their own.
constexpr auto ranges = std::to_array<letter_range>({
    {0xC0, 0xC5, 'a'},     {0xC7, 0xC7, 'c'},     {0xC8, 0xCB, 'e'},     {0xCC, 0xCF, 'i'},     {0xD1, 0xD1, 'n'},
    {0xD2, 0xD6, 'o'},     {0xD9, 0xDC, 'u'},     {0xDD, 0xDD, 'y'},     {0xE0, 0xE5, 'a'},     {0xE7, 0xE7, 'c'},
    {0xE8, 0xEB, 'e'},     {0xEC, 0xEF, 'i'},     {0xF1, 0xF1, 'n'},     {0xF2, 0xF6, 'o'},     {0xF9, 0xFC, 'u'},
    {0xFD, 0xFD, 'y'},     {0xFF, 0xFF, 'y'},     {0x100, 0x105, 'a'},   {0x106, 0x10D, 'c'},   {0x10E, 0x10F, 'd'},
    {0x112, 0x11B, 'e'},   {0x11C, 0x123, 'g'},   {0x124, 0x125, 'h'},   {0x128, 0x130, 'i'},   {0x134, 0x135, 'j'},
    {0x136, 0x137, 'k'},   {0x139, 0x13E, 'l'},   {0x143, 0x148, 'n'},   {0x14C, 0x151, 'o'},   {0x154, 0x159, 'r'},
    {0x15A, 0x161, 's'},   {0x162, 0x165, 't'},   {0x168, 0x173, 'u'},   {0x174, 0x175, 'w'},   {0x176, 0x178, 'y'},
    {0x179, 0x17E, 'z'},   {0x1A0, 0x1A1, 'o'},   {0x1AF, 0x1B0, 'u'},   {0x1CD, 0x1CE, 'a'},   {0x1CF, 0x1D0, 'i'},
    {0x1D1, 0x1D2, 'o'},   {0x1D3, 0x1DC, 'u'},   {0x218, 0x219, 's'},   {0x21A, 0x21B, 't'},   {0x1E00, 0x1E01, 'a'},
    {0x1E02, 0x1E07, 'b'}, {0x1E08, 0x1E09, 'c'}, {0x1E0A, 0x1E13, 'd'}, {0x1E14, 0x1E1D, 'e'}, {0x1E1E, 0x1E1F, 'f'},
    {0x1E20, 0x1E21, 'g'}, {0x1E22, 0x1E2B, 'h'}, {0x1E2C, 0x1E2F, 'i'}, {0x1E30, 0x1E35, 'k'}, {0x1E36, 0x1E3D, 'l'},
    {0x1E3E, 0x1E43, 'm'}, {0x1E44, 0x1E4B, 'n'}, {0x1E4C, 0x1E53, 'o'}, {0x1E54, 0x1E57, 'p'}, {0x1E58, 0x1E5F, 'r'},
    {0x1E60, 0x1E69, 's'}, {0x1E6A, 0x1E71, 't'}, {0x1E72, 0x1E7B, 'u'}, {0x1E7C, 0x1E7F, 'v'}, {0x1E80, 0x1E89, 'w'},
    {0x1E8A, 0x1E8D, 'x'}, {0x1E8E, 0x1E8F, 'y'}, {0x1E90, 0x1E95, 'z'}, {0x1EA0, 0x1EB7, 'a'}, {0x1EB8, 0x1EC7, 'e'},
    {0x1EC8, 0x1ECB, 'i'}, {0x1ECC, 0x1EE3, 'o'}, {0x1EE4, 0x1EF1, 'u'}, {0x1EF2, 0x1EF9, 'y'},
});

char32_t without_mark(char32_t letter)
{
    for (auto const& range : ranges) {
        if (letter >= range.first && letter <= range.last)
            return static_cast<char32_t>(range.base);
    }
    if (letter == 0x439) // й
        return 0x438;
    if (letter == 0x451) // ё
        return 0x435;
    return letter;
}

char32_t lower(char32_t c)
{
    if ((c >= 'A' && c <= 'Z') || (c >= 0xC0 && c <= 0xDE && c != 0xD7))
        return c + 0x20;
    if (c == 0x130) // İ
        return 'i';
    // In these blocks capital and small letters alternate; where the capital is the odd one is told apart.
    bool const odd_capitals = (c >= 0x139 && c <= 0x148) || (c >= 0x179 && c <= 0x17E) || (c >= 0x1CD && c <= 0x1DC);
    if ((c >= 0x100 && c <= 0x17F && c != 0x178) || odd_capitals || (c >= 0x1E00 && c <= 0x1EFF) ||
        (c >= 0x200 && c <= 0x21F))
        return (c % 2 == (odd_capitals ? 1U : 0U)) ? c + 1 : c;
    if (c == 0x178)
        return 0xFF;
    if ((c >= 0x391 && c <= 0x3A9) || (c >= 0x410 && c <= 0x42F))
        return c + 0x20;
    if (c >= 0x400 && c <= 0x40F)
        return c + 0x50;
    return c;
}

// Malformed bytes stand for themselves: JSON text was checked for UTF-8 when it was parsed.
char32_t next_character(std::string_view text, std::size_t& at)
{
    auto const byte = [&](std::size_t i) { return static_cast<std::uint8_t>(text[i]); };
    auto const first = byte(at);
    std::size_t const length = first < 0xC0 ? 1 : first < 0xE0 ? 2 : first < 0xF0 ? 3 : 4;
    if (length == 1 || at + length > text.size()) {
        ++at;
        return first;
    }
    char32_t decoded = first & (0xFFU >> (length + 1));
    for (std::size_t i = 1; i < length; ++i)
        decoded = (decoded << 6U) | (byte(at + i) & 0x3FU);
    at += length;
    return decoded;
}

void append(std::string& text, char32_t c)
{
    auto const put = [&](std::uint32_t bits) { text += static_cast<char>(bits); };
    if (c < 0x80) {
        put(c);
    } else if (c < 0x800) {
        put(0xC0U | (c >> 6U));
        put(0x80U | (c & 0x3FU));
    } else if (c < 0x10000) {
        put(0xE0U | (c >> 12U));
        put(0x80U | ((c >> 6U) & 0x3FU));
        put(0x80U | (c & 0x3FU));
    } else {
        put(0xF0U | (c >> 18U));
        put(0x80U | ((c >> 12U) & 0x3FU));
        put(0x80U | ((c >> 6U) & 0x3FU));
        put(0x80U | (c & 0x3FU));
    }
}

bool is_combining_mark(char32_t c) { return c >= 0x300 && c <= 0x36F; }

} // namespace

std::string fold_case(std::string_view text)
{
    std::string folded;
    for (std::size_t at = 0; at < text.size();)
        append(folded, lower(next_character(text, at)));
    return folded;
}

std::string fold_login(std::string_view text)
{
    std::string folded;
    for (std::size_t at = 0; at < text.size();) {
        auto const c = next_character(text, at);
        if (!is_combining_mark(c))
            append(folded, without_mark(lower(c)));
    }
    return folded;
}

std::size_t character_count(std::string_view text)
{
    std::size_t count = 0;
    for (char const c : text)
        count += (static_cast<std::uint8_t>(c) & 0xC0U) != 0x80U;
    return count;
}

bool has_four_byte_character(std::string_view text)
{
    for (char const c : text) {
        if (static_cast<std::uint8_t>(c) >= 0xF0)
            return true;
    }
    return false;
}

std::string okta_time(time_point instant)
{
    auto const second = std::chrono::floor<std::chrono::seconds>(instant);
    auto text = to_rfc3339(second);
    text.pop_back();
    auto digits = std::to_string((instant - second).count());
    return text + '.' + std::string(3 - digits.size(), '0') + digits + 'Z';
}

std::vector<std::string> split_path(std::string_view path)
{
    std::vector<std::string> parts;
    if (path.starts_with('/'))
        path.remove_prefix(1);
    while (true) {
        auto const slash = path.find('/');
        parts.emplace_back(path.substr(0, slash));
        if (slash == std::string_view::npos)
            return parts;
        path.remove_prefix(slash + 1);
    }
}

std::string base32(std::string_view bytes)
{
    constexpr std::string_view alphabet = "ABCDEFGHIJKLMNOPQRSTUVWXYZ234567";
    std::string encoded;
    std::uint32_t buffer = 0;
    int bits = 0;
    for (char const c : bytes) {
        buffer = (buffer << 8U) | static_cast<std::uint8_t>(c);
        for (bits += 8; bits >= 5; bits -= 5)
            encoded += alphabet[(buffer >> static_cast<unsigned>(bits - 5)) & 31U];
    }
    if (bits > 0)
        encoded += alphabet[(buffer << static_cast<unsigned>(5 - bits)) & 31U];
    return encoded;
}

} // namespace jmld::okta_sim
