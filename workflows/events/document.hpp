// A YAML file of ours while it is read: gathers every mistake with its place, so that all of them are told at once. It
// knows no particular file; mappings, policy and access rules read themselves through it.
#pragma once

#include "config/yaml.hpp"
#include "engine/expression/expression.hpp"
#include "engine/time.hpp"

#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace jmld::workflows {

class document
{
public:
    /// Both texts must outlive it.
    document(std::string_view file, std::string_view text) : file_(file), text_(text) {}

    /// The root node; nothing when the text is no YAML of ours (the mistake is noted).
    std::optional<config::yaml::node> parse();

    void refuse(config::yaml::place where, std::string what, std::size_t length = 1);
    void refuse(const config::yaml::node& at, std::string what);
    /// Every key of `map` that is not among `known` is a mistake, with the nearest known one as a suggestion. False
    /// (and a mistake) when it is no map; `what` names it: "a rule".
    bool expect_map(const config::yaml::node& map, std::string_view what, const std::vector<std::string>& known);

    /// Each notes a mistake that says what is accepted, and answers nothing then.
    std::optional<std::string> text(const config::yaml::node& scalar, std::string_view what);
    std::optional<bool> flag(const config::yaml::node& scalar, std::string_view what);
    std::optional<long long> integer(const config::yaml::node& scalar, std::string_view what, long long least,
                                     long long most);
    std::optional<double> number(const config::yaml::node& scalar, std::string_view what, double least, double most);
    std::optional<duration> length_of_time(const config::yaml::node& scalar, std::string_view what);
    /// A list of texts, or one text.
    std::optional<std::vector<std::string>> texts(const config::yaml::node& list, std::string_view what);

    /// With or without `${{ }}`.
    std::optional<engine::expression::program> condition(const config::yaml::node& scalar,
                                                         const engine::expression::shape& roots);
    /// A text with `${{ }}` inside, or a whole expression.
    std::optional<engine::expression::value_template> content(const config::yaml::node& scalar,
                                                              const engine::expression::shape& roots);
    void refuse(const config::yaml::node& scalar, const engine::expression::problem& mistake);

    bool good() const { return messages_.empty(); }
    std::vector<std::string> messages() && { return std::move(messages_); }

private:
    std::string_view file_, text_;
    std::vector<std::string> messages_;
};

} // namespace jmld::workflows
