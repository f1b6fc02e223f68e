// Group rules as far as jmld understands them: `user.ATTR=="VALUE"` and `!=`. An expression it does not understand is
// never guessed; who asks gets "unclear".
#pragma once

#include "engine/value.hpp"

#include <optional>
#include <string>
#include <string_view>

namespace jmld::okta {

/// How many people a rule may exclude, and from how many on it is told.
inline constexpr std::size_t exclusions_max = 100, exclusions_told = 90;

struct rule_test
{
    std::string attribute, comparison, content; ///< comparison: `==` or `!=`
};
/// Nothing for every other form.
std::optional<rule_test> parse_rule_expression(std::string_view expression);

/// {id, name, attribute, operator, value, groups, exclude, expression} from Okta's own object; `attribute` is null when
/// the expression is of another form. Null unless the rule is ACTIVE and names groups.
engine::value readable_rule(const engine::value& rule);

enum class rule_verdict : std::uint8_t { matches, does_not, unclear };
/// Whether a readable rule makes this user a member of its groups; exclusions count.
rule_verdict applies(const engine::value& rule, std::string_view user, const engine::value& profile);

/// Whether `items` holds that text.
bool holds(const engine::value& items, std::string_view text);

} // namespace jmld::okta
