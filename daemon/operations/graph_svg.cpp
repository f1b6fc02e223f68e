// Layers from the top down, boxes of a layer side by side. A state is an icon and a word; colour only adds to them.
#include "daemon/operations/graph.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <map>

namespace jmld::daemon {

namespace {

constexpr int box_width = 210, box_height = 52, gap_x = 24, gap_y = 44, margin = 20, title_height = 34;

struct look
{
    std::string_view icon, fill, edge;
};

look look_of(std::string_view state)
{
    if (state == "succeeded")
        return {"✔", "#e3f5e6", "#1b7a34"};
    if (state == "failed" || state == "compensation_failed")
        return {"✘", "#fde4e1", "#b3261e"};
    if (state == "running" || state == "compensating")
        return {"▶", "#dfeefa", "#1a5fa8"};
    if (state == "backing_off" || state == "throttled" || state == "unknown")
        return {"↻", "#fdf3d6", "#8a6100"};
    if (state == "waiting")
        return {"⏸", "#fdf3d6", "#8a6100"};
    if (state == "compensated" || state == "not_compensable")
        return {"↶", "url(#undone)~", "#6b4ba1"};
    if (state == "skipped" || state == "cancelled")
        return {"–", "#f1f1f1", "#777777"};
    return {"·", "#ffffff", "#777777"};
}

std::string escaped(std::string_view text)
{
    std::string safe;
    for (const char c : text) {
        switch (c) {
        case '&':
            safe += "&amp;";
            break;
        case '<':
            safe += "&lt;";
            break;
        case '>':
            safe += "&gt;";
            break;
        case '"':
            safe += "&quot;";
            break;
        default:
            safe += static_cast<unsigned char>(c) < 0x20 ? ' ' : c;
        }
    }
    return safe;
}

// Ids are ASCII by the loader's rules; what is too long for its box loses its end.
std::string fitting(std::string_view text, std::size_t most)
{
    return escaped(text.size() <= most ? std::string(text) : std::string(text.substr(0, most - 1)) + "…");
}

struct place
{
    int x = 0, y = 0;
};

std::string box(const graph_node& node, place at)
{
    const auto [icon, fill, edge] = look_of(node.state);
    auto drawn = fmt::format(
        R"~(<g><title>{} ({})</title><rect x="{}" y="{}" width="{}" height="{}" rx="6" fill="{}" )~"
        R"~(stroke="{}" stroke-width="{}"/>)~",
        escaped(node.id), escaped(node.action), at.x, at.y, box_width, box_height, fill, edge, node.pivot ? 3 : 1);
    drawn += fmt::format(R"~(<text x="{}" y="{}" font-size="13" font-weight="bold" fill="#111111">{} {}</text>)~",
                         at.x + 10, at.y + 21, icon, fitting(node.id, 24));
    auto words = node.state.empty() ? node.action : node.state;
    if (node.attempts > 1)
        words += fmt::format(", {} attempts", node.attempts);
    drawn += fmt::format(R"~(<text x="{}" y="{}" font-size="11" fill="#333333">{}</text></g>)~", at.x + 10, at.y + 40,
                         fitting(words, 30));
    return drawn + "\n";
}

std::string arrow(place from, place to)
{
    const int x1 = from.x + box_width / 2, y1 = from.y + box_height, x2 = to.x + box_width / 2, y2 = to.y;
    const int bend = (y2 - y1) / 2;
    return fmt::format(
        R"~(<path d="M {} {} C {} {}, {} {}, {} {}" fill="none" stroke="#888888" marker-end="url(#head)"/>)~"
        "\n",
        x1, y1, x1, y1 + bend, x2, y2 - bend, x2, y2 - 2);
}

} // namespace

std::string to_svg(const graph& drawn)
{
    std::map<int, int> in_layer;
    std::map<std::string, place, std::less<>> places;
    int width = box_width, height = title_height;
    for (const auto& node : drawn.nodes) {
        const int column = in_layer[node.depth]++;
        const place at{margin + column * (box_width + gap_x),
                       title_height + margin + node.depth * (box_height + gap_y)};
        places[node.id] = at;
        width = std::max(width, at.x + box_width);
        height = std::max(height, at.y + box_height);
    }
    auto picture = fmt::format(
        R"~(<svg xmlns="http://www.w3.org/2000/svg" width="{0}" height="{1}" viewBox="0 0 {0} {1}" role="img" font-family="sans-serif">)~"
        R"~(<title>{2}</title><defs><marker id="head" viewBox="0 0 8 8" refX="7" refY="4" markerWidth="8" markerHeight="8" orient="auto"><path d="M 0 0 L 8 4 L 0 8 z" fill="#888888"/></marker>)~"
        R"~(<pattern id="undone" width="8" height="8" patternUnits="userSpaceOnUse" patternTransform="rotate(45)"><rect width="8" height="8" fill="#f4effa"/><rect width="3" height="8" fill="#d9cbee"/></pattern></defs>)~"
        "\n",
        width + margin, height + margin, escaped(drawn.title));
    picture += fmt::format(R"~(<text x="{}" y="26" font-size="15" fill="#111111">{}{}</text>)~"
                           "\n",
                           margin, escaped(drawn.title), drawn.state.empty() ? "" : " · " + escaped(drawn.state));
    for (const auto& [from, to] : drawn.arrows)
        picture += arrow(places[from], places[to]);
    for (const auto& node : drawn.nodes)
        picture += box(node, places[node.id]);
    return picture + "</svg>\n";
}

} // namespace jmld::daemon
