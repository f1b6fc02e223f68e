// The sections of jmld.yaml: listeners, Okta, operators (http: is in settings_http.cpp). Each reads its keys, and says
// what is accepted where a value is wrong.
#include "config/reader.hpp"

#include <fmt/format.h>

#include <algorithm>

namespace jmld::config {
namespace {

listener_settings read_listener(reader& in, const yaml::node& node, std::string_view what, listener_settings listener)
{
    if (!in.keys(node, what, {"address", "tls"}))
        return listener;
    const yaml::node* address = node.find("address");
    if (address != nullptr)
        listener.address = in.text(*address, "address");
    const std::optional<endpoint> where = parse_endpoint(listener.address);
    if (!where && address != nullptr && !listener.address.empty())
        in.error(*address, "'address' is HOST:PORT: 127.0.0.1:8441, [::1]:8441, 0.0.0.0:443; port 0 takes a free one");
    if (const yaml::node* tls = node.find("tls");
        tls != nullptr && in.keys(*tls, "tls", {"certificate", "key", "client_ca"}))
    {
        listener.tls.emplace();
        const yaml::node* certificate = tls->find("certificate");
        const yaml::node* key = tls->find("key");
        if (certificate == nullptr || key == nullptr)
            in.error(*tls, "'tls' needs 'certificate' (a PEM file) and 'key' (a secret)");
        if (certificate != nullptr)
            listener.tls->certificate = in.path(*certificate, "certificate").string();
        if (key != nullptr)
            listener.tls->key = in.secret(*key, "key");
        if (const yaml::node* authorities = tls->find("client_ca"))
            listener.tls->client_ca = in.path(*authorities, "client_ca").string();
    }
    if (where && !is_loopback(where->host) && node.find("tls") == nullptr)
        in.error(*address,
                 fmt::format("'{}' is reachable from outside and needs 'tls'; without TLS only loopback is accepted "
                             "(127.0.0.1, ::1, localhost)",
                             what));
    return listener;
}

void read_socket(reader& in, const yaml::node& node, settings& into)
{
    constexpr std::size_t longest = 107; // sockaddr_un
    into.ops_socket = in.path(node, "ops_socket").string();
    if (into.ops_socket.size() > longest)
        in.error(node, fmt::format("'ops_socket' has {} characters; a unix socket's path has at most {}",
                                   into.ops_socket.size(), longest));
}

/// https://HOST[:PORT], http only on loopback. Answers it without a slash at the end.
std::string read_org(reader& in, const yaml::node& node)
{
    std::string org = in.text(node, "org");
    while (org.ends_with('/'))
        org.pop_back();
    const bool https = org.starts_with("https://");
    const bool http = org.starts_with("http://");
    const std::string_view authority = std::string_view(org).substr(https ? 8 : http ? 7 : 0);
    if ((!https && !http) || authority.empty() || authority.find_first_of("/?#@ ") != std::string_view::npos) {
        if (!org.empty())
            in.error(node, "'org' is the organisation's address without a path: https://example.okta.com");
        return {};
    }
    const std::optional<endpoint> with_port = parse_endpoint(authority);
    const std::string host = with_port ? with_port->host : std::string(authority);
    if (http && !is_loopback(host))
        in.error(node, "'org' is https:// outside loopback; credentials never travel unencrypted");
    return org;
}

void read_key_auth(reader& in, const yaml::node& node, okta_auth_settings& into)
{
    if (!in.keys(node, "private_key_jwt", {"client_id", "key", "key_id", "dpop"}))
        return;
    const yaml::node* client = node.find("client_id");
    const yaml::node* key = node.find("key");
    if (client == nullptr || key == nullptr)
        in.error(node, "'private_key_jwt' needs 'client_id' and 'key' (the PEM private key, as a secret)");
    if (client != nullptr)
        into.client_id = in.text(*client, "client_id");
    if (key != nullptr)
        into.key = in.secret(*key, "key");
    if (const yaml::node* id = node.find("key_id"))
        into.key_id = in.text(*id, "key_id");
    if (const yaml::node* dpop = node.find("dpop"))
        into.dpop = in.choice(*dpop, "dpop", {"auto", "on", "off"}, "auto");
}

void read_auth(reader& in, const yaml::node& node, okta_auth_settings& into)
{
    if (!in.keys(node, "auth", {"private_key_jwt", "ssws"}))
        return;
    const yaml::node* key = node.find("private_key_jwt");
    const yaml::node* token = node.find("ssws");
    if ((key == nullptr) == (token == nullptr))
        in.error(node, "'auth' is one of private_key_jwt (a service app) and ssws (an API token)");
    if (key != nullptr)
        read_key_auth(in, *key, into);
    if (token != nullptr)
        into.ssws = in.secret(*token, "ssws");
}

} // namespace

void read_listen(reader& in, const yaml::node& node, settings& into)
{
    if (!in.keys(node, "listen", {"webhooks", "ops", "ops_socket"}))
        return;
    if (const yaml::node* webhooks = node.find("webhooks"))
        into.webhooks = read_listener(in, *webhooks, "webhooks", into.webhooks);
    if (const yaml::node* ops = node.find("ops"))
        into.ops = read_listener(in, *ops, "ops", into.ops);
    if (const yaml::node* socket = node.find("ops_socket"))
        read_socket(in, *socket, into);
}

void read_okta(reader& in, const yaml::node& node, settings& into)
{
    if (!in.keys(node, "okta", {"org", "ca", "auth", "scopes"}))
        return;
    if (const yaml::node* org = node.find("org"))
        into.okta.org = read_org(in, *org);
    else
        in.error(node, "'okta' needs 'org': https://example.okta.com");
    if (const yaml::node* ca = node.find("ca"))
        into.okta.ca = in.path(*ca, "ca").string();
    if (const yaml::node* auth = node.find("auth"))
        read_auth(in, *auth, into.okta.auth);
    else
        in.error(node, "'okta' needs 'auth': private_key_jwt or ssws");
    const yaml::node* scopes = node.find("scopes");
    if (scopes == nullptr)
        return;
    into.okta.scopes = in.texts(*scopes, "scopes");
    if (!scopes->is_list())
        return;
    for (const yaml::node& scope : scopes->items)
        if (scope.is_scalar() && !scope.text.starts_with("okta."))
            in.error(scope, "a scope of Okta's API looks like okta.users.manage");
}

namespace {

operator_settings read_operator(reader& in, const yaml::node& node)
{
    operator_settings person;
    if (!in.keys(node, "an operator", {"name", "role", "token_sha256", "unix_user"}))
        return person;
    const yaml::node* name = node.find("name");
    const yaml::node* role = node.find("role");
    const yaml::node* token = node.find("token_sha256");
    const yaml::node* user = node.find("unix_user");
    if (name == nullptr || role == nullptr)
        in.error(node, "an operator needs 'name' and 'role'");
    if (name != nullptr)
        person.name = in.text(*name, "name");
    if (role != nullptr)
        person.role = in.choice(*role, "role", {"viewer", "operator", "approver", "admin"}, "viewer");
    if ((token == nullptr) == (user == nullptr))
        in.error(node, "an operator is known by 'token_sha256' or by 'unix_user'");
    if (token != nullptr)
        person.token_sha256 = in.sha256(*token, "token_sha256");
    if (user != nullptr)
        person.unix_user = in.text(*user, "unix_user");
    return person;
}

} // namespace

void read_operators(reader& in, const yaml::node& node, settings& into)
{
    if (!node.is_list()) {
        in.error(node, "'operators' is a list: - { name: alice, role: admin, token_sha256: … }");
        return;
    }
    for (const yaml::node& item : node.items) {
        operator_settings person = read_operator(in, item);
        const auto same = [&](auto member) {
            return !(person.*member).empty() &&
                   std::ranges::find(into.operators, person.*member, member) != into.operators.end();
        };
        if (same(&operator_settings::name))
            in.error(item, fmt::format("the operator '{}' stands twice", person.name));
        if (same(&operator_settings::token_sha256) || same(&operator_settings::unix_user))
            in.error(item, "two operators share one token or unix user; the audit record could not tell them apart");
        into.operators.push_back(std::move(person));
    }
}

} // namespace jmld::config
