// One route: what the connection to Okta is like now. The looks themselves are the connector's.
#pragma once

#include "connectors/okta/check.hpp"
#include "daemon/http/router.hpp"
#include "daemon/rule_book.hpp"

namespace jmld::daemon {

struct okta_check_services
{
    okta::check_services okta;
    const rule_book_holder& rules;
};

result<void> add_okta_check_route(router& routes, okta_check_services services);

} // namespace jmld::daemon
