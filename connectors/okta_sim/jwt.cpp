// Decoding and checking JSON Web Tokens with OpenSSL. Claims are judged by whoever asked for the token.
#include "connectors/okta_sim/jwt.hpp"

#include "connectors/openssl_owned.hpp"
#include "engine/digest.hpp"
#include "engine/json/json.hpp"

#include <fmt/format.h>
#include <openssl/bn.h>
#include <openssl/core_names.h>
#include <openssl/ecdsa.h>
#include <openssl/evp.h>
#include <openssl/param_build.h>

#include <memory>

namespace jmld::okta_sim {
namespace {

using openssl::digest_context;
using openssl::ecdsa_signature;
using openssl::key;
using openssl::key_context;
using openssl::number;
using openssl::parameter_builder;
using openssl::parameters;

const unsigned char* bytes(std::string_view text) { return reinterpret_cast<const unsigned char*>(text.data()); }

std::string decoded(const engine::value& part) { return digest::base64url_decode(part.text_or()).value_or(""); }

key make_key(const char* type, OSSL_PARAM_BLD* builder)
{
    parameters const built(OSSL_PARAM_BLD_to_param(builder));
    key_context const context(EVP_PKEY_CTX_new_from_name(nullptr, type, nullptr));
    EVP_PKEY* made = nullptr;
    if (!built || !context || EVP_PKEY_fromdata_init(context.get()) != 1 ||
        EVP_PKEY_fromdata(context.get(), &made, EVP_PKEY_PUBLIC_KEY, built.get()) != 1)
        return nullptr;
    return key(made);
}

key rsa_key(const engine::value& jwk)
{
    auto const n = decoded(jwk["n"]);
    auto const e = decoded(jwk["e"]);
    if (n.empty() || e.empty())
        return nullptr;
    number const modulus(BN_bin2bn(bytes(n), static_cast<int>(n.size()), nullptr));
    number const exponent(BN_bin2bn(bytes(e), static_cast<int>(e.size()), nullptr));
    parameter_builder const builder(OSSL_PARAM_BLD_new());
    OSSL_PARAM_BLD_push_BN(builder.get(), OSSL_PKEY_PARAM_RSA_N, modulus.get());
    OSSL_PARAM_BLD_push_BN(builder.get(), OSSL_PKEY_PARAM_RSA_E, exponent.get());
    return make_key("RSA", builder.get());
}

key ec_key(const engine::value& jwk)
{
    auto const curve = jwk["crv"].text_or();
    auto const x = decoded(jwk["x"]);
    auto const y = decoded(jwk["y"]);
    if (curve.empty() || x.empty() || x.size() != y.size())
        return nullptr;
    auto const point = std::string(1, '\4') + x + y;
    parameter_builder const builder(OSSL_PARAM_BLD_new());
    OSSL_PARAM_BLD_push_utf8_string(builder.get(), OSSL_PKEY_PARAM_GROUP_NAME, curve.c_str(), 0);
    OSSL_PARAM_BLD_push_octet_string(builder.get(), OSSL_PKEY_PARAM_PUB_KEY, point.data(), point.size());
    return make_key("EC", builder.get());
}

// JOSE writes r and s side by side, OpenSSL wants them in DER.
std::string der_signature(std::string_view raw)
{
    auto const half = raw.size() / 2;
    ecdsa_signature const pair(ECDSA_SIG_new());
    auto* const r = BN_bin2bn(bytes(raw), static_cast<int>(half), nullptr);
    auto* const s = BN_bin2bn(bytes(raw.substr(half)), static_cast<int>(raw.size() - half), nullptr);
    ECDSA_SIG_set0(pair.get(), r, s);
    unsigned char* encoded = nullptr;
    auto const length = i2d_ECDSA_SIG(pair.get(), &encoded);
    std::string der(reinterpret_cast<const char*>(encoded), length > 0 ? static_cast<std::size_t>(length) : 0);
    OPENSSL_free(encoded);
    return der;
}

const EVP_MD* hash_of(std::string_view algorithm)
{
    if (algorithm.ends_with("256"))
        return EVP_sha256();
    if (algorithm.ends_with("384"))
        return EVP_sha384();
    return algorithm.ends_with("512") ? EVP_sha512() : nullptr;
}

} // namespace

result<jwt> jwt::read(std::string_view compact)
{
    auto const first = compact.find('.');
    auto const second = first == std::string_view::npos ? first : compact.find('.', first + 1);
    if (second == std::string_view::npos || compact.find('.', second + 1) != std::string_view::npos)
        return failure(errc::invalid_input, "a token has three parts");
    auto const head = digest::base64url_decode(compact.substr(0, first));
    auto const body = digest::base64url_decode(compact.substr(first + 1, second - first - 1));
    auto const signature = digest::base64url_decode(compact.substr(second + 1));
    if (!head || !body || !signature)
        return failure(errc::invalid_input, "a part of the token is not base64url");
    auto header = engine::json::parse(*head);
    auto claims = engine::json::parse(*body);
    if (!header || !claims || !header->is_map() || !claims->is_map())
        return failure(errc::invalid_input, "header and claims must be JSON objects");
    return jwt{*header, *claims, std::string(compact.substr(0, second)), *signature};
}

bool verify(const jwt& token, const engine::value& jwk)
{
    auto const algorithm = token.header["alg"].text_or();
    auto const* const hash = hash_of(algorithm);
    bool const rsa = algorithm.starts_with("RS") && jwk["kty"].text_or() == "RSA";
    bool const ec = algorithm.starts_with("ES") && jwk["kty"].text_or() == "EC";
    if (hash == nullptr || (!rsa && !ec))
        return false;
    auto const public_key = rsa ? rsa_key(jwk) : ec_key(jwk);
    digest_context const context(EVP_MD_CTX_new());
    if (!public_key || EVP_DigestVerifyInit(context.get(), nullptr, hash, nullptr, public_key.get()) != 1)
        return false;
    auto const signature = rsa ? token.signature : der_signature(token.signature);
    auto const& text = token.signed_part;
    return EVP_DigestVerify(context.get(), bytes(signature), signature.size(), bytes(text), text.size()) == 1;
}

std::string thumbprint(const engine::value& jwk)
{
    auto const type = jwk["kty"].text_or();
    std::string canonical;
    if (type == "RSA")
        canonical = fmt::format(R"({{"e":"{}","kty":"RSA","n":"{}"}})", jwk["e"].text_or(), jwk["n"].text_or());
    if (type == "EC")
        canonical = fmt::format(R"({{"crv":"{}","kty":"EC","x":"{}","y":"{}"}})", jwk["crv"].text_or(),
                                jwk["x"].text_or(), jwk["y"].text_or());
    return canonical.empty() ? canonical : digest::base64url(digest::view(digest::sha256(canonical)));
}

} // namespace jmld::okta_sim
