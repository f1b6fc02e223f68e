// Universal id, then worker id; a name never decides. Everything here is a question of what the lookups found.
#include "workflows/people/correlate.hpp"

#include "engine/digest.hpp"

#include <algorithm>
#include <utility>

namespace jmld::workflows {

namespace {

using candidates = std::vector<okta_candidate>;

std::vector<std::string> ids(std::initializer_list<const candidates*> lists)
{
    std::vector<std::string> found;
    for (const auto* list : lists)
        for (const auto& who : *list)
            if (std::find(found.begin(), found.end(), who.id) == found.end())
                found.push_back(who.id);
    return found;
}

bool has_id(const worker& who) { return !who.id.empty() || !who.universal_id.empty(); }

/// Access ends whoever the manager is.
bool needs_manager(const canonical_event& event)
{
    return !ends_employment(event.type) && !rescinds_something(event.type) && event.type != "worker.snapshot";
}

correlation with_manager(const canonical_event& event, const correlation_candidates& found, correlation who)
{
    if (!needs_manager(event))
        return who;
    const auto managers = ids({&found.managers});
    if (managers.size() > 1)
        return park_identity{"more than one user of Okta matches the manager", {}, managers};
    const auto manager = managers.empty() ? std::string{} : managers.front();
    if (auto* adopted = std::get_if<adopt>(&who))
        adopted->manager_okta_id = manager;
    else if (auto* fresh = std::get_if<new_person>(&who))
        fresh->manager_okta_id = manager;
    return who;
}

correlation by_strong_key(const worker& who, const candidates& found, std::string_view key)
{
    if (found.size() > 1)
        return park_identity{"more than one user of Okta carries this " + std::string(key), ids({&found}), {}, found};
    const auto& one = found.front();
    if (!who.universal_id.empty() && !one.universal_id.empty() && one.universal_id != who.universal_id)
        return park_identity{"the user with this worker id carries another universal id", ids({&found}), {}};
    return adopt{one, {}};
}

/// A change or an end needs somebody who is there; what begins or rescinds a hire does not.
bool needs_account(const canonical_event& event)
{
    return !begins_employment(event.type) && !rescinds_something(event.type) && event.type != "worker.snapshot";
}

} // namespace

correlation correlate(const canonical_event& event, const correlation_candidates& found, bool known_hire)
{
    const auto& who = event.subject;
    if (!who.universal_id.empty() && !found.by_universal_id.empty())
        return with_manager(event, found, by_strong_key(who, found.by_universal_id, "universal id"));
    if (!who.id.empty() && !found.by_worker_id.empty())
        return with_manager(event, found, by_strong_key(who, found.by_worker_id, "worker id"));
    const auto alike = ids({&found.by_login, &found.namesakes});
    if (!has_id(who) && !alike.empty())
        return park_identity{"the event names nobody by an id, and Okta has a user of that name", alike, {}};
    if (needs_account(event) && !known_hire && !alike.empty())
        return park_identity{"Okta has no user with this worker id, but one that is alike", alike, {}};
    return with_manager(event, found, new_person{});
}

lookups lookups_for(const canonical_event& event)
{
    const auto& who = event.subject;
    lookups needed;
    needed.universal_id = who.universal_id;
    needed.worker_id = who.id;
    if (!has_id(who)) {
        needed.given_name = who.given_name;
        needed.family_name = who.family_name;
    }
    if (!has_id(who) || needs_account(event))
        needed.login = who.login.empty() ? who.email : who.login;
    if (needs_manager(event)) {
        needed.manager_id = who.manager.id;
        if (who.manager.id.empty())
            needed.manager_name = who.manager.name;
    }
    return needed;
}

std::vector<std::string> identity_digests(const canonical_event& event)
{
    const auto& who = event.subject;
    std::vector<std::string> digests;
    if (!who.universal_id.empty())
        digests.push_back(digest::sha256_hex("universal:" + who.universal_id));
    if (!who.id.empty())
        digests.push_back(digest::sha256_hex("worker:" + who.id));
    if (digests.empty())
        digests.push_back(digest::sha256_hex("event:" + event.key.source + '\n' + event.key.id));
    return digests;
}

} // namespace jmld::workflows
