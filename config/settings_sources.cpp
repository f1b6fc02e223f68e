// `sources:` — who may send events, and by which signature they are believed. What a mapping says is read by
// workflows/events.
#include "config/reader.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <utility>

namespace jmld::config {
namespace {

bool is_source_name(std::string_view name)
{
    const auto fits = [](char c) { return (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') || c == '-' || c == '_'; };
    return !name.empty() && name.size() <= 64 && std::ranges::all_of(name, fits);
}

void read_tolerance(reader& in, const yaml::node& node, duration& into)
{
    const yaml::node* tolerance = node.find("tolerance");
    if (tolerance == nullptr)
        return;
    const std::optional<duration> length = tolerance->is_scalar() ? parse_duration(tolerance->text) : std::nullopt;
    constexpr duration longest{3'600'000};
    if (length && *length > duration::zero() && *length <= longest)
        into = *length;
    else
        in.error(*tolerance, "'tolerance' is a length of time above zero and at most 1h, with its unit: 300s");
}

void read_standard_webhooks(reader& in, const yaml::node& node, verify_settings& into)
{
    if (!in.keys(node, "standard_webhooks", {"secrets", "tolerance"}))
        return;
    read_tolerance(in, node, into.tolerance);
    const yaml::node* secrets = node.find("secrets");
    if (secrets == nullptr || !secrets->is_list() || secrets->items.empty()) {
        in.error(secrets != nullptr ? *secrets : node,
                 "'secrets' is a list of at least one secret: [{credential: workday}]; "
                 "during a rotation it holds the old and the new one");
        return;
    }
    for (const yaml::node& secret : secrets->items)
        into.standard_webhooks.push_back(in.secret(secret, "secrets"));
}

void read_hmac(reader& in, const yaml::node& node, verify_settings& into)
{
    if (!in.keys(node, "hmac", {"header", "prefix", "timestamp_header", "secret", "tolerance"}))
        return;
    read_tolerance(in, node, into.tolerance);
    hmac_settings hmac;
    const yaml::node* header = node.find("header");
    const yaml::node* secret = node.find("secret");
    if (header == nullptr || secret == nullptr)
        in.error(node, "'hmac' needs 'header' (its name) and 'secret'");
    if (header != nullptr)
        hmac.header = in.text(*header, "header");
    if (secret != nullptr)
        hmac.secret = in.secret(*secret, "secret");
    if (const yaml::node* prefix = node.find("prefix"))
        hmac.prefix = in.text(*prefix, "prefix");
    if (const yaml::node* timestamp = node.find("timestamp_header"))
        hmac.timestamp_header = in.text(*timestamp, "timestamp_header");
    into.hmac = std::move(hmac);
}

void read_bearer(reader& in, const yaml::node& node, verify_settings& into)
{
    if (!in.keys(node, "bearer", {"token_sha256"}))
        return;
    const yaml::node* tokens = node.find("token_sha256");
    if (tokens == nullptr || (tokens->is_list() && tokens->items.empty())) {
        in.error(node, "'bearer' needs 'token_sha256': the SHA-256 of the token, or a list of them");
        return;
    }
    if (!tokens->is_list())
        into.bearer_sha256.push_back(in.sha256(*tokens, "token_sha256"));
    for (const yaml::node& token : tokens->items)
        into.bearer_sha256.push_back(in.sha256(token, "token_sha256"));
}

void read_mtls(reader& in, const yaml::node& node, verify_settings& into)
{
    if (!in.keys(node, "mtls", {"san"}))
        return;
    const yaml::node* names = node.find("san");
    if (names == nullptr || (names->is_list() && names->items.empty())) {
        in.error(node,
                 "'mtls' needs 'san': a name (DNS, e-mail or URI) in the sender's certificate, or a list of them");
        return;
    }
    if (!names->is_list())
        into.mtls_names.push_back(in.text(*names, "san"));
    for (const yaml::node& name : names->items)
        into.mtls_names.push_back(in.text(name, "san"));
}

void read_basic(reader& in, const yaml::node& node, verify_settings& into)
{
    if (!in.keys(node, "basic", {"username", "passwords"}))
        return;
    const yaml::node* name = node.find("username");
    const yaml::node* passwords = node.find("passwords");
    if (name == nullptr || passwords == nullptr || !passwords->is_list() || passwords->items.empty()) {
        in.error(node, "'basic' needs 'username' and 'passwords', a list of at least one secret: [{credential: hr}]");
        return;
    }
    basic_settings basic;
    basic.username = in.text(*name, "username");
    if (basic.username.find(':') != std::string::npos)
        in.error(*name, "'username' cannot hold a colon");
    for (const yaml::node& password : passwords->items)
        basic.passwords.push_back(in.secret(password, "passwords"));
    into.basic = std::move(basic);
}

verify_settings read_verify(reader& in, const yaml::node& node)
{
    using read_scheme = void (*)(reader&, const yaml::node&, verify_settings&);
    constexpr std::array<std::pair<std::string_view, read_scheme>, 5> schemes{
        {{"standard_webhooks", read_standard_webhooks},
         {"hmac", read_hmac},
         {"bearer", read_bearer},
         {"mtls", read_mtls},
         {"basic", read_basic}}};
    verify_settings verify;
    if (!in.keys(node, "verify", {"standard_webhooks", "hmac", "bearer", "mtls", "basic"}))
        return verify;
    if (node.entries.size() != 1) {
        in.error(node, "'verify' is exactly one of standard_webhooks, hmac, bearer, mtls or basic");
        return verify;
    }
    for (const auto& [name, read] : schemes)
        if (const yaml::node* scheme = node.find(name))
            read(in, *scheme, verify);
    return verify;
}

/// The shipped mapping of that name, when there is one.
std::filesystem::path shipped_mapping(std::string_view source)
{
    const std::filesystem::path file = shipped().sources / (std::string(source) + ".yaml");
    std::error_code ignored;
    return std::filesystem::exists(file, ignored) ? file : std::filesystem::path();
}

} // namespace

void read_sources(reader& in, const yaml::node& node, settings& into)
{
    if (!node.is_map()) {
        in.error(node, "'sources' is a map of names to sources: workday: { mapping: …, verify: … }");
        return;
    }
    into.sources.clear();
    for (const yaml::node::entry& entry : node.entries) {
        source_settings source;
        source.name = entry.key;
        if (!is_source_name(entry.key))
            in.error_at_key(entry,
                            "a source's name stands in its URL: lower-case letters, digits, - and _, at most 64");
        if (!in.keys(entry.content, "a source", {"mapping", "verify"}))
            continue;
        if (const yaml::node* mapping = entry.content.find("mapping"))
            source.mapping = in.path(*mapping, "mapping");
        else if (source.mapping = shipped_mapping(entry.key); source.mapping.empty())
            in.error_at_key(
                entry, fmt::format("source '{}' needs 'mapping': a file that says how its events are read", entry.key));
        if (const yaml::node* verify = entry.content.find("verify")) {
            source.verify = read_verify(in, *verify);
            if (!source.verify.mtls_names.empty() && (!into.webhooks.tls || into.webhooks.tls->client_ca.empty()))
                in.error(*verify,
                         "'mtls' needs 'client_ca' under listen.webhooks.tls: whose certificates are believed");
        } else
            in.error_at_key(
                entry, fmt::format("source '{}' needs 'verify'; nobody is believed without a signature", entry.key));
        into.sources.push_back(std::move(source));
    }
}

} // namespace jmld::config
