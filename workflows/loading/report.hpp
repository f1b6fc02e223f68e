// The problems of one workflow file while it is read: gathered all, printed in the order of the file. It decides
// nothing.
#pragma once

#include "config/yaml.hpp"
#include "engine/expression/expression.hpp"

#include <string>
#include <string_view>
#include <vector>

namespace jmld::workflows::loading {

namespace yaml = config::yaml;

class report
{
public:
    report(std::string file, std::string text) : file_(std::move(file)), text_(std::move(text)) {}

    const std::string& file() const { return file_; }
    const std::string& text() const { return text_; }

    void error(yaml::place where, std::string what, std::size_t length = 1);
    /// Underlines the scalar's text.
    void error(const yaml::node& at, std::string what);
    void error_at_key(const yaml::node::entry& entry, std::string what);
    void warning(yaml::place where, std::string what, std::size_t length = 1);
    /// A mistake inside an expression: its place is found through quotes and folded lines.
    void error(const yaml::node& scalar, const engine::expression::problem& mistake);
    /// Points at `words` within the scalar, or at all of it when they do not stand there literally.
    void error_in(const yaml::node& scalar, std::string_view words, std::string what);

    bool good() const { return good_; }
    /// `joiner.yaml:3:10`
    std::string spell(yaml::place where) const;
    /// By line and column, each with its source line and caret.
    std::vector<std::string> messages() const;

private:
    struct entry
    {
        yaml::problem what;
        bool is_error = true;
    };
    std::string file_, text_;
    std::vector<entry> entries_;
    bool good_ = true;
};

/// `; did you mean 'x'?`, or `; known are a, b, c` when none is near; empty when nothing is known.
std::string suggestion(std::string_view wrong, const std::vector<std::string>& known);
std::string joined(const std::vector<std::string>& words, std::string_view between = ", ");

} // namespace jmld::workflows::loading
