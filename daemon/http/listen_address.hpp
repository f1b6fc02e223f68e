// Where to listen, read from text. It binds nothing and looks no name up.
#pragma once

#include "engine/result.hpp"

#include <boost/asio/generic/stream_protocol.hpp>

#include <string>
#include <string_view>

namespace jmld::http {

struct listen_address
{
    boost::asio::generic::stream_protocol::endpoint endpoint;
    std::string socket_path; ///< empty for TCP
    std::string text;        ///< as it was given
};

/// `127.0.0.1:8441`, `[::1]:0` or `unix:/absolute/path`. Errors: invalid_input.
result<listen_address> parse_listen_address(std::string_view text);

} // namespace jmld::http
