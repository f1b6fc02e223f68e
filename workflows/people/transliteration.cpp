// Names to logins: which letter of a–z stands for a letter with a mark, and what is written out. Only the Latin script
// has counterparts here; other scripts give nothing, and the caller falls back to an id.
#include "workflows/people/profile.hpp"

#include <algorithm>
#include <array>
#include <cstdint>
#include <string>
#include <utility>

namespace jmld::workflows {

namespace {

// One character for each code point of the range; `?` is written out below, `-` has no counterpart.
constexpr std::string_view latin_c0 =
    "aaaaaa?ceeeeiiiidnooooo-ouuuuy??aaaaaa?ceeeeiiiidnooooo-ouuuuy?yaaaaaaccccccccddddeeeeeeeeeegggg"
    "gggghhhhiiiiiiiiii??jjkkkllllllllllnnnnnnnnnoooooo??rrrrrrssssssssttttttuuuuuuuuuuuuwwyyyzzzzzzs"
    "bbbb---ccdddd--e-ffg---ikkl--nnooo--pp-----ttttuu-vyyzz-------------?????????aaiioouuuuuuuuuueaa"
    "aa??ggggkkoooo--j???gg--nnaa??ooaaaaeeeeiiiioooorrrruuuusstt--hhnd--zzaaeeooooooooyylntj--acclts"
    "z--bu-eejj--rryy";
constexpr std::string_view latin_1e00 =
    "aabbbbbbccddddddddddeeeeeeeeeeffgghhhhhhhhhhiiiikkkkkkllllllllmmmmmmnnnnnnnnoooooooopppprrrrrrrr"
    "ssssssssssttttttttuuuuuuuuuuvvvvwwwwwwwwwwxxxxyyzzzzzzhtwyasss?-aaaaaaaaaaaaaaaaaaaaaaaaeeeeeeee"
    "eeeeeeeeiiiioooooooooooooooooooooooouuuuuuuuuuuuuuyyyyyyyy----yy";

struct written_out
{
    char32_t letter;
    std::string_view text;
};
constexpr std::array<written_out, 26> written{
    {{0xC6, "ae"},  {0xDE, "th"},  {0xDF, "ss"},  {0xE6, "ae"},  {0xFE, "th"},  {0x132, "ij"}, {0x133, "ij"},
     {0x152, "oe"}, {0x153, "oe"}, {0x1C4, "dz"}, {0x1C5, "dz"}, {0x1C6, "dz"}, {0x1C7, "lj"}, {0x1C8, "lj"},
     {0x1C9, "lj"}, {0x1CA, "nj"}, {0x1CB, "nj"}, {0x1CC, "nj"}, {0x1E2, "ae"}, {0x1E3, "ae"}, {0x1F1, "dz"},
     {0x1F2, "dz"}, {0x1F3, "dz"}, {0x1FC, "ae"}, {0x1FD, "ae"}, {0x1E9E, "ss"}}};

std::string_view counterpart(char32_t letter)
{
    static constexpr std::string_view lower = "abcdefghijklmnopqrstuvwxyz";
    static constexpr std::string_view digits = "0123456789";
    if (letter >= U'a' && letter <= U'z')
        return lower.substr(letter - U'a', 1);
    if (letter >= U'A' && letter <= U'Z')
        return lower.substr(letter - U'A', 1);
    if (letter >= U'0' && letter <= U'9')
        return digits.substr(letter - U'0', 1);
    std::string_view mark;
    if (letter >= 0xC0 && letter < 0xC0 + latin_c0.size())
        mark = latin_c0.substr(letter - 0xC0, 1);
    else if (letter >= 0x1E00 && letter < 0x1E00 + latin_1e00.size())
        mark = latin_1e00.substr(letter - 0x1E00, 1);
    if (mark == "?")
        for (const auto& entry : written)
            if (entry.letter == letter)
                return entry.text;
    return mark == "-" || mark == "?" ? std::string_view{} : mark;
}

struct decoded
{
    char32_t letter = 0;
    std::size_t bytes = 0; ///< 0: no valid character begins here
};

decoded decode(std::string_view text)
{
    const auto lead = static_cast<std::uint8_t>(text[0]);
    const std::size_t bytes = lead < 0x80 ? 1 : lead >= 0xF0 ? 4 : lead >= 0xE0 ? 3 : lead >= 0xC2 ? 2 : 0;
    if (bytes == 0 || bytes > text.size() || lead > 0xF4)
        return {};
    if (bytes == 1)
        return {lead, 1};
    auto letter = static_cast<char32_t>(lead & (0xFFU >> (bytes + 1)));
    for (std::size_t i = 1; i < bytes; ++i) {
        const auto next = static_cast<std::uint8_t>(text[i]);
        if ((next & 0xC0U) != 0x80U)
            return {};
        letter = (letter << 6) | (next & 0x3FU);
    }
    return {letter, bytes};
}

} // namespace

std::string transliterate(std::string_view name)
{
    std::string latin;
    while (!name.empty()) {
        const auto next = decode(name);
        if (next.bytes != 0)
            latin += counterpart(next.letter);
        name.remove_prefix(std::max<std::size_t>(next.bytes, 1));
    }
    return latin;
}

std::string storable(std::string_view text)
{
    std::string kept;
    while (!text.empty()) {
        const auto next = decode(text);
        if (next.bytes >= 1 && next.bytes <= 3)
            kept += text.substr(0, next.bytes);
        text.remove_prefix(std::max<std::size_t>(next.bytes, 1));
    }
    // A dropped character must not leave its blanks behind.
    std::string trimmed;
    for (const char c : kept)
        if (c != ' ' || (!trimmed.empty() && trimmed.back() != ' '))
            trimmed += c;
    while (!trimmed.empty() && trimmed.back() == ' ')
        trimmed.pop_back();
    return trimmed;
}

} // namespace jmld::workflows
