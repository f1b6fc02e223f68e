// One operation for each row; the role a row needs stands in its description.
#include "daemon/operations/openapi.hpp"

#include "daemon/operations/common.hpp"
#include "daemon/version.hpp"

#include <algorithm>
#include <cctype>
#include <map>

namespace jmld::daemon {

namespace asio = boost::asio;
using engine::value;

namespace {

value parameter(const std::string& name, std::string_view in)
{
    return value::map(
        {{"name", name}, {"in", in}, {"required", in == "path"}, {"schema", value::map({{"type", "string"}})}});
}

value parameters_of(const route& row)
{
    value_list_builder all;
    for (std::size_t at = row.pattern.find('{'); at != std::string::npos; at = row.pattern.find('{', at + 1))
        all.add(parameter(row.pattern.substr(at + 1, row.pattern.find('}', at) - at - 1), "path"));
    for (const auto& name : row.query)
        all.add(parameter(name, "query"));
    if (row.method == "POST")
        all.add(parameter("Idempotency-Key", "header"));
    return all.take();
}

// Unknown members are refused, so none may be sent that is not told of here.
value body_of(const route& row)
{
    engine::value_map members;
    value_list_builder required;
    for (const auto& member : row.body) {
        auto schema = value::map({});
        if (member.type != "any")
            schema = schema.with("type", member.type);
        if (!member.says.empty())
            schema = schema.with("description", member.says);
        members.emplace_back(member.name, schema);
        if (member.required)
            required.add(member.name);
    }
    std::sort(members.begin(), members.end(),
              [](const auto& left, const auto& right) { return left.first < right.first; });
    const auto must = required.take();
    auto schema = value::map({{"type", "object"}, {"additionalProperties", false}, {"properties", value(members)}});
    if (!must.items().empty())
        schema = schema.with("required", must);
    return value::map({{"required", !must.items().empty()},
                       {"content", value::map({{"application/json", value::map({{"schema", schema}})}})}});
}

value problem_answer() { return value::map({{"$ref", "#/components/responses/problem"}}); }

value operation_of(const route& row)
{
    const bool open = *row.required == role::anyone;
    auto answers = value::map(
        {{"200", value::map({{"description", "done"}})}, {"400", problem_answer()}, {"404", problem_answer()}});
    if (!open)
        answers = answers.with("401", problem_answer()).with("403", problem_answer());
    if (row.method == "POST")
        answers = answers.with("409", problem_answer()).with("422", problem_answer()).with("503", problem_answer());
    auto operation = value::map({{"summary", row.summary},
                                 {"description", open ? std::string("No token needed.")
                                                      : "Needs the role " + std::string(to_text(*row.required)) + "."},
                                 {"parameters", parameters_of(row)},
                                 {"responses", answers}});
    if (open)
        return operation.with("security", value(engine::value_list{}));
    if (row.method == "POST")
        operation = operation.with("requestBody", body_of(row));
    return operation;
}

std::string lower(std::string text)
{
    std::transform(text.begin(), text.end(), text.begin(),
                   [](unsigned char c) { return static_cast<char>(std::tolower(c)); });
    return text;
}

} // namespace

value openapi_of(const router& routes)
{
    std::map<std::string, value> paths;
    for (const auto& row : routes.routes()) {
        auto& path = paths[row.pattern];
        path = path.with(lower(row.method), operation_of(row));
    }
    engine::value_map all(paths.begin(), paths.end());
    const auto problem_body =
        value::map({{"application/problem+json", value::map({{"schema", value::map({{"type", "object"}})}})}});
    return value::map(
        {{"openapi", "3.1.0"},
         {"info", value::map({{"title", "jmld operations API"}, {"version", version}})},
         {"security", value::list({value::map({{"bearer", value(engine::value_list{})}})})},
         {"paths", value(std::move(all))},
         {"components",
          value::map(
              {{"securitySchemes", value::map({{"bearer", value::map({{"type", "http"}, {"scheme", "bearer"}})}})},
               {"responses", value::map({{"problem", value::map({{"description", "RFC 9457 problem"},
                                                                 {"content", problem_body}})}})}})}});
}

result<void> add_openapi_route(router& routes)
{
    return routes.add(
        {"GET", "/openapi.json", role::anyone, {}, "This description", [&routes](call) -> asio::awaitable<http::reply> {
             co_return json_answer(openapi_of(routes));
         }});
}

} // namespace jmld::daemon
