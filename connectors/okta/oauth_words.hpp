// The small pieces that every OAuth exchange is made of: a form, a client's assertion, an answer's body. It sends
// nothing and keeps nothing.
#pragma once

#include "connectors/http_message.hpp"
#include "connectors/okta/jose.hpp"
#include "engine/time.hpp"
#include "engine/value.hpp"

#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace jmld::okta {

inline constexpr std::string_view assertion_type = "urn:ietf:params:oauth:client-assertion-type:jwt-bearer";

using form_fields = std::vector<std::pair<std::string, std::string>>;
/// application/x-www-form-urlencoded; fields without content are left out.
std::string write_form(const form_fields& fields);
/// A POST of a form that wants JSON.
http::request form_post(std::string_view target, const form_fields& fields);

/// Single words with one space between.
std::string joined(const std::vector<std::string>& words);
std::vector<std::string> words_of(std::string_view text);

/// What a client says of itself to one token endpoint. Used once: every request gets another, with another `jti`.
struct client_claim
{
    std::string client_id, key_id, audience, jti;
    time_point now{};
};
std::string client_assertion(const signing_key& key, const client_claim& claim);

/// The answer's JSON; null when it is none.
engine::value body_of(const http::response& answer);
std::string header_or_empty(const http::header_list& headers, std::string_view name);
std::int64_t epoch_seconds(time_point when);

} // namespace jmld::okta
