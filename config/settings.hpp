// jmld.yaml as typed values. Reading reports every problem at once with file:line:column; it opens no socket, and
// secrets are named here but read only by config/secrets.
#pragma once

#include "engine/result.hpp"
#include "engine/time.hpp"

#include <filesystem>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <vector>

namespace jmld::config {

/// Where a secret is found; exactly one is set.
struct secret_reference
{
    std::string credential; ///< name in $CREDENTIALS_DIRECTORY
    std::string file;       ///< path; must not be readable by group or others
    std::string env;        ///< variable; allowed with a warning
    bool empty() const { return credential.empty() && file.empty() && env.empty(); }
};

struct tls_settings
{
    std::string certificate;
    secret_reference key;
    std::string client_ca; ///< authorities of senders that show a certificate; empty = none is asked for
};
struct listener_settings
{
    std::string address; ///< host:port
    std::optional<tls_settings> tls;
};

struct hmac_settings
{
    std::string header;
    std::string prefix;
    std::string timestamp_header;
    secret_reference secret;
};
struct basic_settings
{
    std::string username;
    std::vector<secret_reference> passwords; ///< current and previous
};
/// Exactly one scheme is set.
struct verify_settings
{
    std::vector<secret_reference> standard_webhooks; ///< current and previous secrets
    std::optional<hmac_settings> hmac;
    std::vector<std::string> bearer_sha256; ///< hashed tokens
    std::vector<std::string> mtls_names;    ///< alternative names of the sender's certificate
    std::optional<basic_settings> basic;
    duration tolerance{300'000};
};
struct source_settings
{
    std::string name;
    std::filesystem::path mapping;
    verify_settings verify;
};

struct okta_auth_settings
{
    std::string client_id;     ///< private_key_jwt when not empty
    secret_reference key;      ///< PEM private key
    std::string key_id;        ///< kid, optional
    std::string dpop = "auto"; ///< auto | on | off
    secret_reference ssws;     ///< API token, when client_id is empty
};
struct okta_settings
{
    std::string org; ///< https://…; http only on loopback
    std::string ca;
    okta_auth_settings auth;
    std::vector<std::string> scopes;
};

/// How a client proves itself to a token endpoint: with a key or with a secret.
struct client_settings
{
    std::string client_id, key_id;
    secret_reference key, secret;
};
/// Cross-app access to one host, as a person who has signed in (`jmlctl okta login`).
struct id_jag_settings
{
    client_settings at_okta;
    secret_reference subject;              ///< what the login kept, or the token alone
    std::string subject_type = "id_token"; ///< of a token alone: id_token, refresh_token, saml2
    std::string audience;                  ///< issuer of the host's authorization server
    std::string token_url;                 ///< of that server
    client_settings at_resource;
    std::string resource; ///< may be empty
    std::vector<std::string> scopes;
};

/// Hosts that http.request may call, as origins.
struct http_settings
{
    std::vector<std::string> allow;                ///< with a public address only
    std::vector<std::string> internal;             ///< whatever address they have
    std::map<std::string, id_jag_settings> id_jag; ///< by origin, as written
};

struct operator_settings
{
    std::string name;
    std::string role;         ///< viewer operator approver admin
    std::string token_sha256; ///< hex; empty when unix_user is set
    std::string unix_user;
};

struct settings
{
    std::filesystem::path file;
    listener_settings webhooks;
    listener_settings ops;
    std::string ops_socket;          ///< empty = none
    std::filesystem::path database;  ///< store.sqlite
    std::filesystem::path workflows; ///< folder; shipped default when left out
    std::filesystem::path access;    ///< access.yaml
    std::vector<source_settings> sources;
    okta_settings okta;
    http_settings http;
    std::vector<operator_settings> operators;
    std::string policy_yaml; ///< the `policy:` node as text, read by workflows/people/policy
    int policy_line = 1;     ///< where that text begins in the file, for messages
    std::string log_level = "info", log_format = "json";
    std::vector<std::string> warnings;
};

/// One problem, ready to print: `jmld.yaml:3:5: error: unknown key 'lisen'; did you mean 'listen'?` + source line +
/// caret.
struct settings_problems
{
    std::vector<std::string> messages;
    /// What could be read all the same, so that problems in the files it names are told in one go; null: nothing.
    std::shared_ptr<const settings> so_far{};
};

/// The files that come with jmld: where the package puts them, else in the source tree that this was built from.
struct shipped_files
{
    std::filesystem::path workflows; ///< folder of *.yaml
    std::filesystem::path access;    ///< access.yaml
    std::filesystem::path sources;   ///< folder of mappings: workday.yaml
};
shipped_files shipped();

/// Relative paths become absolute against the file's folder; what is left out gets the shipped default
/// (JMLD_SHARE_DIR).
std::expected<settings, settings_problems> read_settings(const std::filesystem::path& file);
/// The same for a text in hand; `file` names it in messages, and relative paths are relative to its folder.
std::expected<settings, settings_problems> parse_settings(const std::filesystem::path& file, const std::string& text);

} // namespace jmld::config
