// The body is read here, the rest is done elsewhere.
#include "daemon/operations/run_starting.hpp"

#include "daemon/operations/common.hpp"

namespace jmld::daemon {

namespace asio = boost::asio;
using engine::value;

namespace {

asio::awaitable<http::reply> start(hand_starter starter, call asked)
{
    const auto body = read_object(asked);
    const auto reason = body ? reason_of(*body, false) : std::unexpected(body.error());
    if (!reason)
        co_return problem(reason.error());
    hand_start what{.workflow = (*body)["workflow"].text_or(),
                    .subject = (*body)["subject"].text_or(),
                    .input = (*body)["input"],
                    .by = asked.who.name,
                    .reason = *reason};
    if (what.workflow.empty() || what.subject.empty())
        co_return problem(400, "Bad Request", "/workflow and /subject: both are needed, as texts");
    if (const auto& at = (*body)["at"]; !at.is_null()) {
        what.at = parse_rfc3339(at.text_or());
        if (!what.at)
            co_return problem(400, "Bad Request", "/at: an RFC 3339 instant is accepted");
    }
    if ((*body)["dry_run"] == value(true)) {
        auto plan = co_await starter.foresee(std::move(what));
        if (!plan)
            co_return problem(plan.error());
        co_return json_answer(plan->with("dry_run", true));
    }
    auto started = co_await starter.start(std::move(what));
    if (!started)
        co_return problem(started.error());
    auto answer = json_answer(value::map({{"id", started->id.text},
                                          {"workflow", started->workflow},
                                          {"subject", started->subject.text},
                                          {"state", started->state}}),
                              201);
    answer.headers.emplace_back("Location", "/v1/runs/" + started->id.text);
    co_return answer;
}

} // namespace

result<void> add_run_starting_routes(router& routes, hand_starter::ports services)
{
    return routes.add({"POST",
                       "/v1/runs",
                       role::operator_,
                       {},
                       "Start a workflow by hand; with dry_run the steps it would take",
                       [services](call asked) { return start(hand_starter(services), std::move(asked)); },
                       {{"workflow", "string", true},
                        {"subject", "string", true, "key, worker id or universal id of the person"},
                        {"input", "object", false, "the workflow's inputs"},
                        {"at", "string", false, "when it begins; past means now"},
                        {"dry_run", "boolean"},
                        {"reason", "string"}}});
}

} // namespace jmld::daemon
