// Reading a request's arguments and finding its route among the tables of the handler files. What a handler does is not
// here.
#include "connectors/okta_sim/call.hpp"

#include "connectors/okta_sim/text.hpp"

#include <array>

namespace jmld::okta_sim {

std::optional<std::string> call::argument(std::string_view name) const
{
    for (auto const& [key, content] : query) {
        if (key == name)
            return content;
    }
    return std::nullopt;
}

bool call::flag(std::string_view name, bool otherwise) const
{
    auto const given = argument(name);
    if (!given)
        return otherwise;
    return otherwise ? fold_case(*given) != "false" : fold_case(*given) == "true";
}

void call::did(effect what)
{
    if (!done)
        done = std::move(what);
}

group* call::group_at(std::size_t n)
{
    auto const found = org.groups.find(values.at(n));
    return found == org.groups.end() ? nullptr : &found->second;
}

app* call::app_at(std::size_t n)
{
    auto const found = org.apps.find(values.at(n));
    return found == org.apps.end() ? nullptr : &found->second;
}

namespace {

using table = std::span<const route> (*)();

// A literal segment is listed before the {} that would match it too: rules before groups.
constexpr auto tables = std::to_array<table>(
    {rule_routes,   user_routes,        lifecycle_routes, user_access_routes, factor_routes,         enrollment_routes,
     link_routes,   group_routes,       app_routes,       assignment_routes,  device_routes,         session_routes,
     server_routes, server_part_routes, policy_routes,    schema_routes,      plain_document_routes, log_routes,
     oauth_routes,  token_routes,       sign_in_routes});

bool matches(std::string_view pattern, const std::vector<std::string>& segments, std::vector<std::string>& values)
{
    values.clear();
    auto const wanted = split_path(pattern);
    if (wanted.size() != segments.size())
        return false;
    for (std::size_t i = 0; i < wanted.size(); ++i) {
        if (wanted[i] == "{}" && !segments[i].empty())
            values.push_back(segments[i]);
        else if (wanted[i] != segments[i])
            return false;
    }
    return true;
}

} // namespace

std::vector<route> all_routes()
{
    std::vector<route> all;
    for (auto const& rows : tables)
        all.insert(all.end(), rows().begin(), rows().end());
    return all;
}

found_route find_route(std::string_view method, std::string_view path)
{
    auto segments = split_path(path);
    for (auto& segment : segments)
        segment = http::percent_decode(segment).value_or(segment);
    found_route found;
    std::vector<std::string> values;
    for (auto const& rows : tables) {
        for (auto const& row : rows()) {
            if (!matches(row.pattern, segments, values))
                continue;
            found.path_known = true;
            if (row.method == method) {
                found.serving = &row;
                found.values = values;
                return found;
            }
        }
    }
    return found;
}

} // namespace jmld::okta_sim
