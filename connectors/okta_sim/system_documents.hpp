// What every organisation has from its first day as documents: the default authorization server, the default policies,
// the usual user type, the authenticators. Only loading an organisation and making a server ask for it.
#pragma once

#include "connectors/okta_sim/ids.hpp"
#include "connectors/okta_sim/model.hpp"

#include <string>
#include <string_view>

namespace jmld::okta_sim {

constexpr std::string_view servers_path = "/api/v1/authorizationServers";
constexpr std::string_view policies_path = "/api/v1/policies";
constexpr std::string_view user_types_path = "/api/v1/meta/types/user";
constexpr std::string_view linked_objects_path = "/api/v1/meta/schemas/user/linkedObjects";
constexpr std::string_view authenticators_path = "/api/v1/authenticators";

/// The scopes that an authorization server has without anybody's doing.
document_table system_scopes(const id_source& ids, const std::string& server_id);
void add_system_documents(organisation_data& org, const id_source& ids, time_point now);

} // namespace jmld::okta_sim
