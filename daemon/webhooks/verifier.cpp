// The five schemes. Each first looks at the header alone, so that rubbish costs no body; nothing here says to the
// sender why.
#include "daemon/webhooks/verifier.hpp"

#include "engine/digest.hpp"

#include <algorithm>
#include <charconv>

namespace jmld::daemon {

namespace {

constexpr std::size_t signatures_max = 16; // listed in one header; more is no rotation but an attack on our time

// Exactly one, not empty; repeated headers are refused, because two readers may pick different ones.
const std::string* single_header(const http::header_list& headers, std::string_view name)
{
    if (http::all_headers(headers, name).size() != 1)
        return nullptr;
    const auto* found = http::find_header(headers, name);
    return found->empty() ? nullptr : found;
}

std::optional<time_point> unix_seconds(std::string_view text)
{
    std::int64_t seconds = 0;
    const auto [end, failed] = std::from_chars(text.data(), text.data() + text.size(), seconds);
    constexpr std::int64_t seconds_max = 253'402'300'799; // the year 9999
    if (failed != std::errc{} || end != text.data() + text.size() || seconds < 0 || seconds > seconds_max)
        return std::nullopt;
    return time_point(std::chrono::seconds(seconds));
}

std::optional<std::string> refuse_time(const std::string* stamp, duration tolerance, time_point now)
{
    if (stamp == nullptr)
        return "timestamp header missing or repeated";
    const auto sent = unix_seconds(*stamp);
    if (!sent)
        return "timestamp is no number of seconds";
    if (*sent > now + tolerance || *sent < now - tolerance)
        return "timestamp outside the tolerance";
    return std::nullopt;
}

std::optional<std::string> early(const standard_webhooks_scheme& scheme, const delivery_head& head, time_point now)
{
    const auto* id = single_header(head.headers, "webhook-id");
    if (id == nullptr || id->size() > 256 || id->find('.') != std::string::npos)
        return "webhook-id missing, repeated or malformed";
    if (auto stale = refuse_time(single_header(head.headers, "webhook-timestamp"), scheme.tolerance, now))
        return stale;
    if (single_header(head.headers, "webhook-signature") == nullptr)
        return "webhook-signature missing or repeated";
    return std::nullopt;
}

std::optional<std::string> early(const hmac_scheme& scheme, const delivery_head& head, time_point now)
{
    const auto* signature = single_header(head.headers, scheme.header);
    if (signature == nullptr || !signature->starts_with(scheme.prefix))
        return "signature header missing, repeated or without its prefix";
    if (!scheme.timestamp_header.empty())
        return refuse_time(single_header(head.headers, scheme.timestamp_header), scheme.tolerance, now);
    return std::nullopt;
}

// A bearer token needs no body: the header decides.
std::optional<std::string> early(const bearer_scheme& scheme, const delivery_head& head, time_point)
{
    const auto* authorization = single_header(head.headers, "authorization");
    if (authorization == nullptr || !authorization->starts_with("Bearer "))
        return "bearer token missing";
    const auto hashed = digest::sha256_hex(std::string_view(*authorization).substr(7));
    bool known = false;
    for (const auto& accepted : scheme.token_sha256)
        known |= digest::equal_in_constant_time(accepted, hashed);
    if (!known)
        return "bearer token unknown";
    return std::nullopt;
}

// The handshake has verified the certificate; here only whose it is matters.
std::optional<std::string> early(const mtls_scheme& scheme, const delivery_head& head, time_point)
{
    const auto& shown = head.certificate_names;
    const bool fits = std::any_of(scheme.names.begin(), scheme.names.end(), [&](const std::string& name) {
        return std::find(shown.begin(), shown.end(), name) != shown.end();
    });
    return fits ? std::nullopt : std::optional<std::string>("no client certificate of this sender");
}

std::optional<std::string> early(const basic_scheme& scheme, const delivery_head& head, time_point)
{
    const auto* authorization = single_header(head.headers, "authorization");
    if (authorization == nullptr || !authorization->starts_with("Basic "))
        return "user name and password missing";
    const auto told = digest::base64_decode(std::string_view(*authorization).substr(6));
    bool known = false;
    // Digests have one length, so that the time says nothing about how long the right password is.
    for (const auto& password : scheme.passwords)
        known |= told && digest::equal_in_constant_time(digest::sha256_hex(scheme.username + ":" + password),
                                                        digest::sha256_hex(*told));
    return known ? std::nullopt : std::optional<std::string>("user name or password unknown");
}

bool matches_any_key(const standard_webhooks_scheme& scheme, std::string_view claimed, const std::string& signed_text)
{
    bool good = false;
    for (const auto& key : scheme.keys) {
        const auto expected = digest::hmac_sha256(key, signed_text);
        good |= digest::equal_in_constant_time(digest::view(expected), claimed);
    }
    return good;
}

// Unknown versions in the list are skipped; any one `v1` signature by any one key is enough.
std::optional<std::string> late(const standard_webhooks_scheme& scheme, const http::header_list& headers,
                                std::string_view body)
{
    std::string signed_text =
        *single_header(headers, "webhook-id") + "." + *single_header(headers, "webhook-timestamp") + ".";
    signed_text += body;
    std::string_view list = *single_header(headers, "webhook-signature");
    for (std::size_t count = 0; !list.empty() && count < signatures_max; ++count) {
        const auto end = std::min(list.find(' '), list.size());
        const auto entry = list.substr(0, end);
        list.remove_prefix(std::min(end + 1, list.size()));
        if (!entry.starts_with("v1,"))
            continue;
        const auto claimed = digest::base64_decode(entry.substr(3));
        if (claimed && matches_any_key(scheme, *claimed, signed_text))
            return std::nullopt;
    }
    return "no signature fits";
}

std::optional<std::string> late(const hmac_scheme& scheme, const http::header_list& headers, std::string_view body)
{
    std::string signed_text(body);
    if (!scheme.timestamp_header.empty())
        signed_text += *single_header(headers, scheme.timestamp_header);
    const auto expected = digest::hex(digest::view(digest::hmac_sha256(scheme.key, signed_text)));
    const auto claimed = std::string_view(*single_header(headers, scheme.header)).substr(scheme.prefix.size());
    if (digest::equal_in_constant_time(expected, claimed))
        return std::nullopt;
    return "the signature does not fit";
}

// The header said it all.
std::optional<std::string> late(const bearer_scheme&, const http::header_list&, std::string_view) { return {}; }
std::optional<std::string> late(const mtls_scheme&, const http::header_list&, std::string_view) { return {}; }
std::optional<std::string> late(const basic_scheme&, const http::header_list&, std::string_view) { return {}; }

} // namespace

result<std::string> standard_webhooks_key(std::string_view secret)
{
    constexpr std::string_view prefix = "whsec_";
    if (!secret.starts_with(prefix))
        return failure(errc::invalid_input, "a Standard Webhooks secret begins with whsec_");
    auto bytes = digest::base64_decode(secret.substr(prefix.size()));
    if (!bytes || bytes->size() < 24 || bytes->size() > 64)
        return failure(errc::invalid_input, "a Standard Webhooks secret is whsec_ and the base64 of 24 to 64 bytes",
                       "make one with: echo whsec_$(openssl rand -base64 32)");
    return std::move(*bytes);
}

std::optional<std::string> refuse_by_header(const verification_scheme& scheme, const delivery_head& head,
                                            time_point now)
{
    return std::visit([&](const auto& chosen) { return early(chosen, head, now); }, scheme);
}

std::optional<std::string> refuse_delivery(const verification_scheme& scheme, const delivery_head& head,
                                           std::string_view body, time_point now)
{
    if (auto refused = refuse_by_header(scheme, head, now))
        return refused;
    return std::visit([&](const auto& chosen) { return late(chosen, head.headers, body); }, scheme);
}

std::string delivery_id(const verification_scheme& scheme, const http::header_list& headers)
{
    if (!std::holds_alternative<standard_webhooks_scheme>(scheme))
        return {};
    const auto* id = single_header(headers, "webhook-id");
    return id == nullptr ? std::string() : *id;
}

} // namespace jmld::daemon
