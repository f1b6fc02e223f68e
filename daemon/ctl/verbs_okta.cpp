// The verbs about Okta itself: whether jmld gets on with the organisation, and signing in as a person.
#include "daemon/ctl/command_line.hpp"
#include "daemon/ctl/okta_check.hpp"
#include "daemon/ctl/okta_login.hpp"

namespace jmld::ctl {

void add_okta_verbs(command_line& line)
{
    auto& okta = line.group("okta", "the organisation that jmld works on");
    const auto file = std::make_shared<std::string>();
    auto& check = line.verb(okta, "check", "reach, sign-in, scopes, permissions, clock, limits, profile masters",
                            [](context at) { return okta_check(at); });
    check.add_option("--config", *file, "look from this jmld.yaml, without asking a daemon")->check(CLI::ExistingFile);
    line.local_when(
        check, [file] { return !file->empty(); },
        [file, &line] { return okta_check_of(*file, line.around().credentials, output_of(line.shared())); });

    const auto wanted = std::make_shared<login_request>();
    if (!line.around().home.empty())
        wanted->file = std::filesystem::path(line.around().home) / "jmlctl" / "okta.json";
    auto& login =
        line.local_verb(okta, "login", "sign in to Okta as yourself, with a code or in the browser", [wanted, &line] {
            wanted->ca = line.shared().ca;
            return okta_login(*wanted, output_of(line.shared()));
        });
    login.add_option("--org", wanted->org, "https://example.okta.com")->required();
    login.add_option("--client-id", wanted->client_id, "of an app of type Native")->required();
    login.add_option("--scope", wanted->scope, "words with spaces between (default: openid profile)");
    login.add_option("--authorization-server", wanted->server, "of a custom one: default; else the organisation's own");
    login.add_flag("--browser", wanted->browser, "in the browser of this machine (authorization code with PKCE)");
    login.add_option("--port", wanted->port, "of the redirect address http://127.0.0.1:PORT/callback; 0: any")
        ->check(CLI::Range(0, 65'535));
    login.add_option("--to", wanted->file,
                     "where tokens are kept, for you alone (default: ~/.config/jmlctl/okta.json)");
}

} // namespace jmld::ctl
