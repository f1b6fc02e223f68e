// Collections of which Okta's document is all there is: what list, get, create, replace, delete and switching have in
// common. What a document must contain is decided by the files that declare a collection.
#pragma once

#include "connectors/okta_sim/call.hpp"

#include <array>
#include <functional>
#include <string>
#include <string_view>

namespace jmld::okta_sim {

/// Names of events as the System Log has them; an empty one: that change cannot happen here.
struct document_events
{
    std::string_view create, update, remove, activate, deactivate;
};

struct document_kind
{
    std::string_view prefix;                 ///< how its ids begin
    std::string_view name;                   ///< what a 404 and the log call it
    document_events events;                  ///< with `activate` it has a lifecycle and a status
    std::array<std::string_view, 2> parts{}; ///< collections below one document, offered as links
};

/// One collection of the organisation that a request is about.
class collection
{
public:
    using shape = std::function<value(const std::string& id, const value& held)>;
    using choice = std::function<bool(const value& held)>;

    collection(call& asked, std::string path, const document_kind& kind)
        : asked_(asked), path_(std::move(path)), kind_(kind)
    {}

    const std::string& path() const { return path_; }
    document_table& held();
    /// nullptr when there is none.
    value* find(const std::string& id);
    http::response missing(const std::string& id) const;

    /// As Okta shows it: with its links.
    value shown(const std::string& id, const value& held) const;
    value_map links(const std::string& id, const value& held) const;
    /// In the order of priority where there is one, else of ids.
    http::response list(const choice& wanted, const shape& look);
    http::response list();
    http::response get(const std::string& id);

    /// Puts it there with an id, times and, where there is a lifecycle, a status.
    std::pair<const std::string, value>& add(const value& content);
    void replace(const std::string& id, value content);
    http::response remove(const std::string& id);
    http::response activate(const std::string& id) { return turn(id, true); }
    http::response deactivate(const std::string& id) { return turn(id, false); }

    /// That no other document here has this name.
    bool is_free(const std::string& name, const std::string& self = {});

private:
    call& asked_;
    std::string path_;
    const document_kind& kind_;

    http::response turn(const std::string& id, bool active);
    void note(std::string_view event, const std::string& id, const value& held);
};

/// The id of the authorization server that is named so; every organisation has one called `default`.
std::string server_named(const call& asked, const std::string& named);

/// 400 for a name that is not there; nothing when it is.
std::optional<http::response> refuse_unnamed(const call& asked);
http::response name_taken();

} // namespace jmld::okta_sim
