// The way to a host that lets jmld in as a person: every request gets that person's access token for the host, by
// cross-app access. One that is refused gets a fresh token once; nothing else is sent twice.
#pragma once

#include "config/settings.hpp"
#include "connectors/http_client.hpp"
#include "connectors/okta/id_jag.hpp"

#include <boost/asio/any_io_executor.hpp>

#include <functional>
#include <memory>
#include <string>

namespace jmld::daemon {

class id_jag_way final : public http::transport
{
public:
    using subject_reader = std::function<result<okta::subject_token>()>; ///< looked at each time: logins are renewed

    id_jag_way(std::unique_ptr<http::transport> host, std::unique_ptr<http::transport> provider,
               std::unique_ptr<http::transport> authorization_server, okta::id_jag_options options,
               subject_reader subject, runtime::clock& time, random_source& random);

    boost::asio::awaitable<result<http::response>> send(http::request message, duration timeout) override;

private:
    std::unique_ptr<http::transport> host_, provider_, authorization_server_;
    okta::id_jag access_;
    subject_reader subject_;
};

/// Around the way to the host itself. Errors: what is wrong with the settings or the secrets that they name.
result<std::unique_ptr<http::transport>>
with_id_jag(std::unique_ptr<http::transport> host, const config::id_jag_settings& settings,
            const config::okta_settings& okta, const std::string& credentials_directory,
            const boost::asio::any_io_executor& executor, runtime::clock& time, random_source& random);

/// What `jmlctl okta login` kept (its refresh token, else its id token), or a token alone of the given type.
result<okta::subject_token> subject_in(const std::string& text, const std::string& type);

} // namespace jmld::daemon
