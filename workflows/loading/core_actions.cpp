// The rows; what each does is the engine's matter.
#include "workflows/loading/core_actions.hpp"

#include <algorithm>
#include <array>

namespace jmld::workflows::loading {

using engine::parameter_type;

std::span<const core_action> core_actions()
{
    static const std::array rows{
        core_action{"core.wait",
                    {{"until", parameter_type::timestamp, false,
                      "the instant to wait for, or a date: its first instant where the person is"},
                     {"for", parameter_type::duration, false, "how long to wait"}},
                    {{"until", parameter_type::timestamp, false, "when it ended"}},
                    {"retry", "timeout", "deadline", "on_timeout", "compensate", "for_each", "max_parallel"},
                    "makes no attempts and changes nothing"},
        core_action{"core.approval",
                    {{"approvers", parameter_type::list, false, "who may decide; left out: whoever may approve at all"},
                     {"required", parameter_type::integer, false, "how many must approve; 1 when left out"},
                     {"timeout", parameter_type::duration, false, "how long to wait; left out: without end"},
                     {"on_timeout", parameter_type::text, false, "deny, approve or escalate"},
                     {"message", parameter_type::text, false, "what the approvers read"}},
                    {{"approved", parameter_type::boolean, false, ""},
                     {"by", parameter_type::list, false, "who approved"},
                     {"in_time", parameter_type::boolean, false, "false: nobody decided, and that counts as approved"}},
                    {"retry", "deadline", "compensate", "for_each", "max_parallel"},
                    "makes no attempts and changes nothing"},
        core_action{"core.run",
                    {{"workflow", parameter_type::text, true, "its name, written out"},
                     {"inputs", parameter_type::map, false, "what it reads as inputs.NAME"}},
                    {{"run", parameter_type::text, false, "its id"},
                     {"state", parameter_type::text, false, "how it ended"},
                     {"residue", parameter_type::list, false, ""},
                     {"review", parameter_type::list, false, ""},
                     {"steps", parameter_type::map, false, "the outputs of its steps by their names"}},
                    {"timeout", "deadline", "on_timeout"},
                    "takes as long as its workflow takes"},
        core_action{"core.fail",
                    {{"message", parameter_type::text, true, "why it must not go on"}},
                    {},
                    {"retry", "timeout", "deadline", "on_timeout", "compensate", "for_each", "max_parallel", "pivot",
                     "outputs"},
                    "only fails"}};
    return rows;
}

const core_action* find_core_action(std::string_view name)
{
    const auto rows = core_actions();
    const auto found = std::ranges::find(rows, name, &core_action::name);
    return found == rows.end() ? nullptr : &*found;
}

} // namespace jmld::workflows::loading
