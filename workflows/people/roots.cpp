// The shapes of `event`, `person`, `access` and `policy` as decide(), compute_access() and to_value(policy) make them.
#include "workflows/people/roots.hpp"

#include <initializer_list>
#include <string>
#include <utility>

namespace jmld::workflows {

namespace {

using engine::expression::shape;
using members = std::map<std::string, shape>;

members named(std::initializer_list<const char*> names)
{
    members map;
    for (const char* name : names)
        map.emplace(name, shape::any());
    return map;
}

shape closed(std::initializer_list<const char*> names) { return shape::closed(named(names)); }

shape list_of(shape element)
{
    shape list;
    list.element = std::make_shared<const shape>(std::move(element));
    return list;
}

members worker_members()
{
    auto map =
        named({"id", "universal_id", "kind", "given_name", "family_name", "preferred_name", "login", "email",
               "personal_email", "title", "department", "organisation", "cost_center", "start", "end", "last_day"});
    map.emplace("manager", closed({"id", "name"}));
    map.emplace("location", closed({"time_zone"}));
    return map;
}

} // namespace

shape worker_shape() { return shape::closed(worker_members()); }

shape event_shape()
{
    auto map = named({"source", "id", "type", "process_id", "action", "corrects", "rescinds", "entered_at",
                      "effective_on", "effective_at", "urgent", "start", "end", "last_day", "ends_on", "zone"});
    map.emplace("worker", worker_shape());
    map.emplace("reason", closed({"id", "label"}));
    return shape::closed(std::move(map));
}

shape person_shape()
{
    auto map = worker_members();
    for (const char* name :
         {"okta_id", "status", "okta_profile", "manager_okta_id", "legal_hold", "last_super_admin", "logins_taken"})
        map.emplace(name, shape::any());
    map.insert_or_assign("login", shape::any());
    return shape::closed(std::move(map));
}

shape access_shape()
{
    const auto group = list_of(closed({"id", "name"}));
    const auto app = list_of(closed({"id", "label"}));
    members map;
    map.emplace("target", shape::closed({{"groups", group}, {"apps", app}, {"roles", shape::any()}}));
    map.emplace("groups", shape::closed({{"add", group}, {"remove", group}, {"remove_first", group}}));
    map.emplace("apps", shape::closed({{"add", app}, {"remove", app}}));
    const auto role = list_of(closed({"id", "type"}));
    map.emplace("roles", shape::closed({{"add", role}, {"remove", role}}));
    map.emplace("factors", shape::closed({{"remove", list_of(closed({"id", "factorType"}))}}));
    map.emplace("attributes", closed({"set", "clear"}));
    map.emplace("review", list_of(closed({"group", "app", "role", "owner"})));
    return shape::closed(std::move(map));
}

shape policy_shape()
{
    auto map = named({"pre_hire", "last_day", "urgent_reasons", "company_time_zone", "no_reuse_of_logins",
                      "fallback_manager", "protected", "approval_required"});
    map.emplace("login", closed({"pattern", "collision", "rename_on_name_change"}));
    map.emplace("guard", closed({"window", "max_leavers", "max_percent"}));
    map.emplace("verify", closed({"clean_reads", "apart", "drift_watch", "drift_every"}));
    map.emplace("retention", closed({"delete_after"}));
    return shape::closed(std::move(map));
}

} // namespace jmld::workflows
