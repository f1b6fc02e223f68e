// Definitions as they were loaded, actions as their connector's table says.
#include "daemon/operations/catalogue.hpp"

#include "daemon/operations/common.hpp"
#include "daemon/operations/graph.hpp"
#include "workflows/loading/schema.hpp"

namespace jmld::daemon {

namespace asio = boost::asio;
using engine::value;

namespace {

value texts(const std::vector<std::string>& all)
{
    value_list_builder items;
    for (const auto& text : all)
        items.add(text);
    return items.take();
}

value head_of(const engine::workflow_definition& definition)
{
    value_list_builder steps;
    for (const auto& step : definition.steps)
        steps.add(step.id);
    return value::map({{"name", definition.name},
                       {"description", text_or_null(definition.description)},
                       {"direction", engine::to_text(definition.dir)},
                       {"events", texts(definition.trigger.events)},
                       {"steps", steps.take()},
                       {"sha256", definition.sha256}});
}

value step_value(const engine::step_definition& step)
{
    return value::map({{"id", step.id},
                       {"uses", step.uses},
                       {"needs", texts(step.needs)},
                       {"for_each", step.for_each.has_value()},
                       {"if", step.condition.has_value()},
                       {"pivot", step.pivot},
                       {"on_exhausted", engine::to_text(step.exhausted)},
                       {"max_attempts", step.retry.max_attempts}});
}

asio::awaitable<http::reply> list_workflows(catalogue_services with, call)
{
    value_list_builder all;
    for (const auto& definition : with.rules.current->workflows)
        all.add(head_of(*definition));
    co_return json_answer(value::map({{"workflows", all.take()}}));
}

asio::awaitable<http::reply> show_workflow(catalogue_services with, call asked)
{
    const auto definition = with.rules.current->find(asked.param("name"));
    if (!definition)
        co_return problem(404, "no such workflow", "GET /v1/workflows names those in force");
    const auto* format = asked.find("format");
    if (format != nullptr && *format == "svg")
        co_return svg_answer(to_svg(graph_of(*definition)));
    if (format != nullptr && *format != "json")
        co_return problem(400, "Bad Request", "format: json and svg are accepted");
    value_list_builder steps;
    for (const auto& step : definition->steps)
        steps.add(step_value(step));
    co_return json_answer(head_of(*definition)
                              .with("steps", steps.take())
                              .with("graph", to_value(graph_of(*definition)))
                              .with("text", definition->text));
}

value parameters_of(const std::vector<engine::parameter_description>& all)
{
    value_list_builder items;
    for (const auto& one : all)
        items.add(value::map({{"name", one.name},
                              {"type", engine::to_text(one.type)},
                              {"required", one.required},
                              {"secret", one.secret},
                              {"summary", text_or_null(one.summary)}}));
    return items.take();
}

std::string_view to_text(engine::effect_class effect)
{
    switch (effect) {
    case engine::effect_class::reads:
        return "reads";
    case engine::effect_class::grants:
        return "grants";
    case engine::effect_class::revokes:
        return "revokes";
    case engine::effect_class::changes:
        return "changes";
    }
    return "reads";
}

std::string_view to_text(engine::repeatability repeat)
{
    switch (repeat) {
    case engine::repeatability::idempotent:
        return "idempotent";
    case engine::repeatability::converges:
        return "converges";
    case engine::repeatability::read_first:
        return "read_first";
    case engine::repeatability::side_effect:
        return "side_effect";
    }
    return "idempotent";
}

value facts_of(const engine::action_description& action)
{
    engine::value_map facts;
    for (const auto& [what, words] : action.facts)
        facts.emplace_back(what, words);
    return value(std::move(facts));
}

value action_value(const engine::action_description& action)
{
    return value::map({{"name", action.name},
                       {"summary", action.summary},
                       {"parameters", parameters_of(action.parameters)},
                       {"outputs", parameters_of(action.outputs)},
                       {"effect", to_text(action.effect)},
                       {"repeating", to_text(action.repeat)},
                       {"destructive", action.destructive},
                       {"has_probe", action.has_probe},
                       {"has_inverse", action.has_inverse},
                       {"no_inverse_reason", text_or_null(action.no_inverse_reason)},
                       {"scope", text_or_null(action.scope)},
                       {"bucket", text_or_null(action.bucket)},
                       {"tool", text_or_null(action.tool)},
                       {"for_people", text_or_null(action.for_people)},
                       {"facts", facts_of(action)}});
}

asio::awaitable<http::reply> list_actions(catalogue_services with, call)
{
    value_list_builder all;
    for (const auto* action : with.actions.all())
        all.add(action_value(*action));
    co_return json_answer(value::map({{"actions", all.take()}}));
}

asio::awaitable<http::reply> show_schema(catalogue_services with, call)
{
    co_return json_answer(workflows::loading::workflow_schema(with.actions));
}

} // namespace

result<void> add_catalogue_routes(router& routes, catalogue_services services)
{
    const auto bound = [&services](auto work) -> endpoint {
        return [services, work](call asked) { return work(services, std::move(asked)); };
    };
    return routes.add_all({
        {"GET", "/v1/workflows", role::viewer, {}, "The set in force", bound(list_workflows)},
        {"GET",
         "/v1/workflows/{name}",
         role::viewer,
         {"format"},
         "One workflow: steps, graph, its text and hash; drawn with format=svg",
         bound(show_workflow)},
        {"GET",
         "/schema/workflow.json",
         role::anyone,
         {},
         "JSON Schema of a workflow file, for editors",
         bound(show_schema)},
        {"GET", "/v1/actions", role::viewer, {}, "What a step can use", bound(list_actions)},
    });
}

} // namespace jmld::daemon
