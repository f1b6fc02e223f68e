// The imitation of Okta: a pure core that answers requests from its own state. It includes nothing of connectors/okta,
// reads no clock and opens no socket: okta-sim serves it over HTTP, tests and rehearsals call it in process.
#pragma once

#include "connectors/http_message.hpp"
#include "engine/random_source.hpp"
#include "engine/result.hpp"
#include "engine/time.hpp"
#include "engine/value.hpp"

#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <vector>

namespace jmld::okta_sim {

/// What became of one request, for whoever carries the answer.
struct answer
{
    enum class drop_kind : std::uint8_t { none, before, after };
    http::response response;
    duration delay{0};                ///< carry the answer this much later (the effect has happened already)
    drop_kind drop = drop_kind::none; ///< before: lost before any effect; after: effect happened, nobody learns it
    bool crash_client = false;        ///< the fault says `crash:` instead of `drop:`
};

struct ledger_entry
{
    std::uint64_t seq = 0;
    time_point at{};
    std::string method, path, query; ///< path from /api/v1 (or /oauth2), without query
    int status = 0;                  ///< 0: no answer was delivered
    std::string request_id;
    engine::value effect; ///< null, or {event, user, group, app, role}
    std::string user;     ///< id of the user that path or body names
    std::string by;       ///< "jmld" (any client through HTTP) or "other"
};

class organisation
{
public:
    struct options
    {
        std::string base_url = "https://okta-sim.example"; ///< what links in answers begin with
        bool strict = false;                               ///< Okta's own limits are enforced
        std::size_t concurrency = 75;                      ///< requests at once, where strict
    };
    organisation(options chosen, std::uint64_t seed);
    ~organisation();

    /// Serves /api/v1/…, /oauth2/… and /_sim/…; records the ledger (not for /_sim).
    answer handle(const http::request& message, time_point now);

    /// As GET /_sim/org.
    engine::value snapshot(time_point now) const;
    /// As PUT /_sim/org. Errors: invalid_input with a JSON pointer.
    result<void> load(const engine::value& content, time_point now);
    /// As POST /_sim/faults (one fault or a list of them). Errors: invalid_input.
    result<void> add_faults(const engine::value& content, time_point now);
    void clear_faults();
    /// As PUT /_sim/limits. Errors: invalid_input.
    result<void> set_limits(const engine::value& content);
    /// `do: org` of a scenario: somebody else changes the organisation, without checks and without a ledger entry.
    result<void> change_by_other(const engine::value& change, time_point now);

    const std::vector<ledger_entry>& ledger() const;
    /// Whoever carries the answers says that this one, by its number in the ledger, never arrived.
    void lost(std::uint64_t number);
    engine::value ledger_value(std::uint64_t after) const; ///< as GET /_sim/ledger

private:
    struct state;
    std::unique_ptr<state> state_;
};

} // namespace jmld::okta_sim
