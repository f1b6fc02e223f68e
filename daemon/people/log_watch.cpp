// One question at a time, so that a hundred leavers do not use up the log's bucket at once. The timer's row carries
// everything between two questions: a restart goes on with it.
#include "daemon/people/log_watch.hpp"

#include "daemon/evidence/log_entries.hpp"
#include "daemon/evidence/log_supplement.hpp"
#include "daemon/evidence/moments.hpp"
#include "engine/runtime/evidence_chain.hpp"
#include "engine/runtime/loudly.hpp"

#include <boost/asio/co_spawn.hpp>
#include <spdlog/spdlog.h>

#include <utility>

namespace jmld::daemon {

namespace asio = boost::asio;
using engine::failure_kind;
using engine::value;

namespace {

constexpr duration pause_after_error{30'000};
constexpr duration as_written{600'000}; // of a policy that does not say any more how long

/// Asking again cannot help.
bool is_final(failure_kind kind)
{
    return kind == failure_kind::forbidden || kind == failure_kind::invalid || kind == failure_kind::not_found;
}

std::string words_of(const engine::attempt_failed& failed)
{
    const std::string needed(okta::operation_named("okta.logs.list").scope);
    if (failed.kind == failure_kind::forbidden)
        return "the System Log may not be read: the scope " + needed + " is missing (Okta: " + failed.detail + ")";
    return "the System Log could not be asked (Okta: " + failed.detail + ")";
}

runtime::transaction only(runtime::timer_row timer)
{
    runtime::transaction work;
    work.timers.push_back(std::move(timer));
    return work;
}

} // namespace

log_watch::log_watch(ports given) : ports_(std::move(given)), alive_(std::make_shared<bool>(true)) {}

log_watch::~log_watch() { *alive_ = false; }

void log_watch::due(runtime::timer_row timer)
{
    asio::co_spawn(ports_.executor, handle(std::move(timer)), runtime::loudly);
}

asio::awaitable<void> log_watch::handle(runtime::timer_row timer)
{
    const auto alive = alive_;
    const auto id = timer.id;
    const auto mine = co_await one_at_a_time_.acquire({"log"});
    if (!*alive)
        co_return;
    auto work = co_await ask(std::move(timer));
    if (!*alive)
        co_return;
    result<void> done = work ? result<void>{} : std::unexpected(work.error());
    if (work) {
        const auto next = work->timers.empty() ? std::nullopt : std::optional(work->timers.front());
        done = co_await ports_.store.commit(std::move(*work));
        if (!*alive)
            co_return;
        if (done && next && next->state == "armed" && timers_ != nullptr)
            timers_->armed(next->at);
    }
    if (!done) {
        if (done.error().code == errc::storage_failed)
            co_return ports_.storage_failed(done.error());
        spdlog::warn("timer={} the System Log is asked again later: {}", id.text, done.error().what);
        const bool woken = co_await ports_.time.wait_until(ports_.time.now() + pause_after_error);
        if (!woken || !*alive)
            co_return;
    }
    if (timers_ != nullptr)
        timers_->done(id);
}

runtime::awaitable_result<std::optional<value>> log_watch::record_of(run_id run)
{
    runtime::evidence_query query;
    query.run = std::move(run);
    query.limit = 1; // newest: a supplement means that the question was answered before
    auto found = co_await ports_.store.evidence(std::move(query));
    if (!found)
        co_return std::unexpected(found.error());
    if (found->empty())
        co_return std::nullopt;
    auto record = runtime::shown_evidence(found->front(), true);
    if (!record) // the house watch tells of it
        co_return std::nullopt;
    if (is_supplement(*record) || (*record)["erased"] == value(true))
        co_return std::nullopt;
    co_return std::optional(std::move(*record));
}

runtime::awaitable_result<runtime::transaction> log_watch::ask(runtime::timer_row timer)
{
    auto fired = timer;
    fired.state = "fired";
    auto record = co_await record_of(timer.run);
    if (!record)
        co_return std::unexpected(record.error());
    const auto asked = *record ? question_of(**record) : std::nullopt;
    if (!asked)
        co_return only(std::move(fired));

    okta::call_scope scope;
    scope.person = asked->okta_id;
    okta::call what;
    what.row = &okta::operation_named("okta.logs.list");
    what.items_max = asked->items_max;
    what.arguments = asked->arguments;
    auto log = co_await ports_.okta.list(std::move(what), scope);
    const auto now = ports_.time.now();
    const bool final = !log.ok() && is_final(log.failure->kind);
    const bool complete = log.ok() && !lacks_entries(**record, log.body);
    const auto first = ports_.rules.current->policy.verify.system_log.value_or(as_written);
    const auto ended = moment_in((**record)["ended_at"]).value_or(timer.at);
    const auto again = final || complete ? std::nullopt : ask_again_at(ended, now, first, log.ok());
    if (again) {
        timer.at = *again;
        co_return only(std::move(timer));
    }
    auto work = only(std::move(fired));
    work.evidence.push_back(supplement_of(
        **record, timer.subject,
        {now, log.ok() ? std::move(log.body) : value(), log.ok() ? std::string() : words_of(*log.failure)}));
    co_return work;
}

} // namespace jmld::daemon
