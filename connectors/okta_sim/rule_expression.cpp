// A recursive descent over the text of a rule, evaluating as it reads. It never stops early, so that a broken right
// half is an error even when the left half decided already.
#include "connectors/okta_sim/rule_expression.hpp"

#include <fmt/format.h>

#include <string>

namespace jmld::okta_sim {
namespace {

class reader
{
public:
    reader(std::string_view text, const engine::value& profile) : text_(text), profile_(profile) {}

    result<bool> all()
    {
        bool const holds = any_of();
        skip();
        if (failed_ || at_ != text_.size())
            return failure(errc::invalid_input, fmt::format("the expression cannot be read at character {}", at_ + 1));
        return holds;
    }

private:
    static constexpr int depth_max = 50;
    std::string_view text_;
    const engine::value& profile_;
    std::size_t at_ = 0;
    int depth_ = 0;
    bool failed_ = false;

    static bool is_space(char c) { return c == ' ' || c == '\t' || c == '\n' || c == '\r'; }
    static bool is_word(char c)
    {
        return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '_';
    }

    void skip()
    {
        while (at_ < text_.size() && is_space(text_[at_]))
            ++at_;
    }

    bool take(std::string_view token)
    {
        skip();
        if (!text_.substr(at_).starts_with(token))
            return false;
        auto const end = at_ + token.size();
        if (is_word(token.back()) && end < text_.size() && is_word(text_[end]))
            return false;
        at_ = end;
        return true;
    }

    bool any_of()
    {
        bool holds = all_of();
        while (!failed_ && (take("||") || take("OR") || take("or"))) {
            bool const right = all_of();
            holds = holds || right;
        }
        return holds;
    }

    bool all_of()
    {
        bool holds = term();
        while (!failed_ && (take("&&") || take("AND") || take("and"))) {
            bool const right = term();
            holds = holds && right;
        }
        return holds;
    }

    bool term()
    {
        if (++depth_ > depth_max || failed_) {
            failed_ = true;
            return false;
        }
        bool const holds = bare_term();
        --depth_;
        return holds;
    }

    bool bare_term()
    {
        if (take("!"))
            return !term();
        if (!take("("))
            return comparison();
        bool const holds = any_of();
        failed_ = failed_ || !take(")");
        return holds;
    }

    bool comparison()
    {
        auto const attribute = name();
        bool const equal = take("==");
        if (failed_ || (!equal && !take("!="))) {
            failed_ = true;
            return false;
        }
        skip();
        auto const& held = profile_[attribute];
        bool const is_null = held.is_null();
        if (take("null"))
            return equal == is_null;
        auto const wanted = literal();
        return equal == (!is_null && text_of(held) == wanted);
    }

    static std::string text_of(const engine::value& held)
    {
        if (auto const* flag = held.if_bool())
            return *flag ? "true" : "false";
        if (auto const* number = held.if_integer())
            return std::to_string(*number);
        return held.text_or();
    }

    std::string name()
    {
        if (!take("user") || at_ >= text_.size() || text_[at_] != '.') {
            failed_ = true;
            return {};
        }
        auto const start = ++at_;
        while (at_ < text_.size() && is_word(text_[at_]))
            ++at_;
        failed_ = failed_ || at_ == start;
        return std::string(text_.substr(start, at_ - start));
    }

    std::string literal()
    {
        skip();
        std::string content;
        if (at_ < text_.size() && is_word(text_[at_])) { // true, false, a number
            while (at_ < text_.size() && is_word(text_[at_]))
                content += text_[at_++];
            return content;
        }
        char const quote = at_ < text_.size() ? text_[at_] : ' ';
        if (quote != '"' && quote != '\'') {
            failed_ = true;
            return {};
        }
        for (++at_; at_ < text_.size() && text_[at_] != quote; ++at_) {
            if (text_[at_] == '\\' && at_ + 1 < text_.size())
                ++at_;
            content += text_[at_];
        }
        failed_ = failed_ || at_ >= text_.size();
        ++at_;
        return content;
    }
};

} // namespace

result<bool> matches_rule(std::string_view expression, const engine::value& profile)
{
    return reader(expression, profile).all();
}

} // namespace jmld::okta_sim
