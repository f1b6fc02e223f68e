// Rows about custom authorization servers, which protect one's own APIs: the server, its scopes, claims and policies.
#include "connectors/okta/operation_rows.hpp"

namespace jmld::okta::rows {

namespace {

constexpr std::string_view manage = "okta.authorizationServers.manage", read = "okta.authorizationServers.read";

operation_parameter server_in_path()
{
    return path("server", parameter_type::text, "id of the authorization server, or default");
}

operation writing(std::string_view name, std::string_view tool, std::string_view summary, std::string_view method,
                  std::string_view template_, std::vector<operation_parameter> parameters)
{
    auto row = object_row(name, tool, summary, method, template_, std::move(parameters), manage, other_bucket);
    row.success = {204};
    return row;
}

operation making(operation row, std::string_view seen_in, std::string_view undone_by)
{
    row.outputs = made_outputs();
    row.success = {201, 200};
    row.repeat = repeatability::read_first;
    row.inverse = inverse_kind::remove_made;
    row.undone_by = undone_by;
    row.looks = {.row = seen_in, .shows = sign::made, .at = "name", .name_is_key = true};
    return row;
}

operation removing(operation row, looking looks)
{
    row.repeat = repeatability::converges;
    row.already = {{404, "E0000007", false}};
    row.no_inverse = "what was deleted is gone; tokens that name it are no longer good";
    row.destructive = true;
    row.looks = looks;
    return row;
}

operation switching(operation row, std::string_view status, std::string_view undone_by)
{
    row.inverse = inverse_kind::opposite;
    row.undone_by = undone_by;
    row.looks = {.row = "okta.authorization_servers.get", .shows = sign::field, .at = "status", .as = status};
    row.destructive = status == "INACTIVE";
    return row;
}

struct part
{
    std::string_view list, list_tool, create, create_tool, remove, remove_tool, word, all, one, parameter;
    std::vector<operation_parameter> fields;
};

std::vector<operation> rows_of(const part& of)
{
    auto fields = of.fields;
    fields.insert(fields.begin(), {server_in_path(), whole_body("definition", false, "the rest, as Okta takes it")});
    return {
        listing(of.list, of.list_tool, "Lists what an authorization server has of this kind.", of.all,
                {server_in_path()}, read, other_bucket),
        making(writing(of.create, of.create_tool, of.word, "POST", of.all, std::move(fields)), of.list, of.remove),
        removing(writing(of.remove, of.remove_tool, "Removes it from the authorization server.", "DELETE", of.one,
                         {server_in_path(), path(of.parameter, parameter_type::text, "its id")}),
                 {.row = of.list, .shows = sign::unlisted, .at = "id", .as = of.parameter}),
    };
}

part scopes()
{
    return {"okta.authorization_servers.scopes",
            "list_oauth_scopes",
            "okta.authorization_servers.create_scope",
            "create_oauth_scope",
            "okta.authorization_servers.delete_scope",
            "delete_oauth_scope",
            "Makes a scope that clients may ask for.",
            "/api/v1/authorizationServers/{server}/scopes",
            "/api/v1/authorizationServers/{server}/scopes/{scope}",
            "scope",
            {in_body("name", "name", parameter_type::text, true, "as clients ask for it: orders:read"),
             in_body("description", "description", parameter_type::text, false, "for people"),
             in_body("consent", "consent", parameter_type::text, false, "IMPLICIT or REQUIRED")}};
}

part claims()
{
    return {
        "okta.authorization_servers.claims",
        "list_oauth_claims",
        "okta.authorization_servers.create_claim",
        "create_oauth_claim",
        "okta.authorization_servers.delete_claim",
        "delete_oauth_claim",
        "Makes a claim that tokens carry.",
        "/api/v1/authorizationServers/{server}/claims",
        "/api/v1/authorizationServers/{server}/claims/{claim}",
        "claim",
        {in_body("name", "name", parameter_type::text, true, "name in the token"),
         in_body("token", "claimType", parameter_type::text, true, "RESOURCE (access token) or IDENTITY (id token)"),
         in_body("value_type", "valueType", parameter_type::text, true, "EXPRESSION, GROUPS or SYSTEM"),
         in_body("value", "value", parameter_type::text, true, "expression: user.department")}};
}

part policies()
{
    return {
        "okta.authorization_servers.policies",
        "list_authorization_server_policies",
        "okta.authorization_servers.create_policy",
        "create_authorization_server_policy",
        "okta.authorization_servers.delete_policy",
        "delete_authorization_server_policy",
        "Makes an access policy: which clients it is for.",
        "/api/v1/authorizationServers/{server}/policies",
        "/api/v1/authorizationServers/{server}/policies/{policy}",
        "policy",
        {in_body("name", "name", parameter_type::text, true, "name for people"),
         in_body("description", "description", parameter_type::text, true, "for people"),
         in_body("clients", "conditions.clients.include", parameter_type::list, true, "client ids, or [ALL_CLIENTS]"),
         in_body("priority", "priority", parameter_type::integer, false, "1 counts first"),
         constant("type", "OAUTH_AUTHORIZATION_POLICY")}};
}

} // namespace

std::vector<operation> of_authorization_servers()
{
    constexpr std::string_view all_path = "/api/v1/authorizationServers", one = "/api/v1/authorizationServers/{server}";
    std::vector<operation> all = {
        seeded("GET /api/v1/authorizationServers",
               listing("okta.authorization_servers.list", "list_authorization_servers",
                       "Lists the custom authorization servers.", all_path,
                       {query("q", "q", parameter_type::text, "", "part of name or audience"), page_size()}, read,
                       other_bucket)),
        reading("okta.authorization_servers.get", "get_authorization_server", "Reads one authorization server.", one,
                {server_in_path()}, read, other_bucket),
        seeded("POST /api/v1/authorizationServers",
               making(writing("okta.authorization_servers.create", "create_authorization_server",
                              "Makes a custom authorization server; takes the one that is there, if it is alike.",
                              "POST", all_path,
                              {whole_body("definition", false, "the rest, as Okta takes it"),
                               in_body("name", "name", parameter_type::text, true, "name for people"),
                               in_body("audiences", "audiences", parameter_type::list, true, "one: api://orders"),
                               in_body("description", "description", parameter_type::text, false, "for people")}),
                      "okta.authorization_servers.list", "okta.authorization_servers.delete")),
        switching(writing("okta.authorization_servers.activate", "activate_authorization_server",
                          "Lets an authorization server give tokens.", "POST",
                          "/api/v1/authorizationServers/{server}/lifecycle/activate", {server_in_path()}),
                  "ACTIVE", "okta.authorization_servers.deactivate"),
        switching(writing("okta.authorization_servers.deactivate", "deactivate_authorization_server",
                          "Stops an authorization server: nobody gets a token of it.", "POST",
                          "/api/v1/authorizationServers/{server}/lifecycle/deactivate", {server_in_path()}),
                  "INACTIVE", "okta.authorization_servers.activate"),
        removing(writing("okta.authorization_servers.delete", "delete_authorization_server",
                         "Stops an authorization server and deletes it.", "DELETE", one, {server_in_path()}),
                 {.row = "okta.authorization_servers.get", .shows = sign::gone}),
    };
    all.back().closed_by = "okta.authorization_servers.deactivate";
    for (const auto& of : {scopes(), claims(), policies()})
        for (auto& row : rows_of(of))
            all.push_back(std::move(row));
    return all;
}

} // namespace jmld::okta::rows
