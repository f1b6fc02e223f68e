// Rows about what a user signs in with beside the password. Enrolling sends something to the person, so each call
// counts.
#include "connectors/okta/operation_rows.hpp"

namespace jmld::okta::rows {

namespace {

constexpr std::string_view second_message = "a second message goes out, and the first one's code no longer counts";

operation_parameter factor_in_path()
{
    return path("factor", parameter_type::factor, "id of the factor, or a map {id, factorType}");
}

operation unenroll()
{
    return {
        .name = "okta.factors.unenroll",
        .tool = "unenroll_factor",
        .summary = "Removes one factor of a user who is not deactivated.",
        .method = "DELETE",
        .path = "/api/v1/users/{user}/factors/{factor}",
        .parameters = {user_in_path(),
                       path("factor", parameter_type::factor, "id of the factor, or a map {id, factorType}")},
        .outputs = {output("id", parameter_type::text, "Okta id")},
        .scope = users_manage,
        .bucket = users_bucket,
        .repeat = repeatability::converges,
        .effect = effect_class::revokes,
        .success = {204, 200},
        .already = {{404, "E0000007", false}},
        .probe = probe_kind::factor,
        .no_inverse = "only the user can enrol again",
        .destructive = true,
        .seed = "DEL /api/v1/users/{uid}/factors/{fid}",
    };
}

operation enroll()
{
    return {
        .name = "okta.factors.enroll",
        .tool = "enroll_factor",
        .summary =
            "Enrols a factor for a user; it is PENDING_ACTIVATION until the person confirms, unless activate says so.",
        .method = "POST",
        .path = "/api/v1/users/{user}/factors",
        .parameters = {user_in_path(),
                       in_body("type", "factorType", parameter_type::text, true,
                               "email, sms, call, token:software:totp, …"),
                       {.name = "provider",
                        .type = parameter_type::text,
                        .where = place::body,
                        .wire = "provider",
                        .otherwise = "OKTA",
                        .summary = "OKTA, GOOGLE, RSA, …"},
                       in_body("profile", "profile", parameter_type::map, false, "{email} or {phoneNumber}"),
                       query("activate", "activate", parameter_type::boolean, "",
                             "true: at once, where Okta allows it"),
                       query("update_phone", "updatePhone", parameter_type::boolean, "", "true changes the number"),
                       query("template", "templateId", parameter_type::text, "", "id of the message's template")},
        .outputs = made_outputs(),
        .scope = users_manage,
        .bucket = users_bucket,
        .repeat = repeatability::read_first,
        .effect = effect_class::grants,
        .how = conduct::object,
        .probe = probe_kind::looks,
        .inverse = inverse_kind::remove_made,
        .undone_by = "okta.factors.unenroll",
        .looks = {.row = "okta.factors.list", .shows = sign::made, .at = "factorType"},
        .seed = "POST /api/v1/users/{userId}/factors",
    };
}

operation writing(std::string_view name, std::string_view tool, std::string_view summary, std::string_view template_,
                  std::vector<operation_parameter> parameters)
{
    return {.name = name,
            .tool = tool,
            .summary = summary,
            .method = "POST",
            .path = template_,
            .parameters = std::move(parameters),
            .outputs = object_outputs(),
            .scope = users_manage,
            .bucket = users_bucket,
            .effect = effect_class::changes,
            .how = conduct::object};
}

operation activate()
{
    auto row =
        writing("okta.factors.activate", "activate_factor", "Confirms an enrolment with the code that the person got.",
                "/api/v1/users/{user}/factors/{factor}/lifecycle/activate",
                {user_in_path(), factor_in_path(),
                 in_body("code", "passCode", parameter_type::text, false, "what the person received")});
    row.repeat = repeatability::converges; // a code counts once
    row.effect = effect_class::grants;
    row.already = {{403, "E0000038", true}};
    row.probe = probe_kind::looks;
    row.looks = {.row = "okta.factors.get", .shows = sign::field, .at = "status", .as = "ACTIVE"};
    row.no_inverse = "a confirmed factor can only be removed (okta.factors.unenroll)";
    return row;
}

operation resend()
{
    auto row = writing("okta.factors.resend", "resend_factor_enrollment", "Sends the message of an enrolment again.",
                       "/api/v1/users/{user}/factors/{factor}/resend",
                       {user_in_path(), factor_in_path(),
                        in_body("type", "factorType", parameter_type::text, true, "email, sms or call")});
    row.repeat = repeatability::side_effect;
    row.probe = probe_kind::again;
    row.when_lost = second_message;
    row.no_inverse = "a message that was sent cannot be taken back";
    return row;
}

operation verify()
{
    auto row = writing(
        "okta.factors.verify", "verify_factor",
        "Challenges a user's factor, or checks the code that the person tells: for a help desk.",
        "/api/v1/users/{user}/factors/{factor}/verify",
        {user_in_path(), factor_in_path(),
         in_body("code", "passCode", parameter_type::text, false, "what the person tells; left out: a challenge"),
         query("template", "templateId", parameter_type::text, "", "id of the message's template")});
    row.bucket = verify_bucket;
    row.repeat = repeatability::side_effect;
    row.success = {200, 201};
    row.probe = probe_kind::again;
    row.when_lost =
        "the person is challenged a second time; a code that was used up already is refused, never wrongly taken";
    row.no_inverse = "a challenge changes nothing that could be undone";
    row.seed = "POST /api/v1/users/{uid}/factors/{fid}/verify";
    return row;
}

operation temporary_code()
{
    auto row =
        writing("okta.enrollments.create_temporary_code", "create_temporary_access_code",
                "Makes a temporary access code for the first sign-in, and answers it.",
                "/api/v1/users/{user}/authenticator-enrollments/tac",
                {user_in_path(),
                 in_body("authenticator", "authenticatorId", parameter_type::text, true, "id of the authenticator"),
                 in_body("profile", "profile", parameter_type::map, false, "{multiUse, ttl} as Okta takes it")});
    row.outputs = secret_outputs("with profile.tac, the code");
    row.repeat = repeatability::side_effect;
    row.effect = effect_class::grants;
    row.probe = probe_kind::again;
    row.when_lost = "another code is made; the one that nobody saw ends by itself";
    row.inverse = inverse_kind::remove_made;
    row.undone_by = "okta.enrollments.delete";
    return row;
}

operation remove_enrollment()
{
    auto row = writing("okta.enrollments.delete", "delete_authenticator_enrollment", "Removes an enrolment of a user.",
                       "/api/v1/users/{user}/authenticator-enrollments/{enrollment}",
                       {user_in_path(), path("enrollment", parameter_type::text, "id of the enrolment")});
    row.method = "DELETE";
    row.repeat = repeatability::converges;
    row.effect = effect_class::revokes;
    row.success = {204};
    row.already = {{404, "E0000007", false}};
    row.probe = probe_kind::looks;
    row.looks = {.row = "okta.enrollments.list", .shows = sign::unlisted, .at = "id", .as = "enrollment"};
    row.no_inverse = "only the user can enrol again";
    row.destructive = true;
    return row;
}

} // namespace

std::vector<operation> of_factors()
{
    return {
        seeded("GET /api/v1/users/{userId}/factors",
               listing("okta.factors.list", "list_user_factors",
                       "Lists the factors that the enrolment policy lets us see: not a complete inventory.",
                       "/api/v1/users/{user}/factors", {user_in_path()}, users_read, users_bucket)),
        seeded("GET /api/v1/users/{userId}/factors/catalog",
               listing("okta.factors.catalog", "list_supported_factors", "Lists the factors that a user may enrol.",
                       "/api/v1/users/{user}/factors/catalog", {user_in_path()}, users_read, users_bucket)),
        reading("okta.factors.get", "get_user_factor", "Reads one factor of a user.",
                "/api/v1/users/{user}/factors/{factor}", {user_in_path(), factor_in_path()}, users_read, users_bucket),
        enroll(),
        activate(),
        resend(),
        verify(),
        reading("okta.factors.transaction", "get_factor_transaction",
                "Reads whether a person has answered a challenge.",
                "/api/v1/users/{user}/factors/{factor}/transactions/{transaction}",
                {user_in_path(), factor_in_path(), path("transaction", parameter_type::text, "id of the challenge")},
                users_read, users_bucket),
        unenroll(),
        listing("okta.enrollments.list", "list_authenticator_enrollments",
                "Lists every authenticator that a user has enrolled: complete, on Identity Engine.",
                "/api/v1/users/{user}/authenticator-enrollments", {user_in_path()}, users_read, users_bucket),
        temporary_code(),
        remove_enrollment(),
    };
}

} // namespace jmld::okta::rows
