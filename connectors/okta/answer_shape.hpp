// Whether an answer is one that Okta gives: of the kind that was asked for, about whom was asked for, and, where it
// refuses, in Okta's own words. What follows from an odd one is the caller's to say.
#pragma once

#include "connectors/okta/client.hpp"

#include <string_view>

namespace jmld::okta {

/// What is odd about a success, as a phrase for people; empty when nothing is. An answer that shows no object, or
/// somebody else, must not be taken for an object that lacks everything.
std::string_view what_is_odd(const call& asked, const reply& answer);
/// Whether the effect of a write that got no clear answer must be looked at before it is sent again: repeating may do
/// harm, or an undo must know what to give back.
bool needs_a_look(const operation& row);
/// What a refusal means, which would be `otherwise` if Okta gave it: without one of its codes it may come from
/// something before it, after the effect of a write.
engine::failure_kind kind_in_doubt(const operation& row, const error_body& refusal, engine::failure_kind otherwise);

} // namespace jmld::okta
