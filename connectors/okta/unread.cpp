// Gaps in what was read of a person, in Okta's words and in ours. A gap is said once for each part.
#include "connectors/okta/unread.hpp"

#include "connectors/okta/permissions.hpp"

#include <algorithm>
#include <utility>

namespace jmld::okta {

using engine::failure_kind;
using engine::value;
using engine::value_list;

namespace {

value text_or_null(std::string_view text) { return text.empty() ? value() : value(text); }

} // namespace

bool unread_parts::tolerates(const reply& answer, std::string_view part, std::string_view row)
{
    if (answer.ok())
        return true;
    const auto kind = answer.failure->kind;
    const bool refused = kind == failure_kind::forbidden;
    if (!refused && kind != failure_kind::not_found)
        return false;
    if (holds(part))
        return true;
    const auto& asked = operation_named(row);
    const bool right_missing = refused && answer.error.code == "E0000006";
    parts_.push_back(value::map({{"part", part},
                                 {"reason", answer.failure->detail},
                                 {"scope", right_missing ? text_or_null(asked.scope) : value()},
                                 {"permission", right_missing ? text_or_null(permission_for(asked)) : value()}}));
    return true;
}

void unread_parts::note(std::string_view part, std::string reason)
{
    parts_.push_back(
        value::map({{"part", part}, {"reason", std::move(reason)}, {"scope", value()}, {"permission", value()}}));
}

bool unread_parts::holds(std::string_view part) const
{
    return std::ranges::any_of(parts_, [&](const value& one) { return one["part"].text_or() == part; });
}

std::string unread_words(const value& part)
{
    return part["part"].text_or() + " could not be read: " + part["reason"].text_or();
}

value unless_unread(const unread_parts& gaps, std::string_view part, value_list items)
{
    return gaps.holds(part) ? value() : value(std::move(items));
}

} // namespace jmld::okta
