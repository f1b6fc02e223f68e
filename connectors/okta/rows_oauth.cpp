// Rows about the OAuth endpoints of an authorization server. Those that a person or an app stands behind are here to be
// explained; they take no step of a workflow.
#include "connectors/okta/operation_rows.hpp"

namespace jmld::okta::rows {

namespace {

operation_parameter server_in_path()
{
    return path("server", parameter_type::text, "id of the authorization server, or default");
}

operation_parameter in_form(std::string_view name, bool required, std::string_view summary)
{
    return {.name = name,
            .type = parameter_type::text,
            .where = place::form,
            .wire = name,
            .required = required,
            .summary = summary};
}

operation_parameter asked(std::string_view name, std::string_view summary)
{
    return {.name = name,
            .type = parameter_type::text,
            .where = place::query,
            .wire = name,
            .required = true,
            .summary = summary};
}

operation endpoint(std::string_view name, std::string_view tool, std::string_view summary, std::string_view method,
                   std::string_view template_, std::vector<operation_parameter> parameters)
{
    return {.name = name,
            .tool = tool,
            .summary = summary,
            .method = method,
            .path = template_,
            .parameters = std::move(parameters),
            .outputs = {body("as the server answers")},
            .bucket = oauth_bucket,
            .anonymous = true};
}

operation_parameter token()
{
    auto parameter = in_form("token", true, "access, id or refresh token");
    parameter.secret = true;
    return parameter;
}

operation authorize()
{
    auto row = endpoint("okta.oauth.authorize", "oauth_authorize", "Sends a person's browser to sign in.", "GET",
                        "/oauth2/{server}/v1/authorize",
                        {server_in_path(), asked("client_id", "the app"),
                         asked("redirect_uri", "where the browser returns"), asked("response_type", "code"),
                         asked("scope", "openid profile"), asked("state", "returned unchanged"),
                         query("code_challenge", "code_challenge", parameter_type::text, "", "PKCE: of the verifier"),
                         query("code_challenge_method", "code_challenge_method", parameter_type::text, "", "S256")});
    row.success = {302};
    row.for_people = "a person's browser opens it and signs in there; the answer is a redirection to the app";
    row.seed = "GET /oauth2/{authServerId}/v1/authorize";
    return row;
}

operation get_token()
{
    auto row = endpoint("okta.oauth.token", "oauth_token", "Changes a code or a refresh token into tokens.", "POST",
                        "/oauth2/{server}/v1/token",
                        {server_in_path(), in_form("grant_type", true, "authorization_code or refresh_token")});
    row.for_people = "an app calls it with the code that its user brought back, or with its own secret";
    row.seed = "POST /oauth2/{authServerId}/v1/token";
    return row;
}

operation userinfo()
{
    auto row = endpoint("okta.oauth.userinfo", "oauth_userinfo", "Tells the claims of whom an access token is for.",
                        "GET", "/oauth2/{server}/v1/userinfo", {server_in_path()});
    row.scope = "openid";
    row.for_people = "an app calls it with its user's access token; for a step okta.users.get tells the same";
    row.seed = "GET /oauth2/{authServerId}/v1/userinfo";
    return row;
}

operation introspect()
{
    auto row = endpoint("okta.oauth.introspect", "introspect_token", "Tells whether a token still holds: {active}.",
                        "POST", "/oauth2/{server}/v1/introspect",
                        {server_in_path(), token(), in_form("client_id", true, "a public client of the server"),
                         in_form("token_type_hint", false, "access_token, id_token or refresh_token")});
    row.seed = "POST /oauth2/{authServerId}/v1/introspect";
    return row;
}

operation revoke()
{
    auto row =
        endpoint("okta.oauth.revoke", "revoke_token", "Ends a token of a public client; an unknown one is taken well.",
                 "POST", "/oauth2/{server}/v1/revoke",
                 {server_in_path(), token(), in_form("client_id", true, "the public client it was given to"),
                  in_form("token_type_hint", false, "access_token or refresh_token")});
    row.outputs = {output("id", parameter_type::text, "the authorization server"),
                   body("what Okta answered; null when nothing")};
    row.effect = effect_class::revokes;
    row.how = conduct::object;
    row.no_inverse = "a token that ended cannot be made good again";
    row.destructive = true;
    row.seed = "POST /oauth2/{authServerId}/v1/revoke";
    return row;
}

} // namespace

std::vector<operation> of_oauth()
{
    return {
        authorize(),
        get_token(),
        userinfo(),
        seeded("GET /oauth2/{authServerId}/v1/keys",
               endpoint("okta.oauth.keys", "oauth_keys", "Reads the public keys that tokens are checked with.", "GET",
                        "/oauth2/{server}/v1/keys", {server_in_path()})),
        introspect(),
        revoke(),
        seeded("GET /oauth2/{authServerId}/.well-known/openid-configuration",
               endpoint("okta.oauth.discovery", "oauth_discovery", "Reads where an authorization server has what.",
                        "GET", "/oauth2/{server}/.well-known/openid-configuration", {server_in_path()})),
    };
}

} // namespace jmld::okta::rows
