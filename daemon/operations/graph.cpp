// Arrows follow `needs`; an arrow from a for_each is drawn from each of its children.
#include "daemon/operations/graph.hpp"

#include <algorithm>
#include <map>

namespace jmld::daemon {

using engine::value;

namespace {

using places = std::map<std::string, std::vector<std::string>, std::less<>>; ///< of a definition's step: its boxes

void set_depths(graph& drawn)
{
    std::map<std::string, int, std::less<>> depths;
    for (auto& node : drawn.nodes) { // in an order that satisfies the arrows
        for (const auto& [from, to] : drawn.arrows)
            if (to == node.id)
                node.depth = std::max(node.depth, depths[from] + 1);
        depths[node.id] = node.depth;
    }
}

void add_arrows(graph& drawn, const engine::workflow_definition& definition, const places& boxes)
{
    for (const auto& step : definition.steps)
        for (const auto& need : step.needs)
            if (const auto froms = boxes.find(need), tos = boxes.find(step.id);
                froms != boxes.end() && tos != boxes.end())
                for (const auto& to : tos->second)
                    for (const auto& from : froms->second)
                        drawn.arrows.emplace_back(from, to);
}

} // namespace

graph graph_of(const engine::workflow_definition& definition)
{
    graph drawn;
    drawn.title = definition.name;
    places boxes;
    for (const auto& step : definition.steps) {
        drawn.nodes.push_back({.id = step.id, .action = step.uses, .state = {}, .pivot = step.pivot});
        boxes[step.id] = {step.id};
    }
    add_arrows(drawn, definition, boxes);
    set_depths(drawn);
    return drawn;
}

graph graph_of(const engine::workflow_definition& definition, const engine::run_state& state)
{
    graph drawn;
    drawn.title = state.workflow + " " + state.run.text;
    drawn.state = std::string(engine::to_text(state.shown_status()));
    places boxes;
    for (const auto& step : state.steps) {
        if (step.expanded)
            continue;
        const auto& its = definition.steps[step.definition];
        drawn.nodes.push_back({.id = step.id,
                               .action = its.uses,
                               .state = std::string(engine::to_text(step.status)),
                               .attempts = static_cast<int>(step.attempts.size()),
                               .pivot = its.pivot});
        boxes[its.id].push_back(step.id);
    }
    add_arrows(drawn, definition, boxes);
    set_depths(drawn);
    return drawn;
}

value to_value(const graph& drawn)
{
    engine::value_list nodes, edges;
    for (const auto& node : drawn.nodes)
        nodes.push_back(value::map({{"id", node.id},
                                    {"action", node.action},
                                    {"state", node.state.empty() ? value() : value(node.state)},
                                    {"attempts", node.attempts},
                                    {"pivot", node.pivot},
                                    {"depth", node.depth}}));
    for (const auto& [from, to] : drawn.arrows)
        edges.push_back(value::map({{"from", from}, {"to", to}}));
    return value::map({{"title", drawn.title},
                       {"state", drawn.state.empty() ? value() : value(drawn.state)},
                       {"nodes", value(std::move(nodes))},
                       {"edges", value(std::move(edges))}});
}

} // namespace jmld::daemon
