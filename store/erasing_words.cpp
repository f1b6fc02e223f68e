// An event's id may be short: it counts in an answer only as a whole text.
#include "store/erasing_words.hpp"

#include "engine/json/json.hpp"

#include <algorithm>

namespace jmld::store {

namespace {

constexpr std::string_view approval_prefix = "apr_";
constexpr std::size_t id_length = 26;

bool has(const std::set<std::string, std::less<>>& names, std::string_view name) { return names.contains(name); }

bool stands_in(std::string_view text, const std::set<std::string, std::less<>>& names)
{
    return std::ranges::any_of(names, [&](const std::string& name) { return text.contains(name); });
}

} // namespace

void names_of_a_person::add_approvals(std::string_view fact_text)
{
    for (auto at = fact_text.find(approval_prefix); at != std::string_view::npos;
         at = fact_text.find(approval_prefix, at + 1))
    {
        const auto id = fact_text.substr(at, approval_prefix.size() + id_length);
        if (id.size() == approval_prefix.size() + id_length)
            approvals.emplace(id);
    }
}

bool names_of_a_person::are_object_of(std::string_view audit_object) const
{
    const auto space = audit_object.find(' ');
    if (space == std::string_view::npos)
        return false;
    const auto kind = audit_object.substr(0, space), rest = audit_object.substr(space + 1);
    const auto first = rest.substr(0, rest.find(' '));
    return (kind == "run" && has(runs, first)) || (kind == "approval" && has(approvals, first)) ||
           (kind == "event" && has(events, rest)) || (kind == "person" && rest == person.text);
}

bool names_of_a_person::are_named_in(std::string_view answer) const
{
    if (answer.contains(person.text) || stands_in(answer, runs) || stands_in(answer, approvals))
        return true;
    return std::ranges::any_of(events, [&](const std::string& key) {
        const auto id = key.substr(key.find('~') + 1);
        return answer.contains("\\\"" + id + "\\\""); // the body is a text in a text
    });
}

std::string without_candidates_and_words(const std::string& details)
{
    const auto content = engine::json::parse(details);
    if (!content || !content->is_map())
        return details;
    auto out = *content;
    for (const auto* list : {"candidates", "manager_candidates"})
        if (!out[list].is_null())
            out = out.with(list, engine::value());
    if (out["resolved"].is_map() && !out["resolved"]["reason"].text_or().empty())
        out = out.with("resolved", out["resolved"].with("reason", "(erased)"));
    return engine::json::write(out);
}

} // namespace jmld::store
