// Whether a custom authorization server gives a token: its scopes must exist and one of its policies must have a rule
// for the client, the grant and the scopes. People and groups of a rule are not looked at.
#include "connectors/okta_sim/documents.hpp"
#include "connectors/okta_sim/oauth_flow.hpp"
#include "connectors/okta_sim/system_documents.hpp"

#include <fmt/format.h>

#include <algorithm>

namespace jmld::okta_sim {
namespace {

using namespace std::chrono_literals;

constexpr duration usual_lifetime = 1h;

bool includes(const value& list, std::string_view wanted)
{
    return std::ranges::any_of(list.items(), [&](const value& one) { return one.text_or() == wanted; });
}

bool covers(const value& rule, std::string_view grant, const std::vector<std::string>& scopes)
{
    auto const& given = rule["conditions"]["scopes"]["include"];
    bool const all = includes(given, "*") ||
                     std::ranges::all_of(scopes, [&](const std::string& scope) { return includes(given, scope); });
    // A refresh token continues what another grant began.
    return all && (grant == "refresh_token" || includes(rule["conditions"]["grantTypes"]["include"], grant));
}

bool is_active(const value& held) { return held["status"].text_or() == "ACTIVE"; }

std::optional<http::response> refuse_scopes(call& asked, const std::string& path,
                                            const std::vector<std::string>& scopes)
{
    auto const& known = asked.org.documents[path + "/scopes"];
    for (auto const& scope : scopes) {
        bool const there =
            std::ranges::any_of(known, [&](const auto& entry) { return entry.second["name"].text_or() == scope; });
        if (!there)
            return oauth_error(400, "invalid_scope",
                               "One or more scopes are not configured for the authorization server resource.");
    }
    return std::nullopt;
}

} // namespace

std::expected<duration, http::response> token_lifetime(call& asked, const oauth_server& server,
                                                       const std::string& client_id, std::string_view grant,
                                                       const std::vector<std::string>& scopes)
{
    if (server.document == nullptr)
        return usual_lifetime;
    auto const path = fmt::format("{}/{}", servers_path, server.id);
    if (auto refusal = refuse_scopes(asked, path, scopes))
        return std::unexpected(*refusal);
    for (auto const& [id, policy] : asked.org.documents[path + "/policies"]) {
        auto const& clients = policy["conditions"]["clients"]["include"];
        if (!is_active(policy) || (!includes(clients, "ALL_CLIENTS") && !includes(clients, client_id)))
            continue;
        for (auto const& [rule_id, rule] : asked.org.documents[fmt::format("{}/policies/{}/rules", path, id)]) {
            if (!is_active(rule) || !covers(rule, grant, scopes))
                continue;
            auto const* const minutes = rule["actions"]["token"]["accessTokenLifetimeMinutes"].if_integer();
            return minutes == nullptr ? usual_lifetime : duration(std::chrono::minutes(*minutes));
        }
    }
    return std::unexpected(oauth_error(
        400, "access_denied", "Policy evaluation failed for this request, please check the policy configurations."));
}

} // namespace jmld::okta_sim
