// The door through which attempts leave. One implementation for each composition (Okta's connector; fakes in tests); it
// decides nothing about retry, order or undoing.
#pragma once

#include "engine/action.hpp"
#include "engine/ids.hpp"

#include <boost/asio/awaitable.hpp>

#include <chrono>
#include <string>
#include <vector>

namespace jmld::runtime {

/// engine.md §4: orders the shared budget; lower goes first.
enum class priority : std::uint8_t { urgent_leaver = 0, leaver = 1, mover = 2, joiner = 3 };
std::string_view to_text(priority p);

/// What a step of a run changed, by the id that it answered.
struct changed_thing
{
    std::string action, id;
};

struct action_request
{
    run_id run;
    std::string step;                   ///< `groups.0`
    int attempt = 1;                    ///< counts every try of this step in this run, from 1
    std::string action;                 ///< name in the catalogue
    engine::value inputs;               ///< the evaluated `with:` map
    engine::value image;                ///< the person as last read (subject_view::image); null when not read
    std::vector<changed_thing> changed; ///< by this run before; told only while its image shows nobody
    bool resent = false;                ///< a process that ended had sent this very attempt
    engine::value progress;             ///< what an earlier attempt that must look again had seen; else null
    engine::value before;               ///< probe and undo: the before-image of the attempt; else null
    engine::value outputs;              ///< undo: what the attempt answered; else null
    time_point first_started; ///< when the attempt in question was recorded, before it left (a probe compares `created`
                              ///< with it)
    time_point done_by;       ///< undo: the deed had happened by then, if it ever did
    duration timeout{30'000}; ///< for each exchange of the attempt
    priority urgency = priority::joiner;
    std::string subject;      ///< person key, for order and logs
    bool dry_run = false;     ///< reads as usual; what would write is listed among `calls`, not sent
    bool token_taken = false; ///< the runner already took a token of the action's bucket for its main call
};

/// Called from the event loop's thread only; completes there. Never throws for outcomes; cancellation ends it early
/// with failure_kind::cancelled (nothing left) or unknown_outcome (something had).
class action_port
{
public:
    virtual ~action_port() = default;
    virtual boost::asio::awaitable<engine::attempt_outcome> attempt(action_request request) = 0;
    /// Only for actions with has_probe; looks, never writes.
    virtual boost::asio::awaitable<engine::probe_outcome> probe(action_request request) = 0;
    /// Only for actions with has_inverse: restores `before`, after comparing that the world is still as the attempt
    /// left it.
    virtual boost::asio::awaitable<engine::undo_outcome> undo(action_request request) = 0;
};

} // namespace jmld::runtime
