// Links between users (manager and the like) and the definitions that allow them. Integrity is Okta's: one primary for
// each user and definition, replaced silently.
#include "connectors/okta_sim/call.hpp"

#include <array>

namespace jmld::okta_sim {
namespace {

constexpr std::string_view collection = "/api/v1/meta/schemas/user/linkedObjects";

document_table& definitions(call& asked) { return asked.org.documents[std::string(collection)]; }

value shown(const call& asked, const std::string& primary, const value& definition)
{
    auto const self = asked.show.link(std::string(collection) + "/" + primary);
    return definition.with("_links", value::map({{"self", self}}));
}

http::response list_definitions(call& asked)
{
    value_list all;
    for (auto const& [primary, definition] : definitions(asked))
        all.push_back(shown(asked, primary, definition));
    return ok(all);
}

http::response create_definition(call& asked)
{
    auto const primary = asked.body["primary"]["name"].text_or();
    auto const associated = asked.body["associated"]["name"].text_or();
    if (primary.empty() || associated.empty())
        return invalid("linkedObject", {"primary and associated need a name"});
    if (definitions(asked).contains(primary))
        return invalid("linkedObject", {"An object with this field already exists in the current organization"});
    auto const made = value::map({{"primary", asked.body["primary"]}, {"associated", asked.body["associated"]}});
    definitions(asked)[primary] = made;
    asked.did({"directory.linked_object.create", {}, {}, {}, {}});
    return json_answer(201, shown(asked, primary, made));
}

/// The primary name of the definition that has this name on either side; empty when there is none.
std::string primary_of(call& asked, const std::string& name)
{
    for (auto const& [primary, definition] : definitions(asked)) {
        if (primary == name || definition["associated"]["name"].text_or() == name)
            return primary;
    }
    return {};
}

http::response get_definition(call& asked)
{
    auto const primary = primary_of(asked, asked.values[0]);
    if (primary.empty())
        return not_found(asked.values[0], "LinkedObjectProperty");
    return ok(shown(asked, primary, definitions(asked)[primary]));
}

http::response delete_definition(call& asked)
{
    auto const primary = primary_of(asked, asked.values[0]);
    if (primary.empty())
        return not_found(asked.values[0], "LinkedObjectProperty");
    definitions(asked).erase(primary);
    for (auto& entry : asked.org.users)
        entry.second.linked.erase(primary);
    asked.did({"directory.linked_object.delete", {}, {}, {}, {}});
    return no_content();
}

http::response assign_link(call& asked)
{
    auto* const who = asked.user_at(0);
    auto const* const other = asked.user_at(2);
    if (who == nullptr || other == nullptr)
        return not_found(asked.values[who == nullptr ? 0 : 2], "User");
    auto const& primary = asked.values[1];
    if (!definitions(asked).contains(primary))
        return not_found(primary, "LinkedObjectProperty");
    if (who->linked[primary] != other->id) {
        who->linked[primary] = other->id;
        asked.did({"user.account.update_profile", who->id, {}, {}, {}});
    }
    return no_content();
}

value link_to(const call& asked, const std::string& id)
{
    return value::map({{"_links", value::map({{"self", asked.show.link("/api/v1/users/" + id)}})}});
}

http::response list_links(call& asked)
{
    auto const* const who = asked.user_at(0);
    if (who == nullptr)
        return not_found(asked.values[0], "User");
    auto const primary = primary_of(asked, asked.values[1]);
    if (primary.empty())
        return not_found(asked.values[1], "LinkedObjectProperty");
    value_list links;
    if (primary == asked.values[1]) {
        if (auto const found = who->linked.find(primary); found != who->linked.end())
            links.push_back(link_to(asked, found->second));
        return ok(links);
    }
    for (auto const& [id, other] : asked.org.users) {
        if (auto const found = other.linked.find(primary); found != other.linked.end() && found->second == who->id)
            links.push_back(link_to(asked, id));
    }
    return ok(links);
}

http::response delete_link(call& asked)
{
    auto* const who = asked.user_at(0);
    if (who == nullptr)
        return not_found(asked.values[0], "User");
    if (who->linked.erase(asked.values[1]) > 0)
        asked.did({"user.account.update_profile", who->id, {}, {}, {}});
    return no_content();
}

} // namespace

std::span<const route> link_routes()
{
    static constexpr auto routes = std::to_array<route>({
        {"GET", "/api/v1/meta/schemas/user/linkedObjects", list_definitions},
        {"POST", "/api/v1/meta/schemas/user/linkedObjects", create_definition},
        {"GET", "/api/v1/meta/schemas/user/linkedObjects/{}", get_definition},
        {"DELETE", "/api/v1/meta/schemas/user/linkedObjects/{}", delete_definition},
        {"PUT", "/api/v1/users/{}/linkedObjects/{}/{}", assign_link},
        {"GET", "/api/v1/users/{}/linkedObjects/{}", list_links},
        {"DELETE", "/api/v1/users/{}/linkedObjects/{}", delete_link},
    });
    return routes;
}

} // namespace jmld::okta_sim
