// Reading one user of an organisation document, with everything that hangs on him. Groups, apps and rules must have
// been read.
#include "connectors/okta_sim/document_reading.hpp"
#include "connectors/okta_sim/mutation.hpp"
#include "connectors/okta_sim/profile_rules.hpp"
#include "connectors/okta_sim/shapes.hpp"
#include "connectors/okta_sim/text.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>

namespace jmld::okta_sim {
namespace {

constexpr auto statuses = std::to_array<std::string_view>(
    {"STAGED", "PROVISIONED", "ACTIVE", "RECOVERY", "PASSWORD_EXPIRED", "LOCKED_OUT", "SUSPENDED", "DEPROVISIONED"});

bool is_status(std::string_view text) { return std::ranges::find(statuses, text) != statuses.end(); }

result<void> read_status(const document_reading& doc, user& made, const value& given, const std::string& at)
{
    made.status = given["status"].text_or("ACTIVE");
    if (!is_status(made.status))
        return wrong_at(at + "/status", fmt::format("must be one of {}", fmt::join(statuses, ", ")));
    auto const next = given["transitioningToStatus"].text_or();
    if (next.empty())
        return {};
    if (!is_status(next))
        return wrong_at(at + "/transitioningToStatus", fmt::format("must be one of {}", fmt::join(statuses, ", ")));
    made.moving = transition{made.status, next, std::max<std::int64_t>(1, doc.org.set.transition_reads)};
    made.status = next;
    return {};
}

result<void> read_profile(const document_reading& doc, user& made, const value& given, const std::string& at)
{
    made.profile = value_map{};
    for (auto const& [key, entry] : given["profile"].entries()) {
        if (entry.is_null())
            continue;
        // Okta's own attributes are texts, also when somebody writes an employee number without quotes.
        auto const* const number = is_base_attribute(key) ? entry.if_integer() : nullptr;
        made.profile = made.profile.with(key, number == nullptr ? entry : value(std::to_string(*number)));
    }
    if (made.profile["login"].text_or().empty())
        made.profile = made.profile.with("login", made.profile["email"]);
    auto const login = made.profile["login"].text_or();
    if (login.empty())
        return wrong_at(at + "/profile/login", "a user needs a login or an email");
    if (doc.org.logins.contains(fold_login(login)))
        return wrong_at(at + "/profile/login", "another user has this login (case and accents do not count)");
    return {};
}

void read_credentials(user& made, const value& given)
{
    auto const& password = given["password"];
    made.password = password.is_map() || password == value(true);
    made.password_text = password["value"].text_or();
    made.recovery_question = given["recovery_question"]["question"].text_or();
    made.provider_type = given["provider"]["type"].text_or("OKTA");
    made.provider_name = given["provider"]["name"].text_or(made.provider_type);
}

std::string rule_id(const document_reading& doc, const std::string& named)
{
    for (auto const& [id, held] : doc.org.rules) {
        if (id == named || held.name == named)
            return id;
    }
    return {};
}

result<void> read_groups(const document_reading& doc, user& made, const value& given, const std::string& at)
{
    for (std::size_t i = 0; i < given.items().size(); ++i) {
        auto const& one = given.items()[i];
        auto const here = fmt::format("{}/groups/{}", at, i);
        auto const id = doc.group_id(one);
        if (!id)
            return wrong_at(here, "no such group; name one of /groups by id or name");
        if (*id == doc.org.everyone)
            continue;
        auto const named = one["rule"].text_or();
        auto const how = one["membership"].text_or(named.empty() ? "direct" : "rule");
        if (how != "direct" && how != "rule")
            return wrong_at(here + "/membership", "must be direct or rule");
        auto const rule = named.empty() ? std::string() : rule_id(doc, named);
        if ((how == "rule" || !named.empty()) && rule.empty())
            return wrong_at(here + "/rule", "no such rule; name one of /rules by id or name");
        auto& place = made.groups[*id];
        place.direct = how == "direct";
        if (!rule.empty())
            place.rules.insert(rule);
    }
    return {};
}

const app* app_named(const document_reading& doc, const std::string& text)
{
    for (auto const& [id, held] : doc.org.apps) {
        if (id == text || held.label == text)
            return &held;
    }
    return nullptr;
}

result<void> read_apps(const document_reading& doc, user& made, const value& given, const std::string& at)
{
    for (std::size_t i = 0; i < given.items().size(); ++i) {
        auto const& one = given.items()[i];
        auto const here = fmt::format("{}/apps/{}", at, i);
        auto const* const named =
            app_named(doc, one.is_map() ? one["id"].text_or(one["label"].text_or()) : one.text_or());
        if (named == nullptr)
            return wrong_at(here, "no such app; name one of /apps by id or label");
        app_user assigned;
        assigned.scope = one["scope"].text_or("USER");
        if (assigned.scope != "USER" && assigned.scope != "GROUP")
            return wrong_at(here + "/scope", "must be USER or GROUP");
        if (!one["via"].is_null()) {
            auto const via = doc.group_id(one["via"]);
            if (!via)
                return wrong_at(here + "/via", "no such group");
            assigned.via = *via;
        }
        bool const provisioned = named->provisioning == "ok";
        assigned.status = one["status"].text_or(provisioned ? "PROVISIONED" : "ACTIVE");
        assigned.sync_state = one["syncState"].text_or(provisioned ? "SYNCHRONIZED" : "DISABLED");
        assigned.created = assigned.last_updated = doc.now;
        assigned.credentials = value::map({{"userName", made.profile["login"]}});
        assigned.profile = value(value_map{});
        made.apps[named->id] = std::move(assigned);
    }
    return {};
}

void read_roles(document_reading& doc, user& made, const value& given)
{
    for (auto const& one : given.items()) {
        auto const type = one.is_map() ? one["type"].text_or() : one.text_or();
        auto const how = one["assignmentType"].text_or("USER");
        bool derived = false;
        for (auto const* joined : groups_of(doc.org, made))
            derived = derived || std::ranges::find(joined->roles, type) != joined->roles.end();
        if (how == "GROUP" && derived)
            continue;
        auto const usual = type == "CUSTOM" ? doc.ids.make("irb") : base32(type);
        made.roles.push_back({one["id"].text_or(usual), type, one["label"].text_or(role_label(type)),
                              one["status"].text_or("ACTIVE"), how, doc.time_or_now(one["created"])});
    }
}

void read_factors(document_reading& doc, user& made, const value& given)
{
    for (auto const& one : given.items()) {
        factor enrolled;
        enrolled.type = one.is_map() ? one["factorType"].text_or("webauthn") : one.text_or();
        enrolled.id = doc.id_or_made(one, factor_prefix(enrolled.type));
        enrolled.status = one["status"].text_or("ACTIVE");
        enrolled.provider = one["provider"].text_or("OKTA");
        enrolled.vendor = one["vendorName"].text_or(enrolled.provider);
        enrolled.profile = one["profile"].is_map() ? one["profile"] : value(value_map{});
        enrolled.created = doc.time_or_now(one["created"]);
        enrolled.last_updated = doc.time_or_now(one["lastUpdated"]);
        made.factors.push_back(std::move(enrolled));
    }
}

void read_access(document_reading& doc, user& made, const value& given)
{
    auto const id_of = [&](const value& one, std::string_view prefix) {
        return one.is_text() ? one.text_or() : doc.id_or_made(one, prefix);
    };
    for (auto const& one : given["sessions"].items()) {
        auto const id = id_of(one, "102");
        made.sessions.push_back({id, id, doc.now, doc.now + std::chrono::hours(2)});
    }
    for (auto const& one : given["tokens"].items())
        made.tokens.push_back({id_of(one, "oar"), one["client_id"].text_or("0oaclient")});
    for (auto const& one : given["grants"].items())
        made.grants.push_back(
            {id_of(one, "oag"), one["client_id"].text_or("0oaclient"), one["scope_id"].text_or("openid"), doc.now});
    for (auto const& one : given["api_tokens"].items()) {
        auto const id = id_of(one, "00T");
        made.api_tokens.push_back({id, one["name"].text_or(id), one["token"].text_or(), doc.now});
    }
    for (auto const& [primary, other] : given["linkedObjects"].entries())
        made.linked[primary] = other.text_or();
}

} // namespace

result<void> read_user(document_reading& doc, const value& given, const std::string& at)
{
    user made;
    made.id = doc.id_or_made(given, "00u");
    if (doc.org.users.contains(made.id))
        return wrong_at(at + "/id", "this id stands twice");
    if (auto done = read_status(doc, made, given, at); !done)
        return done;
    if (auto done = read_profile(doc, made, given, at); !done)
        return done;
    made.type_id = given["type"]["id"].text_or(doc.ids.fixed("oty", "user type"));
    made.realm_id = given["realmId"].text_or();
    made.created = doc.time_or_now(given["created"]);
    made.last_updated = doc.time_or_now(given["lastUpdated"]);
    made.activated = doc.time_if(given["activated"]);
    made.status_changed = doc.time_if(given["statusChanged"]);
    made.last_login = doc.time_if(given["lastLogin"]);
    made.password_changed = doc.time_if(given["passwordChanged"]);
    read_credentials(made, given["credentials"]);
    if (auto done = read_groups(doc, made, given["groups"], at); !done)
        return done;
    if (auto done = read_apps(doc, made, given["apps"], at); !done)
        return done;
    read_roles(doc, made, given["roles"]);
    read_factors(doc, made, given["factors"]);
    read_access(doc, made, given);
    doc.org.logins[fold_login(made.profile["login"].text_or())] = made.id;
    doc.org.users[made.id] = std::move(made);
    return {};
}

} // namespace jmld::okta_sim
