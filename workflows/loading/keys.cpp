// The table of keys, and what people write instead of them because another tool calls it so.
#include "workflows/loading/keys.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <utility>

namespace jmld::workflows::loading {
namespace {

constexpr std::array workflow_table{
    key_description{"name", "What the workflow is called: lower-case letters, digits, - and _."},
    key_description{"description", "One or two sentences for people."},
    key_description{"trigger", "Which event starts it, and when."},
    key_description{"direction", "grant, change or revoke: whether a failure is undone, and what the steps may do."},
    key_description{"inputs", "What a start by hand brings, read as inputs.NAME."},
    key_description{"vars", "Names for values that several steps use; later ones may read earlier ones."},
    key_description{"concurrency", "How many runs of it may go at the same time; the others wait."},
    key_description{"defaults", "retry, timeout and on_exhausted for all steps."},
    key_description{"steps", "The steps by name; needs and references decide their order."},
    key_description{"finally", "Steps that run at the end whatever the outcome, also after a rollback."},
};
constexpr std::array trigger_table{
    key_description{"event", "A canonical event type, or a list of them."},
    key_description{"at", "When: an expression that gives a date or an instant; past means now."},
};
constexpr std::array defaults_table{
    key_description{"retry", "How often and how soon a failed attempt is repeated."},
    key_description{"retries", "Retry policies by name, for steps that say 'retry: NAME'."},
    key_description{"timeout", "How long one attempt may take, with its unit: 30s."},
    key_description{"deadline", "How long all attempts of a step may take together, with its unit: 2h."},
    key_description{"on_exhausted", "What happens when all attempts failed: rollback, pause, continue or fail."},
};
constexpr std::array input_table{
    key_description{"type", "string (when left out), int, bool, list, map, timestamp, duration or any."},
    key_description{"required", "true: a start by hand without it is refused."},
    key_description{"default", "What it is when nothing was said."},
    key_description{"description", "One sentence for people."},
};
constexpr std::array undo_table{
    key_description{"uses", "The action that undoes the step."},
    key_description{"with", "Its parameters; the step's own outputs are read as outputs.NAME."},
};
constexpr std::array step_table{
    key_description{"uses", "The action: okta.users.create, core.wait."},
    key_description{"with", "The action's parameters."},
    key_description{"needs",
                    "A step or a list of steps that must end first, each with how it must have ended if that matters: "
                    "{mail: failed}; what the step reads is needed by itself."},
    key_description{"if", "An expression; the step is skipped unless it gives true."},
    key_description{"for_each", "An expression that gives a list; the step is done once for each item, read as item."},
    key_description{"max_parallel", "How many items of for_each are done at the same time."},
    key_description{"retry", "How often and how soon a failed attempt is repeated."},
    key_description{"timeout", "How long one attempt may take, with its unit: 30s; of an approval: how long to wait."},
    key_description{"deadline", "How long all attempts may take together, with its unit: 2h."},
    key_description{"on_exhausted", "What happens when all attempts failed: rollback, pause, continue or fail."},
    key_description{"compensate",
                    "none: this step cannot be undone, and that is accepted; or uses and with of the action that "
                    "undoes it."},
    key_description{"pivot", "true: past this step a failure goes forward, not back."},
    key_description{"on_timeout", "What happens when the deadline has passed: rollback, pause, continue or fail; of an "
                                  "approval: deny, approve or escalate."},
    key_description{"outputs", "Outputs under names of one's own."},
};
constexpr std::array retry_table{
    key_description{"max_attempts", "How many attempts at most; the first counts."},
    key_description{"initial_interval", "The wait before the second attempt, with its unit: 1s."},
    key_description{"backoff_coefficient", "By how much each wait grows; 1 or more."},
    key_description{"max_interval", "The longest wait between attempts, with its unit: 5m."},
    key_description{"jitter", "full (waits are spread by chance) or none."},
    key_description{"max_throttle", "The longest wait that a rate limit may ask for before the run is parked: 2h."},
};

/// Words of GitHub Actions, Argo, Ansible and others, and ours.
constexpr std::pair<std::string_view, std::string_view> foreign_words[] = {
    {"on", "trigger"},
    {"true", "trigger"},
    {"events", "event"},
    {"jobs", "steps"},
    {"tasks", "steps"},
    {"depends_on", "needs"},
    {"dependencies", "needs"},
    {"depends", "needs"},
    {"dependsOn", "needs"},
    {"after", "needs"},
    {"when", "if"},
    {"condition", "if"},
    {"action", "uses"},
    {"run", "uses"},
    {"call", "uses"},
    {"args", "with"},
    {"arguments", "with"},
    {"params", "with"},
    {"parameters", "with"},
    {"inputs", "with"},
    {"foreach", "for_each"},
    {"loop", "for_each"},
    {"with_items", "for_each"},
    {"strategy", "for_each"},
    {"retries", "retry"},
    {"compensation", "compensate"},
    {"undo", "compensate"},
    {"rollback", "compensate"},
    {"continue-on-error", "on_exhausted"},
    {"on_failure", "on_exhausted"},
    {"on_error", "on_exhausted"},
    {"env", "vars"},
    {"variables", "vars"},
    {"schedule", "at"},
    {"attempts", "max_attempts"},
    {"limit", "max_attempts"},
    {"delay", "initial_interval"},
    {"interval", "initial_interval"},
    {"backoff", "backoff_coefficient"},
    {"backoff_rate", "backoff_coefficient"},
    {"factor", "backoff_coefficient"},
    {"max_delay", "max_interval"},
    {"cap", "max_interval"},
    {"timeout_minutes", "timeout"},
};

bool knows(std::span<const key_description> known, std::string_view name)
{
    return std::ranges::find(known, name, &key_description::name) != known.end();
}

std::string advice(std::string_view wrong, std::span<const key_description> known)
{
    for (const auto& [theirs, ours] : foreign_words)
        if (theirs == wrong && knows(known, ours))
            return fmt::format("; use '{}'", ours);
    std::string snake(wrong);
    std::ranges::replace(snake, '-', '_');
    if (knows(known, snake))
        return fmt::format("; use '{}'", snake);
    std::vector<std::string> names;
    for (const key_description& key : known)
        names.emplace_back(key.name);
    return suggestion(wrong, names);
}

} // namespace

std::span<const key_description> workflow_keys() { return workflow_table; }
std::span<const key_description> trigger_keys() { return trigger_table; }
std::span<const key_description> defaults_keys() { return defaults_table; }
std::span<const key_description> step_keys() { return step_table; }
std::span<const key_description> retry_keys() { return retry_table; }
std::span<const key_description> input_keys() { return input_table; }
std::span<const key_description> undo_keys() { return undo_table; }

bool check_keys(report& problems, const yaml::node& map, std::string_view what, std::span<const key_description> known)
{
    if (!map.is_map()) {
        std::vector<std::string> names;
        for (const key_description& key : known)
            names.emplace_back(key.name);
        problems.error(map, fmt::format("{} is a map with the keys {}", what, joined(names)));
        return false;
    }
    for (const yaml::node::entry& entry : map.entries) {
        const auto found = std::ranges::find(known, entry.key, &key_description::name);
        if (found == known.end())
            problems.error_at_key(entry,
                                  fmt::format("unknown key '{}' in {}{}", entry.key, what, advice(entry.key, known)));
    }
    return true;
}

} // namespace jmld::workflows::loading
