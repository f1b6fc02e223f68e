// Mozilla's intermediate profile without DHE, for both directions. It reads the files it is told to and never asks for
// a passphrase.
#include "connectors/tls_context.hpp"

#include <boost/asio/ssl/context.hpp>

#include <openssl/ssl.h>
#include <openssl/x509v3.h>

#include <algorithm>
#include <cctype>

namespace jmld::http {

namespace asio = boost::asio;
using boost::system::error_code;
using context_pointer = std::shared_ptr<asio::ssl::context>;

namespace {

constexpr const char* suites_1_2 =
    "ECDHE-ECDSA-AES128-GCM-SHA256:ECDHE-RSA-AES128-GCM-SHA256:ECDHE-ECDSA-AES256-GCM-SHA384:"
    "ECDHE-RSA-AES256-GCM-SHA384:ECDHE-ECDSA-CHACHA20-POLY1305:ECDHE-RSA-CHACHA20-POLY1305";
constexpr const char* groups = "X25519:P-256:P-384";
constexpr unsigned char http_1_1[] = {8, 'h', 't', 't', 'p', '/', '1', '.', '1'};

context_pointer common(asio::ssl::context::method method)
{
    auto context = std::make_shared<asio::ssl::context>(method);
    SSL_CTX* const native = context->native_handle();
    SSL_CTX_set_min_proto_version(native, TLS1_2_VERSION);
    SSL_CTX_set_options(native, SSL_OP_NO_COMPRESSION | SSL_OP_NO_RENEGOTIATION | SSL_OP_CIPHER_SERVER_PREFERENCE);
    SSL_CTX_set_cipher_list(native, suites_1_2);
    SSL_CTX_set1_groups_list(native, groups);
    SSL_CTX_set_session_cache_mode(native, SSL_SESS_CACHE_OFF);
    SSL_CTX_set_mode(native, SSL_MODE_RELEASE_BUFFERS);
    return context;
}

// A client that names protocols must name ours; one that names none is served.
int choose_protocol(SSL*, const unsigned char** chosen, unsigned char* length, const unsigned char* offered,
                    unsigned int offered_length, void*)
{
    unsigned char* found = nullptr;
    auto const how = SSL_select_next_proto(&found, length, http_1_1, sizeof(http_1_1), offered, offered_length);
    *chosen = found;
    return how == OPENSSL_NPN_NEGOTIATED ? SSL_TLSEXT_ERR_OK : SSL_TLSEXT_ERR_ALERT_FATAL;
}

int no_passphrase(char*, int, int, void*) { return 0; }

std::string lower(std::string text)
{
    std::transform(text.begin(), text.end(), text.begin(),
                   [](unsigned char c) { return static_cast<char>(std::tolower(c)); });
    return text;
}

// Nothing is demanded: other senders on the same listener sign their deliveries instead.
result<void> accept_clients_of(asio::ssl::context& context, const std::string& ca_file)
{
    SSL_CTX* const native = context.native_handle();
    error_code failed;
    context.load_verify_file(ca_file, failed);
    auto* const authorities = failed ? nullptr : SSL_load_client_CA_file(ca_file.c_str());
    if (authorities == nullptr)
        return failure(errc::invalid_input, "client certificates' authorities " + ca_file + ": cannot be read",
                       "give a PEM file of the authorities whose clients are believed");
    SSL_CTX_set_client_CA_list(native, authorities);
    SSL_CTX_set_verify(native, SSL_VERIFY_PEER, nullptr);
    return {};
}

} // namespace

result<context_pointer> server_tls(const std::string& certificate_file, const std::string& key_file,
                                   const std::string& key_pem, const std::string& client_ca_file)
{
    auto context = common(asio::ssl::context::tls_server);
    SSL_CTX* const native = context->native_handle();
    SSL_CTX_set_options(native, SSL_OP_NO_TICKET);
    SSL_CTX_set_num_tickets(native, 0);
    SSL_CTX_set_alpn_select_cb(native, choose_protocol, nullptr);
    SSL_CTX_set_default_passwd_cb(native, no_passphrase);

    error_code failed;
    context->use_certificate_chain_file(certificate_file, failed);
    if (failed)
        return failure(errc::invalid_input, "TLS certificate " + certificate_file + ": " + failed.message(),
                       "give a PEM file with the certificate first, then its chain");
    auto const key_name = key_pem.empty() ? "TLS key " + key_file : std::string("TLS key");
    if (key_pem.empty())
        context->use_private_key_file(key_file, asio::ssl::context::pem, failed);
    else
        context->use_private_key(asio::buffer(key_pem), asio::ssl::context::pem, failed);
    if (failed)
        return failure(errc::invalid_input, key_name + ": " + failed.message(),
                       "give an unencrypted PEM private key of the certificate");
    if (SSL_CTX_check_private_key(native) != 1)
        return failure(errc::invalid_input, key_name + " does not belong to the certificate " + certificate_file);
    if (!client_ca_file.empty())
        if (auto const ready = accept_clients_of(*context, client_ca_file); !ready)
            return std::unexpected(ready.error());
    return context;
}

std::vector<std::string> names_of_peer(ssl_st* connection)
{
    const std::unique_ptr<X509, decltype(&X509_free)> shown(SSL_get1_peer_certificate(connection), X509_free);
    if (!shown || SSL_get_verify_result(connection) != X509_V_OK)
        return {};
    const std::unique_ptr<GENERAL_NAMES, decltype(&GENERAL_NAMES_free)> all(
        static_cast<GENERAL_NAMES*>(X509_get_ext_d2i(shown.get(), NID_subject_alt_name, nullptr, nullptr)),
        GENERAL_NAMES_free);
    std::vector<std::string> names;
    for (int i = 0; all && i < sk_GENERAL_NAME_num(all.get()); ++i) {
        const auto* name = sk_GENERAL_NAME_value(all.get(), i);
        if (name->type != GEN_DNS && name->type != GEN_EMAIL && name->type != GEN_URI)
            continue;
        const auto* text = name->d.ia5;
        names.push_back(lower({reinterpret_cast<const char*>(ASN1_STRING_get0_data(text)),
                               static_cast<std::size_t>(ASN1_STRING_length(text))}));
    }
    return names;
}

result<context_pointer> client_tls(const std::string& ca_file)
{
    auto context = common(asio::ssl::context::tls_client);
    SSL_CTX* const native = context->native_handle();
    SSL_CTX_set_alpn_protos(native, http_1_1, sizeof(http_1_1));
    SSL_CTX_set_verify(native, SSL_VERIFY_PEER, nullptr);
    error_code failed;
    if (ca_file.empty())
        context->set_default_verify_paths(failed);
    else
        context->load_verify_file(ca_file, failed);
    if (failed)
        return failure(errc::invalid_input,
                       "trusted certificates " + (ca_file.empty() ? "of the system" : ca_file) + ": " +
                           failed.message(),
                       "give a PEM file of the certificate authorities to trust");
    return context;
}

} // namespace jmld::http
