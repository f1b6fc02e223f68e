// Newest first, as /v1/audit. Whoever may not see people gets the facts without content: the chain can be checked all
// the same.
#include "daemon/operations/evidence.hpp"

#include "daemon/evidence/log_supplement.hpp"
#include "daemon/operations/common.hpp"
#include "engine/run_view.hpp"
#include "engine/runtime/evidence_chain.hpp"

#include <charconv>
#include <utility>

namespace jmld::daemon {

namespace asio = boost::asio;
using engine::value;

namespace {

// More than one only of a run that was reopened, which a person does by hand.
constexpr int records_of_one_run_max = 100;

result<std::optional<std::uint64_t>> sequence_after(const call& asked)
{
    const auto after = read_cursor(asked);
    if (!after)
        return std::unexpected(after.error());
    if (after->empty())
        return std::nullopt;
    std::uint64_t seq = 0;
    const auto [end, failed] = std::from_chars(after->data(), after->data() + after->size(), seq);
    if (failed != std::errc{} || end != after->data() + after->size())
        return failure(errc::invalid_input, "after: no cursor of ours; take it from the Link header");
    return seq;
}

result<runtime::evidence_query> query_in(const call& asked)
{
    const auto limit = limit_of(asked);
    const auto before = limit ? sequence_after(asked) : std::unexpected(limit.error());
    const auto since = before ? instant_of(asked, "since") : std::unexpected(before.error());
    const auto until = since ? instant_of(asked, "until") : std::unexpected(since.error());
    if (!until)
        return std::unexpected(until.error());
    runtime::evidence_query query;
    query.before = *before;
    query.since = *since;
    query.until = *until;
    query.limit = *limit;
    return query;
}

asio::awaitable<http::reply> list_evidence(evidence_services with, call asked)
{
    auto query = query_in(asked);
    if (!query)
        co_return problem(query.error());
    const auto limit = static_cast<std::size_t>(query->limit);
    ++query->limit;
    auto found = co_await with.store.evidence(*query);
    if (!found)
        co_return problem(found.error());
    const bool more = found->size() > limit;
    if (more)
        found->resize(limit);
    value_list_builder items;
    for (const auto& record : *found) {
        auto shown = runtime::shown_evidence(record, sees_people(asked.who));
        if (!shown)
            co_return problem(shown.error());
        items.add(std::move(*shown));
    }
    auto answer = json_answer(value::map({{"evidence", items.take()}}));
    if (more)
        add_next_link(answer, asked, cursor_of(std::to_string(found->back().seq)));
    co_return answer;
}

asio::awaitable<http::reply> nothing_of(evidence_services with, run_id id)
{
    auto run = co_await with.store.run(id);
    if (!run)
        co_return problem(run.error());
    co_return problem(404, "no evidence",
                      "evidence is written when a run that has read its person ends; this one is " + run->state);
}

/// The record of the last end, with what completes it under `supplements` and those of former ends under `earlier`.
value in_one(engine::value_list newest_first)
{
    value newest;
    engine::value_list supplements, earlier;
    for (auto& shown : newest_first) {
        if (newest.is_null() && is_supplement(shown))
            supplements.push_back(std::move(shown));
        else if (newest.is_null())
            newest = std::move(shown);
        else
            earlier.push_back(std::move(shown));
    }
    if (!supplements.empty())
        newest = newest.with("supplements", value(std::move(supplements)));
    return earlier.empty() ? newest : newest.with("earlier", value(std::move(earlier)));
}

asio::awaitable<http::reply> show_evidence(evidence_services with, call asked)
{
    runtime::evidence_query query;
    query.run.text = asked.param("run");
    query.limit = records_of_one_run_max;
    auto found = co_await with.store.evidence(query);
    if (!found)
        co_return problem(found.error());
    if (found->empty()) {
        auto why = co_await nothing_of(with, query.run);
        co_return why;
    }
    engine::value_list all;
    for (const auto& record : *found) {
        auto shown = runtime::shown_evidence(record, sees_people(asked.who));
        if (!shown)
            co_return problem(shown.error());
        all.push_back(std::move(*shown));
    }
    co_return json_answer(in_one(std::move(all)));
}

} // namespace

result<void> add_evidence_routes(router& routes, evidence_services services)
{
    const auto bound = [&services](auto work) -> endpoint {
        return [services, work](call asked) { return work(services, std::move(asked)); };
    };
    return routes.add_all({
        {"GET",
         "/v1/evidence",
         role::viewer,
         {"since", "until", "limit", "after"},
         "What ended runs are proved with, newest first; a chain of hashes",
         bound(list_evidence)},
        {"GET", "/v1/evidence/{run}", role::viewer, {}, "What one ended run is proved with", bound(show_evidence)},
    });
}

} // namespace jmld::daemon
