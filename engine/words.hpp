// Which steps a word of a person is about, asked by what refuses it and by what follows it. Internal to the engine.
#pragma once

#include "engine/advance.hpp"

#include <string>

namespace jmld::engine {

/// Why a run is parked whose limit holds it for longer than max_throttle.
inline constexpr const char* throttled_too_long = "throttled_too_long";

/// `wanted` is its id, or the id of the for_each whose child it is.
bool names(const std::string& wanted, const step_record& step);
/// The word is about a step that a run which has begun does not have.
bool names_no_step(const run_state& state, const std::string& wanted);
/// A new try means something to it.
bool is_stuck(const run_state& state, const step_record& step);
/// A person may decide about it: it is neither out nor done.
bool is_open(const step_record& step);

} // namespace jmld::engine
