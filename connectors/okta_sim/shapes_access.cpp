// Groups, rules, apps, assignments, devices and log events as Okta shows them. Users are in shapes_user.cpp.
#include "connectors/okta_sim/shapes.hpp"
#include "connectors/okta_sim/text.hpp"

#include <fmt/format.h>

#include <array>

namespace jmld::okta_sim {
namespace {

value text_list(const std::vector<std::string>& texts)
{
    value_list items;
    for (auto const& text : texts)
        items.emplace_back(text);
    return items;
}

value logo(std::string_view size)
{
    return value::map(
        {{"name", size}, {"href", fmt::format("https://static.example/logos/{}.png", size)}, {"type", "image/png"}});
}

/// What only apps of one way of signing on have among their settings.
value settings_by_sign_on(const app& which)
{
    if (which.sign_on_mode == "OPENID_CONNECT") {
        auto const client = value::map({{"application_type", "web"},
                                        {"consent_method", "TRUSTED"},
                                        {"grant_types", value::list({"authorization_code"})},
                                        {"response_types", value::list({"code"})},
                                        {"issuer_mode", "DYNAMIC"},
                                        {"redirect_uris", value_list{}}});
        return value::map({{"oauthClient", client}});
    }
    if (which.sign_on_mode == "BOOKMARK") {
        auto const bookmark =
            value::map({{"requestIntegration", false}, {"url", "https://bookmark.example/" + which.id}});
        return value::map({{"app", bookmark}});
    }
    if (which.sign_on_mode != "SAML_2_0")
        return value_map{};
    auto const sign_on = value::map({{"allowMultipleAcsEndpoints", false},
                                     {"assertionSigned", true},
                                     {"honorForceAuthn", true},
                                     {"requestCompressed", false},
                                     {"responseSigned", true},
                                     {"signatureAlgorithm", "RSA_SHA256"},
                                     {"digestAlgorithm", "SHA256"},
                                     {"attributeStatements", value_list{}}});
    return value::map({{"signOn", sign_on}});
}

value app_defaults(const app& which)
{
    auto const vpn =
        value::map({{"network", value::map({{"connection", "DISABLED"}})}, {"message", nullptr}, {"helpUrl", nullptr}});
    auto const settings = value::map({{"app", value_map{}},
                                      {"notifications", value::map({{"vpn", vpn}})},
                                      {"manualProvisioning", false},
                                      {"implicitAssignment", false},
                                      {"notes", value::map({{"admin", nullptr}, {"enduser", nullptr}})}});
    auto const hide = value::map({{"iOS", false}, {"web", false}});
    auto const visibility = value::map({{"autoLaunch", false},
                                        {"autoSubmitToolbar", false},
                                        {"hide", hide},
                                        {"appLinks", value::map({{"login", true}})}});
    auto const user_name = value::map({{"template", "${source.login}"}, {"type", "BUILT_IN"}});
    value credentials = value::map({{"userNameTemplate", user_name}, {"signing", value_map{}}});
    bool const signs = which.sign_on_mode == "OPENID_CONNECT" || which.sign_on_mode == "SAML_2_0";
    if (signs)
        credentials = credentials.with("signing", value::map({{"kid", "kid" + which.id}}));
    if (which.sign_on_mode == "OPENID_CONNECT") {
        auto const oauth = value::map({{"autoKeyRotation", true},
                                       {"client_id", which.id},
                                       {"client_secret", "imitated-" + which.id},
                                       {"token_endpoint_auth_method", "client_secret_basic"},
                                       {"pkce_required", false}});
        credentials = credentials.with("oauthClient", oauth);
    }
    return value::map(
        {{"accessibility",
          value::map({{"selfService", false}, {"errorRedirectUrl", nullptr}, {"loginRedirectUrl", nullptr}})},
         {"visibility", visibility},
         {"features", value_list{}},
         {"credentials", credentials},
         {"settings", merged(settings, settings_by_sign_on(which))},
         {"universalLogout", nullptr}});
}

} // namespace

value merged(const value& under, const value& over)
{
    if (!under.is_map() || !over.is_map())
        return over;
    value_map entries = under.entries();
    for (auto const& [key, entry] : over.entries()) {
        auto const* const below = under.find(key);
        entries.emplace_back(key, below != nullptr ? merged(*below, entry) : entry);
    }
    return entries;
}

value shapes::group_object(const group& which) const
{
    auto const self = "/api/v1/groups/" + which.id;
    value profile = which.profile;
    if (profile.find("description") == nullptr)
        profile = profile.with("description", nullptr);
    auto const links = value::map({{"logo", value::list({logo("medium"), logo("large")})},
                                   {"users", link(self + "/users")},
                                   {"apps", link(self + "/apps")},
                                   {"owners", link(self + "/owners")}});
    return value::map({{"id", which.id},
                       {"created", okta_time(which.created)},
                       {"lastUpdated", okta_time(which.last_updated)},
                       {"lastMembershipUpdated", okta_time(which.last_membership_updated)},
                       {"objectClass", value::list({which.type == "APP_GROUP" ? "okta:windows_security_principal"
                                                                              : "okta:user_group"})},
                       {"type", which.type},
                       {"profile", profile},
                       {"_links", links}});
}

value shapes::app_object(const app& which) const
{
    auto const self = "/api/v1/apps/" + which.id;
    bool const active = which.status == "ACTIVE";
    auto const login = value::map({{"name", "login"},
                                   {"href", fmt::format("{}/home/{}/{}/1", base_, which.name, which.id)},
                                   {"type", "text/html"}});
    value_map links{
        {"self", link(self)},
        {"uploadLogo", link(self + "/logo", {"POST"})},
        {"appLinks", value::list({login})},
        {"profileEnrollment", link("/api/v1/policies/" + standing_.profile_enrollment)},
        {"policies", link(self + "/policies", {"PUT"})},
        {"groups", link(self + "/groups")},
        {"logo", value::list({logo("medium")})},
        {"accessPolicy",
         link("/api/v1/policies/" + (which.access_policy.empty() ? standing_.access : which.access_policy))},
        {"users", link(self + "/users")},
        {active ? "deactivate" : "activate", link(self + (active ? "/lifecycle/deactivate" : "/lifecycle/activate"))}};
    if (which.sign_on_mode == "OPENID_CONNECT")
        links.emplace_back("clientCredentials",
                           value::list({link(self + "/credentials/secrets").with("name", "secrets")}));
    if (which.sign_on_mode == "SAML_2_0")
        links.emplace_back("metadata", link(self + "/sso/saml/metadata").with("type", "application/xml"));
    auto const fixed = value::map({{"id", which.id},
                                   {"orn", fmt::format("orn:okta:idp:org:apps:{}:{}", which.name, which.id)},
                                   {"name", which.name},
                                   {"label", which.label},
                                   {"status", which.status},
                                   {"created", okta_time(which.created)},
                                   {"lastUpdated", okta_time(which.last_updated)},
                                   {"signOnMode", which.sign_on_mode},
                                   {"_links", std::move(links)}});
    value content = merged(app_defaults(which), which.content.is_map() ? which.content : value(value_map{}));
    if (!which.provisioning.empty())
        content = content.with("features", value::list({"PUSH_NEW_USERS", "PUSH_USER_DEACTIVATION"}));
    value_map entries = content.entries();
    entries.insert(entries.end(), fixed.entries().begin(), fixed.entries().end());
    return entries;
}

value shapes::app_user_object(const std::string& app_id, const std::string& user_id, const app_user& given) const
{
    value_map links{{"app", link("/api/v1/apps/" + app_id)}, {"user", link("/api/v1/users/" + user_id)}};
    if (given.scope == "GROUP" && !given.via.empty())
        links.emplace_back("group", link("/api/v1/groups/" + given.via));
    return value::map({{"id", user_id},
                       {"externalId", nullptr},
                       {"created", okta_time(given.created)},
                       {"lastUpdated", okta_time(given.last_updated)},
                       {"scope", given.scope},
                       {"status", given.status},
                       {"statusChanged", okta_time(given.created)},
                       {"passwordChanged", nullptr},
                       {"syncState", given.sync_state},
                       {"credentials", given.credentials},
                       {"profile", given.profile.is_map() ? given.profile : value(value_map{})},
                       {"_links", std::move(links)}});
}

value shapes::app_group_object(const std::string& app_id, const group_assignment& given) const
{
    auto const self = "/api/v1/apps/" + app_id;
    return value::map({{"id", given.group_id},
                       {"lastUpdated", okta_time(given.last_updated)},
                       {"priority", given.priority},
                       {"profile", given.profile.is_map() ? given.profile : value(value_map{})},
                       {"_links", value::map({{"app", link(self)},
                                              {"self", link(self + "/groups/" + given.group_id)},
                                              {"group", link("/api/v1/groups/" + given.group_id)}})}});
}

value shapes::app_link(const user& who, const app& which) const
{
    return value::map({{"id", who.id + which.id},
                       {"label", which.label},
                       {"linkUrl", fmt::format("{}/home/{}/{}/1", base_, which.name, which.id)},
                       {"logoUrl", "https://static.example/logos/medium.png"},
                       {"appName", which.name},
                       {"appInstanceId", which.id},
                       {"appAssignmentId", "0ua" + after_prefix(which.id)},
                       {"credentialsSetup", false},
                       {"hidden", false},
                       {"sortOrder", 0}});
}

value shapes::rule_object(const rule& which) const
{
    auto const expression = value::map({{"value", which.expression}, {"type", which.expression_type}});
    value conditions = value::map({{"expression", expression}});
    if (which.people_given || !which.excluded.empty()) {
        auto const people = value::map({{"users", value::map({{"exclude", text_list(which.excluded)}})},
                                        {"groups", value::map({{"exclude", text_list(which.excluded_groups)}})}});
        conditions = conditions.with("people", people);
    }
    return value::map(
        {{"type", "group_rule"},
         {"id", which.id},
         {"status", which.status},
         {"name", which.name},
         {"created", okta_time(which.created)},
         {"lastUpdated", okta_time(which.last_updated)},
         {"conditions", conditions},
         {"actions", value::map({{"assignUserToGroups", value::map({{"groupIds", text_list(which.group_ids)}})}})}});
}

value shapes::device_object(const device& which) const
{
    auto const self = "/api/v1/devices/" + which.id;
    value_map links{{"self", link(self, {"GET", "PATCH", "PUT"})}, {"users", link(self + "/users", {"GET"})}};
    auto const offer = [&](std::string_view verb) {
        links.emplace_back(verb, link(fmt::format("{}/lifecycle/{}", self, verb), {"POST"}));
    };
    if (which.status == "ACTIVE")
        offer("suspend");
    if (which.status == "SUSPENDED")
        offer("unsuspend");
    if (which.status == "ACTIVE" || which.status == "SUSPENDED")
        offer("deactivate");
    else
        offer("activate");
    auto const name = which.content["profile"]["displayName"];
    value_map entries{{"profile", value_map{}},
                      {"resourceType", "UDDevice"},
                      {"resourceDisplayName", value::map({{"value", name}, {"sensitive", false}})},
                      {"resourceId", which.id},
                      {"resourceAlternateId", nullptr}};
    entries.insert(entries.end(), which.content.entries().begin(), which.content.entries().end());
    entries.emplace_back("id", which.id);
    entries.emplace_back("status", which.status);
    entries.emplace_back("created", okta_time(which.created));
    entries.emplace_back("lastUpdated", okta_time(which.last_updated));
    entries.emplace_back("_links", std::move(links));
    return entries;
}

value shapes::log_object(const log_event& event) const
{
    value_list targets;
    for (auto const& target : event.targets) {
        targets.push_back(value::map({{"id", target.id},
                                      {"type", target.type},
                                      {"alternateId", target.name},
                                      {"displayName", target.name},
                                      {"detailEntry", nullptr}}));
    }
    auto const reason = event.reason.empty() ? value() : value(event.reason);
    return value::map(
        {{"uuid", event.uuid},
         {"published", okta_time(event.published)},
         {"eventType", event.event_type},
         {"version", "0"},
         {"severity", event.outcome == "SUCCESS" ? "INFO" : "WARN"},
         {"displayMessage", event.event_type},
         {"actor", value::map({{"id", event.actor.id},
                               {"type", event.actor.type},
                               {"alternateId", event.actor.name},
                               {"displayName", event.actor.name},
                               {"detailEntry", nullptr}})},
         {"outcome", value::map({{"result", event.outcome}, {"reason", reason}})},
         {"target", std::move(targets)},
         {"transaction", value::map({{"type", "WEB"}, {"id", event.transaction_id}, {"detail", value_map{}}})},
         {"debugContext", value::map({{"debugData", value::map({{"requestId", event.transaction_id}})}})},
         {"legacyEventType", nullptr}});
}

} // namespace jmld::okta_sim
