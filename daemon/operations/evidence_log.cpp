// A log that may not be read, or that has no entry (yet) for a change of ours, is said to be so; nothing is made up.
#include "daemon/operations/evidence_log.hpp"

#include "daemon/evidence/log_entries.hpp"
#include "daemon/evidence/log_supplement.hpp"
#include "daemon/operations/common.hpp"
#include "engine/runtime/evidence_chain.hpp"

#include <utility>
#include <vector>

namespace jmld::daemon {

namespace asio = boost::asio;
using engine::value;

namespace {

constexpr std::string_view scope = "These entries come from Okta, now, and are in no chain of jmld's. Okta keeps them "
                                   "90 days and may write one minutes "
                                   "after the change. 'ours' are those with the request id of a call of this run.";

/// As shown, without what completes it; null when there is none.
result<value> newest_of(const std::vector<runtime::evidence_record>& newest_first)
{
    for (const auto& one : newest_first) {
        auto record = runtime::shown_evidence(one, true);
        if (!record || !is_supplement(*record))
            return record;
    }
    return value();
}

asio::awaitable<http::reply> read_log(evidence_log_services with, call asked)
{
    runtime::evidence_query query;
    query.run.text = asked.param("run");
    query.limit = 2; // the newest may be what the log said before
    auto records = co_await with.store.evidence(query);
    if (!records)
        co_return problem(records.error());
    auto record = newest_of(*records);
    if (!record)
        co_return problem(record.error());
    if (record->is_null())
        co_return problem(404, "no evidence", "there is no evidence of such a run (yet)");
    const auto question = question_of(*record);
    if (!question)
        co_return problem(409, "nothing to ask for", "this record names no account, or the run made no call");
    okta::call_scope calls;
    okta::call what;
    what.row = &okta::operation_named("okta.logs.list");
    what.items_max = question->items_max;
    what.arguments = question->arguments;
    auto log = co_await with.okta.list(std::move(what), calls);
    auto found = findings_in(log.body, *record, *question);
    co_return json_answer(value::map({{"run", query.run.text},
                                      {"okta_id", question->okta_id},
                                      {"since", to_rfc3339(question->since)},
                                      {"until", to_rfc3339(question->until)},
                                      {"entries", log.ok() ? std::move(found.entries) : value()},
                                      {"changes_without_entry", log.ok() ? std::move(found.without) : value()},
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
