// compile(): parse, check, keep; and what a program tells of itself. Evaluation is in evaluator.cpp.
#include "engine/expression/checker.hpp"
#include "engine/expression/parser.hpp"

namespace jmld::engine::expression {

shape shape::closed(std::map<std::string, shape> members)
{
    shape made;
    made.open = false;
    made.members = std::move(members);
    return made;
}

const std::string& program::text() const
{
    static const std::string nothing;
    return text_ != nullptr ? *text_ : nothing;
}

const std::vector<path>& program::reads() const
{
    static const std::vector<path> nothing;
    return reads_ != nullptr ? *reads_ : nothing;
}

/// The one that may fill a program.
class compiler
{
public:
    static std::expected<program, problem> compile(std::string_view text, const shape& roots)
    {
        auto root = parse(text);
        if (!root)
            return std::unexpected(std::move(root.error()));
        checker names(roots);
        if (auto wrong = names.check(**root))
            return std::unexpected(std::move(*wrong));
        program made;
        made.root_ = std::shared_ptr<const node>(std::move(*root));
        made.text_ = std::make_shared<const std::string>(text);
        made.kind_ = names.kind();
        made.reads_ = std::make_shared<const std::vector<path>>(std::move(names).reads());
        return made;
    }
};

std::expected<program, problem> compile(std::string_view text, const shape& roots)
{
    return compiler::compile(text, roots);
}

} // namespace jmld::engine::expression
