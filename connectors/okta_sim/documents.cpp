// Parts of Okta of which the document is all there is: authorization servers with scopes, claims and policies, user
// types, schemas, the list of policies. None of them changes what users, groups or apps do.
#include "connectors/okta_sim/call.hpp"
#include "connectors/okta_sim/paging.hpp"
#include "connectors/okta_sim/profile_rules.hpp"
#include "connectors/okta_sim/text.hpp"

#include <fmt/format.h>

#include <array>

namespace jmld::okta_sim {
namespace {

using namespace std::chrono_literals;

constexpr std::string_view servers_path = "/api/v1/authorizationServers";

document_table& servers(call& asked) { return asked.org.documents[std::string(servers_path)]; }

http::response no_server(const call& asked) { return not_found(asked.values[0], "AuthorizationServer"); }

// --- authorization servers
// -----------------------------------------------------------------------------------------------------

value server_links(const call& asked, const std::string& id, bool active)
{
    auto const self = fmt::format("{}/{}", servers_path, id);
    auto const metadata = [&](std::string_view name) {
        return asked.show.link(fmt::format("/oauth2/{}/.well-known/{}", id, name), {"GET"}).with("name", name);
    };
    auto const verb = active ? "deactivate" : "activate";
    return value::map(
        {{"rotateKey", asked.show.link(self + "/credentials/lifecycle/keyRotate", {"POST"})},
         {"metadata", value::list({metadata("oauth-authorization-server"), metadata("openid-configuration")})},
         {"keys", asked.show.link(self + "/credentials/keys", {"GET"})},
         {"claims", asked.show.link(self + "/claims", {"GET", "POST"})},
         {"policies", asked.show.link(self + "/policies", {"GET", "POST"})},
         {"self", asked.show.link(self, {"GET", "DELETE", "PUT"})},
         {"scopes", asked.show.link(self + "/scopes", {"GET", "POST"})},
         {verb, asked.show.link(fmt::format("{}/lifecycle/{}", self, verb), {"POST"})}});
}

value server_object(const call& asked, const std::string& id, const value& held)
{
    return held.with("_links", server_links(asked, id, held["status"].text_or() == "ACTIVE"));
}

http::response create_server(call& asked)
{
    if (asked.body["name"].text_or().empty())
        return invalid("name", {"name: The field cannot be left blank"});
    auto const id = asked.change.ids.make("aus");
    auto const signing = value::map({{"rotationMode", "AUTO"},
                                     {"lastRotated", okta_time(asked.now())},
                                     {"nextRotation", okta_time(asked.now() + 24h * 90)},
                                     {"kid", "kid" + id}});
    auto const made = value::map({{"id", id},
                                  {"name", asked.body["name"]},
                                  {"description", asked.body["description"]},
                                  {"audiences", asked.body["audiences"]},
                                  {"issuer", fmt::format("{}/oauth2/{}", asked.show.base(), id)},
                                  {"issuerMode", asked.body["issuerMode"].text_or("ORG_URL")},
                                  {"status", "ACTIVE"},
                                  {"default", false},
                                  {"created", okta_time(asked.now())},
                                  {"lastUpdated", okta_time(asked.now())},
                                  {"credentials", value::map({{"signing", signing}})}});
    servers(asked)[id] = made;
    asked.did({"oauth2.as.created", {}, {}, {}, {}});
    return json_answer(201, server_object(asked, id, made));
}

struct listed
{
    std::string id;
    const value* held;
};

http::response list_servers(call& asked)
{
    std::vector<listed> found;
    for (auto const& [id, held] : servers(asked))
        found.push_back({id, &held});
    std::vector<const listed*> all;
    for (auto const& one : found)
        all.push_back(&one);
    return paged(asked, all, {}, [&](const listed& one) { return server_object(asked, one.id, *one.held); });
}

http::response get_server(call& asked)
{
    auto const found = servers(asked).find(asked.values[0]);
    return found == servers(asked).end() ? no_server(asked) : ok(server_object(asked, found->first, found->second));
}

http::response replace_server(call& asked)
{
    auto const found = servers(asked).find(asked.values[0]);
    if (found == servers(asked).end())
        return no_server(asked);
    for (std::string const key : {"name", "description", "audiences", "issuerMode"}) {
        if (asked.body.find(key) != nullptr)
            found->second = found->second.with(key, asked.body[key]);
    }
    found->second = found->second.with("lastUpdated", okta_time(asked.now()));
    asked.did({"oauth2.as.updated", {}, {}, {}, {}});
    return ok(server_object(asked, found->first, found->second));
}

http::response delete_server(call& asked)
{
    auto const found = servers(asked).find(asked.values[0]);
    if (found == servers(asked).end())
        return no_server(asked);
    servers(asked).erase(found);
    asked.did({"oauth2.as.deleted", {}, {}, {}, {}});
    return no_content();
}

http::response switch_server(call& asked, std::string_view status, std::string_view event)
{
    auto const found = servers(asked).find(asked.values[0]);
    if (found == servers(asked).end())
        return no_server(asked);
    if (found->second["status"].text_or() != status) {
        found->second = found->second.with("status", status);
        asked.did({std::string(event), {}, {}, {}, {}});
    }
    return no_content();
}

http::response activate_server(call& asked) { return switch_server(asked, "ACTIVE", "oauth2.as.activated"); }
http::response deactivate_server(call& asked) { return switch_server(asked, "INACTIVE", "oauth2.as.deactivated"); }

/// A scope, claim or policy of a server: what was sent over what such a part has anyway.
http::response create_part(call& asked, std::string_view kind, std::string_view prefix, const value& defaults)
{
    if (!servers(asked).contains(asked.values[0]))
        return no_server(asked);
    if (asked.body["name"].text_or().empty())
        return invalid("name", {"name: The field cannot be left blank"});
    auto const id = asked.change.ids.make(prefix);
    auto const collection = fmt::format("{}/{}/{}", servers_path, asked.values[0], kind);
    auto const self = fmt::format("{}/{}", collection, id);
    value_map links{{"self", asked.show.link(self, {"GET", "PUT", "DELETE"})}};
    if (kind == "policies") {
        links.emplace_back("rules", asked.show.link(self + "/rules", {"GET"}));
        links.emplace_back("deactivate", asked.show.link(self + "/lifecycle/deactivate", {"POST"}));
    }
    auto const made = merged(defaults, asked.body).with("id", id).with("system", false).with("_links", links);
    asked.org.documents[collection][id] = made;
    asked.did({fmt::format("oauth2.{}.created", kind), {}, {}, {}, {}});
    return json_answer(201, made);
}

http::response create_scope(call& asked)
{
    return create_part(asked, "scopes", "scp",
                       value::map({{"description", nullptr}, {"metadataPublish", "NO_CLIENTS"}, {"default", false}}));
}

http::response create_claim(call& asked)
{
    return create_part(asked, "claims", "ocl", value::map({{"status", "ACTIVE"}, {"alwaysIncludeInToken", true}}));
}

http::response create_policy(call& asked)
{
    auto const now = okta_time(asked.now());
    auto const conditions = value::map({{"clients", value::map({{"include", value_list{}}})}});
    return create_part(asked, "policies", "00p",
                       value::map({{"status", "ACTIVE"},
                                   {"priority", 1},
                                   {"conditions", conditions},
                                   {"created", now},
                                   {"lastUpdated", now}}));
}

// --- policies, types, schemas
// --------------------------------------------------------------------------------------------------

http::response list_policies(call& asked)
{
    auto const type = asked.argument("type").value_or("");
    if (type.empty())
        return invalid("type", {"type: The field cannot be left blank"});
    auto const id = asked.change.ids.fixed("rst", type);
    auto const self = "/api/v1/policies/" + id;
    auto const made = okta_time(asked.org.groups.at(asked.org.everyone).created);
    auto const links = value::map({{"self", asked.show.link(self, {"GET", "PUT", "DELETE"})},
                                   {"rules", asked.show.link(self + "/rules", {"GET", "POST"})},
                                   {"mappings", asked.show.link(self + "/mappings", {"GET", "POST"})},
                                   {"deactivate", asked.show.link(self + "/lifecycle/deactivate", {"POST"})}});
    auto answer = ok(value::list({value::map({{"id", id},
                                              {"status", "ACTIVE"},
                                              {"name", "Default Policy"},
                                              {"priority", 1},
                                              {"system", true},
                                              {"conditions", nullptr},
                                              {"created", made},
                                              {"lastUpdated", made},
                                              {"type", type},
                                              {"_links", links}})}));
    answer.headers.emplace_back("Link",
                                fmt::format("<{}/api/v1/policies?type={}>; rel=\"self\"", asked.show.base(), type));
    return answer;
}

http::response list_types(call& asked)
{
    auto const id = asked.change.ids.fixed("oty", "user type");
    auto const made = okta_time(asked.org.groups.at(asked.org.everyone).created);
    auto const links = value::map({{"schema", asked.show.link("/api/v1/meta/schemas/user/osc" + after_prefix(id))},
                                   {"self", asked.show.link("/api/v1/meta/types/user/" + id)}});
    return ok(value::list({value::map({{"id", id},
                                       {"displayName", "User"},
                                       {"name", "user"},
                                       {"description", "Okta user profile template with default permission settings"},
                                       {"createdBy", "sprz9fj1ycBcsgopy1d6"},
                                       {"lastUpdatedBy", "sprz9fj1ycBcsgopy1d6"},
                                       {"created", made},
                                       {"lastUpdated", made},
                                       {"default", true},
                                       {"_links", links}})}));
}

value property(std::string_view name, bool required)
{
    auto const permission = value::map({{"principal", "SELF"}, {"action", "READ_ONLY"}});
    return value::map({{"title", name},
                       {"type", "string"},
                       {"mutability", "READ_WRITE"},
                       {"scope", "NONE"},
                       {"required", required},
                       {"permissions", value::list({permission})},
                       {"master", value::map({{"type", "PROFILE_MASTER"}})}});
}

http::response get_user_schema(call& asked)
{
    value_map base, custom;
    for (auto const& name : base_attributes())
        base.emplace_back(name, property(name, name == "login" || name == "email"));
    for (auto const& name : custom_attributes(asked.org))
        custom.emplace_back(name, property(name, false));
    auto const part = [](std::string_view id, value_map properties, value_list required) {
        return value::map(
            {{"id", id}, {"type", "object"}, {"properties", std::move(properties)}, {"required", std::move(required)}});
    };
    auto const definitions =
        value::map({{"custom", part("#custom", custom, {})}, {"base", part("#base", base, {"login", "email"})}});
    return ok(value::map(
        {{"id", fmt::format("{}/meta/schemas/user/{}", asked.show.base(), asked.values[0])},
         {"$schema", "http://json-schema.org/draft-04/schema#"},
         {"name", "user"},
         {"title", "User"},
         {"type", "object"},
         {"definitions", definitions},
         {"properties",
          value::map(
              {{"profile", value::map({{"allOf", value::list({value::map({{"$ref", "#/definitions/custom"}}),
                                                              value::map({{"$ref", "#/definitions/base"}})})}})}})}}));
}

} // namespace

std::span<const route> document_routes()
{
    static constexpr auto routes = std::to_array<route>({
        {"GET", "/api/v1/authorizationServers", list_servers},
        {"POST", "/api/v1/authorizationServers", create_server},
        {"GET", "/api/v1/authorizationServers/{}", get_server},
        {"PUT", "/api/v1/authorizationServers/{}", replace_server},
        {"DELETE", "/api/v1/authorizationServers/{}", delete_server},
        {"POST", "/api/v1/authorizationServers/{}/lifecycle/activate", activate_server},
        {"POST", "/api/v1/authorizationServers/{}/lifecycle/deactivate", deactivate_server},
        {"POST", "/api/v1/authorizationServers/{}/scopes", create_scope},
        {"POST", "/api/v1/authorizationServers/{}/claims", create_claim},
        {"POST", "/api/v1/authorizationServers/{}/policies", create_policy},
        {"GET", "/api/v1/policies", list_policies},
        {"GET", "/api/v1/meta/types/user", list_types},
        {"GET", "/api/v1/meta/schemas/user/{}", get_user_schema},
    });
    return routes;
}

} // namespace jmld::okta_sim
