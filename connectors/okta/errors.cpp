// The table itself, by code and then by status, and the lenient reading of refusals.
#include "connectors/okta/errors.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <cctype>

namespace jmld::okta {

namespace {

using kind = engine::failure_kind;

struct error_row
{
    std::string_view code;
    error_class means;
};

constexpr error_class invalid(std::string_view meaning) { return {kind::invalid, false, false, meaning}; }
constexpr error_class forbidden(std::string_view meaning) { return {kind::forbidden, false, false, meaning}; }
constexpr error_class missing(std::string_view meaning) { return {kind::not_found, false, false, meaning}; }
constexpr error_class taken(std::string_view meaning) { return {kind::already_exists, false, false, meaning}; }
constexpr error_class busy(std::string_view meaning) { return {kind::conflict, false, false, meaning}; }
constexpr error_class down(std::string_view meaning) { return {kind::unavailable, false, false, meaning}; }
constexpr error_class shaky(std::string_view meaning) { return {kind::unavailable, true, false, meaning}; }

// Summaries may change and are never matched here; conditions that share E0000001 are told apart by the actions.
constexpr std::array table{
    error_row{"E0000001", invalid("the request does not pass validation")},
    error_row{"E0000002", invalid("the request is malformed")},
    error_row{"E0000003", invalid("the body is not well-formed")},
    error_row{"E0000004", {kind::unauthorized, false, false, "authentication failed"}},
    error_row{"E0000005", {kind::unauthorized, false, true, "the session is not valid"}},
    error_row{"E0000006", forbidden("our role or scope does not allow it, or the group is not an OKTA_GROUP")},
    error_row{"E0000007", missing("no such object")},
    error_row{"E0000008", missing("no such path")},
    error_row{"E0000009", shaky("internal error of Okta")},
    error_row{"E0000010", down("Okta is in read-only mode")},
    error_row{"E0000011", {kind::unauthorized, false, true, "the token is invalid or expired"}},
    error_row{"E0000014", forbidden("credentials may not be changed")},
    error_row{"E0000015", forbidden("the organisation does not have this feature")},
    error_row{"E0000016", taken("already active")},
    error_row{"E0000017", forbidden("the password cannot be reset")},
    error_row{"E0000018", invalid("the media type is not acceptable")},
    error_row{"E0000019", invalid("the media type is not acceptable")},
    error_row{"E0000020", invalid("the accepted media type is not offered")},
    error_row{"E0000021", invalid("the media type is not supported")},
    error_row{"E0000022", invalid("the method is not supported here")},
    error_row{"E0000023", forbidden("the attribute is mastered elsewhere")},
    error_row{"E0000024", invalid("the app does not support it")},
    error_row{"E0000028", invalid("a parameter is missing")},
    error_row{"E0000029", busy("the cursor is no longer valid")},
    error_row{"E0000031", invalid("the search expression is not accepted")},
    error_row{"E0000032", forbidden("the user is not locked out")},
    error_row{"E0000037", invalid("a value has the wrong type")},
    error_row{"E0000038", forbidden("not allowed in the user's current status")},
    error_row{"E0000040", taken("an app with this label exists")},
    error_row{"E0000041", invalid("the credentials for the app are not accepted")},
    error_row{"E0000046", forbidden("a group membership grants this app")},
    error_row{"E0000047", {kind::rate_limited, false, false, "rate limit"}},
    error_row{"E0000056", forbidden("the app must be deactivated first")},
    error_row{"E0000060", forbidden("Okta does not support it for this object")},
    error_row{"E0000062", taken("the user has this app already")},
    error_row{"E0000067", shaky("the factor service did not answer")},
    error_row{"E0000068", forbidden("wrong passcode")},
    error_row{"E0000069", forbidden("the user is locked")},
    error_row{"E0000074", invalid("the factor service refused")},
    error_row{"E0000075", forbidden("the attribute is mapped from elsewhere")},
    error_row{"E0000076", forbidden("the attribute is mastered elsewhere")},
    error_row{"E0000077", forbidden("the attribute is read-only")},
    error_row{"E0000078", forbidden("the attribute cannot change")},
    error_row{"E0000079", forbidden("not allowed in this state")},
    error_row{"E0000080", forbidden("the password does not meet the policy")},
    error_row{"E0000090", taken("the role is assigned already")},
    error_row{"E0000093", invalid("too many targets")},
    error_row{"E0000100", down("the search service is unavailable")},
    error_row{"E0000109", down("a message was sent too recently")},
    error_row{"E0000111", forbidden("the attribute is read-only")},
    error_row{"E0000112", busy("the user is still being activated")},
    error_row{"E0000117", forbidden("apps cannot be assigned to an inactive user")},
    error_row{"E0000118", down("a mail was sent too recently")},
    error_row{"E0000119", forbidden("the user is locked")},
    error_row{"E0000133", down("a call was made too recently")},
    error_row{"E0000145", busy("the schema is being changed")},
    error_row{"E0000146", down("too many messages")},
    error_row{"E0000147", down("too many messages")},
    error_row{"E0000155", forbidden("the user is not active")},
    error_row{"E0000156", missing("the user was deleted")},
    error_row{"E0000180", forbidden("the factor is not active")},
    error_row{"E0000181", down("the service is unavailable")},
    error_row{"E0000231", busy("somebody changed the user since it was read")},
    error_row{"E0000239", busy("policy priorities are being reconciled")},
    error_row{"E0000240", shaky("the agent on the premises did not answer")},
    error_row{"E0000241", shaky("the agent on the premises did not answer in time")},
    error_row{"E0000242", invalid("the ETag is not well-formed")},
    error_row{"E0000243", invalid("the request is malformed")},
    error_row{"E0000249", busy("the object is still being set up")},
    error_row{"E0000253", busy("the user type is still being set up")},
    error_row{"E0000263", taken("the role is assigned already")},
    error_row{"E0000268", busy("roles of this user are being changed")},
};
static_assert(std::ranges::is_sorted(table, {}, &error_row::code));

error_class by_status(int status)
{
    switch (status) {
    case 401:
        return {kind::unauthorized, false, true, "the token is not accepted"};
    case 403:
        return forbidden("not allowed");
    case 404:
    case 410:
        return missing("no such object");
    case 409:
    case 423:
        return busy("it is being changed");
    case 412:
        return busy("somebody changed it since it was read");
    case 429:
        return {kind::rate_limited, false, false, "rate limit"};
    case 501:
        return forbidden("Okta does not support it");
    default: // without one of Okta's codes a 503 too may come from a gateway, after the effect
        return status >= 500 ? shaky("error of Okta or of a gateway") : invalid("the request is refused");
    }
}

char lower(char c) { return static_cast<char>(std::tolower(static_cast<unsigned char>(c))); }

bool contains_ignoring_case(std::string_view text, std::string_view part)
{
    return !std::ranges::search(text, part, {}, lower, lower).empty();
}

void add_causes(const engine::value& causes, std::vector<std::string>& into)
{
    const auto add = [&](const engine::value& cause) {
        auto text = cause.is_text() ? cause.text_or() : cause["errorSummary"].text_or();
        if (!text.empty())
            into.push_back(std::move(text));
    };
    if (causes.is_list())
        for (const auto& cause : causes.items())
            add(cause);
    else
        add(causes); // some samples show one object instead of a list
}

} // namespace

bool error_body::mentions(std::string_view part) const
{
    return contains_ignoring_case(summary, part) ||
           std::ranges::any_of(causes, [&](const std::string& cause) { return contains_ignoring_case(cause, part); });
}

error_body read_error(const engine::value& content)
{
    error_body body;
    body.code = content["errorCode"].text_or(content["error"].text_or());
    body.summary = content["errorSummary"].text_or(content["error_description"].text_or());
    add_causes(content["errorCauses"], body.causes);
    std::erase_if(body.code, [](char c) { return std::isspace(static_cast<unsigned char>(c)) != 0; });
    return body;
}

error_class classify(int status, std::string_view code)
{
    // A 429 with any code is the API's limit, except where messages are throttled.
    const auto found = std::ranges::lower_bound(table, code, {}, &error_row::code);
    if (found != table.end() && found->code == code)
        return found->means;
    return by_status(status);
}

std::string describe_refusal(int status, const error_body& body)
{
    constexpr std::size_t text_max = 300; // enough for people; answers of strangers can be long
    auto text = fmt::format("Okta answered {}{}{}", status, body.code.empty() ? "" : " ", body.code);
    auto why = body.causes.empty() ? body.summary : body.causes.front();
    if (why.empty())
        why = classify(status, body.code).meaning;
    return text + ": " + why.substr(0, text_max);
}

std::string_view describe_silence(errc code)
{
    switch (code) {
    case errc::refused:
        return "Okta cannot be reached: nothing was sent";
    case errc::connection_lost:
        return "the connection broke before the answer came";
    case errc::timed_out:
        return "no answer came in time";
    case errc::too_large:
        return "the answer is larger than we read";
    case errc::cancelled:
        return "stopped before the answer came";
    case errc::unavailable:
        return "Okta cannot be reached";
    case errc::invalid_input:
    case errc::not_found:
    case errc::conflict:
    case errc::unauthorized:
    case errc::forbidden:
    case errc::overloaded:
    case errc::storage_failed:
    case errc::corrupt:
    case errc::internal:
        return "the exchange with Okta failed";
    }
    return "the exchange with Okta failed";
}

} // namespace jmld::okta
