// Certificates for tests, made when a test runs and never kept: each is its own authority. No trust is to be put in
// them.
#pragma once

#include <openssl/evp.h>
#include <openssl/pem.h>
#include <openssl/x509v3.h>

#include <memory>
#include <stdexcept>
#include <string>

namespace jmld::tests {

struct self_signed
{
    std::string certificate_pem;
    std::string key_pem;
};

struct certificate_wish
{
    std::string names = "DNS:localhost,IP:127.0.0.1"; ///< subjectAltName as OpenSSL writes it
    long valid_from_seconds = -3600;                  ///< counted from now
    long valid_to_seconds = 3600;
};

namespace detail {

inline std::string text_of(BIO* from)
{
    char* bytes = nullptr;
    auto const size = BIO_get_mem_data(from, &bytes);
    return {bytes, static_cast<std::size_t>(size)};
}

inline void extend(X509* certificate, int what, const std::string& text)
{
    X509V3_CTX context;
    X509V3_set_ctx_nodb(&context);
    X509V3_set_ctx(&context, certificate, certificate, nullptr, nullptr, 0);
    std::unique_ptr<X509_EXTENSION, decltype(&X509_EXTENSION_free)> extension(
        X509V3_EXT_conf_nid(nullptr, &context, what, text.c_str()), X509_EXTENSION_free);
    if (!extension || X509_add_ext(certificate, extension.get(), -1) != 1)
        throw std::runtime_error("OpenSSL refuses the extension " + text);
}

} // namespace detail

inline self_signed make_self_signed(const certificate_wish& wish = {})
{
    std::unique_ptr<EVP_PKEY, decltype(&EVP_PKEY_free)> key(EVP_EC_gen("P-256"), EVP_PKEY_free);
    std::unique_ptr<X509, decltype(&X509_free)> certificate(X509_new(), X509_free);
    if (!key || !certificate)
        throw std::runtime_error("OpenSSL makes no key");
    X509_set_version(certificate.get(), X509_VERSION_3);
    ASN1_INTEGER_set(X509_get_serialNumber(certificate.get()), 1);
    X509_gmtime_adj(X509_getm_notBefore(certificate.get()), wish.valid_from_seconds);
    X509_gmtime_adj(X509_getm_notAfter(certificate.get()), wish.valid_to_seconds);
    auto* const name = X509_get_subject_name(certificate.get());
    auto const* const common = reinterpret_cast<const unsigned char*>("jmld test");
    X509_NAME_add_entry_by_txt(name, "CN", MBSTRING_ASC, common, -1, -1, 0);
    X509_set_issuer_name(certificate.get(), name);
    X509_set_pubkey(certificate.get(), key.get());
    detail::extend(certificate.get(), NID_basic_constraints, "critical,CA:TRUE");
    detail::extend(certificate.get(), NID_subject_alt_name, wish.names);
    if (X509_sign(certificate.get(), key.get(), EVP_sha256()) == 0)
        throw std::runtime_error("OpenSSL does not sign");

    std::unique_ptr<BIO, decltype(&BIO_free)> certificate_text(BIO_new(BIO_s_mem()), BIO_free);
    std::unique_ptr<BIO, decltype(&BIO_free)> key_text(BIO_new(BIO_s_mem()), BIO_free);
    PEM_write_bio_X509(certificate_text.get(), certificate.get());
    PEM_write_bio_PrivateKey(key_text.get(), key.get(), nullptr, nullptr, 0, nullptr, nullptr);
    return {detail::text_of(certificate_text.get()), detail::text_of(key_text.get())};
}

} // namespace jmld::tests
