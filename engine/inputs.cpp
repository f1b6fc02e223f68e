// Types are those of parameters; a text that is a whole number is no integer.
#include "engine/inputs.hpp"

#include <algorithm>

namespace jmld::engine {

namespace {

bool is_of(parameter_type type, const value& given)
{
    switch (type) {
    case parameter_type::any:
        return true;
    case parameter_type::boolean:
        return given.if_bool() != nullptr;
    case parameter_type::integer:
        return given.if_integer() != nullptr;
    case parameter_type::list:
        return given.is_list();
    case parameter_type::map:
        return given.is_map();
    case parameter_type::duration:
        return given.if_duration() != nullptr;
    case parameter_type::timestamp:
        return given.if_timestamp() != nullptr || given.if_date() != nullptr;
    case parameter_type::text:
    case parameter_type::user:
    case parameter_type::group:
    case parameter_type::app:
    case parameter_type::role:
    case parameter_type::factor:
        return given.is_text();
    }
    return false;
}

// JSON has no such kinds: they come as texts.
value as_wanted(parameter_type type, const value& given)
{
    const auto text = given.text_or();
    if (type == parameter_type::duration && given.is_text())
        if (const auto length = parse_duration(text))
            return value(*length);
    if (type == parameter_type::timestamp && given.is_text()) {
        if (const auto instant = parse_rfc3339(text))
            return value(*instant);
        if (const auto day = parse_date(text))
            return value(*day);
    }
    return given;
}

} // namespace

result<value> bind_inputs(const workflow_definition& definition, const value& given)
{
    std::string wrong;
    const auto complain = [&](const std::string& what) { wrong += (wrong.empty() ? "" : "; ") + what; };
    value bound{value_map{}};
    for (const auto& input : definition.inputs) {
        auto said = as_wanted(input.type, given[input.name]);
        if (said.is_null())
            said = input.otherwise;
        if (said.is_null() && input.required)
            complain("'" + input.name + "' is required");
        else if (!said.is_null() && !is_of(input.type, said))
            complain("'" + input.name + "' is " + std::string(to_text(input.type)) + ", not " +
                     std::string(to_text(said.kind())));
        bound = bound.with(input.name, std::move(said));
    }
    for (const auto& [name, content] : given.entries())
        if (std::ranges::find(definition.inputs, name, &input_description::name) == definition.inputs.end())
            complain("there is no input '" + name + "'");
    if (!given.is_null() && !given.is_map())
        complain("inputs are a map");
    if (!wrong.empty())
        return failure(errc::invalid_input, definition.name + ": " + wrong);
    return bound;
}

} // namespace jmld::engine
