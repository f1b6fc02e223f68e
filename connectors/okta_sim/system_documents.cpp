// Made once for each organisation, with ids that depend on nothing but its seed.
#include "connectors/okta_sim/system_documents.hpp"

#include "connectors/okta_sim/policy_types.hpp"
#include "connectors/okta_sim/text.hpp"

#include <fmt/format.h>

#include <array>

namespace jmld::okta_sim {
namespace {

void add(document_table& table, value document)
{
    auto const id = document["id"].text_or();
    table.insert_or_assign(id, std::move(document));
}

value default_server(const id_source& ids, time_point now)
{
    auto const moment = okta_time(now);
    auto const signing = value::map({{"rotationMode", "AUTO"},
                                     {"lastRotated", moment},
                                     {"nextRotation", okta_time(now + std::chrono::days(90))},
                                     {"kid", ids.fixed("kid", "default server")}});
    return value::map({{"id", ids.fixed("aus", "default")},
                       {"name", "default"},
                       {"description", "Default Authorization Server for your Applications"},
                       {"audiences", value::list({"api://default"})},
                       {"issuerMode", "ORG_URL"},
                       {"status", "ACTIVE"},
                       {"default", true},
                       {"created", moment},
                       {"lastUpdated", moment},
                       {"credentials", value::map({{"signing", signing}})}});
}

value usual_user_type(const id_source& ids, time_point now)
{
    auto const maker = ids.fixed("sprz", "org");
    return value::map({{"id", ids.fixed("oty", "user type")},
                       {"displayName", "User"},
                       {"name", "user"},
                       {"description", "Okta user profile template with default permission settings"},
                       {"createdBy", maker},
                       {"lastUpdatedBy", maker},
                       {"created", okta_time(now)},
                       {"lastUpdated", okta_time(now)},
                       {"default", true}});
}

/// Whoever asks the default server for whatever scope gets it, as in an organisation for developers.
void add_default_access(organisation_data& org, const id_source& ids, const std::string& server, time_point now)
{
    auto const moment = okta_time(now);
    auto const policies = fmt::format("{}/{}/policies", servers_path, server);
    auto const policy = ids.fixed("00p", "default server policy");
    add(org.documents[policies],
        value::map({{"id", policy},
                    {"type", "OAUTH_AUTHORIZATION_POLICY"},
                    {"name", "Default Policy"},
                    {"description", "Default policy"},
                    {"status", "ACTIVE"},
                    {"priority", 1},
                    {"system", false},
                    {"conditions", value::map({{"clients", value::map({{"include", value::list({"ALL_CLIENTS"})}})}})},
                    {"created", moment},
                    {"lastUpdated", moment}}));
    auto const grants =
        value::list({"client_credentials", "authorization_code", "urn:ietf:params:oauth:grant-type:device_code"});
    auto const nobody = value::map({{"include", value_list{}}, {"exclude", value_list{}}});
    auto const everyone = value::map({{"include", value::list({"EVERYONE"})}, {"exclude", value_list{}}});
    auto const conditions = value::map({{"people", value::map({{"users", nobody}, {"groups", everyone}})},
                                        {"grantTypes", value::map({{"include", grants}})},
                                        {"scopes", value::map({{"include", value::list({"*"})}})}});
    auto const token = value::map(
        {{"accessTokenLifetimeMinutes", 60}, {"refreshTokenLifetimeMinutes", 0}, {"refreshTokenWindowMinutes", 10080}});
    add(org.documents[fmt::format("{}/{}/rules", policies, policy)],
        value::map({{"id", ids.fixed("0pr", "default server rule")},
                    {"type", "RESOURCE_ACCESS"},
                    {"name", "Default Policy Rule"},
                    {"status", "ACTIVE"},
                    {"priority", 1},
                    {"system", false},
                    {"conditions", conditions},
                    {"actions", value::map({{"token", token}})},
                    {"created", moment},
                    {"lastUpdated", moment}}));
}

struct authenticator_row
{
    std::string_view key, type, name;
    bool active;
};

constexpr auto authenticators = std::to_array<authenticator_row>({
    {"okta_email", "email", "Email", true},
    {"okta_password", "password", "Password", true},
    {"okta_verify", "app", "Okta Verify", true},
    {"phone_number", "phone", "Phone", true},
    {"security_question", "security_question", "Security Question", false},
    {"tac", "tac", "Temporary Access Code", true},
    {"webauthn", "security_key", "Security Key or Biometric", true},
});

value authenticator(const id_source& ids, const authenticator_row& row, time_point now)
{
    return value::map({{"id", ids.fixed("aut", row.key)},
                       {"key", row.key},
                       {"type", row.type},
                       {"name", row.name},
                       {"status", row.active ? "ACTIVE" : "INACTIVE"},
                       {"created", okta_time(now)},
                       {"lastUpdated", okta_time(now)}});
}

} // namespace

document_table system_scopes(const id_source& ids, const std::string& server_id)
{
    document_table scopes;
    for (std::string_view const name :
         {"openid", "profile", "email", "address", "phone", "offline_access", "device_sso"})
    {
        add(scopes, value::map({{"id", ids.fixed("scp", fmt::format("{} {}", server_id, name))},
                                {"name", name},
                                {"description", nullptr},
                                {"system", true},
                                {"default", false},
                                {"consent", "IMPLICIT"},
                                {"metadataPublish", "ALL_CLIENTS"}}));
    }
    return scopes;
}

void add_system_documents(organisation_data& org, const id_source& ids, time_point now)
{
    auto server = default_server(ids, now);
    org.documents[fmt::format("{}/{}/scopes", servers_path, server["id"].text_or())] =
        system_scopes(ids, server["id"].text_or());
    add_default_access(org, ids, server["id"].text_or(), now);
    add(org.documents[std::string(servers_path)], std::move(server));
    for (auto const* const type : all_policy_types()) {
        auto policy = system_policy(ids, *type, now);
        auto const id = policy["id"].text_or();
        add(org.documents[fmt::format("{}/{}/rules", policies_path, id)], system_rule(ids, id, type->name, now));
        add(org.documents[std::string(policies_path)], std::move(policy));
    }
    add(org.documents[std::string(user_types_path)], usual_user_type(ids, now));
    for (auto const& row : authenticators)
        add(org.documents[std::string(authenticators_path)], authenticator(ids, row, now));
}

} // namespace jmld::okta_sim
