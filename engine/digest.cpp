// Thin over OpenSSL's libcrypto; it adds only strictness to base64. No key outlives the call.
#include "engine/digest.hpp"

#include <openssl/crypto.h>
#include <openssl/evp.h>
#include <openssl/hmac.h>

#include <algorithm>
#include <stdexcept>

namespace jmld::digest {

namespace {
constexpr std::string_view standard = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
constexpr std::string_view for_urls = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_";

std::string encode(std::string_view bytes, std::string_view alphabet, bool padded)
{
    std::string text;
    text.reserve((bytes.size() + 2) / 3 * 4);
    for (std::size_t at = 0; at < bytes.size(); at += 3) {
        std::uint32_t group = 0;
        const auto count = std::min<std::size_t>(3, bytes.size() - at);
        for (std::size_t i = 0; i < 3; ++i)
            group = group << 8 | (i < count ? static_cast<std::uint8_t>(bytes[at + i]) : 0U);
        for (std::size_t i = 0; i <= count; ++i)
            text += alphabet[group >> (18 - 6 * i) & 63U];
        if (padded)
            text.append(3 - count, '=');
    }
    return text;
}

std::optional<std::string> decode(std::string_view text, std::string_view alphabet)
{
    std::string bytes;
    std::uint32_t group = 0;
    int bits = 0;
    for (const char c : text) {
        const auto value = alphabet.find(c);
        if (value == std::string_view::npos)
            return std::nullopt;
        group = group << 6 | static_cast<std::uint32_t>(value);
        bits += 6;
        if (bits >= 8) {
            bits -= 8;
            bytes += static_cast<char>(group >> bits & 255U);
        }
    }
    // A lone last character, or bits beyond the last byte that are not zero, are no encoding of anything.
    if (text.size() % 4 == 1 || (group & ((1U << bits) - 1U)) != 0)
        return std::nullopt;
    return bytes;
}
} // namespace

sha256_bytes sha256(std::string_view content)
{
    sha256_bytes bytes{};
    if (EVP_Digest(content.data(), content.size(), bytes.data(), nullptr, EVP_sha256(), nullptr) != 1)
        throw std::runtime_error("SHA-256 is not available in this OpenSSL");
    return bytes;
}

std::string_view view(const sha256_bytes& bytes) { return {reinterpret_cast<const char*>(bytes.data()), bytes.size()}; }

std::string hex(std::string_view bytes)
{
    static constexpr char digits[] = "0123456789abcdef";
    std::string text;
    text.reserve(bytes.size() * 2);
    for (const char c : bytes) {
        text += digits[static_cast<std::uint8_t>(c) >> 4];
        text += digits[static_cast<std::uint8_t>(c) & 15];
    }
    return text;
}

std::string sha256_hex(std::string_view content) { return hex(view(sha256(content))); }

sha256_bytes hmac_sha256(std::string_view key, std::string_view content)
{
    sha256_bytes bytes{};
    unsigned int length = 0;
    if (HMAC(EVP_sha256(), key.data(), static_cast<int>(key.size()),
             reinterpret_cast<const unsigned char*>(content.data()), content.size(), bytes.data(), &length) == nullptr)
        throw std::runtime_error("HMAC-SHA-256 is not available in this OpenSSL");
    return bytes;
}

std::string base64(std::string_view bytes) { return encode(bytes, standard, true); }
std::string base64url(std::string_view bytes) { return encode(bytes, for_urls, false); }

std::optional<std::string> base64_decode(std::string_view text)
{
    if (text.size() % 4 != 0)
        return std::nullopt;
    for (int padding = 0; padding < 2 && text.ends_with('='); ++padding)
        text.remove_suffix(1);
    return decode(text, standard);
}

std::optional<std::string> base64url_decode(std::string_view text) { return decode(text, for_urls); }

bool equal_in_constant_time(std::string_view left, std::string_view right)
{
    return left.size() == right.size() && CRYPTO_memcmp(left.data(), right.data(), left.size()) == 0;
}

} // namespace jmld::digest
