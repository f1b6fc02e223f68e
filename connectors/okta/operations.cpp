// The table in one place, and what can be derived from a row without knowing which row it is.
#include "connectors/okta/operations.hpp"

#include "connectors/okta/operation_rows.hpp"

#include <algorithm>
#include <cstdlib>
#include <string>

namespace jmld::okta {

namespace {

std::vector<operation> all_rows()
{
    std::vector<operation> table;
    for (auto part : {rows::of_users(), rows::of_lifecycle(), rows::of_groups(), rows::of_apps(),
                      rows::of_roles_and_factors(), rows::of_organisation()})
        table.insert(table.end(), part.begin(), part.end());
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
        seen.parameters.push_back({.name = std::string(one.name),
                                   .type = one.type,
                                   .required = one.required,
                                   .summary = std::string(one.summary)});
    seen.outputs = row.outputs;
    seen.repeat = row.repeat;
    seen.effect = row.effect;
    seen.destructive = row.destructive;
    seen.has_probe = row.probe != probe_kind::none;
    seen.has_inverse = row.inverse != inverse_kind::none;
    seen.no_inverse_reason = row.no_inverse;
    seen.scope = row.scope;
    seen.bucket = row.bucket;
    return seen;
}

} // namespace jmld::okta
