// The language of `expect`: a part of the outcome, written as far as it matters. What is not written is not looked at.
// It is pure; docs/simulate.md says the rules.
#pragma once

#include "config/yaml.hpp"
#include "engine/value.hpp"

#include <string>
#include <vector>

namespace jmld::daemon::scenario {

/// One thing that is not as expected.
struct difference
{
    config::yaml::place where; ///< of what was expected
    std::string path;          ///< in the outcome: `runs.joiner.state`
    std::string expected, got;
};

/// Empty when everything that `expected` says holds of `got`.
std::vector<difference> differences(const config::yaml::node& expected, const engine::value& got);

/// Words for lists and values that begin with `$`.
const std::vector<std::string_view>& expectation_words();

} // namespace jmld::daemon::scenario
