// Walks a result and adds up what it takes when written out. It changes nothing and writes nothing.
#include "engine/expression/output.hpp"

namespace jmld::engine::expression {
namespace {

class walk
{
public:
    explicit walk(std::size_t bytes_max) : bytes_left_(bytes_max) {}

    bool visit(const value& content, std::size_t depth)
    {
        constexpr std::size_t scalar_bytes = 8;
        if (depth > output_depth_max) {
            too_deep = true;
            return false;
        }
        if (!pay(content.if_text() != nullptr ? content.if_text()->size() + 2 : scalar_bytes))
            return false;
        for (auto const& item : content.items()) {
            if (!visit(item, depth + 1))
                return false;
        }
        for (auto const& [key, item] : content.entries()) {
            if (!pay(key.size() + 4) || !visit(item, depth + 1))
                return false;
        }
        return true;
    }

    bool too_deep = false;

private:
    bool pay(std::size_t bytes)
    {
        if (bytes > bytes_left_)
            return false;
        bytes_left_ -= bytes;
        return true;
    }

    std::size_t bytes_left_;
};

} // namespace

std::optional<std::string> check_output(const value& content, std::size_t bytes_max)
{
    walk over(bytes_max);
    if (over.visit(content, 0))
        return std::nullopt;
    return over.too_deep ? "the result is nested deeper than " + std::to_string(output_depth_max) + " levels"
                         : "the result is larger than " + std::to_string(bytes_max) + " bytes";
}

} // namespace jmld::engine::expression
