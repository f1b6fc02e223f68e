// Authenticator enrolments of a user, which are factors seen by their authenticator, and temporary access codes.
// Removing one is removing the factor (factors.cpp).
#include "connectors/okta_sim/call.hpp"
#include "connectors/okta_sim/text.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <charconv>

namespace jmld::okta_sim {
namespace {

http::response no_user(const call& asked) { return not_found(asked.values[0], "User"); }

struct authenticator_of_factor
{
    std::string_view factor, key, type, name;
};

constexpr auto known = std::to_array<authenticator_of_factor>({
    {"call", "phone_number", "phone", "Phone"},
    {"email", "okta_email", "email", "Email"},
    {"push", "okta_verify", "app", "Okta Verify"},
    {"question", "security_question", "security_question", "Security Question"},
    {"signed_nonce", "okta_verify", "app", "Okta Verify"},
    {"sms", "phone_number", "phone", "Phone"},
    {"tac", "tac", "tac", "Temporary Access Code"},
    {"token:software:totp", "okta_verify", "app", "Okta Verify"},
    {"u2f", "webauthn", "security_key", "Security Key or Biometric"},
    {"webauthn", "webauthn", "security_key", "Security Key or Biometric"},
});

value enrollment_object(const call& asked, const user& who, const factor& enrolled)
{
    auto const* const found = std::ranges::find(known, enrolled.type, &authenticator_of_factor::factor);
    authenticator_of_factor const other{enrolled.type, enrolled.type, "app", enrolled.type};
    auto const& row = found == known.end() ? other : *found;
    auto const self = fmt::format("/api/v1/users/{}/authenticator-enrollments/{}", who.id, enrolled.id);
    auto shown = value::map({{"id", enrolled.id},
                             {"key", row.key},
                             {"name", row.name},
                             {"type", row.type},
                             {"status", enrolled.status == "ACTIVE" ? "ACTIVE" : "INACTIVE"},
                             {"created", okta_time(enrolled.created)},
                             {"lastUpdated", okta_time(enrolled.last_updated)},
                             {"_links", value::map({{"self", asked.show.link(self, {"GET", "DELETE"})}})}});
    bool const tells = enrolled.profile.is_map() && (row.type == "phone" || row.type == "tac");
    return tells ? shown.with("profile", enrolled.profile) : shown;
}

http::response list_enrollments(call& asked)
{
    auto const* const who = asked.user_at(0);
    if (who == nullptr)
        return no_user(asked);
    value_list enrollments;
    for (auto const& enrolled : who->factors)
        enrollments.push_back(enrollment_object(asked, *who, enrolled));
    return ok(enrollments);
}

http::response get_enrollment(call& asked)
{
    auto const* const who = asked.user_at(0);
    if (who == nullptr)
        return no_user(asked);
    auto const found = std::ranges::find(who->factors, asked.values[1], &factor::id);
    return found == who->factors.end() ? not_found(asked.values[1], "AuthenticatorEnrollment")
                                       : ok(enrollment_object(asked, *who, *found));
}

/// `ttl` is stated in minutes, as text or as a number; nothing outside of what Okta allows.
std::optional<std::chrono::minutes> lifetime(const value& stated)
{
    constexpr std::int64_t least = 10, most = 14400, usual = 60;
    std::int64_t minutes = usual;
    if (auto const* const number = stated.if_integer())
        minutes = *number;
    else if (auto const* const text = stated.if_text()) {
        auto const read = std::from_chars(text->data(), text->data() + text->size(), minutes);
        if (read.ec != std::errc() || read.ptr != text->data() + text->size())
            return std::nullopt;
    }
    return minutes < least || minutes > most ? std::nullopt : std::optional(std::chrono::minutes(minutes));
}

http::response create_temporary_code(call& asked)
{
    auto* const who = asked.user_at(0);
    if (who == nullptr)
        return no_user(asked);
    if (who->status == "DEPROVISIONED" || who->status == "SUSPENDED")
        return refuse("E0000038");
    auto const valid = lifetime(asked.body["profile"]["ttl"]);
    if (!valid)
        return invalid("profile.ttl", {"profile.ttl: Must be between 10 and 14400 minutes"});
    // A new code makes the one before worthless.
    std::erase_if(who->factors, [](const factor& one) { return one.type == "tac"; });
    factor made;
    made.id = asked.change.ids.make("tac");
    made.type = "tac";
    made.created = made.last_updated = asked.now();
    auto const code = asked.change.ids.token(16);
    made.profile = value::map({{"expiresAt", okta_time(asked.now() + *valid)},
                               {"multiUse", asked.body["profile"]["multiUse"] == value(true)}});
    who->factors.push_back(made);
    asked.did({"user.mfa.factor.activate", who->id, {}, {}, {}});
    asked.change.note("user.mfa.factor.activate", {asked.change.name(*who)});
    auto const shown = enrollment_object(asked, *who, made);
    return ok(shown.with("profile", made.profile.with("tac", code)));
}

} // namespace

std::span<const route> enrollment_routes()
{
    static constexpr auto routes = std::to_array<route>({
        {"GET", "/api/v1/users/{}/authenticator-enrollments", list_enrollments},
        {"GET", "/api/v1/users/{}/authenticator-enrollments/{}", get_enrollment},
        {"POST", "/api/v1/users/{}/authenticator-enrollments/tac", create_temporary_code},
    });
    return routes;
}

} // namespace jmld::okta_sim
