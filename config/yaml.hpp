// A strict YAML reader: one document, no tags, anchors, aliases, merges or duplicate keys, bounded size and depth,
// every node with its place. It gives texts, lists and maps; what a text means is decided by whoever reads it, never by
// its look.
#pragma once

#include <cstddef>
#include <expected>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace jmld::config::yaml {

struct place
{
    int line = 1;   ///< from 1
    int column = 1; ///< from 1, in characters
};

struct node
{
    enum class kind { null, scalar, list, map };
    kind what = kind::null;
    place where;
    std::string text;        ///< scalar
    bool quoted = false;     ///< scalar in quotes or a block: always a text
    std::vector<node> items; ///< list
    struct entry;
    std::vector<entry> entries; ///< map, in file order

    const node* find(std::string_view key) const; ///< nullptr when absent or no map
    bool is_scalar() const { return what == kind::scalar; }
    bool is_list() const { return what == kind::list; }
    bool is_map() const { return what == kind::map; }
};
struct node::entry
{
    std::string key;
    place key_where;
    node content;
};

/// A mistake with its place.
struct problem
{
    place where;
    std::string what;
    std::size_t length = 1; ///< characters to underline
};

struct limits
{
    std::size_t bytes_max = 256 * 1024;
    int depth_max = 32;
    std::size_t nodes_max = 20'000;
};

std::expected<node, problem> parse(std::string_view text, const limits& bounds = {});

/// Where the byte `offset` of a scalar's text stands in the file: through quotes, escapes, folded lines and block
/// indentation.
place locate(std::string_view source, const node& scalar, std::size_t offset);

/// `file:line:column: error: what`, then the source line and a caret line.
std::string format(std::string_view file, std::string_view source, const problem& mistake,
                   std::string_view severity = "error");

/// Plain scalars: `true`/`false` (exactly), integers in decimal. Nothing for anything else, or when quoted.
std::optional<bool> as_bool(const node& scalar);
std::optional<long long> as_integer(const node& scalar);
std::optional<double> as_number(const node& scalar);

} // namespace jmld::config::yaml
