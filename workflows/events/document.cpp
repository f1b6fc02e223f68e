// Gathering the mistakes of a YAML file, each with file, line, column and what is accepted instead. It gives no meaning
// to any key.
#include "workflows/events/document.hpp"

#include <algorithm>
#include <utility>

namespace jmld::workflows {

namespace yaml = config::yaml;
namespace expression = engine::expression;

namespace {

std::string listed(const std::vector<std::string>& names)
{
    std::string text;
    for (const auto& name : names)
        text += (text.empty() ? "" : ", ") + name;
    return text;
}

} // namespace

std::optional<yaml::node> document::parse()
{
    auto parsed = yaml::parse(text_);
    if (parsed)
        return std::move(*parsed);
    messages_.push_back(yaml::format(file_, text_, parsed.error()));
    return std::nullopt;
}

void document::refuse(yaml::place where, std::string what, std::size_t length)
{
    messages_.push_back(yaml::format(file_, text_, {where, std::move(what), std::max<std::size_t>(length, 1)}));
}

void document::refuse(const yaml::node& at, std::string what)
{
    refuse(at.where, std::move(what), at.text.find('\n') == std::string::npos ? at.text.size() : 1);
}

void document::refuse(const yaml::node& scalar, const expression::problem& mistake)
{
    auto where = scalar.where;
    // Inside a block text the expression's own line is not known here: the place of the block is still right.
    if (scalar.text.find('\n') == std::string::npos)
        where.column += static_cast<int>(mistake.offset) + (scalar.quoted ? 1 : 0);
    refuse(where, mistake.what, mistake.length);
}

bool document::expect_map(const yaml::node& map, std::string_view what, const std::vector<std::string>& known)
{
    if (!map.is_map()) {
        refuse(map, std::string(what) + " is a map with the keys " + listed(known));
        return false;
    }
    for (const auto& entry : map.entries) {
        if (std::find(known.begin(), known.end(), entry.key) != known.end())
            continue;
        const auto near = expression::suggest(entry.key, known);
        refuse(entry.key_where,
               "unknown key '" + entry.key + "' in " + std::string(what) + "; " +
                   (near.empty() ? "accepted are " + listed(known) : "did you mean '" + near + "'?"),
               entry.key.size());
    }
    return true;
}

std::optional<std::string> document::text(const yaml::node& scalar, std::string_view what)
{
    if (scalar.is_scalar() && !scalar.text.empty())
        return scalar.text;
    refuse(scalar, std::string(what) + " must be a text");
    return std::nullopt;
}

std::optional<bool> document::flag(const yaml::node& scalar, std::string_view what)
{
    if (auto said = yaml::as_bool(scalar))
        return said;
    refuse(scalar, std::string(what) + " must be true or false");
    return std::nullopt;
}

std::optional<long long> document::integer(const yaml::node& scalar, std::string_view what, long long least,
                                           long long most)
{
    const auto said = yaml::as_integer(scalar);
    if (said && *said >= least && *said <= most)
        return said;
    refuse(scalar,
           std::string(what) + " must be a whole number from " + std::to_string(least) + " to " + std::to_string(most));
    return std::nullopt;
}

std::optional<double> document::number(const yaml::node& scalar, std::string_view what, double least, double most)
{
    const auto said = yaml::as_number(scalar);
    if (said && *said >= least && *said <= most)
        return said;
    refuse(scalar, std::string(what) + " must be a number from " + std::to_string(static_cast<long long>(least)) +
                       " to " + std::to_string(static_cast<long long>(most)));
    return std::nullopt;
}

std::optional<duration> document::length_of_time(const yaml::node& scalar, std::string_view what)
{
    if (scalar.is_scalar())
        if (const auto said = parse_duration(scalar.text); said && *said >= duration{0})
            return said;
    refuse(scalar, std::string(what) + " must be a duration with a unit: 30s, 5m, 7d, 1d12h");
    return std::nullopt;
}

std::optional<std::vector<std::string>> document::texts(const yaml::node& list, std::string_view what)
{
    if (list.is_scalar() && !list.text.empty())
        return std::vector<std::string>{list.text};
    if (!list.is_list()) {
        refuse(list, std::string(what) + " must be a list of names");
        return std::nullopt;
    }
    std::vector<std::string> found;
    for (const auto& item : list.items)
        if (auto said = text(item, "each item of " + std::string(what)))
            found.push_back(std::move(*said));
    return found;
}

std::optional<expression::program> document::condition(const yaml::node& scalar, const expression::shape& roots)
{
    if (!scalar.is_scalar() || scalar.text.empty()) {
        refuse(scalar, "an expression is expected here; inside { } and [ ] it must be in quotes: '${{ … }}'");
        return std::nullopt;
    }
    auto compiled = expression::compile_bare(scalar.text, roots);
    if (compiled)
        return std::move(*compiled);
    refuse(scalar, compiled.error());
    return std::nullopt;
}

std::optional<expression::value_template> document::content(const yaml::node& scalar, const expression::shape& roots)
{
    if (!scalar.is_scalar()) {
        refuse(scalar, "a text or an expression is expected here; inside { } and [ ] it must be in quotes: '${{ … }}'");
        return std::nullopt;
    }
    auto compiled = expression::compile_text(scalar.text, roots);
    if (compiled)
        return std::move(*compiled);
    refuse(scalar, compiled.error());
    return std::nullopt;
}

} // namespace jmld::workflows
