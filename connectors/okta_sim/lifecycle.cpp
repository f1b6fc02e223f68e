// The status machine of users: one row for each operation says from which status it goes where and what it answers
// elsewhere. What a change of status drags along is in mutation.
#include "connectors/okta_sim/call.hpp"
#include "connectors/okta_sim/text.hpp"

#include <fmt/format.h>

#include <array>

namespace jmld::okta_sim {
namespace {

bool is_one_of(std::string_view status, std::string_view list)
{
    return fmt::format(" {} ", list).contains(fmt::format(" {} ", status));
}

http::response wrong_status() { return refuse("E0000038"); }

value activation(call& asked, std::string_view page)
{
    auto const token = asked.change.ids.token(20);
    return value::map(
        {{"activationUrl", fmt::format("{}/{}/{}", asked.show.base(), page, token)}, {"activationToken", token}});
}

http::response activate(call& asked)
{
    auto* const who = asked.user_at(0);
    if (who == nullptr)
        return not_found(asked.values[0], "User");
    if (is_one_of(who->status, "ACTIVE PROVISIONED"))
        return refuse("E0000016");
    if (!is_one_of(who->status, "STAGED DEPROVISIONED"))
        return wrong_status();
    bool const signs_in_elsewhere = is_one_of(who->provider_type, "FEDERATION SOCIAL");
    bool const needs_mail = !who->password && !signs_in_elsewhere;
    asked.change.set_status(*who, needs_mail ? "PROVISIONED" : "ACTIVE");
    who->activated = asked.now();
    asked.did({"user.lifecycle.activate", who->id, {}, {}, {}});
    asked.change.note("user.lifecycle.activate", {asked.change.name(*who)});
    asked.change.evaluate_rules(*who);
    asked.change.reconcile_apps(*who);
    return asked.flag("sendEmail", true) ? ok_empty() : ok(activation(asked, "welcome"));
}

http::response reactivate(call& asked)
{
    auto* const who = asked.user_at(0);
    if (who == nullptr)
        return not_found(asked.values[0], "User");
    if (!is_one_of(who->status, "PROVISIONED RECOVERY"))
        return wrong_status();
    asked.did({"user.lifecycle.reactivate", who->id, {}, {}, {}});
    asked.change.note("user.lifecycle.reactivate", {asked.change.name(*who)});
    return asked.flag("sendEmail", false) ? ok_empty() : ok(activation(asked, "welcome"));
}

http::response deactivate(call& asked)
{
    auto* const who = asked.user_at(0);
    // Okta answers the same for a user who is deactivated already as for one who does not exist.
    if (who == nullptr || who->status == "DEPROVISIONED")
        return not_found(asked.values[0], "User");
    asked.change.deactivate(*who);
    asked.did({"user.lifecycle.deactivate", who->id, {}, {}, {}});
    return asked.org.set.deactivate_status == 204 ? no_content() : ok_empty();
}

http::response suspend(call& asked)
{
    auto* const who = asked.user_at(0);
    if (who == nullptr)
        return not_found(asked.values[0], "User");
    if (who->status != "ACTIVE")
        return invalid("suspendUser", {"Cannot suspend a user that is not active"});
    asked.change.set_status(*who, "SUSPENDED");
    who->sessions.clear();
    asked.did({"user.lifecycle.suspend", who->id, {}, {}, {}});
    asked.change.note("user.lifecycle.suspend", {asked.change.name(*who)});
    return ok_empty();
}

http::response unsuspend(call& asked)
{
    auto* const who = asked.user_at(0);
    if (who == nullptr)
        return not_found(asked.values[0], "User");
    if (who->status != "SUSPENDED")
        return invalid("unsuspendUser", {"Cannot unsuspend a user that is not suspended"});
    asked.change.set_status(*who, "ACTIVE");
    asked.did({"user.lifecycle.unsuspend", who->id, {}, {}, {}});
    asked.change.note("user.lifecycle.unsuspend", {asked.change.name(*who)});
    return ok_empty();
}

http::response unlock(call& asked)
{
    auto* const who = asked.user_at(0);
    if (who == nullptr)
        return not_found(asked.values[0], "User");
    if (who->status != "LOCKED_OUT")
        return refuse("E0000032", {"The user is not locked out."});
    asked.change.set_status(*who, "ACTIVE");
    asked.did({"user.account.unlock_by_admin", who->id, {}, {}, {}});
    asked.change.note("user.account.unlock_by_admin", {asked.change.name(*who)});
    return ok_empty();
}

http::response reset_password(call& asked)
{
    auto* const who = asked.user_at(0);
    if (who == nullptr || who->status == "DEPROVISIONED")
        return not_found(asked.values[0], "User");
    if (!asked.argument("sendEmail"))
        return invalid("sendEmail", {"sendEmail: The field cannot be left blank"});
    if (is_one_of(who->status, "STAGED SUSPENDED"))
        return wrong_status();
    asked.change.set_status(*who, "RECOVERY");
    if (asked.flag("revokeSessions", false))
        who->sessions.clear();
    asked.did({"user.account.reset_password", who->id, {}, {}, {}});
    asked.change.note("user.account.reset_password", {asked.change.name(*who)});
    if (asked.flag("sendEmail", true))
        return ok_empty();
    auto const url = fmt::format("{}/reset_password/{}", asked.show.base(), asked.change.ids.token(20));
    return ok(value::map({{"resetPasswordUrl", url}}));
}

std::optional<http::response> expire(call& asked, user*& who)
{
    who = asked.user_at(0);
    if (who == nullptr || who->status == "DEPROVISIONED")
        return not_found(asked.values[0], "User");
    if (!is_one_of(who->status, "ACTIVE PASSWORD_EXPIRED RECOVERY"))
        return wrong_status();
    if (who->status != "PASSWORD_EXPIRED") {
        asked.change.set_status(*who, "PASSWORD_EXPIRED");
        asked.did({"user.account.expire_password", who->id, {}, {}, {}});
        asked.change.note("user.account.expire_password", {asked.change.name(*who)});
    }
    return std::nullopt;
}

http::response expire_password(call& asked)
{
    user* who = nullptr;
    if (auto refusal = expire(asked, who))
        return *refusal;
    return ok(asked.show.user_object(*who));
}

http::response expire_password_with_temp_password(call& asked)
{
    user* who = nullptr;
    if (auto refusal = expire(asked, who))
        return *refusal;
    who->password = true;
    who->password_text = asked.change.ids.token(12);
    who->password_changed = who->last_updated = asked.now();
    if (asked.flag("revokeSessions", false))
        who->sessions.clear();
    asked.did({"user.account.update_password", who->id, {}, {}, {}});
    return ok(value::map({{"tempPassword", who->password_text}}));
}

http::response reset_factors(call& asked)
{
    auto* const who = asked.user_at(0);
    if (who == nullptr)
        return not_found(asked.values[0], "User");
    if (!who->factors.empty()) {
        who->factors.clear();
        asked.did({"user.mfa.factor.reset_all", who->id, {}, {}, {}});
        asked.change.note("user.mfa.factor.reset_all", {asked.change.name(*who)});
    }
    return ok_empty();
}

http::response change_password(call& asked)
{
    auto* const who = asked.user_at(0);
    if (who == nullptr)
        return not_found(asked.values[0], "User");
    if (!is_one_of(who->status, "ACTIVE PASSWORD_EXPIRED STAGED RECOVERY"))
        return wrong_status();
    if (!who->password_text.empty() && asked.body["oldPassword"]["value"].text_or() != who->password_text)
        return refuse("E0000014", {"oldPassword: Old Password is not correct"});
    who->password = true;
    who->password_text = asked.body["newPassword"]["value"].text_or();
    who->password_changed = who->last_updated = asked.now();
    if (is_one_of(who->status, "PASSWORD_EXPIRED RECOVERY"))
        asked.change.set_status(*who, "ACTIVE");
    asked.did({"user.account.update_password", who->id, {}, {}, {}});
    asked.change.note("user.account.update_password", {asked.change.name(*who)});
    return ok(asked.show.user_credentials(*who));
}

http::response change_recovery_question(call& asked)
{
    auto* const who = asked.user_at(0);
    if (who == nullptr)
        return not_found(asked.values[0], "User");
    who->recovery_question = asked.body["recovery_question"]["question"].text_or("question");
    who->last_updated = asked.now();
    asked.did({"user.account.update_secret_question", who->id, {}, {}, {}});
    return ok(asked.show.user_credentials(*who));
}

// The answer to the question is not kept, so any answer is right where there is a question.
http::response forgot_password_recovery_question(call& asked)
{
    auto* const who = asked.user_at(0);
    if (who == nullptr)
        return not_found(asked.values[0], "User");
    if (!is_one_of(who->status, "ACTIVE PASSWORD_EXPIRED RECOVERY") || who->recovery_question.empty())
        return wrong_status();
    if (auto const* const text = asked.body["password"]["value"].if_text())
        who->password_text = *text;
    who->password = true;
    who->password_changed = who->last_updated = asked.now();
    if (who->status != "ACTIVE")
        asked.change.set_status(*who, "ACTIVE");
    asked.did({"user.account.reset_password", who->id, {}, {}, {}});
    asked.change.note("user.account.reset_password", {asked.change.name(*who)});
    return ok(asked.show.user_credentials(*who));
}

} // namespace

std::span<const route> lifecycle_routes()
{
    static constexpr auto routes = std::to_array<route>({
        {"POST", "/api/v1/users/{}/lifecycle/activate", activate},
        {"POST", "/api/v1/users/{}/lifecycle/reactivate", reactivate},
        {"POST", "/api/v1/users/{}/lifecycle/deactivate", deactivate},
        {"POST", "/api/v1/users/{}/lifecycle/suspend", suspend},
        {"POST", "/api/v1/users/{}/lifecycle/unsuspend", unsuspend},
        {"POST", "/api/v1/users/{}/lifecycle/unlock", unlock},
        {"POST", "/api/v1/users/{}/lifecycle/reset_password", reset_password},
        {"POST", "/api/v1/users/{}/lifecycle/expire_password", expire_password},
        {"POST", "/api/v1/users/{}/lifecycle/expire_password_with_temp_password", expire_password_with_temp_password},
        {"POST", "/api/v1/users/{}/lifecycle/reset_factors", reset_factors},
        {"POST", "/api/v1/users/{}/credentials/change_password", change_password},
        {"POST", "/api/v1/users/{}/credentials/change_recovery_question", change_recovery_question},
        {"POST", "/api/v1/users/{}/credentials/forgot_password_recovery_question", forgot_password_recovery_question},
    });
    return routes;
}

} // namespace jmld::okta_sim
