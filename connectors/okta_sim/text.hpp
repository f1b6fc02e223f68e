// Small text rules of Okta: how logins compare, how its timestamps look, patterns with `*`. No grammar of filters
// (filter.hpp) and no URL handling (http_message.hpp) here.
#pragma once

#include "engine/time.hpp"

#include <string>
#include <string_view>
#include <vector>

namespace jmld::okta_sim {

/// Lower case, beyond ASCII for Latin, Greek and Cyrillic.
std::string fold_case(std::string_view text);
/// Lower case and without diacritics: two logins that agree in this are one login.
std::string fold_login(std::string_view text);
/// Number of characters, not bytes.
std::size_t character_count(std::string_view text);
/// Some character above U+FFFF, which Okta cannot store.
bool has_four_byte_character(std::string_view text);

/// `2020-08-27T18:14:15.000Z`, always with milliseconds.
std::string okta_time(time_point instant);

/// `/a//b` → {"", …} is not made: the parts between slashes, without a leading empty one.
std::vector<std::string> split_path(std::string_view path);
/// Base32 without padding; Okta names standard role assignments by it.
std::string base32(std::string_view bytes);

} // namespace jmld::okta_sim
