// `POST /v1/plan`: what an event would cause now, call by call, and why. The person's part of the organisation is read,
// copied into the imitation of Okta, and the event is rehearsed there by the same core; nothing is sent, nothing is
// kept.
#pragma once

#include "connectors/okta/directory.hpp"
#include "daemon/http/router.hpp"
#include "daemon/rule_book.hpp"
#include "daemon/webhooks/source_set.hpp"
#include "engine/runtime/clock.hpp"
#include "engine/runtime/journal.hpp"

namespace jmld::daemon {

struct plan_services
{
    runtime::journal& store;
    runtime::clock& time;
    okta::directory& people;
    const rule_book_holder& rules;
    const source_set_pointer& sources; ///< the set in force
};

result<void> add_plan_routes(router& routes, plan_services services);

} // namespace jmld::daemon
