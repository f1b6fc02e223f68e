// Rows that change a user's status, and those that end what a user holds open.
#include "connectors/okta/operation_rows.hpp"

namespace jmld::okta::rows {

namespace {

std::vector<parameter_description> status_outputs()
{
    return {
        output("id", parameter_type::text, "Okta id"), output("status", parameter_type::text, "user status afterwards"),
        output("refused", parameter_type::text, "the status in which Okta does not do this; null when it was done")};
}

operation change(std::string_view name, std::string_view tool, std::string_view summary, std::string_view path_template)
{
    return {.name = name,
            .tool = tool,
            .summary = summary,
            .method = "POST",
            .path = path_template,
            .parameters = {user_in_path()},
            .outputs = status_outputs(),
            .scope = users_manage,
            .bucket = users_bucket,
            .repeat = repeatability::converges,
            .how = conduct::change_status,
            .probe = probe_kind::status};
}

operation activate()
{
    auto row = change("okta.users.activate", "activate_user",
                      "Activates a STAGED or DEPROVISIONED user and waits until Okta has done it.",
                      "/api/v1/users/{user}/lifecycle/activate");
    row.parameters.push_back(
        query("send_email", "sendEmail", parameter_type::boolean, "true", "mails the user the first link"));
    row.repeat = repeatability::side_effect; // each call mails again
    row.effect = effect_class::grants;
    row.already = {{403, "E0000016", false}};
    row.no_inverse = "there is no way back to STAGED; deactivating would destroy more than it undoes";
    row.settles = true;
    row.from = {"STAGED", "DEPROVISIONED"};
    row.reaches = {"ACTIVE", "PROVISIONED", "RECOVERY", "PASSWORD_EXPIRED", "LOCKED_OUT", "SUSPENDED"};
    row.seed = "POST /api/v1/users/{userId}/lifecycle/activate";
    return row;
}

operation deactivate()
{
    auto row = change("okta.users.deactivate", "deactivate_user",
                      "Deactivates a user from any status: apps and password go, groups stay.",
                      "/api/v1/users/{user}/lifecycle/deactivate");
    row.parameters.push_back(
        query("send_email", "sendEmail", parameter_type::boolean, "false", "mails the administrators"));
    row.effect = effect_class::revokes;
    row.success = {200, 204};
    // The same answer as for a user who never existed: only GET by id tells.
    row.already = {{404, "E0000007", true}};
    row.no_inverse = "the password and individually assigned apps are gone; activating brings back the account only";
    row.destructive = true;
    row.settles = true;
    row.guarded = true;
    row.from = {"STAGED", "PROVISIONED", "ACTIVE", "RECOVERY", "PASSWORD_EXPIRED", "LOCKED_OUT", "SUSPENDED"};
    row.reaches = {"DEPROVISIONED"};
    row.seed = "POST /api/v1/users/{userId}/lifecycle/deactivate";
    return row;
}

operation suspend()
{
    auto row = change("okta.users.suspend", "suspend_user",
                      "Suspends an ACTIVE user, keeping groups and apps; in a status where Okta refuses it, goes on.",
                      "/api/v1/users/{user}/lifecycle/suspend");
    row.effect = effect_class::revokes;
    row.already = {{400, "E0000001", true}, {403, "E0000038", true}};
    row.inverse = inverse_kind::restore_status;
    row.undone_by = "okta.users.unsuspend";
    row.guarded = true;
    // Documented for ACTIVE only; Okta advertises it on the others too, so its answer decides.
    row.from = {"ACTIVE", "PROVISIONED", "PASSWORD_EXPIRED", "RECOVERY", "LOCKED_OUT"};
    row.reaches = {"SUSPENDED"};
    row.seed = "POST /api/v1/users/{userId}/lifecycle/suspend";
    return row;
}

operation unsuspend()
{
    auto row = change("okta.users.unsuspend", "unsuspend_user", "Lets a SUSPENDED user in again.",
                      "/api/v1/users/{user}/lifecycle/unsuspend");
    row.effect = effect_class::grants;
    row.already = {{400, "E0000001", true}, {403, "E0000038", true}};
    row.inverse = inverse_kind::restore_status;
    row.undone_by = "okta.users.suspend";
    row.from = {"SUSPENDED"};
    row.reaches = {"ACTIVE"};
    row.seed = "POST /api/v1/users/{userId}/lifecycle/unsuspend";
    return row;
}

operation unlock()
{
    auto row =
        change("okta.users.unlock", "unlock_user", "Lets a user in again whom too many attempts have locked out.",
               "/api/v1/users/{user}/lifecycle/unlock");
    row.effect = effect_class::grants;
    row.already = {{403, "E0000032", true}};
    row.no_inverse = "only failed attempts lock somebody out";
    row.from = {"LOCKED_OUT"};
    row.reaches = {"ACTIVE", "PASSWORD_EXPIRED", "RECOVERY"};
    row.seed = "POST /api/v1/users/{userId}/lifecycle/unlock";
    return row;
}

operation revoke_sessions()
{
    return {
        .name = "okta.users.revoke_sessions",
        .tool = "revoke_user_sessions",
        .summary = "Ends a user's Okta sessions, OAuth tokens and remembered devices.",
        .method = "DELETE",
        .path = "/api/v1/users/{user}/sessions",
        .parameters = {user_in_path(),
                       query("oauth_tokens", "oauthTokens", parameter_type::boolean, "true", "OAuth tokens too"),
                       query("forget_devices", "forgetDevices", parameter_type::boolean, "true",
                             "remembered devices too")},
        .outputs = {output("id", parameter_type::text, "Okta id")},
        .scope = users_manage,
        .bucket = users_bucket,
        .effect = effect_class::revokes,
        .success = {204},
        .no_inverse = "a session that ended cannot be opened for somebody",
        .destructive = true,
    };
}

operation reset_factors()
{
    return {
        .name = "okta.users.reset_factors",
        .tool = "reset_user_factors",
        .summary = "Removes all factors of a user.",
        .method = "POST",
        .path = "/api/v1/users/{user}/lifecycle/reset_factors",
        .parameters = {user_in_path()},
        .outputs = {output("id", parameter_type::text, "Okta id")},
        .scope = users_manage,
        .bucket = users_bucket,
        .effect = effect_class::revokes,
        .success = {200, 204},
        .probe = probe_kind::factors,
        .no_inverse = "only the user can enrol again",
        .destructive = true,
    };
}

} // namespace

std::vector<operation> of_lifecycle()
{
    return {activate(), deactivate(), suspend(), unsuspend(), unlock(), revoke_sessions(), reset_factors()};
}

} // namespace jmld::okta::rows
