// The catalogue's actions as attempts, probes and undoings, each as facts about its row say. It decides nothing about
// retry or order; the before-image it compares with is the one it is handed.
#pragma once

#include "connectors/okta/client.hpp"
#include "connectors/okta/directory.hpp"
#include "connectors/okta/made_accounts.hpp"
#include "engine/action.hpp"
#include "engine/runtime/action_port.hpp"

#include <deque>
#include <string>
#include <vector>

namespace jmld::okta {

/// Every row of the table. Stateless; usable where there is no client (lint, manual).
class catalogue final : public engine::action_catalogue
{
public:
    catalogue();
    const engine::action_description* find(std::string_view name) const override;
    std::vector<const engine::action_description*> all() const override;

private:
    std::deque<engine::action_description> rows_;
};

struct action_options
{
    std::vector<std::string> protected_users; ///< Okta ids or logins that are never suspended, deactivated or deleted
    std::string own_user;                     ///< Okta id that our API token acts as; empty for OAuth
};

/// Event loop's thread only. Client and directory must outlive it.
class actions final : public runtime::action_port
{
public:
    actions(client& okta, directory& people, action_options options = {});

    boost::asio::awaitable<engine::attempt_outcome> attempt(runtime::action_request request) override;
    boost::asio::awaitable<engine::probe_outcome> probe(runtime::action_request request) override;
    boost::asio::awaitable<engine::undo_outcome> undo(runtime::action_request request) override;

    const action_options& options() const { return options_; }
    void protect(action_options options) { options_ = std::move(options); }

private:
    client& okta_;
    directory& people_;
    action_options options_;
    made_accounts made_; ///< an image that shows nobody tells about these only
};

} // namespace jmld::okta
