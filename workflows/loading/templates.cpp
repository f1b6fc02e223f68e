// Values with `${{ }}` inside, and the parameters of a step against what its action says of them. A literal of the
// wrong type is found here; what an expression gives is only known when it is evaluated.
#include "workflows/loading/draft.hpp"

#include <fmt/format.h>

#include <algorithm>

namespace jmld::workflows::loading {

using engine::parameter_description;
using engine::parameter_type;
using engine::value;
using engine::expression::shape;
using engine::expression::value_template;

bool has_expression(std::string_view text) { return text.contains("${{"); }

bool is_whole_expression(std::string_view text)
{
    const std::size_t first = text.find_first_not_of(" \t\r\n");
    const std::size_t last = text.find_last_not_of(" \t\r\n");
    if (first == std::string_view::npos)
        return false;
    const std::string_view core = text.substr(first, last - first + 1);
    return core.starts_with("${{") && core.ends_with("}}") && !core.substr(3).contains("${{");
}

std::optional<value_template> read_text(reading& in, const yaml::node& scalar, const shape& roots,
                                        std::vector<path_read>& reads)
{
    auto compiled = engine::expression::compile_text(scalar.text, roots);
    if (!compiled) {
        in.problems.error(scalar, compiled.error());
        return std::nullopt;
    }
    for (engine::expression::path& path : compiled->reads())
        reads.push_back({std::move(path), &scalar, true});
    return std::move(*compiled);
}

namespace {

value by_look(const yaml::node& scalar)
{
    if (const std::optional<bool> flag = yaml::as_bool(scalar))
        return value(*flag);
    if (const std::optional<long long> whole = yaml::as_integer(scalar))
        return value(static_cast<std::int64_t>(*whole));
    if (const std::optional<double> number = yaml::as_number(scalar))
        return value(*number);
    return value(scalar.text);
}

} // namespace

std::optional<value> literal_of(parameter_type type, const yaml::node& scalar)
{
    switch (type) {
    case parameter_type::any:
        return by_look(scalar);
    case parameter_type::boolean:
        if (const std::optional<bool> flag = yaml::as_bool(scalar))
            return value(*flag);
        return std::nullopt;
    case parameter_type::integer:
        if (const std::optional<long long> whole = yaml::as_integer(scalar))
            return value(static_cast<std::int64_t>(*whole));
        return std::nullopt;
    case parameter_type::duration:
        if (const std::optional<duration> length = parse_duration(scalar.text))
            return value(*length);
        return std::nullopt;
    case parameter_type::timestamp:
        if (const std::optional<time_point> instant = parse_rfc3339(scalar.text))
            return value(*instant);
        if (const std::optional<date> day = parse_date(scalar.text))
            return value(*day);
        return std::nullopt;
    case parameter_type::list:
    case parameter_type::map:
        return std::nullopt;
    case parameter_type::text:
    case parameter_type::user:
    case parameter_type::group:
    case parameter_type::app:
    case parameter_type::role:
    case parameter_type::factor:
        return value(scalar.text);
    }
    return std::nullopt;
}

namespace {

std::optional<value_template> read_list(reading& in, const yaml::node& node, const shape& roots,
                                        std::vector<path_read>& reads)
{
    std::vector<value_template> items;
    bool good = true;
    for (const yaml::node& item : node.items) {
        auto content = read_template(in, item, roots, reads);
        good = good && content.has_value();
        if (content)
            items.push_back(std::move(*content));
    }
    return good ? std::optional(value_template::list(std::move(items))) : std::nullopt;
}

std::optional<value_template> read_map(reading& in, const yaml::node& node, const shape& roots,
                                       std::vector<path_read>& reads)
{
    std::vector<std::pair<std::string, value_template>> entries;
    bool good = true;
    for (const yaml::node::entry& entry : node.entries) {
        auto content = read_template(in, entry.content, roots, reads);
        good = good && content.has_value();
        if (content)
            entries.emplace_back(entry.key, std::move(*content));
    }
    return good ? std::optional(value_template::map(std::move(entries))) : std::nullopt;
}

/// A group, app … may be written as the map that `access` holds: {id: …, name: …}.
bool takes_map(parameter_type type)
{
    return type == parameter_type::any || type == parameter_type::map || type == parameter_type::user ||
           type == parameter_type::group || type == parameter_type::app || type == parameter_type::role ||
           type == parameter_type::factor;
}
bool takes_list(parameter_type type) { return type == parameter_type::any || type == parameter_type::list; }
/// A text with an expression inside stays a text.
bool takes_joined_text(parameter_type type)
{
    return type != parameter_type::boolean && type != parameter_type::integer && type != parameter_type::list &&
           type != parameter_type::map;
}

std::string_view trimmed(std::string_view text)
{
    const std::size_t first = text.find_first_not_of(" \t\r\n");
    return first == std::string_view::npos ? std::string_view()
                                           : text.substr(first, text.find_last_not_of(" \t\r\n") - first + 1);
}

std::string given(const yaml::node& node)
{
    switch (node.what) {
    case yaml::node::kind::null:
        return "nothing";
    case yaml::node::kind::scalar:
        return fmt::format("'{}'", node.text);
    case yaml::node::kind::list:
        return "a list";
    case yaml::node::kind::map:
        return "a map";
    }
    return "something else";
}

/// An expression that is the whole value: of a kind that cannot be right it is refused here, one plain path is looked
/// at again when all steps are known.
void check_computed(reading& in, const yaml::node& node, const parameter_description& known,
                    const value_template& content, std::vector<path_read>& reads)
{
    const engine::expression::program* whole = content.whole();
    if (whole == nullptr)
        return;
    if (whole->kind() && !fits(known.type, *whole->kind()))
        in.problems.error(node, fmt::format("'{}' is {}, and this gives {}", known.name, accepted(known.type),
                                            to_text(*whole->kind())));
    const bool one_path = whole->reads().size() == 1 && !reads.empty() && reads.back().scalar == &node;
    if (one_path && joined(whole->reads().front(), ".") == trimmed(whole->text()))
        reads.back().wanted = known.type;
}

std::optional<value_template> read_parameter(reading& in, const yaml::node::entry& entry,
                                             const parameter_description& known, const shape& roots,
                                             std::vector<path_read>& reads)
{
    const yaml::node& node = entry.content;
    const auto mismatch = [&] {
        in.problems.error(node, fmt::format("'{}' is {}, not {}", known.name, accepted(known.type), given(node)));
        return std::nullopt;
    };
    if (node.is_list())
        return takes_list(known.type) ? read_template(in, node, roots, reads) : mismatch();
    if (node.is_map())
        return takes_map(known.type) ? read_template(in, node, roots, reads) : mismatch();
    if (!node.is_scalar())
        return mismatch();
    if (has_expression(node.text)) {
        if (!is_whole_expression(node.text) && !takes_joined_text(known.type))
            return mismatch();
        auto content = read_text(in, node, roots, reads);
        if (content)
            check_computed(in, node, known, *content, reads);
        return content;
    }
    if (std::optional<value> literal = literal_of(known.type, node))
        return value_template::literal(std::move(*literal));
    return mismatch();
}

std::vector<std::string> names_of(const std::vector<parameter_description>& parameters)
{
    std::vector<std::string> names;
    for (const parameter_description& parameter : parameters)
        names.push_back(parameter.name);
    return names;
}

void report_missing(reading& in, const std::vector<parameter_description>& parameters, const yaml::node* with,
                    const step_draft& step)
{
    for (const parameter_description& parameter : parameters) {
        if (!parameter.required || (with != nullptr && with->find(parameter.name) != nullptr))
            continue;
        const yaml::node* uses = step.find("uses");
        in.problems.error(*uses, fmt::format("'{}' needs the parameter '{}' ({}){}{}", step.step.uses, parameter.name,
                                             accepted(parameter.type), parameter.summary.empty() ? "" : ": ",
                                             parameter.summary));
    }
}

} // namespace

std::optional<value_template> read_template(reading& in, const yaml::node& node, const shape& roots,
                                            std::vector<path_read>& reads)
{
    switch (node.what) {
    case yaml::node::kind::null:
        return value_template::literal({});
    case yaml::node::kind::list:
        return read_list(in, node, roots, reads);
    case yaml::node::kind::map:
        return read_map(in, node, roots, reads);
    case yaml::node::kind::scalar:
        break;
    }
    if (has_expression(node.text))
        return read_text(in, node, roots, reads);
    return value_template::literal(by_look(node));
}

void read_parameters(reading& in, const std::vector<parameter_description>& parameters, const shape& roots,
                     step_draft& into, std::vector<std::pair<std::string, value_template>> more)
{
    const yaml::node* with = into.find("with");
    if (with != nullptr && !with->is_map()) {
        in.problems.error(*with, fmt::format("with is a map of the parameters of '{}': {}", into.step.uses,
                                             joined(names_of(parameters))));
        return;
    }
    std::vector<std::pair<std::string, value_template>> entries = std::move(more);
    static const std::vector<yaml::node::entry> nothing;
    for (const yaml::node::entry& entry : with != nullptr ? with->entries : nothing) {
        const auto known = std::ranges::find(parameters, entry.key, &parameter_description::name);
        if (known == parameters.end())
            in.problems.error_at_key(entry, fmt::format("'{}' has no parameter '{}'{}", into.step.uses, entry.key,
                                                        suggestion(entry.key, names_of(parameters))));
        else if (auto content = read_parameter(in, entry, *known, roots, into.reads))
            entries.emplace_back(entry.key, std::move(*content));
    }
    report_missing(in, parameters, with, into);
    into.step.with = value_template::map(std::move(entries));
}

// What is computed is known only when it runs.
static value literals_of(const yaml::node* with)
{
    engine::value_map literals;
    if (with != nullptr)
        for (const yaml::node::entry& entry : with->entries)
            literals.emplace_back(entry.key, entry.content.is_scalar() && !has_expression(entry.content.text)
                                                 ? by_look(entry.content)
                                                 : value());
    return value(std::move(literals));
}

void read_with(reading& in, const shape& roots, step_draft& into)
{
    if (into.step.action == nullptr)
        return;
    read_parameters(in, into.step.action->parameters, roots, into);
    into.step.action = in.catalogue.refine(*into.step.action, literals_of(into.find("with")));
}

} // namespace jmld::workflows::loading
