// Checks a tree against the names that exist and the kinds that are known, folds constants, and collects the paths it
// reads. It evaluates nothing that depends on data.
#pragma once

#include "engine/expression/functions.hpp"
#include "engine/expression/node.hpp"

#include <deque>
#include <optional>

namespace jmld::engine::expression {

class checker
{
public:
    explicit checker(const shape& roots) : roots_(roots) {}

    /// The first problem of the tree, or nothing. Replaces calls of constants by their value and compiles constant
    /// patterns.
    std::optional<problem> check(node& root);
    std::vector<path> reads() && { return std::move(reads_); }
    /// Of the whole, as far as it is known.
    std::optional<value_kind> kind() const { return kind_; }

private:
    /// What is known of a value before anything runs.
    struct facts
    {
        std::optional<value_kind> kind;
        const shape* known = nullptr; ///< null: anything
    };

    facts visit(node& at, bool reads_on = false);
    facts on(node& at, literal_node& content, bool reads_on);
    facts on(node& at, root_node& content, bool reads_on);
    facts on(node& at, bound_node& content, bool reads_on);
    facts on(node& at, select_node& content, bool reads_on);
    facts on(node& at, index_node& content, bool reads_on);
    facts on(node& at, has_node& content, bool reads_on);
    facts on(node& at, coalesce_node& content, bool reads_on);
    facts on(node& at, not_node& content, bool reads_on);
    facts on(node& at, minus_node& content, bool reads_on);
    facts on(node& at, logical_node& content, bool reads_on);
    facts on(node& at, conditional_node& content, bool reads_on);
    facts on(node& at, binary_node& content, bool reads_on);
    facts on(node& at, list_node& content, bool reads_on);
    facts on(node& at, map_node& content, bool reads_on);
    facts on(node& at, call_node& content, bool reads_on);
    facts on(node& at, macro_node& content, bool reads_on);

    facts member_of(const node& at, const facts& operand, const std::string& member, std::size_t written);
    void fold(node& at, const call_node& call);
    facts common(std::vector<facts> all) const;
    void note_read(const node& at, bool reads_on);
    void must_be(const node& at, const facts& found, kind_set wanted, std::string_view what);
    void refuse(const node& at, std::string what);
    void refuse(std::size_t offset, std::size_t length, std::string what);

    const shape& roots_;
    std::deque<shape> made_;   ///< shapes of lists that map() makes; their addresses stay
    std::vector<facts> bound_; ///< by slot
    std::vector<path> reads_;
    std::optional<problem> problem_;
    std::optional<value_kind> kind_;
};

/// {"steps","create_user","outputs","id"} for a chain of constant members from a root on; nothing for anything else.
std::optional<path> constant_path(const node& at);

} // namespace jmld::engine::expression
