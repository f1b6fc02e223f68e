// Two primes found from hashes of the id, the rest of an RSA key computed from them. What the tokens say is decided
// elsewhere.
#include "connectors/okta_sim/signing_key.hpp"

#include "connectors/openssl_owned.hpp"
#include "engine/digest.hpp"
#include "engine/json/json.hpp"

#include <fmt/format.h>
#include <openssl/bn.h>
#include <openssl/core_names.h>
#include <openssl/evp.h>
#include <openssl/param_build.h>

#include <array>
#include <stdexcept>

namespace jmld::okta_sim {
namespace {

using openssl::digest_context;
using openssl::key;
using openssl::key_context;
using openssl::number;
using openssl::parameter_builder;
using openssl::parameters;
using openssl::scratch;

constexpr int prime_bits = 1024;
constexpr BN_ULONG public_exponent = 65537;

number made() { return number(BN_new()); }

const unsigned char* bytes(std::string_view text) { return reinterpret_cast<const unsigned char*>(text.data()); }

std::string big_endian(const number& from)
{
    std::string text(static_cast<std::size_t>(BN_num_bytes(from.get())), '\0');
    BN_bn2bin(from.get(), reinterpret_cast<unsigned char*>(text.data()));
    return text;
}

/// The first prime behind a number of hashes that fits the exponent.
number prime(const std::string& drawn_from, BN_CTX* context)
{
    std::string digits;
    for (int part = 0; digits.size() * 8 < prime_bits; ++part)
        digits += digest::view(digest::sha256(fmt::format("{}|{}", drawn_from, part)));
    number found(BN_bin2bn(bytes(digits), prime_bits / 8, nullptr));
    // The two highest bits make the product as long as it should be.
    BN_set_bit(found.get(), prime_bits - 1);
    BN_set_bit(found.get(), prime_bits - 2);
    BN_set_bit(found.get(), 0);
    while (BN_check_prime(found.get(), context, nullptr) != 1 || BN_mod_word(found.get(), public_exponent) == 1)
        BN_add_word(found.get(), 2);
    return found;
}

} // namespace

struct signing_key::material
{
    key pair;
    std::string kid;
};

signing_key::signing_key(std::string kid) : held_(std::make_unique<material>())
{
    scratch const context(BN_CTX_new());
    auto const p = prime(kid + " p", context.get()), q = prime(kid + " q", context.get());
    auto const e = made(), n = made(), p1 = made(), q1 = made(), phi = made(), d = made(), dp = made(), dq = made(),
               qi = made();
    BN_set_word(e.get(), public_exponent);
    BN_mul(n.get(), p.get(), q.get(), context.get());
    BN_sub(p1.get(), p.get(), BN_value_one());
    BN_sub(q1.get(), q.get(), BN_value_one());
    BN_mul(phi.get(), p1.get(), q1.get(), context.get());
    BN_mod_inverse(d.get(), e.get(), phi.get(), context.get());
    BN_mod(dp.get(), d.get(), p1.get(), context.get());
    BN_mod(dq.get(), d.get(), q1.get(), context.get());
    BN_mod_inverse(qi.get(), q.get(), p.get(), context.get());
    parameter_builder const builder(OSSL_PARAM_BLD_new());
    std::array<std::pair<const char*, BIGNUM*>, 8> const parts{{{OSSL_PKEY_PARAM_RSA_N, n.get()},
                                                                {OSSL_PKEY_PARAM_RSA_E, e.get()},
                                                                {OSSL_PKEY_PARAM_RSA_D, d.get()},
                                                                {OSSL_PKEY_PARAM_RSA_FACTOR1, p.get()},
                                                                {OSSL_PKEY_PARAM_RSA_FACTOR2, q.get()},
                                                                {OSSL_PKEY_PARAM_RSA_EXPONENT1, dp.get()},
                                                                {OSSL_PKEY_PARAM_RSA_EXPONENT2, dq.get()},
                                                                {OSSL_PKEY_PARAM_RSA_COEFFICIENT1, qi.get()}}};
    for (auto const& [name, content] : parts)
        OSSL_PARAM_BLD_push_BN(builder.get(), name, content);
    parameters const built(OSSL_PARAM_BLD_to_param(builder.get()));
    key_context const maker(EVP_PKEY_CTX_new_from_name(nullptr, "RSA", nullptr));
    EVP_PKEY* pair = nullptr;
    if (EVP_PKEY_fromdata_init(maker.get()) != 1 ||
        EVP_PKEY_fromdata(maker.get(), &pair, EVP_PKEY_KEYPAIR, built.get()) != 1)
        throw std::runtime_error("OpenSSL refuses an RSA key made of two primes");
    held_->pair = key(pair);
    auto const modulus = digest::base64url(big_endian(n)), exponent = digest::base64url(big_endian(e));
    held_->kid = std::move(kid);
    public_ = engine::value::map(
        {{"kty", "RSA"}, {"alg", "RS256"}, {"kid", held_->kid}, {"use", "sig"}, {"e", exponent}, {"n", modulus}});
}

signing_key::~signing_key() = default;
signing_key::signing_key(signing_key&&) noexcept = default;

std::string signing_key::sign(const engine::value& claims, std::string_view type) const
{
    auto header = engine::value::map({{"kid", held_->kid}, {"alg", "RS256"}});
    if (!type.empty())
        header = header.with("typ", type);
    auto text = digest::base64url(engine::json::write(header)) + "." + digest::base64url(engine::json::write(claims));
    digest_context const context(EVP_MD_CTX_new());
    std::size_t length = 0;
    std::string signature;
    if (EVP_DigestSignInit(context.get(), nullptr, EVP_sha256(), nullptr, held_->pair.get()) == 1 &&
        EVP_DigestSign(context.get(), nullptr, &length, bytes(text), text.size()) == 1)
    {
        signature.resize(length);
        EVP_DigestSign(context.get(), reinterpret_cast<unsigned char*>(signature.data()), &length, bytes(text),
                       text.size());
    }
    return text + "." + digest::base64url(signature);
}

} // namespace jmld::okta_sim
