// What the engine asks of the world. Commands leave only after the facts of the same transition are durable; losing one
// is harmless, because a restart asks again.
#pragma once

#include "engine/time.hpp"
#include "engine/value.hpp"

#include <string>
#include <variant>

namespace jmld::engine {

struct read_subject
{};
struct send_attempt
{
    std::string step, action;
    int attempt = 1;
    value inputs;
    time_point first_started{};
    duration timeout{};
};
struct send_probe
{
    std::string step, action;
    int attempt = 1;
    value inputs, before;
    time_point first_started{};
    duration timeout{};
};
struct send_undo
{
    std::string step, action;
    bool written = false; ///< an attempt of another action, as the file says, instead of the action's own inverse
    value inputs, before, outputs;
    time_point first_started{};
    time_point done_by{}; ///< what is to be undone had happened by then, if it ever did
    duration timeout{};
};
/// After a restart: the child run of a `core.run` is to be heard of; it begins now if it never did and `may_begin`.
struct watch_child
{
    std::string step;
    int attempt = 1;
    value inputs;
    bool may_begin = true;
};
/// The run has ended: its subject is free.
struct finish
{};

using command = std::variant<read_subject, send_attempt, send_probe, send_undo, watch_child, finish>;

} // namespace jmld::engine
