// `jmlctl okta login`: an operator signs in to Okta as a person, with a code on another device or in the browser here,
// and the tokens are kept in a file that only that person may read. jmld itself never uses them by itself.
#pragma once

#include "daemon/ctl/commands.hpp"

#include <filesystem>

namespace jmld::ctl {

struct login_request
{
    std::string org, ca, client_id, server, scope = "openid profile";
    bool browser = false; ///< authorization code with PKCE instead of the device grant
    int port = 0;         ///< of the redirect address on loopback; must be registered with the app
    std::filesystem::path file;
};
exit_code okta_login(const login_request& wanted, const output_options& output);

} // namespace jmld::ctl
