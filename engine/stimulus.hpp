// What just happened to a run, from outside: an outcome, the passing of time, an operator's word, a restart. The only
// input of advance() besides the state.
#pragma once

#include "engine/action.hpp"
#include "engine/history.hpp"

#include <optional>
#include <string>
#include <variant>
#include <vector>

namespace jmld::engine {

/// The subject's lock is this run's: begin.
struct begin
{};
/// Time has passed: whatever is due by now goes on.
struct tick
{};
/// The process restarted: what was in flight is asked about or sent again.
struct recovered
{};

struct subject_answer
{
    value person, access, image;
    std::vector<std::string> unknown_names;
};
struct subject_refused
{
    attempt_failed failure;
};
struct attempt_answer
{
    std::string step;
    int attempt = 1;
    attempt_outcome outcome;
};
struct probe_answer
{
    std::string step;
    probe_outcome outcome;
};
struct undo_answer
{
    std::string step;
    undo_outcome outcome;
};

/// Another run needs the person: stop before the next call; nothing is undone.
struct preempted
{
    std::string by;
};

enum class verb : std::uint8_t {
    pause,
    resume,
    retry,
    cancel,
    terminate,
    rollback,
    reschedule,
    skip,
    complete,
    fail,
    approve,
    deny
};
/// What is said to a whole run: pause resume retry cancel terminate rollback reschedule.
std::optional<verb> parse_verb(std::string_view text);
/// What is said to one step: retry skip complete fail.
std::optional<verb> parse_step_verb(std::string_view text);
std::string_view to_text(verb what);
struct operator_signal
{
    verb what = verb::retry;
    std::string step; ///< retry: this one only; empty = every one that failed. A for_each's name means every child.
    std::string by, reason;
    value outputs{};                ///< complete: what later steps will read
    value evidence{};               ///< skip, complete, fail: what shows that it is so
    std::string to_step{};          ///< rollback: only what came after this step
    std::optional<time_point> at{}; ///< reschedule: the new moment
    approval_id approval{};         ///< approve, deny: which one
    std::string plan_sha256{};      ///< approve, deny: what the person has seen; empty = whatever stands
    bool admin = false;             ///< approve, deny: may also decide what was escalated
};
/// A correction moved the moment that a `core.wait` waits for, or will wait for. The rule is the date and zone that
/// made it.
struct wait_rescheduled
{
    time_point until{};
    std::string by;
    std::string rule_date{}, rule_zone{};
};

using stimulus = std::variant<begin, tick, recovered, subject_answer, subject_refused, attempt_answer, probe_answer,
                              undo_answer, preempted, operator_signal, wait_rescheduled>;

} // namespace jmld::engine
