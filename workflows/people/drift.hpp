// Looking on after an account was closed or suspended: when to look again, what has come back since, and what follows
// from it. Pure: it asks Okta nothing; who reads, and commits what is answered, is the daemon.
#pragma once

#include "workflows/people/decide.hpp"

#include <optional>
#include <string>
#include <vector>

namespace jmld::workflows {

inline constexpr std::string_view timer_kind_drift = "drift";
/// How often the same thing is taken away again: once, and twice more.
inline constexpr int drift_containments_max = 3;

/// When the next look is due: 1, 2, 4 … minutes after the end, then every policy.verify.drift_every, the last one when
/// the watch ends. Nothing when it is over.
std::optional<time_point> next_drift_look(time_point ended_at, time_point now, const verify_policy& rules);

/// The run that closed or suspended the account, and how it left it.
struct closing_run
{
    run_id id;
    std::string workflow;
    time_point ended_at{};
    engine::value left;       ///< {user{status}, groups, apps, roles} as read back last
    bool status_only = false; ///< somebody on leave keeps everything, but cannot sign in
};

/// Something that is there and was not when the account was closed.
struct regained
{
    std::string kind; ///< group, app, role, status
    std::string id, name;
    std::string key() const { return kind == "status" ? kind : kind + " " + id; }
    friend bool operator==(const regained&, const regained&) = default;
};
/// What directories, groups and rules give through something else is theirs to say: it is not listed here.
std::vector<regained> regained_since(const closing_run& closing, const engine::value& seen);

enum class drift_step : std::uint8_t {
    look,
    wait, ///< a run of the same event is under way: it looks by itself
    over, ///< the person came back, somebody undid it, or began something else
};
drift_step drift_step_for(const person_state& state, const known_event& closed_for, const run_id& closing);

/// A look's turn. `seen`: {user, groups, apps, roles}; null = not looked (the step is not `look`). The event keeps the
/// decision that it has.
decision decide_drift(const person_state& state, const known_event& closed_for, const closing_run& closing,
                      const engine::value& seen, const timer_id& timer, const decide_context& context);

} // namespace jmld::workflows
