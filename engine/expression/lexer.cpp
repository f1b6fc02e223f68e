// Cuts an expression into tokens: names, numbers, texts in CEL's eight quotings, symbols. What CEL has and we leave out
// (bytes, unsigned integers) is refused here with that reason; numbers are only cut out, the parser reads them.
#include "engine/expression/token.hpp"
#include "engine/expression/utf8.hpp"

#include <algorithm>
#include <array>

namespace jmld::engine::expression {
namespace {

bool is_digit(char c) { return c >= '0' && c <= '9'; }
bool is_hex(char c) { return is_digit(c) || (c >= 'a' && c <= 'f') || (c >= 'A' && c <= 'F'); }
bool begins_name(char c) { return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || c == '_'; }
bool in_name(char c) { return begins_name(c) || is_digit(c); }
bool is_quote(char c) { return c == '"' || c == '\''; }

std::unexpected<problem> refuse(std::size_t offset, std::size_t length, std::string what)
{
    return std::unexpected(problem{offset, std::max<std::size_t>(length, 1), std::move(what)});
}

/// `b"`, `rb'` and the like.
bool is_bytes_prefix(std::string_view text)
{
    auto const beginning = text.substr(0, 3);
    auto const quote = beginning.find_first_of("\"'");
    if (quote == std::string_view::npos)
        return false;
    auto const prefix = beginning.substr(0, quote);
    return prefix.find_first_of("bB") != std::string_view::npos &&
           prefix.find_first_not_of("bBrR") == std::string_view::npos;
}

constexpr std::array<std::string_view, 6> long_symbols{"&&", "||", "==", "!=", "<=", ">="};
constexpr std::string_view short_symbols = "()[]{}.,:?!<>+-*/%";

} // namespace

void lexer::skip_blanks()
{
    while (at_ < text_.size()) {
        auto const c = text_[at_];
        if (c == ' ' || c == '\t' || c == '\n' || c == '\r' || c == '\f')
            ++at_;
        else if (text_.substr(at_, 2) == "//")
            at_ = std::min(text_.find('\n', at_), text_.size());
        else
            return;
    }
}

token lexer::take(token_kind kind, std::size_t length)
{
    token taken{kind, at_, text_.substr(at_, length), {}};
    at_ += length;
    return taken;
}

std::expected<token, problem> lexer::next()
{
    skip_blanks();
    if (at_ >= text_.size())
        return token{token_kind::end, text_.size(), {}, {}};
    auto const c = text_[at_];
    auto const rest = text_.substr(at_);
    if (is_quote(c))
        return literal(false, at_);
    if ((c == 'r' || c == 'R') && rest.size() > 1 && is_quote(rest[1]))
        return literal(true, at_ + 1);
    if (is_bytes_prefix(rest))
        return refuse(at_, 2, "bytes (b\"…\") are left out of these expressions; write a string");
    if (begins_name(c)) {
        auto const end = std::ranges::find_if_not(rest, in_name);
        return take(token_kind::name, static_cast<std::size_t>(end - rest.begin()));
    }
    if (c == '`')
        return quoted_name();
    if (is_digit(c) || (c == '.' && rest.size() > 1 && is_digit(rest[1])))
        return number();
    return symbol();
}

std::expected<token, problem> lexer::number()
{
    auto const rest = text_.substr(at_);
    std::size_t length = 0;
    auto const digits = [&] {
        auto const before = length;
        while (length < rest.size() && is_digit(rest[length]))
            ++length;
        return length > before;
    };
    if (rest.starts_with("0x") || rest.starts_with("0X")) {
        length = 2;
        while (length < rest.size() && is_hex(rest[length]))
            ++length;
    } else {
        digits();
        if (length + 1 < rest.size() && rest[length] == '.' && is_digit(rest[length + 1])) {
            ++length;
            digits();
        }
        if (length < rest.size() && (rest[length] == 'e' || rest[length] == 'E')) {
            auto const mantissa = length++;
            if (length < rest.size() && (rest[length] == '+' || rest[length] == '-'))
                ++length;
            if (!digits())
                length = mantissa;
        }
    }
    if (length < rest.size() && (rest[length] == 'u' || rest[length] == 'U') &&
        (length + 1 == rest.size() || !in_name(rest[length + 1])))
        return refuse(at_, length + 1, "unsigned integers (1u) are left out of these expressions; leave the u away");
    if (length < rest.size() && in_name(rest[length]))
        return refuse(at_, length + 1,
                      "a number is followed by a letter; a name cannot begin with a digit, and a length of time is "
                      "written duration(\"5m\")");
    return take(token_kind::number, length);
}

std::expected<token, problem> lexer::quoted_name()
{
    auto const end = text_.find('`', at_ + 1);
    if (end == std::string_view::npos)
        return refuse(at_, 1, "the name that begins with ` has no end");
    token name{token_kind::quoted_name, at_, text_.substr(at_ + 1, end - at_ - 1), {}};
    if (name.source.empty() || name.source.find('\n') != std::string_view::npos)
        return refuse(at_, 1, "a name between ` and ` is one line and not empty");
    at_ = end + 1;
    return name;
}

std::expected<token, problem> lexer::literal(bool raw, std::size_t from)
{
    auto const begin = at_;
    auto const quote = text_[from];
    auto const mark = text_.substr(from, 3) == std::string(3, quote) ? text_.substr(from, 3) : text_.substr(from, 1);
    std::string content;
    for (std::size_t at = from + mark.size(); at < text_.size();) {
        auto const c = text_[at];
        if (text_.substr(at, mark.size()) == mark) {
            at_ = at + mark.size();
            return token{token_kind::text, begin, text_.substr(begin, at_ - begin), std::move(content)};
        }
        if (mark.size() == 1 && (c == '\n' || c == '\r'))
            break;
        ++at;
        if (c == '\\' && !raw) {
            auto const escape = at - 1;
            auto const good = read_escape(text_, at, content);
            if (!good)
                return refuse(escape, at - escape, good.error());
            continue;
        }
        content += c;
        if (c == '\\' && at < text_.size() &&
            text_[at] != '\n') // raw: a backslash keeps the quote behind it from ending the text
            content += text_[at++];
    }
    return refuse(begin, from + mark.size() - begin, "the string that begins here has no end");
}

std::expected<token, problem> lexer::symbol()
{
    auto const rest = text_.substr(at_);
    for (auto const candidate : long_symbols) {
        if (rest.starts_with(candidate))
            return take(token_kind::symbol, candidate.size());
    }
    if (short_symbols.find(rest.front()) != std::string_view::npos)
        return take(token_kind::symbol, 1);
    if (rest.front() == '=')
        return refuse(at_, 1, "nothing can be assigned here; a comparison is written ==");
    if (rest.front() == '&' || rest.front() == '|')
        return refuse(at_, 1, std::string("write ") + rest.front() + rest.front());
    if (rest.front() == '$')
        return refuse(at_, 1, "an expression begins here already; ${{ }} cannot stand inside it");
    auto after = rest;
    take_code_point(after);
    auto const length = std::max<std::size_t>(rest.size() - after.size(), 1);
    auto const printable = length > 1 || (rest.front() > ' ' && rest.front() < 0x7F);
    return refuse(at_, length,
                  printable ? "unexpected character '" + std::string(rest.substr(0, length)) + "'"
                            : "a control character stands here");
}

std::expected<std::vector<token>, problem> tokens_of(std::string_view text)
{
    if (text.size() > text_bytes_max)
        return refuse(0, 1, "the expression is longer than " + std::to_string(text_bytes_max) + " bytes");
    if (auto const wrong = invalid_utf8(text))
        return refuse(*wrong, 1, "the text is not valid UTF-8");
    std::vector<token> tokens;
    lexer words(text);
    do {
        auto word = words.next();
        if (!word)
            return std::unexpected(std::move(word.error()));
        tokens.push_back(std::move(*word));
    } while (tokens.back().kind != token_kind::end);
    return tokens;
}

} // namespace jmld::engine::expression
