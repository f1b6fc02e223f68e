// The word is written down before it is said, whatever comes of it.
#include "daemon/operations/approvals.hpp"

#include "daemon/operations/common.hpp"

#include <algorithm>

namespace jmld::daemon {

namespace asio = boost::asio;
using engine::value;

namespace {

asio::awaitable<http::reply> list_approvals(approval_services with, call asked)
{
    const auto limit = limit_of(asked);
    const auto after = limit ? read_cursor(asked) : std::unexpected(limit.error());
    if (!after)
        co_return problem(after.error());
    auto found = co_await with.runs.open_approvals(*limit, run_id{*after});
    if (!found)
        co_return problem(found.error());
    value_list_builder all;
    for (const auto& one : *found)
        all.add(engine::describe(one, sees_people(asked.who)));
    auto answer = json_answer(value::map({{"approvals", all.take()}}));
    if (found->size() >= static_cast<std::size_t>(*limit)) // pages go by run
        add_next_link(answer, asked, cursor_of(found->back().run.text));
    co_return answer;
}

bool asks_people(const engine::workflow_definition& definition)
{
    return std::ranges::any_of(definition.steps, [](const auto& step) { return step.uses == "core.approval"; });
}

// What became of one that is not open any more: approved, denied, expired, withdrawn. Only its run knows, so the newest
// runs that ask people are gone through; empty when none of them has it.
runtime::awaitable_result<std::string> how_settled(approval_services with, approval_id id)
{
    constexpr int looked_through = 1'000;
    runtime::run_query newest;
    newest.limit = looked_through;
    auto rows = co_await with.store.runs(std::move(newest));
    if (!rows)
        co_return std::unexpected(rows.error());
    for (const auto& row : *rows) {
        auto definition = co_await with.definitions.definition(row.definition_sha256);
        if (!definition || !asks_people(**definition))
            continue;
        auto loaded = co_await runtime::load_run(with.store, with.definitions, row.id);
        if (!loaded)
            co_return std::unexpected(loaded.error());
        for (const auto& one : engine::approvals_of(loaded->state))
            if (one.what.id == id)
                co_return one.state;
    }
    co_return std::string();
}

asio::awaitable<http::reply> decide(approval_services with, call asked)
{
    const auto verb = asked.param("verb");
    if (verb != "approve" && verb != "deny")
        co_return problem(404, "no such verb", "an approval takes approve and deny");
    const auto body = read_object(asked);
    const auto reason = body ? reason_of(*body, verb == "deny") : std::unexpected(body.error());
    if (!reason)
        co_return problem(reason.error());
    engine::operator_signal word;
    word.what = verb == "approve" ? engine::verb::approve : engine::verb::deny;
    word.by = asked.who.name;
    word.reason = *reason;
    word.approval = approval_id{asked.param("id")};
    word.plan_sha256 = (*body)["plan_digest"].text_or();
    word.admin = asked.who.allowed == role::admin;
    const auto id = word.approval;
    runtime::transaction work;
    work.audit.push_back({with.time.now(), word.by, "approval." + verb, "approval " + word.approval.text, word.reason});
    auto audited = co_await with.store.commit(std::move(work));
    if (!audited)
        co_return problem(audited.error());
    auto decided = co_await with.runs.decide(std::move(word));
    if (decided)
        co_return json_answer(engine::describe(*decided, true));
    if (decided.error().code == errc::conflict)
        co_return does_not_apply(decided.error(), value("open"));
    if (decided.error().code == errc::not_found) {
        auto settled = co_await how_settled(with, id);
        if (settled && !settled->empty())
            co_return does_not_apply({errc::conflict, "the approval is " + *settled + " already", {}}, *settled);
    }
    co_return problem(decided.error());
}

} // namespace

result<void> add_approval_routes(router& routes, approval_services services)
{
    const auto bound = [&services](auto work) -> endpoint {
        return [services, work](call asked) { return work(services, std::move(asked)); };
    };
    return routes.add_all({
        {"GET", "/v1/approvals", role::viewer, {"limit", "after"}, "What waits for approval", bound(list_approvals)},
        {"POST",
         "/v1/approvals/{id}/{verb}",
         role::approver,
         {},
         "approve or deny what a run waits for",
         bound(decide),
         {{"reason", "string", false, "needed to deny"},
          {"plan_digest", "string", false, "what was seen: a word for another plan is refused"}}},
    });
}

} // namespace jmld::daemon
