// Scopes, claims, access policies with their rules, and signing keys of an authorization server. That a policy allows
// or refuses a token is decided where tokens are handed out.
#include "connectors/okta_sim/documents.hpp"
#include "connectors/okta_sim/system_documents.hpp"

#include <fmt/format.h>

#include <array>

namespace jmld::okta_sim {
namespace {

struct part_kind
{
    std::string_view name;
    document_kind kind;
    value (*usual)(); ///< what such a part has without being told
    bool named_once;  ///< no two parts of a server share a name
};

value usual_scope()
{
    return value::map({{"description", nullptr}, {"metadataPublish", "NO_CLIENTS"}, {"default", false}});
}

value usual_claim() { return value::map({{"status", "ACTIVE"}, {"alwaysIncludeInToken", true}}); }

value usual_policy()
{
    return value::map({{"type", "OAUTH_AUTHORIZATION_POLICY"},
                       {"priority", 1},
                       {"conditions", value::map({{"clients", value::map({{"include", value_list{}}})}})}});
}

value usual_rule()
{
    auto const nobody = value::map({{"include", value_list{}}, {"exclude", value_list{}}});
    auto const everyone = value::map({{"include", value::list({"EVERYONE"})}, {"exclude", value_list{}}});
    auto const conditions = value::map({{"people", value::map({{"users", nobody}, {"groups", everyone}})},
                                        {"grantTypes", value::map({{"include", value::list({"client_credentials"})}})},
                                        {"scopes", value::map({{"include", value::list({"*"})}})}});
    auto const token = value::map(
        {{"accessTokenLifetimeMinutes", 60}, {"refreshTokenLifetimeMinutes", 0}, {"refreshTokenWindowMinutes", 10080}});
    return value::map({{"type", "RESOURCE_ACCESS"},
                       {"priority", 1},
                       {"conditions", conditions},
                       {"actions", value::map({{"token", token}})}});
}

constexpr document_events policy_events{"policy.lifecycle.create", "policy.lifecycle.update", "policy.lifecycle.delete",
                                        "policy.lifecycle.activate", "policy.lifecycle.deactivate"};
constexpr document_events rule_events{"policy.rule.add", "policy.rule.update", "policy.rule.delete",
                                      "policy.rule.activate", "policy.rule.deactivate"};

constexpr part_kind scopes{
    "scopes",
    {"scp", "OAuth2Scope", {"oauth2.scope.created", "oauth2.scope.updated", "oauth2.scope.deleted", {}, {}}},
    usual_scope,
    true};
constexpr part_kind claims{
    "claims",
    {"ocl", "OAuth2Claim", {"oauth2.claim.created", "oauth2.claim.updated", "oauth2.claim.deleted", {}, {}}},
    usual_claim,
    false};
constexpr part_kind policies{
    "policies", {"00p", "AuthorizationServerPolicy", policy_events, {"rules"}}, usual_policy, true};
constexpr part_kind rules{"rules", {"0pr", "AuthorizationServerPolicyRule", rule_events}, usual_rule, true};

std::string server_path(const call& asked)
{
    return fmt::format("{}/{}", servers_path, server_named(asked, asked.values[0]));
}

std::optional<http::response> refuse_server(call& asked)
{
    auto const id = server_named(asked, asked.values[0]);
    return asked.org.documents[std::string(servers_path)].contains(id)
               ? std::nullopt
               : std::optional(not_found(id, "AuthorizationServer"));
}

/// Which part of what a request is about; a rule hangs on a policy, everything else on the server.
template <const part_kind& Part> class part_of_server
{
public:
    static http::response list(call& asked)
    {
        auto const refusal = refuse_above(asked);
        return refusal ? *refusal : open(asked).list();
    }

    static http::response create(call& asked)
    {
        if (auto const refusal = refuse_above(asked))
            return *refusal;
        if (auto const refusal = refuse_content(asked, {}))
            return *refusal;
        auto table = open(asked);
        auto const& [id, made] = table.add(merged(Part.usual(), asked.body).with("system", false));
        return json_answer(201, table.shown(id, made));
    }

    static http::response get(call& asked)
    {
        auto const refusal = refuse_above(asked);
        return refusal ? *refusal : open(asked).get(asked.values.back());
    }

    static http::response replace(call& asked)
    {
        if (auto const refusal = refuse_above(asked))
            return *refusal;
        auto table = open(asked);
        auto const& id = asked.values.back();
        auto const* const held = table.find(id);
        if (held == nullptr)
            return table.missing(id);
        if (auto const refusal = refuse_content(asked, id))
            return *refusal;
        auto made = merged(Part.usual(), asked.body.without("_links").without("_embedded"));
        for (std::string const key : {"id", "system", "created", "lastUpdated"})
            made = made.with(key, (*held)[key]);
        if (made["status"].text_or().empty())
            made = made.with("status", (*held)["status"]);
        table.replace(id, made);
        return ok(table.shown(id, *table.find(id)));
    }

    static http::response remove(call& asked)
    {
        if (auto const refusal = refuse_above(asked))
            return *refusal;
        auto table = open(asked);
        auto const* const held = table.find(asked.values.back());
        if (held != nullptr && (*held)["system"] == value(true))
            return refuse("E0000006");
        return table.remove(asked.values.back());
    }

    static http::response activate(call& asked)
    {
        auto const refusal = refuse_above(asked);
        return refusal ? *refusal : open(asked).activate(asked.values.back());
    }

    static http::response deactivate(call& asked)
    {
        auto const refusal = refuse_above(asked);
        return refusal ? *refusal : open(asked).deactivate(asked.values.back());
    }

private:
    static constexpr bool below_policy = &Part == &rules;

    static collection open(call& asked)
    {
        auto const above =
            below_policy ? fmt::format("{}/policies/{}", server_path(asked), asked.values[1]) : server_path(asked);
        return {asked, fmt::format("{}/{}", above, Part.name), Part.kind};
    }

    static std::optional<http::response> refuse_above(call& asked)
    {
        if (auto refusal = refuse_server(asked))
            return refusal;
        if (!below_policy || asked.org.documents[server_path(asked) + "/policies"].contains(asked.values[1]))
            return std::nullopt;
        return not_found(asked.values[1], "AuthorizationServerPolicy");
    }

    static std::optional<http::response> refuse_content(call& asked, const std::string& self)
    {
        if (auto refusal = refuse_unnamed(asked))
            return refusal;
        if (Part.named_once && !open(asked).is_free(asked.body["name"].text_or(), self))
            return name_taken();
        return std::nullopt;
    }
};

} // namespace

std::span<const route> server_part_routes()
{
    static constexpr auto routes = std::to_array<route>({
        {"GET", "/api/v1/authorizationServers/{}/scopes", part_of_server<scopes>::list},
        {"POST", "/api/v1/authorizationServers/{}/scopes", part_of_server<scopes>::create},
        {"GET", "/api/v1/authorizationServers/{}/scopes/{}", part_of_server<scopes>::get},
        {"PUT", "/api/v1/authorizationServers/{}/scopes/{}", part_of_server<scopes>::replace},
        {"DELETE", "/api/v1/authorizationServers/{}/scopes/{}", part_of_server<scopes>::remove},
        {"GET", "/api/v1/authorizationServers/{}/claims", part_of_server<claims>::list},
        {"POST", "/api/v1/authorizationServers/{}/claims", part_of_server<claims>::create},
        {"GET", "/api/v1/authorizationServers/{}/claims/{}", part_of_server<claims>::get},
        {"PUT", "/api/v1/authorizationServers/{}/claims/{}", part_of_server<claims>::replace},
        {"DELETE", "/api/v1/authorizationServers/{}/claims/{}", part_of_server<claims>::remove},
        {"GET", "/api/v1/authorizationServers/{}/policies", part_of_server<policies>::list},
        {"POST", "/api/v1/authorizationServers/{}/policies", part_of_server<policies>::create},
        {"GET", "/api/v1/authorizationServers/{}/policies/{}", part_of_server<policies>::get},
        {"PUT", "/api/v1/authorizationServers/{}/policies/{}", part_of_server<policies>::replace},
        {"DELETE", "/api/v1/authorizationServers/{}/policies/{}", part_of_server<policies>::remove},
        {"POST", "/api/v1/authorizationServers/{}/policies/{}/lifecycle/activate", part_of_server<policies>::activate},
        {"POST", "/api/v1/authorizationServers/{}/policies/{}/lifecycle/deactivate",
         part_of_server<policies>::deactivate},
        {"GET", "/api/v1/authorizationServers/{}/policies/{}/rules", part_of_server<rules>::list},
        {"POST", "/api/v1/authorizationServers/{}/policies/{}/rules", part_of_server<rules>::create},
        {"GET", "/api/v1/authorizationServers/{}/policies/{}/rules/{}", part_of_server<rules>::get},
        {"PUT", "/api/v1/authorizationServers/{}/policies/{}/rules/{}", part_of_server<rules>::replace},
        {"DELETE", "/api/v1/authorizationServers/{}/policies/{}/rules/{}", part_of_server<rules>::remove},
        {"POST", "/api/v1/authorizationServers/{}/policies/{}/rules/{}/lifecycle/activate",
         part_of_server<rules>::activate},
        {"POST", "/api/v1/authorizationServers/{}/policies/{}/rules/{}/lifecycle/deactivate",
         part_of_server<rules>::deactivate},
    });
    return routes;
}

} // namespace jmld::okta_sim
