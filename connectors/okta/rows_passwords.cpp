// Rows about passwords and the first or next sign-in. Each that hands out a secret does so anew with every call.
#include "connectors/okta/operation_rows.hpp"

namespace jmld::okta::rows {

namespace {

constexpr std::string_view no_way_back = "an earlier password cannot be set again";
constexpr std::string_view new_link = "another link is made, which ends the one that nobody saw; a mail may come twice";

operation writing(std::string_view name, std::string_view tool, std::string_view summary, std::string_view template_)
{
    return {.name = name,
            .tool = tool,
            .summary = summary,
            .method = "POST",
            .path = template_,
            .parameters = {user_in_path()},
            .outputs = object_outputs(),
            .scope = users_manage,
            .bucket = users_bucket,
            .effect = effect_class::changes,
            .how = conduct::object,
            .no_inverse = no_way_back};
}

operation reset_password()
{
    auto row = writing("okta.users.reset_password", "reset_user_password",
                       "Makes a user set a new password: by mail, or by the link that it answers.",
                       "/api/v1/users/{user}/lifecycle/reset_password");
    row.parameters.push_back(query("send_email", "sendEmail", parameter_type::boolean, "true",
                                   "true mails the user; false answers {resetPasswordUrl}"));
    row.parameters.push_back(
        query("revoke_sessions", "revokeSessions", parameter_type::boolean, "", "true also ends Okta sessions"));
    row.outputs = secret_outputs("{resetPasswordUrl} without a mail");
    row.repeat = repeatability::side_effect;
    row.probe = probe_kind::again;
    row.when_lost = new_link;
    row.seed = "POST /api/v1/users/{userId}/lifecycle/reset_password";
    return row;
}

operation reactivate()
{
    auto row = writing("okta.users.reactivate", "reactivate_user",
                       "Gives a PROVISIONED user or one in RECOVERY a new link for the first sign-in.",
                       "/api/v1/users/{user}/lifecycle/reactivate");
    row.parameters.push_back(query("send_email", "sendEmail", parameter_type::boolean, "false", "true mails the user"));
    row.outputs = secret_outputs("{activationUrl, activationToken} without a mail");
    row.repeat = repeatability::side_effect;
    row.effect = effect_class::grants;
    row.probe = probe_kind::again;
    row.when_lost = new_link;
    row.no_inverse = "a link that was sent cannot be taken back; it ends by itself";
    return row;
}

operation expire_password()
{
    auto row = writing("okta.users.expire_password", "expire_user_password",
                       "Makes a user change the password at the next sign-in.",
                       "/api/v1/users/{user}/lifecycle/expire_password");
    row.probe = probe_kind::looks;
    row.looks = {.row = "okta.users.get", .shows = sign::field, .at = "status", .as = "PASSWORD_EXPIRED"};
    row.no_inverse = "only the user can set a password that has not expired";
    return row;
}

operation temporary_password()
{
    auto row = writing("okta.users.set_temporary_password", "set_temporary_password",
                       "Gives a user a password that must be changed at the next sign-in, and answers it.",
                       "/api/v1/users/{user}/lifecycle/expire_password_with_temp_password");
    row.parameters.push_back(
        query("revoke_sessions", "revokeSessions", parameter_type::boolean, "", "true also ends Okta sessions"));
    row.outputs = secret_outputs("{tempPassword}");
    row.repeat = repeatability::side_effect;
    row.probe = probe_kind::again;
    row.when_lost = "another password is made, which replaces the one that nobody saw";
    return row;
}

operation set_password()
{
    auto row = writing("okta.users.set_password", "set_user_password",
                       "Sets a user's password, as an administrator: for service accounts and their rotation.",
                       "/api/v1/users/{user}");
    auto password = in_body("password", "credentials.password.value", parameter_type::text, true, "the new password");
    password.secret = true;
    row.parameters.push_back(password);
    row.bucket = user_bucket;
    row.repeat = repeatability::converges; // a second time it may be refused as used already
    row.probe = probe_kind::looks;
    row.looks = {.row = "okta.users.get", .shows = sign::stamped, .at = "passwordChanged"};
    return row;
}

operation change_password()
{
    auto row = writing("okta.users.change_password", "change_user_password",
                       "Changes a password that is known: refused without the old one.",
                       "/api/v1/users/{user}/credentials/change_password");
    for (auto parameter : {in_body("old_password", "oldPassword.value", parameter_type::text, true, "the password now"),
                           in_body("new_password", "newPassword.value", parameter_type::text, true, "the new one")})
    {
        parameter.secret = true;
        row.parameters.push_back(parameter);
    }
    row.parameters.push_back(
        in_body("revoke_sessions", "revokeSessions", parameter_type::boolean, false, "true also ends Okta sessions"));
    row.repeat = repeatability::read_first;
    row.probe = probe_kind::looks;
    row.looks = {.row = "okta.users.get", .shows = sign::stamped, .at = "passwordChanged"};
    return row;
}

} // namespace

std::vector<operation> of_passwords()
{
    return {reset_password(), reactivate(), expire_password(), temporary_password(), set_password(), change_password()};
}

} // namespace jmld::okta::rows
