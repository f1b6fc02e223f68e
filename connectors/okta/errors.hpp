// Okta's answers as failure kinds, in one table. It decides nothing about retry and sees neither the request nor the
// network.
#pragma once

#include "connectors/http_message.hpp"
#include "engine/action.hpp"
#include "engine/result.hpp"

#include <string>
#include <string_view>
#include <vector>

namespace jmld::okta {

/// The body of a refusal, read leniently: whatever is missing is empty.
struct error_body
{
    std::string code;    ///< `E0000007`, or OAuth's `invalid_client`
    std::string summary; ///< for people; never decides alone
    std::vector<std::string> causes;

    /// Whether summary or a cause contains `part`, ignoring case.
    bool mentions(std::string_view part) const;
};

/// `content` may be anything, also not a map.
error_body read_error(const engine::value& content);

struct error_class
{
    engine::failure_kind kind = engine::failure_kind::invalid;
    bool may_have_happened = false; ///< 5xx after which a write must be looked at
    bool renew_token = false;       ///< worth one try with a new token
    std::string_view meaning;       ///< one phrase for people
};
/// Known code first, else the status: 5xx is unavailable, 4xx invalid.
error_class classify(int status, std::string_view code);
/// Said by something before Okta, as likely as by Okta itself.
inline bool is_gateway_trouble(int status) { return status >= 502 && status <= 504; }

/// `Okta answered 403 E0000006: …`; one sentence for people.
std::string describe_refusal(int status, const error_body& body);

/// Why there was no answer at all; one phrase for people.
std::string_view describe_silence(errc code);

} // namespace jmld::okta
