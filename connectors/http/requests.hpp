// http.request: one HTTP call to a host that the configuration allows. It follows no redirect, reaches only addresses
// that may be reached, and says honestly when nobody knows whether a call took effect.
#pragma once

#include "connectors/http/url.hpp"
#include "connectors/http_client.hpp"
#include "engine/action.hpp"
#include "engine/runtime/action_port.hpp"
#include "engine/runtime/clock.hpp"

#include <functional>
#include <map>
#include <memory>
#include <string>
#include <vector>

namespace jmld::http {

/// Rows by method: reading (GET, HEAD), repeatable (PUT, DELETE), and those whose repetition could do harm.
class request_catalogue final : public engine::action_catalogue
{
public:
    request_catalogue();
    const engine::action_description* find(std::string_view name) const override;
    std::vector<const engine::action_description*> all() const override;
    const engine::action_description* refine(const engine::action_description& row,
                                             const engine::value& literals) const override;

private:
    engine::action_description reading_, repeatable_, harmful_;
};

struct allowed_host
{
    std::string origin;    ///< `https://hooks.example.com`, with a port when it is another
    bool internal = false; ///< it may have an address that is not public
};

/// Makes the way to one allowed origin; called once for each.
using transport_maker = std::function<result<std::unique_ptr<transport>>(const allowed_host&)>;

/// Event loop's thread only.
class request_actions final : public runtime::action_port
{
public:
    /// Without a maker nothing is sent and every request is taken as answered well: for rehearsals.
    request_actions(std::vector<allowed_host> allowed, transport_maker make, runtime::clock& time);

    boost::asio::awaitable<engine::attempt_outcome> attempt(runtime::action_request request) override;
    /// Nobody can be asked.
    boost::asio::awaitable<engine::probe_outcome> probe(runtime::action_request request) override;
    boost::asio::awaitable<engine::undo_outcome> undo(runtime::action_request request) override;

private:
    result<transport*> way_to(const origin& peer);

    std::map<std::string, allowed_host> allowed_; ///< by canonical origin
    std::map<std::string, std::unique_ptr<transport>> ways_;
    transport_maker make_;
    runtime::clock& time_;
};

} // namespace jmld::http
