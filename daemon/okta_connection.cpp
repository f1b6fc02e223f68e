// Settings in, parts out. Secrets are read here and handed on; no copy is kept.
#include "daemon/okta_connection.hpp"

#include "config/secrets.hpp"
#include "connectors/https_client.hpp"

#include <algorithm>
#include <map>

namespace jmld::daemon {

result<okta_connection> connect_okta(const boost::asio::any_io_executor& executor,
                                     const config::okta_settings& settings, const std::string& credentials_directory,
                                     runtime::clock& time, random_source& random)
{
    okta_connection made;
    http::client_options client;
    client.origin = settings.org;
    client.ca_file = settings.ca;
    auto transport = http::make_client(executor, std::move(client));
    if (!transport)
        return failure(transport.error().code, "okta: " + transport.error().what);
    made.transport = std::move(*transport);
    okta::auth_options auth;
    auth.origin = settings.org;
    auth.client_id = settings.auth.client_id;
    auth.key_id = settings.auth.key_id;
    auth.dpop = okta::parse_dpop_mode(settings.auth.dpop).value_or(okta::dpop_mode::automatic);
    auth.scopes = settings.scopes;
    const auto secret =
        config::read_secret(auth.client_id.empty() ? settings.auth.ssws : settings.auth.key, credentials_directory);
    if (!secret)
        return failure(secret.error().code, "okta.auth: " + secret.error().what);
    (auth.client_id.empty() ? auth.ssws : auth.key_pem) = secret->reveal();
    auto known = okta::authenticator::make(std::move(auth), time, random);
    if (!known)
        return failure(known.error().code, "okta.auth: " + known.error().what);
    made.credentials = std::move(*known);
    return made;
}

std::vector<okta::needed_scope> needed_scopes(const rule_book& rules)
{
    std::map<std::string, std::vector<std::string>> by_scope;
    for (const auto* own : {"okta.users.read", "okta.groups.read", "okta.apps.read"})
        by_scope[own] = {"jmld itself"};
    for (const auto& workflow : rules.workflows) {
        for (const auto& step : workflow->steps) {
            if (step.action == nullptr || step.action->scope.empty())
                continue;
            auto& names = by_scope[step.action->scope];
            if (std::ranges::find(names, workflow->name) == names.end())
                names.push_back(workflow->name);
        }
    }
    std::vector<okta::needed_scope> all;
    for (auto& [scope, names] : by_scope)
        all.push_back({scope, std::move(names)});
    return all;
}

} // namespace jmld::daemon
