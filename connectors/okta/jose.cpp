// OpenSSL 3 behind two small functions: read or make a key, sign a JWT. Error texts say what is accepted, never what
// was read.
#include "connectors/okta/jose.hpp"

#include "connectors/openssl_owned.hpp"
#include "engine/digest.hpp"
#include "engine/json/json.hpp"

#include <openssl/bn.h>
#include <openssl/core_names.h>
#include <openssl/ec.h>
#include <openssl/ecdsa.h>
#include <openssl/err.h>
#include <openssl/evp.h>
#include <openssl/pem.h>

#include <array>
#include <utility>
#include <vector>

namespace jmld::okta {

namespace {

constexpr int rsa_bits_min = 2048;
constexpr std::size_t p256_bytes = 32;
constexpr std::string_view accepted = "an RSA private key of at least 2048 bits, or one on the curve P-256, in PEM";

using big_number = openssl::number;
using memory_source = std::unique_ptr<BIO, openssl::freed_by<BIO_free>>;
using openssl::digest_context;
using openssl::ecdsa_signature;

/// Big endian, at least `width` bytes; empty when the key has no such parameter.
std::string number_bytes(EVP_PKEY* key, const char* name, std::size_t width)
{
    BIGNUM* raw = nullptr;
    if (EVP_PKEY_get_bn_param(key, name, &raw) != 1)
        return {};
    const big_number number(raw);
    const auto size = std::max(width, static_cast<std::size_t>(BN_num_bytes(number.get())));
    std::string bytes(size, '\0');
    if (BN_bn2binpad(number.get(), reinterpret_cast<unsigned char*>(bytes.data()), static_cast<int>(size)) < 0)
        return {};
    return bytes;
}

engine::value rsa_jwk(EVP_PKEY* key)
{
    return engine::value::map({{"kty", "RSA"},
                               {"n", digest::base64url(number_bytes(key, OSSL_PKEY_PARAM_RSA_N, 0))},
                               {"e", digest::base64url(number_bytes(key, OSSL_PKEY_PARAM_RSA_E, 0))}});
}

engine::value p256_jwk(EVP_PKEY* key)
{
    return engine::value::map({{"kty", "EC"},
                               {"crv", "P-256"},
                               {"x", digest::base64url(number_bytes(key, OSSL_PKEY_PARAM_EC_PUB_X, p256_bytes))},
                               {"y", digest::base64url(number_bytes(key, OSSL_PKEY_PARAM_EC_PUB_Y, p256_bytes))}});
}

bool is_p256(EVP_PKEY* key)
{
    std::array<char, 64> name{};
    std::size_t size = 0;
    if (EVP_PKEY_get_group_name(key, name.data(), name.size(), &size) != 1)
        return false;
    const std::string_view curve(name.data(), size);
    return curve == "prime256v1" || curve == "P-256";
}

/// JOSE wants r ‖ s, OpenSSL gives them in DER.
std::string raw_signature(const std::vector<unsigned char>& der)
{
    const auto* at = der.data();
    const ecdsa_signature parsed(d2i_ECDSA_SIG(nullptr, &at, static_cast<long>(der.size())));
    if (!parsed)
        return {};
    std::string raw(2 * p256_bytes, '\0');
    auto* out = reinterpret_cast<unsigned char*>(raw.data());
    if (BN_bn2binpad(ECDSA_SIG_get0_r(parsed.get()), out, p256_bytes) < 0 ||
        BN_bn2binpad(ECDSA_SIG_get0_s(parsed.get()), out + p256_bytes, p256_bytes) < 0)
        return {};
    return raw;
}

std::vector<unsigned char> sign_sha256(EVP_PKEY* key, std::string_view content)
{
    const digest_context context(EVP_MD_CTX_new());
    if (!context || EVP_DigestSignInit(context.get(), nullptr, EVP_sha256(), nullptr, key) != 1)
        return {};
    const auto* bytes = reinterpret_cast<const unsigned char*>(content.data());
    std::size_t size = 0;
    if (EVP_DigestSign(context.get(), nullptr, &size, bytes, content.size()) != 1)
        return {};
    std::vector<unsigned char> signature(size);
    if (EVP_DigestSign(context.get(), signature.data(), &size, bytes, content.size()) != 1)
        return {};
    signature.resize(size);
    return signature;
}

// Without it OpenSSL asks for a pass phrase on the terminal.
int no_pass_phrase(char*, int, int, void*) { return -1; }

} // namespace

result<signing_key> signing_key::from_pem(std::string_view pem)
{
    const memory_source source(BIO_new_mem_buf(pem.data(), static_cast<int>(pem.size())));
    key_pointer key(PEM_read_bio_PrivateKey(source.get(), nullptr, no_pass_phrase, nullptr), EVP_PKEY_free);
    ERR_clear_error();
    if (!key)
        return failure(errc::invalid_input, "the client's private key cannot be read",
                       "give " + std::string(accepted) + ", without a pass phrase");
    return from_key(std::move(key));
}

result<signing_key> signing_key::generate()
{
    key_pointer key(EVP_EC_gen("P-256"), EVP_PKEY_free);
    if (!key)
        return failure(errc::internal, "OpenSSL could not make a P-256 key");
    return from_key(std::move(key));
}

result<signing_key> signing_key::from_key(key_pointer key)
{
    signing_key made;
    if (EVP_PKEY_is_a(key.get(), "RSA") == 1 && EVP_PKEY_get_bits(key.get()) >= rsa_bits_min) {
        made.algorithm_ = "RS256";
        made.jwk_ = rsa_jwk(key.get());
    } else if (EVP_PKEY_is_a(key.get(), "EC") == 1 && is_p256(key.get())) {
        made.algorithm_ = "ES256";
        made.jwk_ = p256_jwk(key.get());
    } else {
        return failure(errc::invalid_input, "the client's private key is of a kind that is not supported",
                       "give " + std::string(accepted));
    }
    made.key_ = std::move(key);
    return made;
}

std::string signing_key::sign_jwt(const engine::value& header, const engine::value& claims) const
{
    const auto content = digest::base64url(engine::json::write(header.with("alg", algorithm_))) + "." +
                         digest::base64url(engine::json::write(claims));
    const auto der = sign_sha256(key_.get(), content);
    const auto signature = algorithm_ == "ES256" ? raw_signature(der) : std::string(der.begin(), der.end());
    ERR_clear_error();
    return signature.empty() ? std::string() : content + "." + digest::base64url(signature);
}

} // namespace jmld::okta
