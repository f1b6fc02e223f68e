// TLS settings, decided once: TLS 1.2 and 1.3, forward secret AEAD suites, no renegotiation, compression or session
// tickets. Whom a client trusts for which host is checked per connection, in byte_stream.
#pragma once

#include "engine/result.hpp"

#include <memory>
#include <string>
#include <vector>

namespace boost::asio::ssl {
class context;
}
struct ssl_st;

namespace jmld::http {

/// A server's identity: the certificate with its chain (PEM file), and the key as a PEM file or, when `key_pem` is not
/// empty, as text. With `client_ca_file` whoever connects may show a certificate of these authorities; one that does
/// not verify ends the handshake. Errors: invalid_input naming the file.
result<std::shared_ptr<boost::asio::ssl::context>> server_tls(const std::string& certificate_file,
                                                              const std::string& key_file, const std::string& key_pem,
                                                              const std::string& client_ca_file = {});

/// The alternative names (DNS, e-mail, URI; lower case) of the peer's verified certificate; empty when it showed none.
std::vector<std::string> names_of_peer(ssl_st* connection);

/// Verifies the peer against `ca_file` (PEM), or against the system's store when it is empty. Errors: invalid_input
/// naming the file.
result<std::shared_ptr<boost::asio::ssl::context>> client_tls(const std::string& ca_file);

} // namespace jmld::http
