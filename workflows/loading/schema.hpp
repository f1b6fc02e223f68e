// The JSON Schema (draft-07) of workflow files for editors, made from the same tables that the loader checks against.
// It cannot say all that the loader says: cycles, references and the rules of a saga are only found by loading.
#pragma once

#include "engine/action.hpp"
#include "engine/value.hpp"

#include <string>

namespace jmld::workflows::loading {

/// As a value; engine::json::write_pretty() prints it.
engine::value workflow_schema(const engine::action_catalogue& catalogue);

} // namespace jmld::workflows::loading
