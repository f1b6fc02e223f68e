// The way to the organisation of a configuration: a client of its origin, and who we are to it. Used by the daemon and
// by whoever looks at a configuration before the daemon runs; it sends nothing.
#pragma once

#include "config/settings.hpp"
#include "connectors/http_client.hpp"
#include "connectors/okta/auth.hpp"
#include "connectors/okta/check.hpp"
#include "daemon/rule_book.hpp"

#include <boost/asio/any_io_executor.hpp>

#include <memory>
#include <string>
#include <vector>

namespace jmld::daemon {

struct okta_connection
{
    std::unique_ptr<http::transport> transport;
    std::unique_ptr<okta::authenticator> credentials;
};

/// Errors: what is wrong with `okta:` of the settings, or with the secret that it names.
result<okta_connection> connect_okta(const boost::asio::any_io_executor& executor,
                                     const config::okta_settings& settings, const std::string& credentials_directory,
                                     runtime::clock& time, random_source& random);

/// The scopes that jmld itself and the workflows in force need.
std::vector<okta::needed_scope> needed_scopes(const rule_book& rules);

} // namespace jmld::daemon
