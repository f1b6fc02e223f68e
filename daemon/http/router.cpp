// Matching by segments, no regular expressions, no priorities: a literal segment beats a parameter. It answers nothing
// itself.
#include "daemon/http/router.hpp"

#include <algorithm>

namespace jmld::daemon {

namespace {

std::vector<std::string_view> segments(std::string_view path)
{
    std::vector<std::string_view> parts;
    while (!path.empty()) {
        path.remove_prefix(1); // the slash
        const auto end = std::min(path.find('/'), path.size());
        parts.push_back(path.substr(0, end));
        path.remove_prefix(end);
    }
    return parts;
}

bool is_parameter(std::string_view part) { return part.size() > 2 && part.front() == '{' && part.back() == '}'; }

// How well the pattern fits: the number of literal segments, or nothing.
std::optional<int> fit(std::string_view pattern, const std::vector<std::string_view>& asked,
                       std::map<std::string, std::string>& values)
{
    const auto wanted = segments(pattern);
    if (wanted.size() != asked.size())
        return std::nullopt;
    int literal = 0;
    for (std::size_t i = 0; i < wanted.size(); ++i) {
        if (is_parameter(wanted[i])) {
            auto decoded = http::percent_decode(asked[i]);
            if (!decoded || decoded->empty())
                return std::nullopt;
            values[std::string(wanted[i].substr(1, wanted[i].size() - 2))] = std::move(*decoded);
        } else if (wanted[i] == asked[i]) {
            ++literal;
        } else {
            return std::nullopt;
        }
    }
    return literal;
}

} // namespace

std::optional<role> parse_role(std::string_view name)
{
    for (const auto who : {role::viewer, role::operator_, role::approver, role::admin})
        if (to_text(who) == name)
            return who;
    return std::nullopt;
}

std::string_view to_text(role who)
{
    switch (who) {
    case role::anyone:
        return "anyone";
    case role::viewer:
        return "viewer";
    case role::operator_:
        return "operator";
    case role::approver:
        return "approver";
    case role::admin:
        return "admin";
    }
    return "anyone";
}

bool may(role holder, role required)
{
    // Four eyes: an approver decides what operators start and starts nothing himself.
    if (required == role::operator_)
        return holder == role::operator_ || holder == role::admin;
    return holder >= required;
}

const std::string* call::find(std::string_view query_name) const
{
    const auto found =
        std::find_if(query.begin(), query.end(), [&](const auto& pair) { return pair.first == query_name; });
    return found == query.end() ? nullptr : &found->second;
}

std::string call::param(std::string_view name) const
{
    const auto found = path.find(std::string(name));
    return found == path.end() ? std::string() : found->second;
}

result<void> router::add(route row)
{
    if (!row.required)
        return failure(errc::invalid_input, "route " + row.method + " " + row.pattern + " declares no role");
    for (const auto& other : routes_)
        if (other.method == row.method && other.pattern == row.pattern)
            return failure(errc::invalid_input, "route " + row.method + " " + row.pattern + " stands twice");
    routes_.push_back(std::move(row));
    return {};
}

result<void> router::add_all(std::vector<route> rows)
{
    for (auto& row : rows)
        if (auto added = add(std::move(row)); !added)
            return added;
    return {};
}

router::match router::find(std::string_view method, std::string_view path) const
{
    const auto asked = segments(path);
    const std::string_view wanted = method == "HEAD" ? "GET" : method;
    match best;
    int best_fit = -1;
    std::vector<std::string> allowed;
    for (const auto& row : routes_) {
        std::map<std::string, std::string> values;
        const auto literal = fit(row.pattern, asked, values);
        if (!literal)
            continue;
        if (row.method == "GET")
            allowed.emplace_back("GET, HEAD");
        else
            allowed.push_back(row.method);
        if (row.method == wanted && *literal > best_fit) {
            best_fit = *literal;
            best.row = &row;
            best.path = std::move(values);
        }
    }
    std::sort(allowed.begin(), allowed.end());
    allowed.erase(std::unique(allowed.begin(), allowed.end()), allowed.end());
    for (const auto& name : allowed)
        best.allow += (best.allow.empty() ? "" : ", ") + name;
    return best;
}

} // namespace jmld::daemon
