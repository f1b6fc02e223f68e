// Factors of a user: listing, enrolling, activating, verifying, removing. No message is ever sent and no code is
// checked against a secret. The same seen as authenticator enrolments is in enrollments.cpp.
#include "connectors/okta_sim/call.hpp"
#include "connectors/okta_sim/oauth.hpp"
#include "connectors/okta_sim/text.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>

namespace jmld::okta_sim {
namespace {

using namespace std::chrono_literals;

http::response no_user(const call& asked) { return not_found(asked.values[0], "User"); }

factor* factor_at(user& who, const std::string& id)
{
    auto const found = std::ranges::find(who.factors, id, &factor::id);
    return found == who.factors.end() ? nullptr : &*found;
}

http::response list_factors(call& asked)
{
    auto const* const who = asked.user_at(0);
    if (who == nullptr)
        return no_user(asked);
    value_list factors;
    for (auto const& enrolled : who->factors) {
        if (enrolled.type != "tac")
            factors.push_back(asked.show.factor_object(*who, enrolled));
    }
    return ok(factors);
}

http::response list_catalog(call& asked)
{
    auto const* const who = asked.user_at(0);
    if (who == nullptr)
        return no_user(asked);
    value_list offered;
    for (std::string_view const type : {"sms", "call", "email", "push", "question", "token:software:totp", "webauthn"})
    {
        bool const has = std::ranges::find(who->factors, type, &factor::type) != who->factors.end();
        auto const enroll = asked.show.link("/api/v1/users/" + who->id + "/factors", {"POST"});
        offered.push_back(value::map({{"factorType", type},
                                      {"provider", "OKTA"},
                                      {"vendorName", "OKTA"},
                                      {"enrollment", "OPTIONAL"},
                                      {"status", has ? "ACTIVE" : "NOT_SETUP"},
                                      {"_links", value::map({{"enroll", enroll}})}}));
    }
    return ok(offered);
}

http::response enroll(call& asked)
{
    auto* const who = asked.user_at(0);
    if (who == nullptr)
        return no_user(asked);
    auto const type = asked.body["factorType"].text_or();
    if (type.empty())
        return invalid("factorEnrollRequest", {"factorType: The field cannot be left blank"});
    if (who->status == "DEPROVISIONED")
        return refuse("E0000038");
    bool const present = std::ranges::find(who->factors, type, &factor::type) != who->factors.end();
    if (present && type != "webauthn" && type != "u2f")
        return invalid("factorEnrollRequest", {"A factor of this type is already set up."});
    factor made;
    made.id = asked.change.ids.make(factor_prefix(type));
    made.type = type;
    made.provider = asked.body["provider"].text_or("OKTA");
    made.vendor = made.provider;
    made.profile = asked.body["profile"].is_map() ? asked.body["profile"] : value(value_map{});
    made.status = factor_needs_activation(type) && !asked.flag("activate", false) ? "PENDING_ACTIVATION" : "ACTIVE";
    made.created = made.last_updated = asked.now();
    who->factors.push_back(made);
    asked.did({"user.mfa.factor.activate", who->id, {}, {}, {}});
    if (made.status == "ACTIVE")
        asked.change.note("user.mfa.factor.activate", {asked.change.name(*who)});
    return ok(asked.show.factor_object(*who, made));
}

http::response get_factor(call& asked)
{
    auto* const who = asked.user_at(0);
    if (who == nullptr)
        return no_user(asked);
    auto const* const enrolled = factor_at(*who, asked.values[1]);
    return enrolled == nullptr ? not_found(asked.values[1], "UserFactor")
                               : ok(asked.show.factor_object(*who, *enrolled));
}

http::response activate_factor(call& asked)
{
    auto* const who = asked.user_at(0);
    if (who == nullptr)
        return no_user(asked);
    auto* const enrolled = factor_at(*who, asked.values[1]);
    if (enrolled == nullptr)
        return not_found(asked.values[1], "UserFactor");
    if (enrolled->status != "PENDING_ACTIVATION")
        return refuse("E0000038");
    if (enrolled->type != "push" && asked.body["passCode"].text_or().empty())
        return refuse("E0000068");
    enrolled->status = "ACTIVE";
    enrolled->last_updated = asked.now();
    asked.did({"user.mfa.factor.activate", who->id, {}, {}, {}});
    asked.change.note("user.mfa.factor.activate", {asked.change.name(*who)});
    return ok(asked.show.factor_object(*who, *enrolled));
}

http::response resend(call& asked)
{
    auto* const who = asked.user_at(0);
    if (who == nullptr)
        return no_user(asked);
    auto const* const enrolled = factor_at(*who, asked.values[1]);
    return enrolled == nullptr ? not_found(asked.values[1], "UserFactor")
                               : ok(asked.show.factor_object(*who, *enrolled));
}

/// A push waits for somebody to answer it on the phone, which nobody here does.
http::response send_push(call& asked, const user& who, const factor& enrolled)
{
    auto const ends = asked.now() + 5min;
    auto const id = asked.change.ids.make("v2m");
    asked.oauth.challenges[id] = ends;
    auto const poll = fmt::format("/api/v1/users/{}/factors/{}/transactions/{}", who.id, enrolled.id, id);
    return json_answer(201, value::map({{"factorResult", "WAITING"},
                                        {"expiresAt", okta_time(ends)},
                                        {"_links", value::map({{"poll", asked.show.link(poll, {"GET"})},
                                                               {"cancel", asked.show.link(poll, {"DELETE"})}})}}));
}

http::response get_transaction(call& asked)
{
    auto* const who = asked.user_at(0);
    if (who == nullptr)
        return no_user(asked);
    auto const found = asked.oauth.challenges.find(asked.values[2]);
    if (factor_at(*who, asked.values[1]) == nullptr || found == asked.oauth.challenges.end())
        return not_found(asked.values[2], "UserFactorTransaction");
    auto const* const result = asked.now() < found->second ? "WAITING" : "TIMEOUT";
    return ok(value::map({{"factorResult", result}, {"expiresAt", okta_time(found->second)}}));
}

http::response verify(call& asked)
{
    auto* const who = asked.user_at(0);
    if (who == nullptr)
        return no_user(asked);
    auto const* const enrolled = factor_at(*who, asked.values[1]);
    if (enrolled == nullptr)
        return not_found(asked.values[1], "UserFactor");
    if (enrolled->type == "push")
        return send_push(asked, *who, *enrolled);
    if (asked.body["passCode"].text_or().empty() && asked.body["answer"].text_or().empty()) {
        bool const sends_a_code = enrolled->type == "sms" || enrolled->type == "call" || enrolled->type == "email";
        if (!sends_a_code)
            return refuse("E0000068");
        return ok(value::map({{"factorResult", "CHALLENGE"}, {"expiresAt", okta_time(asked.now() + 5min)}}));
    }
    return ok(value::map({{"factorResult", "SUCCESS"}}));
}

http::response remove(call& asked)
{
    auto* const who = asked.user_at(0);
    if (who == nullptr)
        return no_user(asked);
    auto* const enrolled = factor_at(*who, asked.values[1]);
    if (enrolled == nullptr)
        return not_found(asked.values[1], "UserFactor");
    if (who->status == "DEPROVISIONED")
        return refuse("E0000038");
    // Okta Verify is one app on one phone: its factors go together.
    auto const verify_app = [](const factor& one) {
        return one.type == "push" || one.type == "signed_nonce" || one.type == "token:software:totp";
    };
    bool const whole_app = enrolled->type == "push" || enrolled->type == "signed_nonce";
    auto const id = enrolled->id;
    std::erase_if(who->factors, [&](const factor& one) { return one.id == id || (whole_app && verify_app(one)); });
    asked.did({"user.mfa.factor.deactivate", who->id, {}, {}, {}});
    asked.change.note("user.mfa.factor.deactivate", {asked.change.name(*who)});
    return no_content();
}

} // namespace

std::span<const route> factor_routes()
{
    static constexpr auto routes = std::to_array<route>({
        {"GET", "/api/v1/users/{}/factors", list_factors},
        {"POST", "/api/v1/users/{}/factors", enroll},
        {"GET", "/api/v1/users/{}/factors/catalog", list_catalog},
        {"GET", "/api/v1/users/{}/factors/{}", get_factor},
        {"DELETE", "/api/v1/users/{}/factors/{}", remove},
        {"POST", "/api/v1/users/{}/factors/{}/lifecycle/activate", activate_factor},
        {"POST", "/api/v1/users/{}/factors/{}/resend", resend},
        {"POST", "/api/v1/users/{}/factors/{}/verify", verify},
        {"GET", "/api/v1/users/{}/factors/{}/transactions/{}", get_transaction},
        {"DELETE", "/api/v1/users/{}/authenticator-enrollments/{}", remove},
    });
    return routes;
}

} // namespace jmld::okta_sim
