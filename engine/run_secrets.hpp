// What of a run nobody is shown: what an action calls secret, and what was brought into the run for it. Rather one too
// many than one too few; what is stored stays as it is.
#pragma once

#include "engine/definition.hpp"
#include "engine/value.hpp"

namespace jmld::engine {

/// Of a step, as it was sent. A run that is a step knows by itself what of it is secret: here nothing is shown of what
/// it was handed from something that may be.
value shown_inputs(const workflow_definition& definition, const step_definition& step, const value& inputs);
value shown_outputs(const step_definition& step, const value& outputs);
/// A fact of such a run, as fact_codec describes it: of the first one what a start by hand brought, of one about a step
/// its inputs and outputs.
value without_secrets(const workflow_definition& definition, const value& fact);

} // namespace jmld::engine
