// A request as the bytes that go over the wire, refusing what could be read as two requests. It sends nothing.
#pragma once

#include "connectors/http_message.hpp"
#include "engine/result.hpp"

#include <string>
#include <string_view>

namespace jmld::http {

/// Adds Host (unless given) and Content-Length; Transfer-Encoding, Content-Length and Connection of the caller are left
/// out. Errors: invalid_input (a method, target or header with characters that do not belong there).
result<std::string> write_request(const request& message, std::string_view host);

} // namespace jmld::http
