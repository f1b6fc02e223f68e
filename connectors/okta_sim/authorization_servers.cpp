// Authorization servers as documents. Their scopes, claims, policies and keys are in authorization_server_parts.cpp.
#include "connectors/okta_sim/documents.hpp"
#include "connectors/okta_sim/system_documents.hpp"
#include "connectors/okta_sim/text.hpp"

#include <fmt/format.h>

#include <array>

namespace jmld::okta_sim {
namespace {

using namespace std::chrono_literals;

constexpr document_kind servers_kind{
    "aus",
    "AuthorizationServer",
    {"oauth2.as.created", "oauth2.as.updated", "oauth2.as.deleted", "oauth2.as.activated", "oauth2.as.deactivated"}};
collection servers(call& asked) { return {asked, std::string(servers_path), servers_kind}; }

// --- servers
// -------------------------------------------------------------------------------------------------------------------

value server_links(const call& asked, const std::string& id, bool active)
{
    auto const self = fmt::format("{}/{}", servers_path, id);
    auto const metadata = [&](std::string_view name) {
        return asked.show.link(fmt::format("/oauth2/{}/.well-known/{}", id, name), {"GET"}).with("name", name);
    };
    auto const* const verb = active ? "deactivate" : "activate";
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
    return held.with("issuer", fmt::format("{}/oauth2/{}", asked.show.base(), id))
        .with("_links", server_links(asked, id, held["status"].text_or() == "ACTIVE"));
}

http::response list_servers(call& asked)
{
    auto const prefix = fold_case(asked.argument("q").value_or(""));
    return servers(asked).list(
        [&](const value& held) { return fold_case(held["name"].text_or()).starts_with(prefix); },
        [&](const std::string& id, const value& held) { return server_object(asked, id, held); });
}

/// Nothing but the fields that a client may state.
value stated_server(const value& under, const value& body)
{
    auto made = under;
    for (std::string_view const key : {"name", "description", "audiences", "issuerMode"}) {
        if (body.find(key) != nullptr)
            made = made.with(std::string(key), body[key]);
    }
    return made;
}

std::optional<http::response> refuse_server(call& asked, const std::string& self)
{
    if (auto refusal = refuse_unnamed(asked))
        return refusal;
    if (!servers(asked).is_free(asked.body["name"].text_or(), self))
        return name_taken();
    if (asked.body["audiences"].items().size() > 1)
        return invalid("audiences", {"audiences: Only one audience is supported"});
    return std::nullopt;
}

http::response create_server(call& asked)
{
    if (auto refusal = refuse_server(asked, {}))
        return *refusal;
    auto const signing = value::map({{"rotationMode", "AUTO"},
                                     {"lastRotated", okta_time(asked.now())},
                                     {"nextRotation", okta_time(asked.now() + 24h * 90)},
                                     {"kid", asked.change.ids.token(43)}});
    auto const usual = value::map({{"description", nullptr},
                                   {"audiences", value_list{}},
                                   {"issuerMode", "ORG_URL"},
                                   {"status", "ACTIVE"},
                                   {"default", false},
                                   {"credentials", value::map({{"signing", signing}})}});
    auto const& [id, made] = servers(asked).add(stated_server(usual, asked.body));
    asked.org.documents[fmt::format("{}/{}/scopes", servers_path, id)] = system_scopes(asked.change.ids, id);
    return json_answer(201, server_object(asked, id, made));
}

http::response get_server(call& asked)
{
    auto const id = server_named(asked, asked.values[0]);
    auto const* const held = servers(asked).find(id);
    return held == nullptr ? servers(asked).missing(id) : ok(server_object(asked, id, *held));
}

http::response replace_server(call& asked)
{
    auto const id = server_named(asked, asked.values[0]);
    auto const* const held = servers(asked).find(id);
    if (held == nullptr)
        return servers(asked).missing(id);
    // Without a body nothing is stated, so nothing changes.
    if (auto refusal = asked.body.is_null() ? std::nullopt : refuse_server(asked, id))
        return *refusal;
    servers(asked).replace(id, stated_server(*held, asked.body));
    return ok(server_object(asked, id, *servers(asked).find(id)));
}

http::response delete_server(call& asked)
{
    auto const id = server_named(asked, asked.values[0]);
    auto const* const held = servers(asked).find(id);
    if (held != nullptr && (*held)["default"] == value(true))
        return refuse("E0000006");
    return servers(asked).remove(id);
}

http::response activate_server(call& asked) { return servers(asked).activate(server_named(asked, asked.values[0])); }
http::response deactivate_server(call& asked)
{
    return servers(asked).deactivate(server_named(asked, asked.values[0]));
}

} // namespace

std::string server_named(const call& asked, const std::string& named)
{
    return named == "default" ? asked.change.ids.fixed("aus", "default") : named;
}

std::span<const route> server_routes()
{
    static constexpr auto routes = std::to_array<route>({
        {"GET", "/api/v1/authorizationServers", list_servers},
        {"POST", "/api/v1/authorizationServers", create_server},
        {"GET", "/api/v1/authorizationServers/{}", get_server},
        {"PUT", "/api/v1/authorizationServers/{}", replace_server},
        {"DELETE", "/api/v1/authorizationServers/{}", delete_server},
        {"POST", "/api/v1/authorizationServers/{}/lifecycle/activate", activate_server},
        {"POST", "/api/v1/authorizationServers/{}/lifecycle/deactivate", deactivate_server},
    });
    return routes;
}

} // namespace jmld::okta_sim
