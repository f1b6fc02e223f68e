// The common conduct of document collections. Documents are kept without links: those begin with the address that the
// request used.
#include "connectors/okta_sim/documents.hpp"

#include "connectors/okta_sim/paging.hpp"
#include "connectors/okta_sim/text.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <limits>

namespace jmld::okta_sim {
namespace {

struct listed
{
    std::string id;
    const value* held;
};

std::int64_t rank(const value& held)
{
    auto const* const priority = held["priority"].if_integer();
    return priority == nullptr ? std::numeric_limits<std::int64_t>::max() : *priority;
}

} // namespace

document_table& collection::held() { return asked_.org.documents[path_]; }

value* collection::find(const std::string& id)
{
    auto const found = held().find(id);
    return found == held().end() ? nullptr : &found->second;
}

http::response collection::missing(const std::string& id) const { return not_found(id, kind_.name); }

value_map collection::links(const std::string& id, const value& held) const
{
    auto const self = fmt::format("{}/{}", path_, id);
    value_map offered{{"self", asked_.show.link(self, {"GET", "PUT", "DELETE"})}};
    for (auto const part : kind_.parts) {
        if (!part.empty())
            offered.emplace_back(part, asked_.show.link(fmt::format("{}/{}", self, part), {"GET", "POST"}));
    }
    if (!kind_.events.activate.empty()) {
        auto const* const verb = held["status"].text_or() == "ACTIVE" ? "deactivate" : "activate";
        offered.emplace_back(verb, asked_.show.link(fmt::format("{}/lifecycle/{}", self, verb), {"POST"}));
    }
    return offered;
}

value collection::shown(const std::string& id, const value& held) const { return held.with("_links", links(id, held)); }

http::response collection::list(const choice& wanted, const shape& look)
{
    std::vector<listed> found;
    for (auto const& [id, document] : held()) {
        if (wanted(document))
            found.push_back({id, &document});
    }
    std::ranges::sort(found, [](const listed& left, const listed& right) {
        return std::pair(rank(*left.held), left.id) < std::pair(rank(*right.held), right.id);
    });
    std::vector<const listed*> all;
    for (auto const& one : found)
        all.push_back(&one);
    page_rules rules;
    rules.sorted_by_id = false;
    return paged(asked_, all, rules, [&](const listed& one) { return look(one.id, *one.held); });
}

http::response collection::list()
{
    return list([](const value&) { return true; },
                [this](const std::string& id, const value& document) { return shown(id, document); });
}

http::response collection::get(const std::string& id)
{
    auto const* const document = find(id);
    return document == nullptr ? missing(id) : ok(shown(id, *document));
}

void collection::note(std::string_view event, const std::string& id, const value& held)
{
    asked_.did({std::string(event), {}, {}, {}, {}});
    asked_.change.note(event, {{id, std::string(kind_.name), held["name"].text_or(id)}});
}

std::pair<const std::string, value>& collection::add(const value& content)
{
    auto const id = asked_.change.ids.make(kind_.prefix);
    auto const now = okta_time(asked_.now());
    auto made = content.with("id", id).with("created", now).with("lastUpdated", now);
    if (!kind_.events.activate.empty() && made["status"].text_or().empty())
        made = made.with("status", asked_.flag("activate", true) ? "ACTIVE" : "INACTIVE");
    auto const placed = held().insert_or_assign(id, made.without("_links").without("_embedded")).first;
    note(kind_.events.create, id, placed->second);
    return *placed;
}

void collection::replace(const std::string& id, value content)
{
    auto& document = held().at(id);
    if (content.with("lastUpdated", document["lastUpdated"]) == document)
        return;
    document = content.with("lastUpdated", okta_time(asked_.now()));
    note(kind_.events.update, id, document);
}

http::response collection::remove(const std::string& id)
{
    auto const* const document = find(id);
    if (document == nullptr)
        return missing(id);
    note(kind_.events.remove, id, *document);
    held().erase(id);
    auto const below = fmt::format("{}/{}/", path_, id);
    std::erase_if(asked_.org.documents, [&](const auto& table) { return table.first.starts_with(below); });
    return no_content();
}

http::response collection::turn(const std::string& id, bool active)
{
    auto* const document = find(id);
    if (document == nullptr)
        return missing(id);
    auto const status = active ? "ACTIVE" : "INACTIVE";
    if ((*document)["status"].text_or() != status) {
        *document = document->with("status", status).with("lastUpdated", okta_time(asked_.now()));
        note(active ? kind_.events.activate : kind_.events.deactivate, id, *document);
    }
    return no_content();
}

bool collection::is_free(const std::string& name, const std::string& self)
{
    return std::ranges::none_of(
        held(), [&](const auto& entry) { return entry.first != self && entry.second["name"].text_or() == name; });
}

std::optional<http::response> refuse_unnamed(const call& asked)
{
    if (!asked.body.is_map())
        return refuse("E0000003");
    if (asked.body["name"].text_or().empty())
        return invalid("name", {"name: The field cannot be left blank"});
    return std::nullopt;
}

http::response name_taken()
{
    return invalid("name", {"name: An object with this field already exists in the current organization"});
}

} // namespace jmld::okta_sim
