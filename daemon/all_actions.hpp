// Every action that a workflow may use, of all connectors, as one catalogue and one door. It knows no action by name
// but which connector a name belongs to.
#pragma once

#include "connectors/http/requests.hpp"
#include "connectors/okta/actions.hpp"

#include <string_view>
#include <vector>

namespace jmld::daemon {

/// Stateless; usable where nothing is sent (lint, manual).
class all_actions final : public engine::action_catalogue
{
public:
    const engine::action_description* find(std::string_view name) const override
    {
        const auto* row = okta_.find(name);
        return row != nullptr ? row : http_.find(name);
    }
    std::vector<const engine::action_description*> all() const override
    {
        auto every = okta_.all();
        for (const auto* row : http_.all())
            every.push_back(row);
        return every;
    }
    const engine::action_description* refine(const engine::action_description& row,
                                             const engine::value& literals) const override
    {
        return http_.refine(row, literals);
    }

private:
    okta::catalogue okta_;
    http::request_catalogue http_;
};

/// Both must outlive it.
class action_router final : public runtime::action_port
{
public:
    action_router(runtime::action_port& okta, runtime::action_port& http) : okta_(okta), http_(http) {}

    boost::asio::awaitable<engine::attempt_outcome> attempt(runtime::action_request request) override
    {
        return port_of(request).attempt(std::move(request));
    }
    boost::asio::awaitable<engine::probe_outcome> probe(runtime::action_request request) override
    {
        return port_of(request).probe(std::move(request));
    }
    boost::asio::awaitable<engine::undo_outcome> undo(runtime::action_request request) override
    {
        return port_of(request).undo(std::move(request));
    }

private:
    runtime::action_port& port_of(const runtime::action_request& request)
    {
        return request.action.starts_with("http.") ? http_ : okta_;
    }
    runtime::action_port& okta_;
    runtime::action_port& http_;
};

} // namespace jmld::daemon
