// Rows about links between users, such as manager and subordinate, and the definitions of such links.
#include "connectors/okta/operation_rows.hpp"

namespace jmld::okta::rows {

namespace {

constexpr std::string_view links_path = "/api/v1/users/{user}/linkedObjects/{relation}";
constexpr std::string_view definitions_path = "/api/v1/meta/schemas/user/linkedObjects";
constexpr std::string_view links_manage = "okta.linkedObjects.manage", links_read = "okta.linkedObjects.read";

operation_parameter relation() { return path("relation", parameter_type::text, "name of the primary side: manager"); }

operation link()
{
    return {
        .name = "okta.users.link",
        .tool = "assign_linked_object",
        .summary = "Links a user to another, for instance to the manager; replaces the link that is there.",
        .method = "PUT",
        .path = "/api/v1/users/{user}/linkedObjects/{relation}/{primary}",
        .parameters = {user_in_path(), relation(),
                       path("primary", parameter_type::user, "Okta id of the other user, or a map with id")},
        .outputs = object_outputs(),
        .scope = users_manage,
        .bucket = users_bucket,
        .effect = effect_class::changes,
        .success = {204},
        .how = conduct::object,
        .probe = probe_kind::looks,
        .inverse = inverse_kind::relink,
        .undone_by = "okta.users.unlink",
        .looks = {.row = "okta.users.linked", .shows = sign::listed, .at = "_links.self.href", .as = "primary"},
    };
}

operation unlink()
{
    return {
        .name = "okta.users.unlink",
        .tool = "delete_linked_object",
        .summary = "Ends a user's link to another.",
        .method = "DELETE",
        .path = links_path,
        .parameters = {user_in_path(), relation()},
        .outputs = object_outputs(),
        .scope = users_manage,
        .bucket = users_bucket,
        .effect = effect_class::changes,
        .success = {204},
        .how = conduct::object,
        .probe = probe_kind::looks,
        .inverse = inverse_kind::relink,
        .undone_by = "okta.users.link",
        .looks = {.row = "okta.users.linked", .shows = sign::empty, .at = "_links.self.href", .as = "primary"},
    };
}

operation define()
{
    return {
        .name = "okta.linked_objects.create",
        .tool = "create_linked_object_definition",
        .summary = "Defines a kind of link between users.",
        .method = "POST",
        .path = definitions_path,
        .parameters = {whole_body("definition", false, "anything else of the definition"),
                       in_body("primary", "primary.name", parameter_type::text, true, "name of the one side: manager"),
                       in_body("primary_title", "primary.title", parameter_type::text, true, "for people"),
                       in_body("associated", "associated.name", parameter_type::text, true,
                               "of the other: subordinate"),
                       in_body("associated_title", "associated.title", parameter_type::text, true, "for people"),
                       constant("primary.type", "USER"), constant("associated.type", "USER")},
        .outputs = made_outputs(),
        .scope = links_manage,
        .bucket = other_bucket,
        .repeat = repeatability::read_first,
        .effect = effect_class::changes,
        .success = {201},
        .how = conduct::object,
        .probe = probe_kind::looks,
        .no_inverse = "removing a definition would remove every link of it",
        .looks = {.row = "okta.linked_objects.list", .shows = sign::made, .at = "primary.name", .name_is_key = true},
    };
}

operation undefine()
{
    return {
        .name = "okta.linked_objects.delete",
        .tool = "delete_linked_object_definition",
        .summary = "Removes a kind of link, and every link of it.",
        .method = "DELETE",
        .path = "/api/v1/meta/schemas/user/linkedObjects/{relation}",
        .parameters = {relation()},
        .outputs = object_outputs(),
        .scope = links_manage,
        .bucket = other_bucket,
        .repeat = repeatability::converges,
        .effect = effect_class::changes,
        .success = {204},
        .already = {{404, "E0000007", false}},
        .how = conduct::object,
        .probe = probe_kind::looks,
        .no_inverse = "the links of it are gone",
        .destructive = true,
        .looks = {.row = "okta.linked_objects.get", .shows = sign::gone},
    };
}

} // namespace

std::vector<operation> of_linked_objects()
{
    return {
        listing("okta.users.linked", "list_linked_objects",
                "Lists the users that a user is linked to by one kind of link.", links_path,
                {user_in_path(), relation()}, users_read, users_bucket),
        link(),
        unlink(),
        listing("okta.linked_objects.list", "list_linked_object_definitions", "Lists the kinds of links between users.",
                definitions_path, {}, links_read, other_bucket),
        reading("okta.linked_objects.get", "get_linked_object_definition", "Reads one kind of link between users.",
                "/api/v1/meta/schemas/user/linkedObjects/{relation}", {relation()}, links_read, other_bucket),
        define(),
        undefine(),
    };
}

} // namespace jmld::okta::rows
