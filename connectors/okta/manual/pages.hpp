// The pages of docs/ that are made from the operation table: what each action does, what becomes of a lost answer, and
// which call of the API dictionary is which action. Pure text: files are read and written by main.cpp.
#pragma once

#include "engine/value.hpp"

#include <map>
#include <string>
#include <string_view>

namespace jmld::okta::manual {

/// By action, a scenario that exercises it: its file under tests/scenarios/.
using uses = std::map<std::string, std::string, std::less<>>;

/// The manual page: every action with parameters, outputs and what is known about its call.
std::string actions_page();
/// For each action, what happens when the answer to its call is lost.
std::string unknown_outcomes_page();
/// The dictionary's calls, and those that it forgets: action, tool, a scenario.
std::string dictionary_page(const uses& scenarios);

/// `outcomes`: what `jmlctl simulate -o json` printed, by scenario. An action is exercised by a step that made an
/// attempt; of several scenarios the first counts.
uses uses_of(const std::map<std::string, engine::value>& outcomes);

} // namespace jmld::okta::manual
