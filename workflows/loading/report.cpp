// Gathers, sorts and prints problems. Two problems at one place are both told.
#include "workflows/loading/report.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <tuple>

namespace jmld::workflows::loading {
namespace {

std::size_t shown_length(const yaml::node& node)
{
    if (!node.is_scalar())
        return 1;
    const std::string_view line = std::string_view(node.text).substr(0, node.text.find('\n'));
    return std::max<std::size_t>(line.size() + (node.quoted ? 2 : 0), 1);
}

} // namespace

void report::error(yaml::place where, std::string what, std::size_t length)
{
    entries_.push_back({{where, std::move(what), length}, true});
    good_ = false;
}

void report::warning(yaml::place where, std::string what, std::size_t length)
{
    entries_.push_back({{where, std::move(what), length}, false});
}

void report::error(const yaml::node& at, std::string what) { error(at.where, std::move(what), shown_length(at)); }

void report::error_at_key(const yaml::node::entry& entry, std::string what)
{
    error(entry.key_where, std::move(what), std::max<std::size_t>(entry.key.size(), 1));
}

void report::error(const yaml::node& scalar, const engine::expression::problem& mistake)
{
    error(yaml::locate(text_, scalar, mistake.offset), mistake.what, mistake.length);
}

void report::error_in(const yaml::node& scalar, std::string_view words, std::string what)
{
    const std::size_t offset = scalar.text.find(words);
    if (offset == std::string::npos)
        error(scalar, std::move(what));
    else
        error(yaml::locate(text_, scalar, offset), std::move(what), words.size());
}

std::string report::spell(yaml::place where) const { return fmt::format("{}:{}:{}", file_, where.line, where.column); }

std::vector<std::string> report::messages() const
{
    std::vector<std::size_t> order(entries_.size());
    for (std::size_t i = 0; i < order.size(); ++i)
        order[i] = i;
    std::ranges::sort(order, {}, [this](std::size_t i) {
        return std::tuple(entries_[i].what.where.line, entries_[i].what.where.column, i);
    });
    std::vector<std::string> texts;
    for (const std::size_t i : order)
        texts.push_back(yaml::format(file_, text_, entries_[i].what, entries_[i].is_error ? "error" : "warning"));
    return texts;
}

std::string joined(const std::vector<std::string>& words, std::string_view between)
{
    return fmt::format("{}", fmt::join(words, between));
}

std::string suggestion(std::string_view wrong, const std::vector<std::string>& known)
{
    constexpr std::size_t told_max = 14;
    if (const std::string near = engine::expression::suggest(wrong, known); !near.empty())
        return fmt::format("; did you mean '{}'?", near);
    if (known.empty())
        return {};
    if (known.size() <= told_max)
        return fmt::format("; known are {}", joined(known));
    const std::vector<std::string> first(known.begin(), known.begin() + told_max);
    return fmt::format("; known are {} and {} more", joined(first), known.size() - told_max);
}

} // namespace jmld::workflows::loading
