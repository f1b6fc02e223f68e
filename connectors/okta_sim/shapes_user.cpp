// Users, their roles, factors and sessions as Okta shows them. Groups, apps and the rest are in shapes_access.cpp.
#include "connectors/okta_sim/shapes.hpp"
#include "connectors/okta_sim/text.hpp"

#include "engine/digest.hpp"
#include "engine/json/json.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>

namespace jmld::okta_sim {
namespace {

struct advertised
{
    std::string_view link, path;
};

constexpr auto all_links = std::to_array<advertised>({
    {"suspend", "lifecycle/suspend"},
    {"unsuspend", "lifecycle/unsuspend"},
    {"activate", "lifecycle/activate"},
    {"reactivate", "lifecycle/reactivate"},
    {"unlock", "lifecycle/unlock"},
    {"resetPassword", "lifecycle/reset_password"},
    {"expirePassword", "lifecycle/expire_password"},
    {"changePassword", "credentials/change_password"},
    {"changeRecoveryQuestion", "credentials/change_recovery_question"},
    {"forgotPassword", "credentials/forgot_password"},
    {"resetFactors", "lifecycle/reset_factors"},
    {"deactivate", "lifecycle/deactivate"},
    {"delete", ""},
});

std::string_view links_of(std::string_view status)
{
    if (status == "STAGED")
        return " activate resetFactors ";
    if (status == "PROVISIONED")
        return " suspend resetPassword reactivate resetFactors deactivate ";
    if (status == "RECOVERY")
        return " suspend resetPassword reactivate expirePassword changePassword resetFactors deactivate ";
    if (status == "LOCKED_OUT")
        return " unlock resetPassword resetFactors deactivate ";
    if (status == "SUSPENDED")
        return " unsuspend resetFactors deactivate ";
    if (status == "DEPROVISIONED")
        return " activate delete resetFactors ";
    return " suspend resetPassword expirePassword changePassword changeRecoveryQuestion forgotPassword resetFactors "
           "deactivate ";
}

value full_profile(const value& given)
{
    value profile = given;
    for (std::string_view const always : {"firstName", "lastName", "mobilePhone", "secondEmail", "login", "email"}) {
        if (profile.find(always) == nullptr)
            profile = profile.with(std::string(always), nullptr);
    }
    return profile;
}

} // namespace

std::string after_prefix(const std::string& id) { return id.substr(std::min<std::size_t>(3, id.size())); }

value time_or_null(const std::optional<time_point>& instant) { return instant ? value(okta_time(*instant)) : value(); }

std::string shown_status(const user& who)
{
    return who.moving && who.moving->reads_left > 0 ? who.moving->from : who.status;
}

std::string etag(const value& rendered)
{
    return fmt::format("W/\"{}\"", digest::sha256_hex(engine::json::write(rendered.without("_links"))));
}

value shapes::link(std::string_view path) const { return value::map({{"href", base_ + std::string(path)}}); }

value shapes::link(std::string_view path, std::initializer_list<std::string_view> allow) const
{
    value_list methods;
    for (auto const method : allow)
        methods.emplace_back(method);
    return value::map({{"href", base_ + std::string(path)}, {"hints", value::map({{"allow", std::move(methods)}})}});
}

value shapes::user_links(const user& who, std::string_view status) const
{
    auto const self = "/api/v1/users/" + who.id;
    value_map links{{"self", link(self)},
                    {"schema", link("/api/v1/meta/schemas/user/osc" + after_prefix(who.type_id))},
                    {"type", link("/api/v1/meta/types/user/" + who.type_id)}};
    auto const offered = links_of(status);
    for (auto const& entry : all_links) {
        if (offered.find(fmt::format(" {} ", entry.link)) == std::string_view::npos)
            continue;
        bool const removal = entry.path.empty();
        links.emplace_back(entry.link,
                           value::map({{"href", base_ + self + (removal ? "" : "/") + std::string(entry.path)},
                                       {"method", removal ? "DELETE" : "POST"}}));
    }
    return links;
}

value shapes::user_credentials(const user& who) const
{
    value credentials =
        value::map({{"provider", value::map({{"type", who.provider_type}, {"name", who.provider_name}})}});
    if (who.password)
        credentials = credentials.with("password", value_map{});
    if (!who.recovery_question.empty())
        credentials = credentials.with("recovery_question", value::map({{"question", who.recovery_question}}));
    return credentials;
}

value shapes::user_object(const user& who) const
{
    auto const status = shown_status(who);
    auto const email =
        value::map({{"value", who.profile["email"].text_or()}, {"status", "VERIFIED"}, {"type", "PRIMARY"}});
    value rendered = value::map({{"id", who.id},
                                 {"status", status},
                                 {"created", okta_time(who.created)},
                                 {"activated", time_or_null(who.activated)},
                                 {"statusChanged", time_or_null(who.status_changed)},
                                 {"lastLogin", time_or_null(who.last_login)},
                                 {"lastUpdated", okta_time(who.last_updated)},
                                 {"passwordChanged", time_or_null(who.password_changed)},
                                 {"type", value::map({{"id", who.type_id}})},
                                 {"profile", full_profile(who.profile)},
                                 {"credentials", user_credentials(who).with("emails", value::list({email}))},
                                 {"_links", user_links(who, status)}});
    if (!who.realm_id.empty())
        rendered = rendered.with("realmId", who.realm_id);
    if (who.moving && who.moving->reads_left > 0)
        rendered = rendered.with("transitioningToStatus", who.moving->to);
    return rendered;
}

value shapes::user_in_list(const user& who) const
{
    return user_object(who).with("_links", value::map({{"self", link("/api/v1/users/" + who.id)}}));
}

value shapes::role_object(const role_assignment& given, std::string_view collection, const std::string& assignee) const
{
    return value::map(
        {{"id", given.id},
         {"label", given.label},
         {"type", given.type},
         {"status", given.status},
         {"created", okta_time(given.created)},
         {"lastUpdated", okta_time(given.created)},
         {"assignmentType", given.assignment_type},
         {"_links", value::map({{"assignee", link(fmt::format("/api/v1/{}/{}", collection, assignee))}})}});
}

std::string_view factor_prefix(std::string_view type)
{
    constexpr auto known = std::to_array<std::pair<std::string_view, std::string_view>>({{"sms", "mbl"},
                                                                                         {"call", "clf"},
                                                                                         {"email", "emf"},
                                                                                         {"push", "opf"},
                                                                                         {"question", "ufs"},
                                                                                         {"signed_nonce", "pfd"},
                                                                                         {"token:software:totp", "ost"},
                                                                                         {"u2f", "fuf"},
                                                                                         {"webauthn", "fwf"}});
    auto const* const found = std::ranges::find(known, type, &std::pair<std::string_view, std::string_view>::first);
    return found == known.end() ? "uft" : found->second;
}

bool factor_needs_activation(std::string_view type)
{
    return type != "question" && type != "token" && type != "token:hardware";
}

value shapes::factor_object(const user& who, const factor& enrolled) const
{
    auto const owner = "/api/v1/users/" + who.id;
    auto const self = owner + "/factors/" + enrolled.id;
    value_map links{{"self", link(self, {"GET", "DELETE"})}, {"user", link(owner, {"GET"})}};
    if (enrolled.status == "PENDING_ACTIVATION") {
        links.emplace_back("activate", link(self + "/lifecycle/activate", {"POST"}));
        links.emplace_back("resend", value::list({link(self + "/resend", {"POST"}).with("name", enrolled.type)}));
    } else {
        links.emplace_back("verify", link(self + "/verify", {"POST"}));
    }
    return value::map({{"id", enrolled.id},
                       {"factorType", enrolled.type},
                       {"provider", enrolled.provider},
                       {"vendorName", enrolled.vendor},
                       {"status", enrolled.status},
                       {"created", okta_time(enrolled.created)},
                       {"lastUpdated", okta_time(enrolled.last_updated)},
                       {"profile", enrolled.profile},
                       {"_links", std::move(links)}});
}

value shapes::session_object(const user& who, const session& open) const
{
    auto const self = "/api/v1/sessions/" + open.alias;
    auto const full_name = who.profile["firstName"].text_or() + " " + who.profile["lastName"].text_or();
    auto const links = value::map({{"self", link(self, {"GET", "DELETE"})},
                                   {"refresh", link(self + "/lifecycle/refresh", {"POST"})},
                                   {"user", link("/api/v1/users/" + who.id, {"GET"}).with("name", full_name)}});
    return value::map({{"id", open.id},
                       {"userId", who.id},
                       {"login", who.profile["login"]},
                       {"createdAt", okta_time(open.created)},
                       {"expiresAt", okta_time(open.expires)},
                       {"status", "ACTIVE"},
                       {"lastPasswordVerification", okta_time(open.created)},
                       {"lastFactorVerification", nullptr},
                       {"amr", value::list({"pwd"})},
                       {"idp", value::map({{"id", "00o" + after_prefix(who.type_id)}, {"type", "OKTA"}})},
                       {"mfaActive", !who.factors.empty()},
                       {"_links", links}});
}

} // namespace jmld::okta_sim
