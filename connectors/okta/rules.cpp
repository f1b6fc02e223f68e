// A small reader for the one form of rule that organisations use for departments and the like.
#include "connectors/okta/rules.hpp"

#include <algorithm>
#include <cctype>

namespace jmld::okta {

namespace {

using engine::value;

class scanner
{
public:
    explicit scanner(std::string_view text) : rest_(text) {}

    void spaces()
    {
        while (!rest_.empty() && std::isspace(static_cast<unsigned char>(rest_.front())) != 0)
            rest_.remove_prefix(1);
    }
    bool word(std::string_view expected)
    {
        spaces();
        if (!rest_.starts_with(expected))
            return false;
        rest_.remove_prefix(expected.size());
        return true;
    }
    std::string name()
    {
        std::string read;
        while (!rest_.empty() && (std::isalnum(static_cast<unsigned char>(rest_.front())) != 0 || rest_.front() == '_'))
        {
            read += rest_.front();
            rest_.remove_prefix(1);
        }
        return read;
    }
    std::optional<std::string> quoted()
    {
        spaces();
        if (rest_.empty() || (rest_.front() != '"' && rest_.front() != '\''))
            return std::nullopt;
        const char quote = rest_.front();
        std::string read;
        for (std::size_t at = 1; at < rest_.size(); ++at) {
            if (rest_[at] == quote) {
                rest_.remove_prefix(at + 1);
                return read;
            }
            if (rest_[at] == '\\' && at + 1 < rest_.size())
                ++at;
            read += rest_[at];
        }
        return std::nullopt;
    }
    bool at_end()
    {
        spaces();
        return rest_.empty();
    }

private:
    std::string_view rest_;
};

} // namespace

std::optional<rule_test> parse_rule_expression(std::string_view expression)
{
    scanner text(expression);
    rule_test test;
    if (!text.word("user."))
        return std::nullopt;
    test.attribute = text.name();
    if (text.word("=="))
        test.comparison = "==";
    else if (text.word("!="))
        test.comparison = "!=";
    else
        return std::nullopt;
    auto content = text.quoted();
    if (test.attribute.empty() || !content || !text.at_end())
        return std::nullopt;
    test.content = std::move(*content);
    return test;
}

bool holds(const value& items, std::string_view text)
{
    return std::ranges::any_of(items.items(), [&](const value& item) { return item.text_or() == text; });
}

value readable_rule(const value& rule)
{
    const auto& groups = rule["actions"]["assignUserToGroups"]["groupIds"];
    if (rule["status"].text_or() != "ACTIVE" || groups.items().empty())
        return {};
    const auto expression = rule["conditions"]["expression"]["value"].text_or();
    const auto test = parse_rule_expression(expression);
    return value::map({{"id", rule["id"]},
                       {"name", rule["name"]},
                       {"attribute", test ? value(test->attribute) : value()},
                       {"operator", test ? value(test->comparison) : value()},
                       {"value", test ? value(test->content) : value()},
                       {"groups", groups},
                       {"exclude", value(rule["conditions"]["people"]["users"]["exclude"].items())},
                       {"expression", expression}});
}

rule_verdict applies(const value& rule, std::string_view user, const value& profile)
{
    if (holds(rule["exclude"], user))
        return rule_verdict::does_not;
    const auto* attribute = rule["attribute"].if_text();
    if (attribute == nullptr)
        return rule_verdict::unclear;
    const auto* content = profile[*attribute].if_text();
    const bool equal = content != nullptr && *content == rule["value"].text_or();
    return equal == (rule["operator"].text_or() == "==") ? rule_verdict::matches : rule_verdict::does_not;
}

} // namespace jmld::okta
