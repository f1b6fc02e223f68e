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

enum class compensation_rule : std::uint8_t { by_action, none };

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
    std::optional<duration> deadline;
    on_exhausted exhausted = on_exhausted::rollback;
    compensation_rule compensate = compensation_rule::by_action;
    bool pivot = false;
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
    std::vector<std::pair<std::string, expression::value_template>>
        vars;                           ///< in order; later ones may read earlier ones
    std::vector<step_definition> steps; ///< in an order that satisfies needs (stable: file order where free)

    const step_definition* find(std::string_view id) const;
};

using definition_pointer = std::shared_ptr<const workflow_definition>;

} // namespace jmld::engine
