// To whom a client talks, read from text once: scheme, host and port, or a unix socket. It resolves and connects
// nothing.
#pragma once

#include "engine/result.hpp"

#include <cstdint>
#include <string>
#include <string_view>

namespace jmld::http {

struct origin
{
    enum class kind : std::uint8_t { tcp, tls, unix_socket };
    kind scheme = kind::tcp;
    std::string host; ///< name or address, IPv6 without brackets
    std::uint16_t port = 0;
    std::string path; ///< of the unix socket

    /// What the Host header says; `localhost` for a unix socket.
    std::string host_header() const;
    /// For messages: `example.okta.com:443`, or the path.
    std::string name() const;
};

/// `https://host[:port]`, `http://host[:port]` (a `/` may follow) or `unix:/absolute/path`. Errors: invalid_input.
result<origin> parse_origin(std::string_view text);

} // namespace jmld::http
