// A log that may not be read, or that has no entry (yet) for a change of ours, is said to be so; nothing is made up.
#include "daemon/operations/evidence_log.hpp"

#include "daemon/evidence/moments.hpp"
#include "daemon/operations/common.hpp"
#include "engine/runtime/evidence_chain.hpp"

#include <set>
#include <utility>

namespace jmld::daemon {

namespace asio = boost::asio;
using engine::value;

namespace {

constexpr duration around{60'000}; // the clocks are two
constexpr std::size_t entries_max = 1'000;
constexpr std::string_view scope = "These entries come from Okta, now, and are in no chain of jmld's. Okta keeps them "
                                   "90 days and may write one minutes "
                                   "after the change. 'ours' are those with the request id of a call of this run.";

struct span_asked
{
    std::string okta_id;
    time_point since{}, until{};
};

std::optional<span_asked> span_of(const value& record)
{
    const auto id = record["subject"]["okta_id"].text_or();
    const auto began = moment_in(record["started_at"]), ended = moment_in(record["ended_at"]);
    if (!okta::is_safe_id(id) || !began || !ended)
        return std::nullopt;
    return span_asked{id, *began - around, *ended + around};
}

std::string request_of(const value& entry) { return entry["debugContext"]["debugData"]["requestId"].text_or(); }

/// Calls of the run that changed something, by request id.
std::set<std::string> changes_in(const value& record)
{
    std::set<std::string> ids;
    for (const auto& call : record["calls"].items()) {
        const auto* status = call["status"].if_integer();
        if (call["method"].text_or() != "GET" && status != nullptr && *status < 300)
            ids.insert(call["request_id"].text_or());
    }
    return ids;
}

value entries_of(const value& log, std::set<std::string>& not_found)
{
    const auto ours = not_found;
    value_list_builder items;
    for (const auto& entry : log.items()) {
        const auto request = request_of(entry);
        not_found.erase(request);
        items.add(value::map({{"uuid", entry["uuid"]},
                              {"eventType", entry["eventType"]},
                              {"published", entry["published"]},
                              {"outcome", entry["outcome"]["result"]},
                              {"actor", entry["actor"]["alternateId"]},
                              {"request_id", text_or_null(request)},
                              {"ours", ours.contains(request)}}));
    }
    return items.take();
}

asio::awaitable<http::reply> read_log(evidence_log_services with, call asked)
{
    runtime::evidence_query query;
    query.run.text = asked.param("run");
    query.limit = 1;
    auto found = co_await with.store.evidence(query);
    if (!found)
        co_return problem(found.error());
    if (found->empty())
        co_return problem(404, "no evidence", "there is no evidence of such a run (yet)");
    const auto record = runtime::shown_evidence(found->front(), true);
    if (!record)
        co_return problem(record.error());
    const auto span = span_of(*record);
    if (!span)
        co_return problem(409, "nothing to ask for", "this record names no account, or the run made no call");
    okta::call_scope calls;
    okta::call what;
    what.row = &okta::operation_named("okta.logs.list");
    what.items_max = entries_max;
    what.arguments = value::map({{"since", to_rfc3339(span->since)},
                                 {"until", to_rfc3339(span->until)},
                                 {"filter", "target.id eq \"" + span->okta_id + "\""},
                                 {"limit", static_cast<std::int64_t>(entries_max)}});
    auto log = co_await with.okta.list(std::move(what), calls);
    auto not_found = changes_in(*record);
    const auto entries = log.ok() ? entries_of(log.body, not_found) : value();
    value_list_builder missing;
    for (const auto& id : not_found)
        missing.add(id);
    co_return json_answer(value::map({{"run", query.run.text},
                                      {"okta_id", span->okta_id},
                                      {"since", to_rfc3339(span->since)},
                                      {"until", to_rfc3339(span->until)},
                                      {"entries", entries},
                                      {"changes_without_entry", log.ok() ? missing.take() : value()},
                                      {"why", log.ok() ? value() : value("Okta: " + log.failure->detail)},
                                      {"scope", std::string(scope)}}));
}

} // namespace

result<void> add_evidence_log_route(router& routes, evidence_log_services services)
{
    return routes.add({"GET",
                       "/v1/evidence/{run}/system-log",
                       role::operator_,
                       {},
                       "What Okta's own System Log says of the person in the span of the run; asked now",
                       [services](call asked) { return read_log(services, std::move(asked)); }});
}

} // namespace jmld::daemon
