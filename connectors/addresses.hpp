// Which addresses a request of a workflow may reach: the public ones. Everything that could lead back into the house —
// loopback, private, link-local, shared, reserved, and all of these wrapped in IPv6 — is refused.
#pragma once

#include <boost/asio/ip/address.hpp>

namespace jmld::http {

bool is_public(const boost::asio::ip::address& address);

} // namespace jmld::http
