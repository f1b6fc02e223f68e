// How jmlctl shows things: tables for people, JSON for programs, ids for pipes. Data goes to stdout, talk to stderr;
// colour only on a terminal, never with NO_COLOR.
#pragma once

#include "engine/value.hpp"

#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace jmld::ctl {

enum class output_format : std::uint8_t { table, json, ndjson, id };

struct output_options
{
    output_format format = output_format::table;
    bool colour = false;
    bool terminal = false; ///< stdout is one: watch may redraw
};

/// One column: heading and the path of its value (`why.kind`).
using column = std::pair<std::string, std::string>;

/// A list of maps in the chosen format.
void print_list(const engine::value& items, const std::vector<column>& columns, std::string_view id_key,
                const output_options& options);
/// One map: JSON formats print it; a table prints `lines` (heading and path) one below the other.
void print_one(const engine::value& item, const std::vector<column>& lines, std::string_view id_key,
               const output_options& options);

/// `why.kind` of nested maps; null when a part is missing.
const engine::value& at_path(const engine::value& item, std::string_view path);
/// A value as people read it: null as `-`, texts as they are, the rest as JSON. Control characters are made visible.
std::string shown(const engine::value& item);

/// What a state looks like: icon and word, so that neither colour nor icon alone carries the meaning.
struct state_look
{
    std::string_view icon;
    std::string_view colour; ///< SGR sequence
};
state_look look_of(std::string_view state);
std::string coloured(std::string_view text, std::string_view colour, const output_options& options);

} // namespace jmld::ctl
