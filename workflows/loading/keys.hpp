// The keys of a workflow file in one table: the reader checks against it, the JSON Schema and the manual are made from
// it.
#pragma once

#include "workflows/loading/report.hpp"

#include <span>
#include <string_view>

namespace jmld::workflows::loading {

struct key_description
{
    std::string_view name;
    std::string_view summary; ///< one sentence, shown by editors
};

std::span<const key_description> workflow_keys();
std::span<const key_description> trigger_keys();
std::span<const key_description> defaults_keys();
std::span<const key_description> step_keys();
std::span<const key_description> retry_keys();
std::span<const key_description> input_keys();
std::span<const key_description> undo_keys();

/// Reports every key of `map` that is not in the table (with a suggestion). False
/// when it is no map at all; `what` names it: "a step".
bool check_keys(report& problems, const yaml::node& map, std::string_view what, std::span<const key_description> known);

} // namespace jmld::workflows::loading
