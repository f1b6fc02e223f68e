// value_template: literals, texts and expressions as a tree, evaluated together. An error is told with the key under
// which it happened.
#include "engine/expression/functions.hpp"

#include <algorithm>

namespace jmld::engine::expression {

value_template value_template::literal(value content)
{
    value_template made;
    made.literal_ = std::move(content);
    return made;
}

value_template value_template::computed(program whole)
{
    value_template made;
    made.kind_ = kind::computed;
    made.program_ = std::move(whole);
    return made;
}

value_template value_template::joined(std::vector<part> parts)
{
    value_template made;
    made.kind_ = kind::joined;
    made.parts_ = std::move(parts);
    return made;
}

value_template value_template::list(std::vector<value_template> items)
{
    value_template made;
    made.kind_ = kind::list;
    made.items_ = std::move(items);
    return made;
}

value_template value_template::map(std::vector<std::pair<std::string, value_template>> entries)
{
    value_template made;
    made.kind_ = kind::map;
    made.entries_ = std::move(entries);
    return made;
}

namespace {

using outcome = std::expected<value, evaluation_error>;

outcome join(const std::vector<value_template::part>& parts, const scope& roots)
{
    std::string text;
    for (auto const& part : parts) {
        text += part.literal;
        if (!part.computed)
            continue;
        auto const found = evaluate(part.computed, roots);
        if (!found)
            return found;
        auto const written = render(*found);
        if (!written)
            return std::unexpected(evaluation_error{part.computed.text() + ": " + written.error(), false, 0});
        text += *written;
        if (text.size() > budget{}.output_bytes_max)
            return std::unexpected(evaluation_error{
                "the text is larger than " + std::to_string(budget{}.output_bytes_max) + " bytes", false, 0});
    }
    return value(std::move(text));
}

} // namespace

outcome value_template::evaluate(const scope& roots, bool skip_missing) const
{
    std::string place;
    auto found = evaluate_at(roots, skip_missing, place);
    if (!found && !place.empty())
        found.error().what = place + ": " + found.error().what;
    return found;
}

outcome value_template::evaluate_at(const scope& roots, bool skip_missing, std::string& place) const
{
    switch (kind_) {
    case kind::literal:
        return literal_;
    case kind::computed:
        return expression::evaluate(program_, roots);
    case kind::joined:
        return join(parts_, roots);
    case kind::list:
        return evaluate_list(roots, skip_missing, place);
    case kind::map:
        break;
    }
    return evaluate_map(roots, skip_missing, place);
}

outcome value_template::evaluate_list(const scope& roots, bool skip_missing, std::string& place) const
{
    value_list made;
    made.reserve(items_.size());
    for (auto const& item : items_) {
        auto found = item.evaluate_at(roots, skip_missing, place);
        if (!found) {
            place =
                "[" + std::to_string(made.size()) + "]" + (place.empty() || place.starts_with('[') ? "" : ".") + place;
            return found;
        }
        made.push_back(std::move(*found));
    }
    return value(std::move(made));
}

outcome value_template::evaluate_map(const scope& roots, bool skip_missing, std::string& place) const
{
    value_map made;
    made.reserve(entries_.size());
    for (auto const& [key, entry] : entries_) {
        auto found = entry.evaluate_at(roots, skip_missing, place);
        auto const computes = entry.kind_ == kind::computed || entry.kind_ == kind::joined;
        if (!found && skip_missing && computes && found.error().missing)
            continue;
        if (!found) {
            place = key + (place.empty() || place.starts_with('[') ? "" : ".") + place;
            return found;
        }
        made.emplace_back(key, std::move(*found));
    }
    return value(std::move(made));
}

std::vector<path> value_template::reads() const
{
    std::vector<path> all;
    auto const add = [&all](const std::vector<path>& more) {
        for (auto const& read : more) {
            if (std::ranges::find(all, read) == all.end())
                all.push_back(read);
        }
    };
    add(program_.reads());
    for (auto const& part : parts_)
        add(part.computed.reads());
    for (auto const& item : items_)
        add(item.reads());
    for (auto const& [key, entry] : entries_)
        add(entry.reads());
    return all;
}

} // namespace jmld::engine::expression
