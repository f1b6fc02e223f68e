// A write that is only asked about: what would have been sent, listed beside the calls that were made, and taken as
// answered well. Reads are not its business: they are made.
#pragma once

#include "connectors/http_message.hpp"
#include "connectors/okta/client.hpp"
#include "connectors/okta/operations.hpp"
#include "engine/json/json.hpp"

#include <utility>

namespace jmld::okta {

inline reply planned(const operation& row, const http::request& message, call_scope& scope)
{
    auto body = message.body.empty() ? engine::value() : engine::json::parse(message.body).value_or(engine::value());
    scope.calls.push_back(engine::value::map({{"method", message.method},
                                              {"path", message.path()},
                                              {"query", message.query()},
                                              {"body", std::move(body)},
                                              {"planned", true}}));
    reply out;
    out.status = row.success.empty() ? 200 : row.success.front();
    out.mark.status = out.status;
    out.body = engine::value(engine::value_map{});
    return out;
}

} // namespace jmld::okta
