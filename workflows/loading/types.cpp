// Types of parameters against what stands there: the kinds that an expression can give, and the declared outputs of
// other steps. What is not known before anything runs is left to the action.
#include "workflows/loading/draft.hpp"
#include "workflows/loading/shapes.hpp"

#include <fmt/format.h>

#include <algorithm>

namespace jmld::workflows::loading {

using engine::parameter_type;
using engine::value_kind;

namespace {

/// Written as an id, or as the map that `access` holds.
bool is_thing(parameter_type type)
{
    return type == parameter_type::user || type == parameter_type::group || type == parameter_type::app ||
           type == parameter_type::role || type == parameter_type::factor;
}

} // namespace

std::string_view accepted(parameter_type type)
{
    switch (type) {
    case parameter_type::any:
        return "any value";
    case parameter_type::boolean:
        return "true or false";
    case parameter_type::integer:
        return "a whole number";
    case parameter_type::text:
        return "a text";
    case parameter_type::list:
        return "a list";
    case parameter_type::map:
        return "a map";
    case parameter_type::user:
        return "a user: an id or an expression";
    case parameter_type::group:
        return "a group: an id or an expression";
    case parameter_type::app:
        return "an app: an id or an expression";
    case parameter_type::role:
        return "a role: an id, a type or an expression";
    case parameter_type::factor:
        return "a factor: an id or an expression";
    case parameter_type::duration:
        return "a length of time with its unit: 30s, 5m, 1d12h";
    case parameter_type::timestamp:
        return "an instant (2027-02-01T09:00:00Z) or a date (2027-02-01)";
    }
    return "a value";
}

bool fits(parameter_type wanted, value_kind given)
{
    if (given == value_kind::null)
        return true; // says nothing; a required parameter is missed when it runs
    switch (wanted) {
    case parameter_type::any:
        return true;
    case parameter_type::boolean:
        return given == value_kind::boolean;
    case parameter_type::integer:
        return given == value_kind::integer;
    case parameter_type::text:
        return given != value_kind::list && given != value_kind::map;
    case parameter_type::list:
        return given == value_kind::list;
    case parameter_type::map:
        return given == value_kind::map;
    case parameter_type::user:
    case parameter_type::group:
    case parameter_type::app:
    case parameter_type::role:
    case parameter_type::factor:
        return given == value_kind::text || given == value_kind::map;
    case parameter_type::duration:
        return given == value_kind::duration;
    case parameter_type::timestamp:
        return given == value_kind::timestamp || given == value_kind::date;
    }
    return true;
}

bool fits(parameter_type wanted, parameter_type answered)
{
    const auto textual = [](parameter_type type) { return type == parameter_type::text || is_thing(type); };
    return wanted == parameter_type::any || answered == parameter_type::any || wanted == answered ||
           (textual(wanted) && textual(answered)) || (is_thing(wanted) && answered == parameter_type::map);
}

void check_types(reading& in, const workflow_draft& checked)
{
    for (const step_draft& step : checked.steps)
        for (const path_read& read : step.reads) {
            const auto& path = read.path;
            if (!read.wanted || path.size() != 4 || path[0] != "steps" || path[2] != "outputs")
                continue;
            const std::size_t at = checked.index_of(path[1]);
            if (at == checked.steps.size() || checked.steps[at].find("for_each") != nullptr)
                continue;
            const auto& outputs = outputs_of(checked.steps[at].step);
            const auto output = std::ranges::find(outputs, path[3], &engine::parameter_description::name);
            if (output != outputs.end() && !fits(*read.wanted, output->type))
                in.problems.error(*read.scalar, fmt::format("this takes {}, and {} is {}", accepted(*read.wanted),
                                                            joined(path, "."), accepted(output->type)));
        }
}

} // namespace jmld::workflows::loading
