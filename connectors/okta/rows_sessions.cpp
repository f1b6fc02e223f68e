// Rows about sign-in and single Okta sessions, known by their id. A leaver's are ended all at once by
// okta.users.revoke_sessions.
#include "connectors/okta/operation_rows.hpp"

namespace jmld::okta::rows {

namespace {

constexpr std::string_view manage = "okta.sessions.manage", read = "okta.sessions.read";

operation_parameter session_in_path()
{
    auto parameter = path("session", parameter_type::text, "id of the session");
    parameter.secret = true;
    return parameter;
}

operation_parameter said(std::string_view name)
{
    auto parameter = in_body(name, name, parameter_type::text, true, "of the person");
    parameter.secret = name == "password";
    return parameter;
}

operation authenticate()
{
    return {
        .name = "okta.sessions.authenticate",
        .tool = "primary_authentication",
        .summary = "Signs a person in with name and password (Classic Engine).",
        .method = "POST",
        .path = "/api/v1/authn",
        .parameters = {said("username"), said("password")},
        .outputs = {body("the state of the sign-in")},
        .bucket = other_bucket,
        .repeat = repeatability::read_first,
        .effect = effect_class::changes,
        .no_inverse = "it is a sign-in",
        .for_people = "a sign-in page asks the person for the password; jmld neither has nor takes one",
        .anonymous = true,
        .seed = "POST /api/v1/authn",
    };
}

operation create()
{
    return {
        .name = "okta.sessions.create",
        .tool = "create_session",
        .summary = "Opens a session for the token of a sign-in.",
        .method = "POST",
        .path = "/api/v1/sessions",
        .parameters = {in_body("session_token", "sessionToken", parameter_type::text, true, "one-time token")},
        .outputs = {body("the session")},
        .scope = manage,
        .bucket = sessions_bucket,
        .repeat = repeatability::read_first,
        .effect = effect_class::grants,
        .no_inverse = "it is a sign-in",
        .for_people = "its one-time token comes from the sign-in of a person, whom the session is for",
        .seed = "POST /api/v1/sessions",
    };
}

operation revoke()
{
    return {
        .name = "okta.sessions.revoke",
        .tool = "revoke_session",
        .summary = "Ends one Okta session.",
        .method = "DELETE",
        .path = "/api/v1/sessions/{session}",
        .parameters = {session_in_path()},
        .outputs = object_outputs(),
        .scope = manage,
        .bucket = sessions_bucket,
        .repeat = repeatability::converges,
        .effect = effect_class::revokes,
        .success = {204},
        .already = {{404, "E0000007", false}},
        .how = conduct::object,
        .probe = probe_kind::looks,
        .no_inverse = "a session that ended cannot be opened for somebody",
        .destructive = true,
        .looks = {.row = "okta.sessions.get", .shows = sign::gone},
        .seed = "DEL /api/v1/sessions/{sessionId}",
    };
}

operation refresh()
{
    return {
        .name = "okta.sessions.refresh",
        .tool = "refresh_session",
        .summary = "Makes one Okta session last longer.",
        .method = "POST",
        .path = "/api/v1/sessions/{session}/lifecycle/refresh",
        .parameters = {session_in_path()},
        .outputs = object_outputs(),
        .scope = manage,
        .bucket = sessions_bucket,
        .effect = effect_class::grants,
        .how = conduct::object,
        .no_inverse = "a session cannot be made shorter, only ended (okta.sessions.revoke)",
    };
}

} // namespace

std::vector<operation> of_sessions()
{
    return {
        authenticate(),
        create(),
        seeded("GET /api/v1/sessions/{sessionId}",
               reading("okta.sessions.get", "get_session", "Reads one Okta session.", "/api/v1/sessions/{session}",
                       {session_in_path()}, read, sessions_bucket)),
        refresh(),
        revoke(),
    };
}

} // namespace jmld::okta::rows
