// What a run is started with: the inputs that its definition asks for, checked and filled up.
#pragma once

#include "engine/definition.hpp"
#include "engine/result.hpp"

namespace jmld::engine {

/// `given` with defaults for what is left out; goes into the context under `inputs`. Errors: invalid_input naming every
/// input that is missing, unknown or of another type.
result<value> bind_inputs(const workflow_definition& definition, const value& given);

} // namespace jmld::engine
