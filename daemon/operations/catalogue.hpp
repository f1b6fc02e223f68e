// The routes of what jmld can do: workflows in force with their hash, the catalogue of actions, the schema of a
// workflow file. Read-only.
#pragma once

#include "daemon/http/router.hpp"
#include "daemon/rule_book.hpp"
#include "engine/action.hpp"

namespace jmld::daemon {

struct catalogue_services
{
    const rule_book_holder& rules;
    const engine::action_catalogue& actions;
};

result<void> add_catalogue_routes(router& routes, catalogue_services services);

} // namespace jmld::daemon
