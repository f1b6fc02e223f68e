// The inside of an organisation: its data, what it remembers between requests, and the path of one request through
// faults, limits, access and routes. Included only by the files that implement class organisation.
#pragma once

#include "connectors/okta_sim/call.hpp"
#include "connectors/okta_sim/faults.hpp"
#include "connectors/okta_sim/limits.hpp"
#include "connectors/okta_sim/oauth.hpp"
#include "connectors/okta_sim/organisation.hpp"

#include <deque>
#include <memory>

namespace jmld::okta_sim {

struct organisation::state
{
    state(options chosen, std::uint64_t seed);

    options set;
    id_source ids, request_ids;
    organisation_data org;
    system_log log;
    oauth_state oauth;
    rate_limits limits;
    fault_list faults;
    std::vector<ledger_entry> ledger;
    duration offset{0}; ///< what /_sim/clock added to the time that is handed in

    /// What the organisation was since a moment; kept only while somebody wants to look back.
    struct past
    {
        time_point since{};
        std::shared_ptr<const organisation_data> data;
    };
    std::deque<past> history;
    std::vector<time_point> answering; ///< when the answers that are late will have arrived

    answer serve(const http::request& message, time_point now);
    http::response control(const http::request& message, time_point now);

    result<void> load(const value& content, time_point now);
    result<void> add_faults(const value& content, time_point now);
    /// Carries out what is due.
    void settle(time_point now);
    mutation changing(time_point now, log_actor actor, std::string_view transaction);

    /// How far back anybody may look; zero = nobody does.
    duration look_back() const;
    void remember(time_point now);
    std::shared_ptr<const organisation_data> as_of(time_point moment) const;

private:
    struct outcome
    {
        http::response response;
        std::optional<effect> done;
    };
    outcome perform(const http::request& message, time_point now, const std::string& request_id,
                    std::optional<duration> stale);
    outcome route_and_call(const http::request& message, time_point now, const std::string& request_id,
                           organisation_data& seen);
    void finish(const http::request& message, http::response& response, time_point now, const std::string& request_id,
                bool injected) const;
    http::response clock(const http::request& message, time_point now);
    std::string base_of(const http::request& message) const;
    std::optional<http::response> refuse_crowd(time_point now, const std::string& request_id);
};

/// Id of the user that path or body names; what was named, as it stands, when nobody has it.
std::string named_user(const organisation_data& org, const http::request& message);
/// `do: org` of a scenario. Errors: invalid_input.
result<void> change_by_another_hand(mutation& change, const value& wanted);
value ledger_object(const ledger_entry& entry);
value effect_object(const effect& done);

} // namespace jmld::okta_sim
