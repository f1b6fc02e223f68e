// A scenario file as a tree with places: nodes as values, the place that a JSON pointer means, and the own text of a
// node, so that what other readers say about an inline part names the scenario's line and column.
#pragma once

#include "config/yaml.hpp"
#include "engine/value.hpp"

#include <string>
#include <string_view>

namespace jmld::daemon::scenario {

/// Plain `true`, `false`, numbers and `null` as such, everything else as text; quoted is always text.
engine::value to_value(const config::yaml::node& node);

/// The node that `/users/0/status` names; the nearest one above it that is there.
const config::yaml::node& at_pointer(const config::yaml::node& root, std::string_view pointer);

/// The source with blanks wherever something else stands than `part`, a map or list under `root`.
std::string own_text(std::string_view source, const config::yaml::node& root, const config::yaml::node& part);

/// JSON writes characters beyond U+FFFF as two \u escapes, which YAML does not know: they become one \U escape.
std::string without_surrogate_escapes(std::string text);

} // namespace jmld::daemon::scenario
