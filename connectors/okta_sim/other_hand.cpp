// Somebody else changes the organisation: an administrator in the console, an import. None of the API's checks apply,
// and nothing enters the ledger.
#include "connectors/okta_sim/load.hpp"
#include "connectors/okta_sim/organisation_state.hpp"
#include "connectors/okta_sim/text.hpp"

#include <fmt/format.h>

#include <algorithm>

namespace jmld::okta_sim {
namespace {

std::unexpected<error> wrong(std::string_view key, std::string_view what)
{
    return failure(errc::invalid_input, fmt::format("/{}: {}", key, what));
}

std::string group_named(const organisation_data& org, const std::string& text)
{
    for (auto const& [id, held] : org.groups) {
        if (id == text || held.profile["name"].text_or() == text)
            return id;
    }
    return {};
}

app* app_named(organisation_data& org, const std::string& text)
{
    for (auto& [id, held] : org.apps) {
        if (id == text || held.label == text)
            return &held;
    }
    return nullptr;
}

result<void> change_group(mutation& change, user& who, std::string_view key, const value& wanted)
{
    auto const id = group_named(change.org, wanted.text_or());
    if (id.empty())
        return wrong(key, "no such group");
    if (key == "add_group")
        change.add_member(who, id);
    else
        change.remove_member(who, id);
    return {};
}

result<void> change_app(mutation& change, user& who, std::string_view key, const value& wanted)
{
    auto* const held = app_named(change.org, wanted.text_or());
    if (held == nullptr)
        return wrong(key, "no such app");
    if (key == "remove_app")
        change.unassign_app(who, held->id);
    else if (!who.apps.contains(held->id))
        change.assign_app(who, *held, "USER", {});
    return {};
}

result<void> add_role(mutation& change, user& who, const value& wanted)
{
    auto const type = wanted.is_map() ? wanted["type"].text_or() : wanted.text_or();
    if (type.empty())
        return wrong("add_role", "needs a type");
    auto const usual = type == "CUSTOM" ? change.ids.make("irb") : base32(type);
    role_assignment const given{wanted["id"].text_or(usual),
                                type,
                                wanted["label"].text_or(role_label(type)),
                                "ACTIVE",
                                wanted["assignmentType"].text_or("USER"),
                                change.now};
    auto const same = [&](const role_assignment& one) { return one.id == given.id; };
    if (std::ranges::none_of(who.roles, same)) {
        who.roles.push_back(given);
        change.note("user.account.privilege.grant", {change.name(who), {given.id, "ROLE", given.label}});
    }
    return {};
}

result<void> set_status(mutation& change, user& who, const std::string& status)
{
    if (status.empty())
        return wrong("status", "must be a status of Okta");
    if (status == who.status)
        return {};
    if (status == "DEPROVISIONED") {
        change.deactivate(who);
        who.moving.reset();
        return {};
    }
    bool const came_back = who.status == "DEPROVISIONED";
    change.set_status(who, status);
    who.moving.reset();
    change.note(came_back ? "user.lifecycle.activate" : "user.lifecycle.update", {change.name(who)});
    if (came_back)
        change.reconcile_apps(who);
    return {};
}

result<void> set_profile(mutation& change, user& who, const value& wanted)
{
    value profile = who.profile;
    for (auto const& [key, entry] : wanted.entries())
        profile = entry.is_null() ? profile.without(key) : profile.with(key, entry);
    change.set_profile(who, profile);
    change.note("user.account.update_profile", {change.name(who)});
    change.profile_changed(who);
    return {};
}

result<void> apply(mutation& change, user& who, const std::string& key, const value& wanted)
{
    if (key == "add_group" || key == "remove_group")
        return change_group(change, who, key, wanted);
    if (key == "add_app" || key == "remove_app")
        return change_app(change, who, key, wanted);
    if (key == "add_role")
        return add_role(change, who, wanted);
    if (key == "status")
        return set_status(change, who, wanted.text_or());
    if (key == "profile" && wanted.is_map())
        return set_profile(change, who, wanted);
    return wrong(
        key,
        "unknown change; known are add_group, remove_group, add_app, remove_app, add_role, status, profile: a map");
}

} // namespace

result<void> change_by_another_hand(mutation& change, const value& wanted)
{
    auto* const who = find_user(change.org, wanted["user"].text_or());
    if (who == nullptr)
        return wrong("user", "no such user; name one by id or login");
    for (auto const& [key, entry] : wanted.entries()) {
        if (key == "user" || key == "at" || key == "do")
            continue;
        if (auto done = apply(change, *who, key, entry); !done)
            return done;
    }
    return {};
}

} // namespace jmld::okta_sim
