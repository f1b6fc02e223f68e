// `/openapi.json`: OpenAPI 3.1 made from the route table itself, so that it cannot tell of a route that is not there.
// Bodies are described only as far as the table knows them.
#pragma once

#include "daemon/http/router.hpp"
#include "engine/value.hpp"

namespace jmld::daemon {

engine::value openapi_of(const router& routes);
/// Registers `GET /openapi.json`; `routes` must outlive it. Call it last: it shows every route that is registered when
/// it is asked.
result<void> add_openapi_route(router& routes);

} // namespace jmld::daemon
