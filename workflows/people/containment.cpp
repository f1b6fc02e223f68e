// Only what Okta shows of an account itself counts: a name never makes it somebody's.
#include "workflows/people/containment.hpp"

#include "workflows/people/situation.hpp"

#include <algorithm>
#include <iterator>

namespace jmld::workflows {

namespace {

bool differ(const std::string& left, const std::string& right)
{
    return !left.empty() && !right.empty() && left != right;
}

// A number may be given a second time; another universal id is proof of another person.
bool carries_its_number(const okta_candidate& account, const worker& who)
{
    if (differ(account.universal_id, who.universal_id))
        return false;
    return (!who.id.empty() && account.employee_number == who.id) ||
           (!who.universal_id.empty() && account.universal_id == who.universal_id);
}

bool is_protected(const okta_candidate& account, const worker& who, const policy& rules)
{
    person_record record;
    record.okta_id = account.id;
    record.login = account.login;
    return is_named(rules.protected_people, who, record);
}

} // namespace

std::vector<okta_candidate> accounts_to_contain(const worker& who, const std::vector<okta_candidate>& found,
                                                std::string_view being_closed, const policy& rules)
{
    std::vector<okta_candidate> accounts;
    std::ranges::copy_if(found, std::back_inserter(accounts), [&](const okta_candidate& account) {
        return account.id != being_closed && account.status != "DEPROVISIONED" && carries_its_number(account, who) &&
               !is_protected(account, who, rules);
    });
    return accounts;
}

bool is_somebody_else(const person_record& owner, const worker& who)
{
    const auto& known = owner.believed;
    if (!known.universal_id.empty() && !who.universal_id.empty())
        return known.universal_id != who.universal_id;
    return differ(known.id, who.id);
}

bool takes_back(const canonical_event& later, const canonical_event& end)
{
    if (later.key == end.key || (later.entered_at && end.entered_at && *later.entered_at < *end.entered_at))
        return false;
    return (rescinds_something(later.type) && is_named_by(end, later.rescinds)) || is_named_by(end, later.corrects);
}

bool ends_access(std::string_view type) { return ends_employment(type) || type == "worker.no_show"; }

std::optional<time_point> access_ends_at(const canonical_event& event, const policy& rules, time_point now)
{
    if (!ends_access(event.type))
        return std::nullopt;
    if (is_urgent(event, rules) || rescinds_something(event.type))
        return now;
    return std::max(effective_of(event, rules).at.value_or(now), now);
}

bool guard_allows(const policy& rules, const guard_counts& counts)
{
    return counts.released || (!counts.hold_open && counts.leavers_in_window < leavers_allowed(rules, counts));
}

} // namespace jmld::workflows
