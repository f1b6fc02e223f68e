// Reading an organisation document: groups, apps and rules first, then users, who name them by id or by name. Each kind
// keeps what of Okta's own object it understands; keys it does not know are passed over.
#include "connectors/okta_sim/load.hpp"

#include "connectors/okta_sim/document_reading.hpp"
#include "connectors/okta_sim/mutation.hpp"
#include "connectors/okta_sim/system_documents.hpp"
#include "connectors/okta_sim/text.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>

namespace jmld::okta_sim {
namespace {

constexpr auto top_keys =
    std::to_array<std::string_view>({"users", "groups", "apps", "rules", "devices", "settings", "clients",
                                     "profile_attributes", "linked_object_definitions", "documents"});

result<void> read_group(document_reading& doc, const value& given, const std::string& at)
{
    group made;
    made.type = given["type"].text_or("OKTA_GROUP");
    if (made.type != "OKTA_GROUP" && made.type != "APP_GROUP" && made.type != "BUILT_IN")
        return wrong_at(at + "/type", "must be OKTA_GROUP or APP_GROUP");
    made.profile = given["profile"].is_map() ? given["profile"] : value::map({{"name", given["name"]}});
    if (made.profile["name"].text_or().empty())
        return wrong_at(at + "/profile/name", "a group needs a name");
    made.id = doc.id_or_made(given, "00g");
    if (made.type == "BUILT_IN") {
        // Everyone keeps the id somebody knows it by.
        doc.org.groups.erase(doc.org.everyone);
        doc.org.everyone = made.id;
    } else if (doc.org.groups.contains(made.id)) {
        return wrong_at(at + "/id", "this id stands twice");
    }
    made.created = doc.time_or_now(given["created"]);
    made.last_updated = doc.time_or_now(given["lastUpdated"]);
    made.last_membership_updated = doc.time_or_now(given["lastMembershipUpdated"]);
    for (auto const& role : given["roles"].items())
        made.roles.push_back(role.is_map() ? role["type"].text_or() : role.text_or());
    for (auto const& owner : given["owners"].items())
        made.owners.push_back(owner.is_map() ? owner["id"].text_or() : owner.text_or());
    doc.org.groups[made.id] = std::move(made);
    return {};
}

result<void> read_app(document_reading& doc, const value& given, const std::string& at)
{
    app made;
    made.label = given["label"].text_or(given["name"].text_or());
    if (made.label.empty())
        return wrong_at(at + "/label", "an app needs a label");
    made.id = doc.id_or_made(given, "0oa");
    if (doc.org.apps.contains(made.id))
        return wrong_at(at + "/id", "this id stands twice");
    made.status = given["status"].text_or("ACTIVE");
    if (made.status != "ACTIVE" && made.status != "INACTIVE")
        return wrong_at(at + "/status", "must be ACTIVE or INACTIVE");
    made.provisioning = given["provisioning"].text_or();
    if (!made.provisioning.empty() && made.provisioning != "ok" && made.provisioning != "error")
        return wrong_at(at + "/provisioning", "must be ok or error");
    made.access_policy = given["accessPolicy"].text_or();
    made.name = given["name"].text_or("bookmark");
    made.sign_on_mode = given["signOnMode"].text_or("BOOKMARK");
    for (std::string const key : {"accessibility", "visibility", "credentials", "settings", "profile"}) {
        if (given[key].is_map())
            made.content = made.content.with(key, given[key]);
    }
    made.created = doc.time_or_now(given["created"]);
    made.last_updated = doc.time_or_now(given["lastUpdated"]);
    auto const& groups = given["groups"].items();
    for (std::size_t i = 0; i < groups.size(); ++i) {
        auto const group_id = doc.group_id(groups[i]);
        if (!group_id)
            return wrong_at(fmt::format("{}/groups/{}", at, i), "no such group; name one of /groups by id or name");
        made.groups.push_back({*group_id, 0, value_map{}, doc.now});
    }
    doc.org.apps[made.id] = std::move(made);
    return {};
}

result<void> read_rule(document_reading& doc, const value& given, const std::string& at)
{
    rule made;
    made.id = doc.id_or_made(given, "0pr");
    if (doc.org.rules.contains(made.id))
        return wrong_at(at + "/id", "this id stands twice");
    made.name = given["name"].text_or(made.id);
    made.status = given["status"].text_or("ACTIVE");
    if (made.status != "ACTIVE" && made.status != "INACTIVE" && made.status != "INVALID")
        return wrong_at(at + "/status", "must be ACTIVE, INACTIVE or INVALID");
    auto const& conditions = given["conditions"];
    made.expression = conditions["expression"]["value"].text_or();
    made.expression_type = conditions["expression"]["type"].text_or("urn:okta:expression:1.0");
    made.people_given = conditions["people"].is_map();
    for (auto const& id : conditions["people"]["users"]["exclude"].items())
        made.excluded.push_back(id.text_or());
    for (auto const& id : conditions["people"]["groups"]["exclude"].items())
        made.excluded_groups.push_back(id.text_or());
    made.created = doc.time_or_now(given["created"]);
    made.last_updated = doc.time_or_now(given["lastUpdated"]);
    auto const& groups = given["actions"]["assignUserToGroups"]["groupIds"].items();
    for (std::size_t i = 0; i < groups.size(); ++i) {
        auto const group_id = doc.group_id(groups[i]);
        if (!group_id)
            return wrong_at(fmt::format("{}/actions/assignUserToGroups/groupIds/{}", at, i), "no such group");
        made.group_ids.push_back(*group_id);
    }
    doc.org.rules[made.id] = std::move(made);
    return {};
}

result<void> read_device(document_reading& doc, const value& given, const std::string& at)
{
    device made;
    made.id = doc.id_or_made(given, "guo");
    if (doc.org.devices.contains(made.id))
        return wrong_at(at + "/id", "this id stands twice");
    made.status = given["status"].text_or("ACTIVE");
    made.created = doc.time_or_now(given["created"]);
    made.last_updated = doc.time_or_now(given["lastUpdated"]);
    for (auto const& id : given["users"].items())
        made.users.push_back(id.text_or());
    made.content = given.without("id")
                       .without("status")
                       .without("created")
                       .without("lastUpdated")
                       .without("users")
                       .without("_links");
    doc.org.devices[made.id] = std::move(made);
    return {};
}

result<void> read_client(document_reading& doc, const value& given, const std::string& at)
{
    client made;
    made.id = given["client_id"].text_or();
    made.jwks = given["jwks"];
    made.dpop = given["dpop"] == value(true);
    if (made.id.empty())
        return wrong_at(at + "/client_id", "a client needs its id");
    if (!made.jwks.is_map() && !made.jwks.is_list())
        return wrong_at(at + "/jwks", "must be {keys: [public JWKs]}");
    for (auto const& scope : given["scopes"].items())
        made.scopes.push_back(scope.text_or());
    doc.org.clients.push_back(std::move(made));
    return {};
}

result<duration> read_length(const value& given, const std::string& at)
{
    if (auto const* const length = given.if_duration())
        return *length;
    auto const read = parse_duration(given.text_or());
    if (!read || *read < duration::zero())
        return wrong_at(at, "must be a duration such as 0s or 5m");
    return *read;
}

result<void> read_settings(document_reading& doc, const value& given)
{
    auto& set = doc.org.set;
    for (auto const& [key, entry] : given.entries()) {
        auto const at = "/settings/" + key;
        auto const* const number = entry.if_integer();
        if (key == "transition_reads" && number != nullptr && *number >= 0) {
            set.transition_reads = *number;
        } else if (key == "deactivate_status" && number != nullptr && (*number == 200 || *number == 204)) {
            set.deactivate_status = static_cast<int>(*number);
        } else if (key == "search_lag" || key == "rule_delay") {
            auto const length = read_length(entry, at);
            if (!length)
                return std::unexpected(length.error());
            (key == "search_lag" ? set.search_lag : set.rule_delay) = *length;
        } else {
            return wrong_at(
                at,
                "settings are transition_reads: 0…, search_lag, rule_delay: a duration, deactivate_status: 200 or 204");
        }
    }
    return {};
}

using item_reader = result<void> (*)(document_reading&, const value&, const std::string&);

result<void> read_all(document_reading& doc, const value& content, std::string_view key, item_reader read)
{
    auto const& given = content[key];
    if (!given.is_null() && !given.is_list())
        return wrong_at(fmt::format("/{}", key), "must be a list");
    for (std::size_t i = 0; i < given.items().size(); ++i) {
        auto const at = fmt::format("/{}/{}", key, i);
        if (!given.items()[i].is_map())
            return wrong_at(at, "must be a map");
        if (auto done = read(doc, given.items()[i], at); !done)
            return done;
    }
    return {};
}

result<void> read_extras(document_reading& doc, const value& content)
{
    if (auto const* const names = content.find("profile_attributes"); names != nullptr && !names->is_null()) {
        doc.org.profile_attributes.emplace();
        for (auto const& name : names->items())
            doc.org.profile_attributes->push_back(name.text_or());
    }
    auto& definitions = doc.org.documents[std::string(linked_objects_path)];
    for (auto const& definition : content["linked_object_definitions"].items())
        definitions[definition["primary"]["name"].text_or()] = definition;
    for (auto const& [path, list] : content["documents"].entries()) {
        for (auto const& document : list.items()) {
            auto const id = document["id"].text_or();
            if (id.empty())
                return wrong_at("/documents/" + path, "every document needs its id");
            doc.org.documents[path].insert_or_assign(id, document.without("_links"));
        }
    }
    return read_settings(doc, content["settings"]);
}

result<void> read_content(document_reading& doc, const value& content)
{
    if (!content.is_map())
        return wrong_at("/", "an organisation is a map");
    for (auto const& [key, entry] : content.entries()) {
        if (std::ranges::find(top_keys, key) == top_keys.end())
            return wrong_at("/" + key, fmt::format("unknown key; an organisation has {}", fmt::join(top_keys, ", ")));
    }
    if (auto done = read_extras(doc, content); !done)
        return done;
    constexpr auto kinds = std::to_array<std::pair<std::string_view, item_reader>>({{"groups", read_group},
                                                                                    {"apps", read_app},
                                                                                    {"rules", read_rule},
                                                                                    {"users", read_user},
                                                                                    {"devices", read_device},
                                                                                    {"clients", read_client}});
    for (auto const& [key, read] : kinds) {
        if (auto done = read_all(doc, content, key, read); !done)
            return done;
    }
    return {};
}

} // namespace

std::unexpected<error> wrong_at(const std::string& pointer, std::string_view what)
{
    return failure(errc::invalid_input, fmt::format("{}: {}", pointer, what));
}

std::string document_reading::id_or_made(const value& given, std::string_view prefix)
{
    auto const id = given["id"].text_or();
    return id.empty() ? ids.make(prefix) : id;
}

time_point document_reading::time_or_now(const value& given) const
{
    return parse_rfc3339(given.text_or()).value_or(now);
}

std::optional<time_point> document_reading::time_if(const value& given) const { return parse_rfc3339(given.text_or()); }

std::optional<std::string> document_reading::group_id(const value& named) const
{
    auto text = named.is_map() ? named["id"].text_or(named["name"].text_or()) : named.text_or();
    if (org.groups.contains(text))
        return text;
    for (auto const& [id, held] : org.groups) {
        if (held.profile["name"].text_or() == text)
            return id;
    }
    return std::nullopt;
}

organisation_data empty_organisation(const id_source& ids, time_point now)
{
    organisation_data org;
    group everyone;
    everyone.id = org.everyone = ids.fixed("00g", "Everyone");
    everyone.type = "BUILT_IN";
    everyone.profile = value::map({{"name", "Everyone"}, {"description", "All users in your organization"}});
    everyone.created = everyone.last_updated = everyone.last_membership_updated = now;
    org.groups[everyone.id] = everyone;
    add_system_documents(org, ids, now);
    return org;
}

result<organisation_data> read_organisation(const value& content, id_source& ids, time_point now)
{
    auto org = empty_organisation(ids, now);
    document_reading doc{org, ids, now};
    if (auto done = read_content(doc, content); !done)
        return std::unexpected(done.error());
    system_log unread;
    mutation following{org, ids, unread, now, okta_itself(), {}};
    following.reconcile_all_apps();
    return org;
}

} // namespace jmld::okta_sim
