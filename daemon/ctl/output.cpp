// Width is counted in characters, not bytes. Nothing a server says can move the cursor.
#include "daemon/ctl/output.hpp"

#include "engine/json/json.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cstdio>

namespace jmld::ctl {

namespace {

using engine::value;

std::size_t width(std::string_view text)
{
    return static_cast<std::size_t>(std::count_if(
        text.begin(), text.end(), [](char c) { return (static_cast<unsigned char>(c) & 0xC0U) != 0x80U; }));
}

std::string padded(std::string text, std::size_t wanted)
{
    const auto now = width(text);
    if (now < wanted)
        text.append(wanted - now, ' ');
    return text;
}

void print_table(const value& items, const std::vector<column>& columns, const output_options& options)
{
    std::vector<std::size_t> widths;
    for (const auto& [heading, path] : columns) {
        auto most = width(heading);
        for (const auto& item : items.items())
            most = std::max(most, width(shown(at_path(item, path))));
        widths.push_back(most);
    }
    std::string line;
    for (std::size_t i = 0; i < columns.size(); ++i)
        line += padded(columns[i].first, widths[i]) + "  ";
    fmt::print("{}\n", coloured(line, "\033[1m", options));
    for (const auto& item : items.items()) {
        line.clear();
        for (std::size_t i = 0; i < columns.size(); ++i) {
            const auto text = shown(at_path(item, columns[i].second));
            const auto cell = padded(text, widths[i]) + "  ";
            line += columns[i].second == "state" ? coloured(cell, look_of(text).colour, options) : cell;
        }
        fmt::print("{}\n", line);
    }
}

} // namespace

const value& at_path(const value& item, std::string_view path)
{
    const value* here = &item;
    while (!path.empty()) {
        const auto end = std::min(path.find('.'), path.size());
        here = &(*here)[path.substr(0, end)];
        path.remove_prefix(std::min(end + 1, path.size()));
    }
    return *here;
}

std::string shown(const value& item)
{
    if (item.is_null())
        return "-";
    const auto raw = item.is_text() ? *item.if_text() : engine::json::write(item);
    std::string text;
    for (const char c : raw) {
        if (static_cast<unsigned char>(c) < 0x20 || c == 0x7f)
            text += fmt::format("\\x{:02x}", static_cast<unsigned>(static_cast<unsigned char>(c)));
        else
            text += c;
    }
    return text;
}

void print_list(const value& items, const std::vector<column>& columns, std::string_view id_key,
                const output_options& options)
{
    switch (options.format) {
    case output_format::json:
        fmt::print("{}\n", engine::json::write_pretty(items));
        return;
    case output_format::ndjson:
        for (const auto& item : items.items())
            fmt::print("{}\n", engine::json::write(item));
        return;
    case output_format::id:
        for (const auto& item : items.items())
            fmt::print("{}\n", shown(item[id_key]));
        return;
    case output_format::table:
        print_table(items, columns, options);
        return;
    }
}

void print_one(const value& item, const std::vector<column>& lines, std::string_view id_key,
               const output_options& options)
{
    switch (options.format) {
    case output_format::json:
        fmt::print("{}\n", engine::json::write_pretty(item));
        return;
    case output_format::ndjson:
        fmt::print("{}\n", engine::json::write(item));
        return;
    case output_format::id:
        fmt::print("{}\n", shown(item[id_key]));
        return;
    case output_format::table:
        break;
    }
    std::size_t most = 0;
    for (const auto& line : lines)
        most = std::max(most, width(line.first));
    for (const auto& [heading, path] : lines)
        fmt::print("{}  {}\n", coloured(padded(heading, most), "\033[1m", options), shown(at_path(item, path)));
}

state_look look_of(std::string_view state)
{
    static constexpr std::string_view green = "\033[32m", red = "\033[31m", yellow = "\033[33m", blue = "\033[36m",
                                      dim = "\033[2m";
    if (state == "succeeded" || state == "compensated")
        return {"✔", green};
    if (state == "failed" || state == "compensation_failed" || state == "rollback_failed" ||
        state == "closed_with_residue" || state == "rolled_back_partial")
        return {"✘", red};
    if (state == "running" || state == "compensating")
        return {"▶", blue};
    if (state == "backing_off" || state == "throttled" || state == "unknown")
        return {"↻", yellow};
    if (state == "waiting" || state == "paused" || state == "scheduled" || state == "queued")
        return {"⏸", yellow};
    if (state == "rolled_back" || state == "not_compensable")
        return {"↶", yellow};
    if (state == "skipped" || state == "cancelled" || state == "superseded" || state == "terminated")
        return {"–", dim};
    return {"·", dim};
}

std::string coloured(std::string_view text, std::string_view colour, const output_options& options)
{
    return options.colour ? fmt::format("{}{}\033[0m", colour, text) : std::string(text);
}

} // namespace jmld::ctl
