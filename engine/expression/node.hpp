// The checked syntax tree of an expression. Nodes hold no results and are never changed after compile(), so that one
// program can be shared; what they do is in evaluator.cpp.
#pragma once

#include "engine/value.hpp"

#include <cstddef>
#include <memory>
#include <string>
#include <utility>
#include <variant>
#include <vector>

namespace re2 {
class RE2;
}

namespace jmld::engine::expression {

/// Brackets, calls and macros inside each other; also the number of variables that macros can bind at one place.
inline constexpr std::size_t nesting_max = 40;
/// The height of the tree, which chains like `a + b + c` raise too: what evaluation recurses over.
inline constexpr std::size_t height_max = 250;

struct node;
struct function;
using node_pointer = std::unique_ptr<node>;

enum class binary_operator : std::uint8_t {
    add,
    subtract,
    multiply,
    divide,
    modulo,
    equal_to,
    not_equal,
    less,
    less_equal,
    greater,
    greater_equal,
    in
};

enum class macro_kind : std::uint8_t { all, exists, exists_one, filter, map };

struct literal_node
{
    value content;
};
struct root_node
{
    std::string name;
};
struct bound_node
{
    std::size_t slot;
};
struct select_node
{
    node_pointer operand;
    std::string member;
};
struct index_node
{
    node_pointer operand;
    node_pointer key;
};
struct has_node
{
    node_pointer read; ///< a select or an index
};
struct coalesce_node
{
    std::vector<node_pointer> choices;
};
struct not_node
{
    node_pointer operand;
};
struct minus_node
{
    node_pointer operand;
};
/// A whole chain of one operator, so that long ones stay flat.
struct logical_node
{
    bool conjunction;
    std::vector<node_pointer> operands;
};
struct conditional_node
{
    node_pointer condition;
    node_pointer chosen;
    node_pointer otherwise;
};
struct binary_node
{
    binary_operator what;
    node_pointer left;
    node_pointer right;
};
struct list_node
{
    std::vector<node_pointer> items;
};
struct map_node
{
    std::vector<std::pair<node_pointer, node_pointer>> entries;
};
struct call_node
{
    const function* what;
    std::vector<node_pointer> arguments;     ///< the receiver first
    std::shared_ptr<const re2::RE2> pattern; ///< of matches() with a constant pattern
};
struct macro_node
{
    macro_kind what;
    node_pointer range;
    std::size_t slot;
    node_pointer predicate; ///< null in map(x, t)
    node_pointer transform; ///< of map only
};

struct node
{
    std::size_t offset = 0;
    std::size_t length = 0;
    std::size_t height = 1;
    std::variant<literal_node, root_node, bound_node, select_node, index_node, has_node, coalesce_node, not_node,
                 minus_node, logical_node, conditional_node, binary_node, list_node, map_node, call_node, macro_node>
        content;
};

/// The value of a literal; nullptr for every other node.
inline const value* literal_of(const node& at)
{
    auto const literal = std::get_if<literal_node>(&at.content);
    return literal != nullptr ? &literal->content : nullptr;
}

} // namespace jmld::engine::expression
