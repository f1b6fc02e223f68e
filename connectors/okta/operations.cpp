// The table in one place, and what can be derived from a row without knowing which row it is.
#include "connectors/okta/operations.hpp"

#include "connectors/okta/operation_rows.hpp"

#include <algorithm>
#include <cstdlib>
#include <string>

namespace jmld::okta {

namespace {

/// Every listing ends somewhere, and says so.
void cap(operation& row)
{
    row.parameters.push_back({.name = "max",
                              .type = engine::parameter_type::integer,
                              .where = place::local,
                              .summary = "stop after so many: 1 to 10000, without it 1000"});
    row.outputs.push_back({.name = "more",
                           .type = engine::parameter_type::boolean,
                           .required = true,
                           .summary = "there were more than max"});
}

std::vector<operation> all_rows()
{
    std::vector<operation> table;
    for (auto part :
         {rows::of_users(), rows::of_lifecycle(), rows::of_passwords(), rows::of_held_open(), rows::of_linked_objects(),
          rows::of_groups(), rows::of_group_rules(), rows::of_apps(), rows::of_app_groups(), rows::of_roles(),
          rows::of_factors(), rows::of_policies(), rows::of_authorization_servers(), rows::of_oauth(),
          rows::of_sessions(), rows::of_devices(), rows::of_organisation()})
        table.insert(table.end(), part.begin(), part.end());
    for (auto& row : table)
        if (row.paged)
            cap(row);
    return table;
}

const std::vector<operation>& table()
{
    static const std::vector<operation> rows = all_rows();
    return rows;
}

} // namespace

std::span<const operation> operations() { return table(); }

const operation* find_operation(std::string_view name)
{
    const auto found = std::ranges::find(table(), name, &operation::name);
    return found != table().end() ? &*found : nullptr;
}

const operation& operation_named(std::string_view name)
{
    const auto* row = find_operation(name);
    if (row == nullptr)
        std::abort(); // our own code names a row that the table does not have
    return *row;
}

std::vector<std::string_view> scopes()
{
    std::vector<std::string_view> needed;
    for (const auto& row : table())
        if (!row.scope.empty())
            needed.push_back(row.scope);
    std::ranges::sort(needed);
    const auto again = std::ranges::unique(needed);
    needed.erase(again.begin(), again.end());
    return needed;
}

engine::action_description describe(const operation& row)
{
    engine::action_description seen;
    seen.name = row.name;
    seen.summary = row.summary;
    for (const auto& one : row.parameters)
        if (!one.name.empty())
            seen.parameters.push_back({.name = std::string(one.name),
                                       .type = one.type,
                                       .required = one.required,
                                       .summary = std::string(one.summary),
                                       .secret = one.secret});
    seen.outputs = row.outputs;
    seen.repeat = row.repeat;
    seen.effect = row.effect;
    seen.destructive = row.destructive;
    seen.has_probe = row.probe != probe_kind::none;
    seen.has_inverse = row.inverse != inverse_kind::none;
    seen.no_inverse_reason = row.no_inverse;
    seen.scope = row.scope;
    seen.bucket = row.bucket;
    seen.tool = row.for_people.empty() ? row.tool : std::string_view();
    seen.tool_aliases.assign(row.tool_aliases.begin(), row.tool_aliases.end());
    seen.for_people = row.for_people;
    seen.facts = facts_of(row);
    return seen;
}

} // namespace jmld::okta
