// `inputs` of a workflow: what a start by hand, or a core.run, brings. An event brings none, so a workflow that events
// start cannot require any.
#include "workflows/loading/draft.hpp"
#include "workflows/loading/keys.hpp"

#include <fmt/format.h>

namespace jmld::workflows::loading {

using engine::expression::shape;

namespace {

void read_type(reading& in, const yaml::node& map, engine::input_description& into)
{
    const yaml::node* type = map.find("type");
    if (type == nullptr)
        return;
    const auto known = parse_input_type(type->text);
    if (!known)
        in.problems.error(*type, "an input's type is string, int, bool, list, map, timestamp, duration or any");
    into.type = known.value_or(engine::parameter_type::any);
}

void read_default(reading& in, const yaml::node& map, engine::input_description& into)
{
    const yaml::node* given = map.find("default");
    if (given == nullptr)
        return;
    std::vector<path_read> reads;
    if (given->is_list() || given->is_map()) {
        const bool fitting =
            into.type == engine::parameter_type::any ||
            into.type == (given->is_list() ? engine::parameter_type::list : engine::parameter_type::map);
        const auto content = read_template(in, *given, shape::closed({}), reads);
        const auto computed = content ? content->evaluate([](std::string_view) { return nullptr; })
                                      : std::unexpected(engine::expression::evaluation_error{});
        if (fitting && computed)
            into.otherwise = *computed;
        else if (!fitting)
            in.problems.error(*given, fmt::format("the default is {}", accepted(into.type)));
        return;
    }
    const auto literal = given->is_scalar() ? literal_of(into.type, *given) : std::nullopt;
    if (literal && !has_expression(given->text))
        into.otherwise = *literal;
    else
        in.problems.error(*given, fmt::format("the default is {}, written out", accepted(into.type)));
}

void read_one(reading& in, const yaml::node::entry& entry, workflow_draft& into)
{
    engine::input_description input;
    input.name = entry.key;
    into.input_names.push_back(entry.key);
    if (!is_identifier(entry.key))
        in.problems.error_at_key(
            entry, fmt::format("'{}' is no name for an input; names are letters, digits and _", entry.key));
    if (!check_keys(in.problems, entry.content, "an input", input_keys()))
        return;
    read_type(in, entry.content, input);
    read_default(in, entry.content, input);
    if (const yaml::node* text = entry.content.find("description"))
        input.description = text->text;
    if (const yaml::node* required = entry.content.find("required")) {
        const auto flag = yaml::as_bool(*required);
        input.required = flag.value_or(false);
        if (!flag)
            in.problems.error(*required, "required is true or false");
        else if (*flag && !into.definition.trigger.events.empty() && input.otherwise.is_null())
            in.problems.error(*required, "an event brings no inputs, and this workflow is started by events; give the "
                                         "input a default instead");
    }
    into.definition.inputs.push_back(std::move(input));
}

} // namespace

shape input_shape(const workflow_draft& draft)
{
    std::map<std::string, shape> members;
    for (const std::string& name : draft.input_names)
        members.emplace(name, shape::any());
    return shape::closed(std::move(members));
}

void read_inputs(reading& in, const yaml::node& root, workflow_draft& into)
{
    const yaml::node* inputs = root.find("inputs");
    if (inputs == nullptr)
        return;
    if (!inputs->is_map()) {
        in.problems.error(*inputs, "inputs is a map of names to their descriptions: 'reason: { type: string }'");
        return;
    }
    for (const yaml::node::entry& entry : inputs->entries)
        read_one(in, entry, into);
}

} // namespace jmld::workflows::loading
