// A workflow as a DAG of steps, checked and immutable: what the loader makes of a file and what a run is pinned to. It
// holds no YAML and no state of a run.
#pragma once

#include "engine/action.hpp"
#include "engine/expression/expression.hpp"
#include "engine/time.hpp"

#include <memory>
#include <optional>
#include <string>
#include <vector>

namespace jmld::engine {

enum class direction : std::uint8_t { grant, change, revoke };
enum class on_exhausted : std::uint8_t { rollback, pause, proceed, fail }; ///< `proceed` is written `continue`
std::string_view to_text(direction d);
std::string_view to_text(on_exhausted choice);

struct retry_policy
{
    int max_attempts = 6; ///< includes the first
    duration initial_interval{1'000};
    double backoff_coefficient = 2;
    duration max_interval{300'000};
    bool full_jitter = true;          ///< `jitter: full|none`
    duration max_throttle{7'200'000}; ///< longest wait for rate_limited before the run is parked
};

enum class compensation_rule : std::uint8_t { by_action, none, written };

/// How a step that is needed must have ended. Without a word of it: succeeded, or skipped by its own condition.
enum class need_result : std::uint8_t { succeeded, failed, skipped, done };
std::string_view to_text(need_result wanted);
std::optional<need_result> parse_need_result(std::string_view text);
struct need_condition
{
    std::string step; ///< one of `needs`
    need_result wanted = need_result::succeeded;
};

/// What follows when nobody decided about an approval in time.
enum class undecided : std::uint8_t { deny, approve, escalate };
std::string_view to_text(undecided choice);
std::optional<undecided> parse_undecided(std::string_view text);

/// `compensate: {uses, with}`: this call undoes the step, instead of its action's own inverse.
struct written_undo
{
    std::string uses;
    const action_description* action = nullptr;
    expression::value_template with;
};

/// What a step is: a call of a connector, or one of the engine's own.
enum class step_kind : std::uint8_t { action, wait, approval, run, fail };

struct step_definition
{
    std::string id;
    std::string uses;                             ///< `okta.users.create`, `core.wait`
    const action_description* action = nullptr;   ///< nullptr for core.*; lives as long as the catalogue
    expression::value_template with;              ///< a map
    std::vector<std::string> needs;               ///< explicit and implied, in file order, no duplicates
    std::vector<std::string> reads_from;          ///< the steps whose outputs it reads (subset of needs)
    std::optional<expression::program> condition; ///< `if`
    std::optional<expression::program> for_each;
    int max_parallel = 0; ///< 0 = no limit
    retry_policy retry;
    duration timeout{30'000};
    std::optional<duration> deadline; ///< over all attempts, from the first
    std::optional<on_exhausted> late; ///< `on_timeout`: what follows when the deadline was the reason
    undecided when_undecided = undecided::deny;
    on_exhausted exhausted = on_exhausted::rollback;
    compensation_rule compensate = compensation_rule::by_action;
    std::optional<written_undo> undo;
    std::vector<need_condition> conditions;
    std::vector<std::pair<std::string, expression::value_template>>
        outputs; ///< under names of one's own, beside those of the action
    bool pivot = false;
    bool at_end = false; ///< under `finally`

    step_kind kind() const;
};

/// What a start by hand brings; read as `inputs.NAME`.
struct input_description
{
    std::string name, description;
    parameter_type type = parameter_type::text;
    bool required = false;
    value otherwise; ///< its default
};

struct workflow_trigger
{
    std::vector<std::string> events;       ///< canonical types
    std::optional<expression::program> at; ///< absent = now; its kind is timestamp or date
};

struct workflow_definition
{
    std::string name;
    std::string description;
    std::string text;   ///< the file as read
    std::string sha256; ///< hex of `text`
    workflow_trigger trigger;
    direction dir = direction::grant;
    std::vector<input_description> inputs;
    int concurrency = 0; ///< runs of it that may go at the same time; 0 = no limit
    std::vector<std::pair<std::string, expression::value_template>>
        vars; ///< in order; later ones may read earlier ones
    std::vector<step_definition>
        steps; ///< in an order that satisfies needs (stable: file order where free), those of `finally` last

    const step_definition* find(std::string_view id) const;
};

using definition_pointer = std::shared_ptr<const workflow_definition>;

} // namespace jmld::engine
