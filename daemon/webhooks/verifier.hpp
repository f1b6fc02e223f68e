// Is this delivery really from its source? Standard Webhooks, plain HMAC, tokens, passwords and client certificates,
// always on the raw bytes, in constant time, before anything is parsed. It reads no clock and keeps no memory of ids:
// the journal does that.
#pragma once

#include "connectors/http_message.hpp"
#include "engine/result.hpp"
#include "engine/time.hpp"

#include <optional>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

namespace jmld::daemon {

struct standard_webhooks_scheme
{
    std::vector<std::string> keys; ///< raw bytes; current and previous, any of them verifies
    duration tolerance{300'000};
};
struct hmac_scheme
{
    std::string key;
    std::string header;           ///< lower case, `x-hub-signature-256`
    std::string prefix;           ///< before the hex digits, `sha256=`; may be empty
    std::string timestamp_header; ///< its text is appended to the signed body; empty = none
    duration tolerance{300'000};  ///< applies where there is a timestamp
};
struct bearer_scheme
{
    std::vector<std::string> token_sha256; ///< lower-case hex
};
struct mtls_scheme
{
    std::vector<std::string> names; ///< lower case; one of them must stand in the sender's certificate
};
struct basic_scheme
{
    std::string username;
    std::vector<std::string> passwords; ///< current and previous
};
using verification_scheme =
    std::variant<standard_webhooks_scheme, hmac_scheme, bearer_scheme, mtls_scheme, basic_scheme>;

/// What is known of a delivery before its body.
struct delivery_head
{
    const http::header_list& headers;
    const std::vector<std::string>& certificate_names; ///< of a client certificate that verified; lower case
};

/// `whsec_` + base64 of 24 to 64 bytes → the bytes. Errors: invalid_input, without the secret in it.
result<std::string> standard_webhooks_key(std::string_view secret);

/// What is missing, stale or malformed already in the header: why the delivery is refused before its body is read.
std::optional<std::string> refuse_by_header(const verification_scheme& scheme, const delivery_head& head,
                                            time_point now);
/// The whole check. Nothing = authentic; else why not (for counters and the log, never for the sender).
std::optional<std::string> refuse_delivery(const verification_scheme& scheme, const delivery_head& head,
                                           std::string_view body, time_point now);
/// The sender's id of this delivery (`webhook-id`); empty when the scheme has none.
std::string delivery_id(const verification_scheme& scheme, const http::header_list& headers);

} // namespace jmld::daemon
