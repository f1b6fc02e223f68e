// The engine's own actions (core.*) in one table: the reader checks against it, shapes, JSON Schema and suggestions are
// made from it.
#pragma once

#include "engine/action.hpp"

#include <span>
#include <string_view>
#include <vector>

namespace jmld::workflows::loading {

struct core_action
{
    std::string_view name;
    std::vector<engine::parameter_description> parameters;
    std::vector<engine::parameter_description> outputs;
    std::vector<std::string_view> without; ///< keys of a step that mean nothing here
    std::string_view why_without;          ///< "makes no attempts and changes nothing"
};

std::span<const core_action> core_actions();
/// nullptr when it is none.
const core_action* find_core_action(std::string_view name);

} // namespace jmld::workflows::loading
