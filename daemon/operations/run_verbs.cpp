// The word is written down before it is said, whatever comes of it. One that does not apply answers 409 with the state.
#include "daemon/operations/run_verbs.hpp"

#include "daemon/operations/common.hpp"
#include "engine/json/json.hpp"

namespace jmld::daemon {

namespace asio = boost::asio;
using engine::value;
using engine::verb;

namespace {

bool needs_a_reason(verb what)
{
    switch (what) {
    case verb::cancel:
    case verb::terminate:
    case verb::rollback:
    case verb::skip:
    case verb::complete:
    case verb::fail:
    case verb::deny:
        return true;
    case verb::approve:
    case verb::reschedule:
    case verb::pause:
    case verb::resume:
    case verb::retry:
        return false;
    }
    return true;
}

asio::awaitable<http::reply> say(run_verb_services with, run_id id, engine::operator_signal word, std::string evidence)
{
    const auto object = "run " + id.text + (word.step.empty() ? "" : " step " + word.step);
    const auto action = (word.step.empty() ? "run." : "step.") + std::string(engine::to_text(word.what));
    runtime::transaction work;
    work.audit.push_back({with.time.now(), word.by, action, object, word.reason + evidence});
    auto audited = co_await with.store.commit(std::move(work));
    if (!audited)
        co_return problem(audited.error());
    auto state = co_await with.runs.signal(id, std::move(word));
    if (state)
        co_return json_answer(value::map({{"id", id.text}, {"state", engine::to_text(state->shown_status())}}));
    if (state.error().code != errc::conflict)
        co_return problem(state.error());
    auto row = co_await with.store.run(id);
    co_return does_not_apply(state.error(), row ? value(row->state) : value());
}

asio::awaitable<http::reply> preview(run_verb_services with, run_id id, std::string to_step)
{
    auto plan = co_await with.runs.preview_rollback(id, std::move(to_step));
    if (plan)
        co_return json_answer(*plan);
    if (plan.error().code != errc::conflict)
        co_return problem(plan.error());
    auto row = co_await with.store.run(id);
    co_return does_not_apply(plan.error(), row ? value(row->state) : value());
}

asio::awaitable<http::reply> run_verb(run_verb_services with, call asked)
{
    const auto what = engine::parse_verb(asked.param("verb"));
    if (!what)
        co_return problem(404, "no such verb",
                          "a run takes pause, resume, retry, cancel, terminate, rollback, reschedule");
    const auto body = read_object(asked);
    const bool only_asks = body && *what == verb::rollback && (*body)["dry_run"] == value(true);
    const auto reason = body ? reason_of(*body, needs_a_reason(*what) && !only_asks) : std::unexpected(body.error());
    if (!reason)
        co_return problem(reason.error());
    if (only_asks) {
        auto shown = co_await preview(with, run_id{asked.param("id")}, (*body)["to_step"].text_or());
        co_return shown;
    }
    engine::operator_signal word{*what, (*body)["step"].text_or(), asked.who.name, *reason};
    word.to_step = (*body)["to_step"].text_or();
    word.at = parse_rfc3339((*body)["at"].text_or());
    if (*what == verb::reschedule && !word.at)
        co_return problem(400, "Bad Request", "/at: the new moment, as 2027-02-01T09:00:00Z");
    auto given = co_await say(with, run_id{asked.param("id")}, std::move(word), {});
    co_return given;
}

asio::awaitable<http::reply> step_verb(run_verb_services with, call asked)
{
    const auto what = engine::parse_step_verb(asked.param("verb"));
    if (!what)
        co_return problem(404, "no such verb", "a step takes skip, complete, fail, retry");
    const auto body = read_object(asked);
    const auto reason = body ? reason_of(*body, needs_a_reason(*what)) : std::unexpected(body.error());
    if (!reason)
        co_return problem(reason.error());
    const auto& outputs = (*body)["outputs"];
    if (!outputs.is_null() && (*what != verb::complete || !outputs.is_map()))
        co_return problem(400, "Bad Request", "/outputs: an object, and only with complete");
    engine::operator_signal word{*what, asked.param("step"), asked.who.name, *reason, outputs};
    const auto& evidence = (*body)["evidence"];
    word.evidence = evidence;
    auto given = co_await say(with, run_id{asked.param("id")}, std::move(word),
                              evidence.is_null() ? std::string() : "; evidence: " + engine::json::write(evidence));
    co_return given;
}

} // namespace

result<void> add_run_verb_routes(router& routes, run_verb_services services)
{
    const auto bound = [&services](auto work) -> endpoint {
        return [services, work](call asked) { return work(services, std::move(asked)); };
    };
    return routes.add_all({
        {"POST",
         "/v1/runs/{id}/{verb}",
         role::operator_,
         {},
         "pause, resume, retry, cancel, terminate, rollback or reschedule a run",
         bound(run_verb),
         {{"reason", "string", false, "needed to cancel, terminate or rollback"},
          {"step", "string", false, "retry, reschedule: this step only"},
          {"to_step", "string", false, "rollback: only what came after this step"},
          {"dry_run", "boolean", false, "rollback: only what it would do"},
          {"at", "string", false, "reschedule: the new moment"}}},
        {"POST",
         "/v1/runs/{id}/steps/{step}/{verb}",
         role::operator_,
         {},
         "skip, complete, fail or retry a step",
         bound(step_verb),
         {{"reason", "string", false, "needed but to retry"},
          {"evidence", "any", false, "what shows that it is so"},
          {"outputs", "object", false, "complete: what later steps will read"}}},
    });
}

} // namespace jmld::daemon
