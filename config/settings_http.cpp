// `http:` of jmld.yaml: the hosts that http.request may call, and how jmld signs in to those that ask for it.
#include "config/reader.hpp"

#include <algorithm>

namespace jmld::config {

namespace {

// Scheme, host and perhaps a port: what stands behind them is the workflow's to say.
std::string read_origin(reader& in, const yaml::node& one, std::string_view what)
{
    auto origin = in.text(one, what);
    const std::string_view text = origin;
    const bool secure = text.starts_with("https://"), plain = text.starts_with("http://");
    const auto host = text.substr(std::min<std::size_t>(text.size(), secure ? 8 : 7));
    if (!text.empty() && ((!secure && !plain) || host.empty() || host.find_first_of("/@?#* \\") != host.npos))
        in.error(one, "a host is written as its origin, without a path: https://hooks.example.com");
    return origin;
}

client_settings read_client(reader& in, const yaml::node& node, std::string_view what)
{
    client_settings client;
    if (!in.keys(node, what, {"client_id", "key", "key_id", "secret"}))
        return client;
    const auto* id = node.find("client_id");
    const auto* key = node.find("key");
    const auto* shared = node.find("secret");
    if (id == nullptr || (key == nullptr) == (shared == nullptr))
        in.error(node, "a client needs 'client_id', and either 'key' or 'secret'");
    if (id != nullptr)
        client.client_id = in.text(*id, "client_id");
    if (key != nullptr)
        client.key = in.secret(*key, "key");
    if (const auto* key_id = node.find("key_id"))
        client.key_id = in.text(*key_id, "key_id");
    if (shared != nullptr)
        client.secret = in.secret(*shared, "secret");
    return client;
}

id_jag_settings read_id_jag(reader& in, const yaml::node& node)
{
    id_jag_settings access;
    if (!in.keys(node, "id_jag",
                 {"at_okta", "subject", "subject_type", "audience", "token_url", "at_resource", "resource", "scopes"}))
        return access;
    for (const auto* needed : {"at_okta", "subject", "audience", "token_url", "at_resource"})
        if (node.find(needed) == nullptr)
            in.error(node, std::string("'id_jag' needs '") + needed + "'");
    if (const auto* client = node.find("at_okta"))
        access.at_okta = read_client(in, *client, "at_okta");
    if (const auto* client = node.find("at_resource"))
        access.at_resource = read_client(in, *client, "at_resource");
    if (const auto* subject = node.find("subject"))
        access.subject = in.secret(*subject, "subject");
    if (const auto* type = node.find("subject_type"))
        access.subject_type = in.choice(*type, "subject_type", {"id_token", "refresh_token", "saml2"}, "id_token");
    if (const auto* audience = node.find("audience"))
        access.audience = in.text(*audience, "audience");
    if (const auto* url = node.find("token_url")) {
        access.token_url = in.text(*url, "token_url");
        if (!access.token_url.empty() && !access.token_url.starts_with("https://") &&
            !access.token_url.starts_with("http://127.0.0.1"))
            in.error(*url, "'token_url' is https://, with its path: https://wiki.example.com/oauth2/token");
    }
    if (const auto* resource = node.find("resource"))
        access.resource = in.text(*resource, "resource");
    if (const auto* scopes = node.find("scopes"))
        access.scopes = in.texts(*scopes, "scopes");
    return access;
}

/// A text, or `{ origin: …, auth: { id_jag: … } }`.
void read_host(reader& in, const yaml::node& node, std::string_view what, std::vector<std::string>& origins,
               http_settings& into)
{
    if (!node.is_map()) {
        origins.push_back(read_origin(in, node, what));
        return;
    }
    if (!in.keys(node, what, {"origin", "auth"}))
        return;
    const auto* origin = node.find("origin");
    const auto* auth = node.find("auth");
    if (origin == nullptr) {
        in.error(node, "a host with 'auth' needs 'origin': https://wiki.example.com");
        return;
    }
    origins.push_back(read_origin(in, *origin, "origin"));
    if (auth == nullptr || !in.keys(*auth, "auth", {"id_jag"}))
        return;
    if (const auto* access = auth->find("id_jag"))
        into.id_jag[origins.back()] = read_id_jag(in, *access);
    else
        in.error(*auth, "'auth' of a host is id_jag");
}

std::vector<std::string> read_hosts(reader& in, const yaml::node& node, std::string_view what, http_settings& into)
{
    std::vector<std::string> origins;
    if (!node.is_list()) {
        read_host(in, node, what, origins, into);
        return origins;
    }
    for (const auto& one : node.items)
        read_host(in, one, what, origins, into);
    return origins;
}

} // namespace

void read_http(reader& in, const yaml::node& node, settings& into)
{
    if (!in.keys(node, "http", {"allow", "internal"}))
        return;
    if (const yaml::node* allow = node.find("allow"))
        into.http.allow = read_hosts(in, *allow, "allow", into.http);
    if (const yaml::node* internal = node.find("internal"))
        into.http.internal = read_hosts(in, *internal, "internal", into.http);
}

} // namespace jmld::config
