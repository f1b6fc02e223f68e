// SHA-256, HMAC-SHA-256 and the base64 spellings, for every room: content hashes, identities, signatures. It keeps no
// keys and is no general cryptography; signing with private keys lives with whoever holds them.
#pragma once

#include <array>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace jmld::digest {

using sha256_bytes = std::array<std::uint8_t, 32>;

sha256_bytes sha256(std::string_view content);
/// 64 lower-case hex digits.
std::string sha256_hex(std::string_view content);
sha256_bytes hmac_sha256(std::string_view key, std::string_view content);

std::string hex(std::string_view bytes);
std::string_view view(const sha256_bytes& bytes);

std::string base64(std::string_view bytes);
/// Strict: alphabet, padding, no white space; nothing for anything else.
std::optional<std::string> base64_decode(std::string_view text);
/// RFC 4648 §5 without padding, as JOSE wants it.
std::string base64url(std::string_view bytes);
std::optional<std::string> base64url_decode(std::string_view text);

/// Takes as long whether or not they agree; different lengths are unequal.
bool equal_in_constant_time(std::string_view left, std::string_view right);

} // namespace jmld::digest
