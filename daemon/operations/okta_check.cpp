// It calls Okta, so it is for operators; it changes nothing, so nothing is written down.
#include "daemon/operations/okta_check.hpp"

#include "daemon/okta_connection.hpp"
#include "daemon/operations/common.hpp"

namespace jmld::daemon {

namespace asio = boost::asio;

namespace {

asio::awaitable<http::reply> check_now(okta_check_services with, call)
{
    auto found = co_await okta::check(with.okta, needed_scopes(*with.rules.current));
    co_return json_answer(okta::to_value(found, with.okta.origin));
}

} // namespace

result<void> add_okta_check_route(router& routes, okta_check_services services)
{
    return routes.add({"GET",
                       "/v1/okta/check",
                       role::operator_,
                       {},
                       "Reach, sign-in, scopes, permissions, clock, limits and profile masters of the organisation",
                       [services](call asked) { return check_now(services, std::move(asked)); }});
}

} // namespace jmld::daemon
