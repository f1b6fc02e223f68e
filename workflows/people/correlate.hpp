// Whose event is it: from candidates that somebody read, adopt one, say that the person is new, or leave it to a
// person. It reads nothing and never decides by a name alone.
#pragma once

#include "workflows/events/canonical_event.hpp"

#include <string>
#include <variant>
#include <vector>

namespace jmld::workflows {

/// A user of Okta as far as correlation needs it.
struct okta_candidate
{
    std::string id, login, status, employee_number, universal_id;
    friend bool operator==(const okta_candidate&, const okta_candidate&) = default;
};
/// Each list as its lookup answered, DEPROVISIONED users included.
struct correlation_candidates
{
    std::vector<okta_candidate> by_universal_id, by_worker_id, by_login, namesakes;
    std::vector<okta_candidate> managers; ///< by manager id when one was said, else by the manager's name
};

struct adopt
{
    okta_candidate account;
    std::string manager_okta_id; ///< empty: none said or none found
};
struct new_person
{
    std::string manager_okta_id;
};
struct park_identity
{
    std::string reason;                          ///< without personal data
    std::vector<std::string> candidates;         ///< Okta ids
    std::vector<std::string> manager_candidates; ///< Okta ids
    std::vector<okta_candidate> same_number{};   ///< those of the candidates that a strong id found
};
using correlation = std::variant<adopt, new_person, park_identity>;

/// `known_hire`: the store already knows a hire of this person, so that an account need not exist yet.
correlation correlate(const canonical_event& event, const correlation_candidates& found, bool known_hire = false);

/// What must be asked for: fields that are empty need no lookup.
struct lookups
{
    std::string universal_id, worker_id, login;
    std::string given_name, family_name;  ///< namesakes; only when there is no id
    std::string manager_id, manager_name; ///< never for events that end access
};
lookups lookups_for(const canonical_event& event);

/// Hex SHA-256 of the strong keys ("universal:" + id, "worker:" + id). Without any id one of the event itself, so that
/// a redelivered event finds its person again and nobody is merged by name.
std::vector<std::string> identity_digests(const canonical_event& event);

} // namespace jmld::workflows
