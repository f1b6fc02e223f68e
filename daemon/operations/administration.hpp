// The routes of whoever runs jmld: the audit record, the kill switch, a copy of the database. They decide nothing about
// people or runs.
#pragma once

#include "daemon/http/router.hpp"
#include "engine/runtime/dispatcher.hpp"
#include "engine/runtime/journal.hpp"

#include <functional>

namespace jmld::daemon {

struct administration_services
{
    runtime::journal& store;
    runtime::clock& time;
    const runtime::dispatcher& outbound;
    std::function<void(bool open)> set_outbound; ///< takes effect at once
};

result<void> add_administration_routes(router& routes, administration_services services);

/// /v1/audit; reasons are people's words: null unless `shown`.
engine::value audit_value(const runtime::audit_record& record, bool shown);

} // namespace jmld::daemon
