// OpenSSL's objects owned as C++ owns things, for those who sign or verify here. It calls nothing else of the library.
#pragma once

#include <openssl/bn.h>
#include <openssl/ecdsa.h>
#include <openssl/evp.h>
#include <openssl/param_build.h>

#include <memory>

namespace jmld::openssl {

template <auto Free> struct freed_by
{
    template <class T> void operator()(T* owned) const { Free(owned); }
};

using number = std::unique_ptr<BIGNUM, freed_by<BN_free>>;
using scratch = std::unique_ptr<BN_CTX, freed_by<BN_CTX_free>>;
using key = std::unique_ptr<EVP_PKEY, freed_by<EVP_PKEY_free>>;
using key_context = std::unique_ptr<EVP_PKEY_CTX, freed_by<EVP_PKEY_CTX_free>>;
using digest_context = std::unique_ptr<EVP_MD_CTX, freed_by<EVP_MD_CTX_free>>;
using parameter_builder = std::unique_ptr<OSSL_PARAM_BLD, freed_by<OSSL_PARAM_BLD_free>>;
using parameters = std::unique_ptr<OSSL_PARAM, freed_by<OSSL_PARAM_free>>;
using ecdsa_signature = std::unique_ptr<ECDSA_SIG, freed_by<ECDSA_SIG_free>>;

} // namespace jmld::openssl
