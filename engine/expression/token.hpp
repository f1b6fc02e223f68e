// The words of an expression with their places. Cutting a text into them decides nothing about order; the parser does.
#pragma once

#include "engine/expression/expression.hpp"

#include <expected>
#include <string>
#include <string_view>
#include <vector>

namespace jmld::engine::expression {

/// Longer texts are refused: with it every later bound (nodes, depth, messages) is small.
inline constexpr std::size_t text_bytes_max = 8192;

enum class token_kind : std::uint8_t { end, name, quoted_name, number, text, symbol };

struct token
{
    token_kind kind = token_kind::end;
    std::size_t offset = 0;
    std::string_view source; ///< as written; of a quoted_name what stands between the backticks
    std::string content;     ///< of a text: what it means
    bool is(std::string_view symbol) const { return kind == token_kind::symbol && source == symbol; }
    bool is_word(std::string_view word) const { return kind == token_kind::name && source == word; }
    std::size_t length() const { return kind == token_kind::quoted_name ? source.size() + 2 : source.size(); }
};

/// One token after the other, from a place in a text (which must outlive it).
class lexer
{
public:
    explicit lexer(std::string_view text, std::size_t from = 0) : text_(text), at_(from) {}
    /// The next token, `end` at the end. Offsets count from the beginning of the whole text.
    std::expected<token, problem> next();
    std::size_t place() const { return at_; }

private:
    void skip_blanks();
    token take(token_kind kind, std::size_t length);
    std::expected<token, problem> number();
    std::expected<token, problem> quoted_name();
    std::expected<token, problem> literal(bool raw, std::size_t from);
    std::expected<token, problem> symbol();

    std::string_view text_;
    std::size_t at_ = 0;
};

/// All tokens, the last one `end`. The text is at most text_bytes_max long and well-formed UTF-8, or it is refused.
std::expected<std::vector<token>, problem> tokens_of(std::string_view text);

/// Reads an escape sequence behind its backslash (`at` moves past it) into `content`; what is wrong otherwise.
std::expected<void, std::string> read_escape(std::string_view text, std::size_t& at, std::string& content);

} // namespace jmld::engine::expression
