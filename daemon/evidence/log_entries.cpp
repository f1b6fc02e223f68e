// A log that has no entry (yet) for a change of ours is said to be so; nothing is made up.
#include "daemon/evidence/log_entries.hpp"

#include "connectors/okta/client.hpp"
#include "daemon/evidence/moments.hpp"

#include <algorithm>
#include <map>
#include <set>
#include <utility>

namespace jmld::daemon {

using engine::value;
using engine::value_list;

namespace {

constexpr duration around{60'000};          // the clocks are two
constexpr std::int64_t entries_max = 1'000; // one page
constexpr std::size_t targets_max = 40;     // more make an address that servers refuse

std::string request_of(const value& entry) { return entry["debugContext"]["debugData"]["requestId"].text_or(); }

/// Whom a path is about: what stands behind `/users/` in it.
std::string user_in(std::string_view path)
{
    constexpr std::string_view place = "/users/";
    const auto at = path.find(place);
    if (at == std::string_view::npos)
        return {};
    const auto rest = path.substr(at + place.size());
    return std::string(rest.substr(0, rest.find_first_of("/?")));
}

std::vector<std::string> targets_in(const value& record, const std::string& first)
{
    std::vector<std::string> ids{first};
    for (const auto& change : changes_in(record)) {
        const auto id = user_in(change["path"].text_or());
        const bool known = std::ranges::find(ids, id) != ids.end();
        if (!known && okta::is_safe_id(id) && ids.size() < targets_max)
            ids.push_back(id);
    }
    return ids;
}

std::string filter_of(const std::vector<std::string>& targets)
{
    std::string filter;
    for (const auto& id : targets)
        filter += (filter.empty() ? "" : " or ") + ("target.id eq \"" + id + "\"");
    return filter;
}

value shown_entry(const value& entry, const std::string& request, bool ours)
{
    return value::map({{"uuid", entry["uuid"]},
                       {"eventType", entry["eventType"]},
                       {"published", entry["published"]},
                       {"outcome", entry["outcome"]["result"]},
                       {"actor", entry["actor"]["alternateId"]},
                       {"request_id", request.empty() ? value() : value(request)},
                       {"ours", ours}});
}

} // namespace

value_list changes_in(const value& record)
{
    value_list changes;
    for (const auto& call : record["calls"].items()) {
        const auto* status = call["status"].if_integer();
        const bool answered = status != nullptr && *status != 0;
        if (call["method"].text_or() != "GET" && (!answered || *status < 300))
            changes.push_back(call);
    }
    return changes;
}

std::optional<log_question> question_of(const value& record)
{
    const auto id = record["subject"]["okta_id"].text_or();
    const auto began = moment_in(record["started_at"]), ended = moment_in(record["ended_at"]);
    if (!okta::is_safe_id(id) || !began || !ended)
        return std::nullopt;
    log_question asked;
    asked.okta_id = id;
    asked.targets = targets_in(record, id);
    asked.since = *began - around;
    asked.until = *ended + around;
    asked.items_max = static_cast<std::size_t>(entries_max);
    asked.arguments = value::map({{"since", to_rfc3339(asked.since)},
                                  {"until", to_rfc3339(asked.until)},
                                  {"filter", filter_of(asked.targets)},
                                  {"limit", entries_max}});
    return asked;
}

log_findings findings_in(const value& log, const value& record, const log_question& asked)
{
    const auto changes = changes_in(record);
    std::map<std::string, value_list> found; // by the id of our request
    for (const auto& change : changes)
        if (const auto id = change["request_id"].text_or(); !id.empty())
            found.try_emplace(id);
    value_list entries, told, without;
    for (const auto& entry : log.items()) {
        const auto request = request_of(entry);
        const auto ours = found.find(request);
        if (ours != found.end())
            ours->second.push_back(entry["uuid"]);
        entries.push_back(shown_entry(entry, request, ours != found.end()));
    }
    for (const auto& change : changes) {
        const auto ours = found.find(change["request_id"].text_or());
        told.push_back(value::map({{"at", change["at"]},
                                   {"method", change["method"]},
                                   {"path", change["path"]},
                                   {"request_id", change["request_id"]},
                                   {"entries", ours == found.end() ? value_list{} : ours->second}}));
    }
    for (const auto& [id, uuids] : found)
        if (uuids.empty())
            without.emplace_back(id);
    return {value(std::move(entries)), value(std::move(told)), value(std::move(without)),
            log.items().size() >= asked.items_max};
}

} // namespace jmld::daemon
