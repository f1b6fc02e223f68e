// Turns the tables of keys and actions into a draft-07 schema: a description for each key, and for each action the
// parameters that may stand under `with`.
#include "workflows/loading/schema.hpp"

#include "workflows/events/canonical_event.hpp"
#include "workflows/loading/core_actions.hpp"
#include "workflows/loading/keys.hpp"

#include <algorithm>
#include <functional>

namespace jmld::workflows::loading {
namespace {

using engine::parameter_description;
using engine::parameter_type;
using engine::value;
using engine::value_list;
using engine::value_map;

constexpr const char* expression_pattern = R"(^\s*\$\{\{.*\}\}\s*$)";
constexpr const char* duration_pattern = R"(^([0-9]+(\.[0-9]+)?(d|h|m|s|ms|us|ns))+$)";

value reference(std::string_view definition)
{
    return value::map({{"$ref", "#/definitions/" + std::string(definition)}});
}
value any_of(value_list choices) { return value::map({{"anyOf", value(std::move(choices))}}); }
value type(std::string_view name) { return value::map({{"type", std::string(name)}}); }
value one_of_words(std::initializer_list<const char*> words)
{
    value_list list;
    for (const char* word : words)
        list.emplace_back(word);
    return value::map({{"enum", value(std::move(list))}});
}
value list_or_one(value item)
{
    return any_of({item, value::map({{"type", "array"}, {"items", item}, {"minItems", 1}})});
}

value whole_number(int least, int most)
{
    return value::map({{"type", "integer"}, {"minimum", least}, {"maximum", most}});
}

value need_results()
{
    return value::map({{"type", "object"},
                       {"minProperties", 1},
                       {"additionalProperties", one_of_words({"succeeded", "failed", "skipped", "done"})}});
}

/// What stands under one key, whichever map it is in; anything where the name says nothing.
value content_of(std::string_view key)
{
    if (key == "direction")
        return one_of_words({"grant", "change", "revoke"});
    if (key == "on_exhausted")
        return one_of_words({"rollback", "pause", "continue", "fail"});
    if (key == "jitter")
        return one_of_words({"full", "none"});
    if (key == "compensate")
        return any_of({one_of_words({"none"}), reference("undo")});
    if (key == "on_timeout")
        return one_of_words({"rollback", "pause", "continue", "fail", "deny", "approve", "escalate"});
    if (key == "deadline" || key == "timeout" || key == "initial_interval" || key == "max_interval" ||
        key == "max_throttle")
        return reference("duration");
    if (key == "max_attempts" || key == "max_parallel")
        return whole_number(1, 1000);
    if (key == "backoff_coefficient")
        return value::map({{"type", "number"}, {"minimum", 1}, {"maximum", 100}});
    if (key == "pivot")
        return type("boolean");
    if (key == "if")
        return value::map({{"type", value::list({"string", "boolean"})}});
    if (key == "concurrency")
        return whole_number(1, 100'000);
    if (key == "needs")
        return list_or_one(any_of({type("string"), need_results()}));
    if (key == "inputs")
        return value::map({{"type", "object"}, {"additionalProperties", reference("input")}});
    if (key == "retries")
        return value::map({{"type", "object"}, {"additionalProperties", reference("retry")}});
    if (key == "retry")
        return any_of({reference("retry"), type("string")});
    if (key == "trigger" || key == "defaults")
        return reference(key);
    if (key == "with" || key == "vars" || key == "outputs")
        return type("object");
    return type("string");
}

value with_description(const value& content, std::string_view summary)
{
    return content.with("description", value(summary));
}

value map_of(std::span<const key_description> keys, const std::function<value(std::string_view)>& content)
{
    value properties = value(value_map{});
    for (const key_description& key : keys)
        properties = properties.with(std::string(key.name), with_description(content(key.name), key.summary));
    return value::map({{"type", "object"}, {"additionalProperties", false}, {"properties", properties}});
}

value event_types()
{
    value_list types;
    for (const std::string_view type : canonical_types())
        types.emplace_back(type);
    return list_or_one(value::map({{"enum", value(std::move(types))}}));
}

value parameter_content(parameter_type kind)
{
    const value expression = reference("expression");
    switch (kind) {
    case parameter_type::any:
        return value(value_map{});
    case parameter_type::boolean:
        return any_of({type("boolean"), expression});
    case parameter_type::integer:
        return any_of({type("integer"), expression});
    case parameter_type::text:
        return value::map({{"type", value::list({"string", "number", "boolean"})}});
    case parameter_type::list:
        return any_of({type("array"), expression});
    case parameter_type::map:
        return any_of({type("object"), expression});
    case parameter_type::duration:
        return any_of({reference("duration"), expression});
    case parameter_type::timestamp:
        return type("string");
    case parameter_type::user:
    case parameter_type::group:
    case parameter_type::app:
    case parameter_type::role:
    case parameter_type::factor:
        return value::map({{"type", value::list({"string", "object"})}});
    }
    return value(value_map{});
}

value parameters_of(const std::vector<parameter_description>& parameters)
{
    value properties = value(value_map{});
    value_list required;
    for (const parameter_description& parameter : parameters) {
        properties =
            properties.with(parameter.name, with_description(parameter_content(parameter.type), parameter.summary));
        if (parameter.required)
            required.emplace_back(parameter.name);
    }
    value map = value::map({{"type", "object"}, {"additionalProperties", false}, {"properties", properties}});
    return required.empty() ? map : map.with("required", value(std::move(required)));
}

value when_uses(std::string_view action, const value& with, bool with_is_required)
{
    const value condition =
        value::map({{"properties", value::map({{"uses", value::map({{"const", std::string(action)}})}})},
                    {"required", value::list({"uses"})}});
    value consequence = value::map({{"properties", value::map({{"with", with}})}});
    if (with_is_required)
        consequence = consequence.with("required", value::list({"with"}));
    return value::map({{"if", condition}, {"then", consequence}});
}

value step_definition(const engine::action_catalogue& catalogue)
{
    value_list names, conditions;
    for (const core_action& own : core_actions()) {
        names.emplace_back(own.name);
        value with = parameters_of(own.parameters);
        const bool one = own.name == "core.wait"; // `until` or `for`
        if (one)
            with = with.with("minProperties", value(1)).with("maxProperties", value(1));
        const bool required = one || std::ranges::any_of(own.parameters, &parameter_description::required);
        conditions.push_back(when_uses(own.name, with, required));
    }
    for (const engine::action_description* action : catalogue.all()) {
        if (!action->for_people.empty())
            continue;
        names.emplace_back(action->name);
        const bool required = std::ranges::any_of(action->parameters, &parameter_description::required);
        conditions.push_back(when_uses(action->name, parameters_of(action->parameters), required));
    }
    const value uses = value::map({{"enum", value(std::move(names))}});
    const value step =
        map_of(step_keys(), [&](std::string_view key) { return key == "uses" ? uses : content_of(key); });
    return step.with("required", value::list({"uses"})).with("allOf", value(std::move(conditions)));
}

value input_content(std::string_view key)
{
    if (key == "type")
        return one_of_words({"string", "int", "bool", "list", "map", "timestamp", "duration", "any"});
    if (key == "required")
        return type("boolean");
    return key == "default" ? value(value_map{}) : type("string");
}

value definitions(const engine::action_catalogue& catalogue)
{
    return value::map(
        {{"expression", value::map({{"type", "string"}, {"pattern", expression_pattern}})},
         {"duration", value::map({{"type", "string"}, {"pattern", duration_pattern}})},
         {"retry", map_of(retry_keys(), content_of)},
         {"defaults", map_of(defaults_keys(), content_of)},
         {"trigger",
          map_of(trigger_keys(), [](std::string_view key) { return key == "event" ? event_types() : content_of(key); })
              .with("required", value::list({"event"}))},
         {"input", map_of(input_keys(), input_content)},
         {"undo", map_of(undo_keys(), content_of).with("required", value::list({"uses"}))},
         {"step", step_definition(catalogue)}});
}

} // namespace

value workflow_schema(const engine::action_catalogue& catalogue)
{
    const value steps =
        value::map({{"type", "object"},
                    {"minProperties", 1},
                    {"additionalProperties", false},
                    {"patternProperties", value::map({{"^[A-Za-z_][A-Za-z0-9_]{0,63}$", reference("step")}})}});
    const value last = steps.with("minProperties", value(0));
    const auto content = [&](std::string_view key) {
        return key == "steps" ? steps : key == "finally" ? last : content_of(key);
    };
    return map_of(workflow_keys(), content)
        .with("$schema", value("http://json-schema.org/draft-07/schema#"))
        .with("title", value("jmld workflow"))
        .with("description", value("A joiner, mover or leaver workflow of jmld."))
        .with("required", value::list({"name", "direction", "steps"}))
        .with("definitions", definitions(catalogue));
}

} // namespace jmld::workflows::loading
