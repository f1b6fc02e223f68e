// User types and the schemas of users, groups and app users. A schema says which attributes there are; writing them is
// not part of it.
#include "connectors/okta_sim/documents.hpp"
#include "connectors/okta_sim/profile_rules.hpp"
#include "connectors/okta_sim/system_documents.hpp"

#include <fmt/format.h>

#include <array>

namespace jmld::okta_sim {
namespace {

// --- types
// ---------------------------------------------------------------------------------------------------------------------

constexpr document_kind types_kind{
    "oty", "UserType", {"user_type.create", "user_type.update", "user_type.delete", {}, {}}};

collection types(call& asked) { return {asked, std::string(user_types_path), types_kind}; }

value type_object(const call& asked, const std::string& id, const value& held)
{
    auto const links = value::map({{"schema", asked.show.link("/api/v1/meta/schemas/user/osc" + after_prefix(id))},
                                   {"self", asked.show.link(fmt::format("{}/{}", user_types_path, id))}});
    return held.with("_links", links);
}

http::response list_types(call& asked)
{
    return types(asked).list([](const value&) { return true; },
                             [&](const std::string& id, const value& held) { return type_object(asked, id, held); });
}

http::response create_type(call& asked)
{
    if (auto const refusal = refuse_unnamed(asked))
        return *refusal;
    if (asked.body["displayName"].text_or().empty())
        return invalid("displayName", {"displayName: The field cannot be left blank"});
    if (!types(asked).is_free(asked.body["name"].text_or()))
        return name_taken();
    auto const maker = asked.change.actor.id;
    auto const made = merged(value::map({{"description", nullptr}}), asked.body)
                          .with("default", false)
                          .with("createdBy", maker)
                          .with("lastUpdatedBy", maker);
    auto const& [id, held] = types(asked).add(made);
    return ok(type_object(asked, id, held));
}

/// `default` stands for the one that every organisation has.
std::string named_type(const call& asked)
{
    return asked.values[0] == "default" ? asked.change.ids.fixed("oty", "user type") : asked.values[0];
}

http::response get_type(call& asked)
{
    auto const id = named_type(asked);
    auto const* const held = types(asked).find(id);
    return held == nullptr ? types(asked).missing(id) : ok(type_object(asked, id, *held));
}

http::response update_type(call& asked)
{
    auto const id = named_type(asked);
    auto const* const held = types(asked).find(id);
    if (held == nullptr)
        return types(asked).missing(id);
    auto made = *held;
    for (std::string const key : {"displayName", "description"}) {
        if (asked.body.find(key) != nullptr)
            made = made.with(key, asked.body[key]);
    }
    types(asked).replace(id, made);
    return ok(type_object(asked, id, *types(asked).find(id)));
}

http::response delete_type(call& asked)
{
    auto const id = named_type(asked);
    auto const* const held = types(asked).find(id);
    bool const standing = held != nullptr && (*held)["default"] == value(true);
    for (auto const& entry : asked.org.users) {
        if (standing || entry.second.type_id == id)
            return invalid("userType", {"The user type is the default one or is in use."});
    }
    return standing ? refuse("E0000006") : types(asked).remove(id);
}

// --- schemas
// -------------------------------------------------------------------------------------------------------------------

value property(std::string_view name, bool required)
{
    auto const permission = value::map({{"principal", "SELF"}, {"action", "READ_ONLY"}});
    return value::map({{"title", name},
                       {"type", "string"},
                       {"mutability", "READ_WRITE"},
                       {"scope", "NONE"},
                       {"required", required},
                       {"permissions", value::list({permission})},
                       {"master", value::map({{"type", "PROFILE_MASTER"}})}});
}

value part(std::string_view id, value_map properties, value_list required)
{
    return value::map(
        {{"id", id}, {"type", "object"}, {"properties", std::move(properties)}, {"required", std::move(required)}});
}

value schema(const call& asked, std::string_view path, std::string_view name, std::string_view title, value custom,
             value base)
{
    auto const both =
        value::list({value::map({{"$ref", "#/definitions/custom"}}), value::map({{"$ref", "#/definitions/base"}})});
    return value::map({{"id", fmt::format("{}{}", asked.show.base(), path)},
                       {"$schema", "http://json-schema.org/draft-04/schema#"},
                       {"name", name},
                       {"title", title},
                       {"type", "object"},
                       {"definitions", value::map({{"custom", std::move(custom)}, {"base", std::move(base)}})},
                       {"properties", value::map({{"profile", value::map({{"allOf", both}})}})},
                       {"_links", value::map({{"self", asked.show.link(asked.message.path())}})}});
}

http::response get_user_schema(call& asked)
{
    value_map base, custom;
    for (auto const& name : base_attributes())
        base.emplace_back(name, property(name, name == "login" || name == "email"));
    for (auto const& name : custom_attributes(asked.org))
        custom.emplace_back(name, property(name, false));
    return ok(schema(asked, "/meta/schemas/user/" + asked.values[0], "user", "User", part("#custom", custom, {}),
                     part("#base", base, {"login", "email"})));
}

http::response get_group_schema(call& asked)
{
    value_map const base{{"name", property("name", true)}, {"description", property("description", false)}};
    return ok(schema(asked, "/meta/schemas/group/default", "group", "Okta group", part("#custom", {}, {}),
                     part("#base", base, {"name"})));
}

http::response get_app_user_schema(call& asked)
{
    auto const* const held = asked.app_at(0);
    if (held == nullptr)
        return not_found(asked.values[0], "AppInstance");
    value_map const base{{"userName", property("userName", true)}};
    auto const path = fmt::format("/meta/schemas/apps/{}/default", held->id);
    return ok(schema(asked, path, held->name, held->label + " User", part("#custom", {}, {}),
                     part("#base", base, {"userName"})));
}

} // namespace

std::span<const route> schema_routes()
{
    static constexpr auto routes = std::to_array<route>({
        {"GET", "/api/v1/meta/types/user", list_types},
        {"POST", "/api/v1/meta/types/user", create_type},
        {"GET", "/api/v1/meta/types/user/{}", get_type},
        {"POST", "/api/v1/meta/types/user/{}", update_type},
        {"DELETE", "/api/v1/meta/types/user/{}", delete_type},
        {"GET", "/api/v1/meta/schemas/user/{}", get_user_schema},
        {"GET", "/api/v1/meta/schemas/group/default", get_group_schema},
        {"GET", "/api/v1/meta/schemas/apps/{}/default", get_app_user_schema},
    });
    return routes;
}

} // namespace jmld::okta_sim
