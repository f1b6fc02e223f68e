// One route: a person is erased from what jmld keeps. Accounts in Okta are not its matter, nor are backups.
#pragma once

#include "daemon/http/router.hpp"
#include "daemon/rule_book.hpp"
#include "engine/runtime/clock.hpp"
#include "engine/runtime/journal.hpp"

namespace jmld::daemon {

struct erasure_services
{
    runtime::journal& store;
    runtime::clock& time;
    const rule_book_holder& rules;
};

result<void> add_erasure_route(router& routes, erasure_services services);

} // namespace jmld::daemon
