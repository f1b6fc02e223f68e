// Only what Okta shows of an account itself counts: a name never makes it somebody's.
#include "workflows/people/containment.hpp"

#include "workflows/people/situation.hpp"

#include <algorithm>
#include <iterator>

namespace jmld::workflows {

namespace {

bool carries_its_number(const okta_candidate& account, const worker& who)
{
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

std::optional<time_point> access_ends_at(const canonical_event& event, const policy& rules, time_point now)
{
    if (!ends_employment(event.type) && event.type != "worker.no_show")
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
