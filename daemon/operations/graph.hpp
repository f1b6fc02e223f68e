// A workflow, or a run of it, as boxes and arrows: for programs as a value, for people as SVG. Pure; it shows no
// inputs, outputs or names of people.
#pragma once

#include "engine/definition.hpp"
#include "engine/run_state.hpp"
#include "engine/value.hpp"

#include <string>
#include <utility>
#include <vector>

namespace jmld::daemon {

struct graph_node
{
    std::string id, action;
    std::string state; ///< of the step; empty for a workflow that does not run
    int attempts = 0;
    bool pivot = false;
    int depth = 0; ///< arrows to it at most in a row
};
struct graph
{
    std::string title, state;
    std::vector<graph_node> nodes;                           ///< in an order that satisfies the arrows
    std::vector<std::pair<std::string, std::string>> arrows; ///< from, to
};

graph graph_of(const engine::workflow_definition& definition);
/// Children of a for_each stand in their parent's place.
graph graph_of(const engine::workflow_definition& definition, const engine::run_state& state);

/// {title, state, nodes[{id, action, state, attempts, pivot, depth}], edges[{from, to}]}
engine::value to_value(const graph& drawn);
/// A picture that needs nothing else: no script, no style sheet, no font.
std::string to_svg(const graph& drawn);

} // namespace jmld::daemon
