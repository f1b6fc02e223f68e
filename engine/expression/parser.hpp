// Tokens to a tree by CEL's precedence, with the variables of macros resolved. Whether the names exist and the kinds
// fit is the checker's question.
#pragma once

#include "engine/expression/node.hpp"
#include "engine/expression/token.hpp"

#include <algorithm>
#include <optional>

namespace jmld::engine::expression {

/// The tree of a whole text; anything left behind it is a problem.
std::expected<node_pointer, problem> parse(std::string_view text);

/// The parts of the parser; every function answers nullptr after the first problem, which stands in problem_.
class parser
{
public:
    parser(std::string_view text, std::vector<token> tokens) : text_(text), tokens_(std::move(tokens)) {}
    std::expected<node_pointer, problem> whole();

private:
    struct nesting;
    using content = decltype(node::content);

    // parser.cpp: operators
    node_pointer expression();
    node_pointer conditional();
    node_pointer chain(std::string_view symbol);
    node_pointer relation();
    node_pointer sum();
    node_pointer product();
    node_pointer unary();
    node_pointer binary(std::size_t from, binary_operator what, node_pointer left, node_pointer right);

    // parser_members.cpp: what stands between operators; parser_calls.cpp: calls and macros
    node_pointer member();
    node_pointer primary();
    node_pointer number(bool negative, std::size_t from);
    node_pointer name();
    node_pointer list();
    node_pointer map();
    std::optional<std::string> key_of(const node& key, std::vector<std::string>& known);
    node_pointer dotted(node_pointer operand, std::size_t from);
    node_pointer indexed(node_pointer operand, std::size_t from);
    node_pointer global_call(const token& called);
    node_pointer method_call(node_pointer receiver, std::size_t from, const token& called);
    node_pointer call(std::size_t from, const token& called, node_pointer receiver);
    node_pointer macro(node_pointer range, std::size_t from, const token& called, macro_kind what);
    node_pointer macro_body(node_pointer range, std::size_t from, macro_kind what);
    std::optional<std::vector<node_pointer>> list_until(std::string_view closing, bool may_trail);

    node_pointer make(std::size_t from, content what, std::size_t height);
    const token& here() const { return tokens_[at_]; }
    const token& ahead() const { return tokens_[std::min(at_ + 1, tokens_.size() - 1)]; }
    token take();
    bool accept(std::string_view symbol);
    bool expect(std::string_view symbol);
    node_pointer refuse(std::size_t offset, std::size_t length, std::string what);
    node_pointer refuse(const token& at, std::string what) { return refuse(at.offset, at.length(), std::move(what)); }
    node_pointer unexpected(std::string_view wanted);

    std::string_view text_;
    std::vector<token> tokens_;
    std::size_t at_ = 0;
    std::size_t end_ = 0; ///< behind the last token taken
    std::size_t depth_ = 0;
    std::vector<std::string> bound_; ///< variables of the macros around here; the index is the slot
    std::optional<problem> problem_;
};

} // namespace jmld::engine::expression
