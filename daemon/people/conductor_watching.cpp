// A look at somebody whose account was closed or suspended some time ago: what came back is taken away again by another
// run for the same event. Where Okta does not answer, the timer stays due.
#include "daemon/people/conductor.hpp"

#include "daemon/people/record_keeper.hpp"
#include "daemon/people/watching.hpp"
#include "engine/runtime/run_storage.hpp"

namespace jmld::daemon {

runtime::awaitable_result<engine::value> conductor::seen_now(const workflows::closing_run& closing,
                                                             const loaded_person& person,
                                                             const workflows::known_event& closed_for,
                                                             std::string account)
{
    if (workflows::drift_step_for(person.state, closed_for, closing.id) != workflows::drift_step::look ||
        account.empty())
        co_return engine::value();
    auto looked = co_await ports_.directory.look(std::move(account));
    if (const auto* failed = std::get_if<engine::attempt_failed>(&looked)) {
        const bool later = engine::is_transient(failed->kind) || failed->kind == engine::failure_kind::cancelled;
        const bool over = ports_.time.now() >= closing.ended_at + ports_.rules.current->policy.verify.drift_watch;
        co_return failure(later && !over ? errc::unavailable : errc::forbidden,
                          "Okta does not show what the account has (" + std::string(engine::to_text(failed->kind)) +
                              ")");
    }
    co_return std::get<engine::value>(std::move(looked));
}

// Asking on would change nothing, and nobody would know.
runtime::awaitable_result<std::string> conductor::end_watch(const request& what, const runtime::event_record& stored,
                                                            const workflows::known_event& closed_for, std::string why)
{
    written_decision written;
    written.work.timers.push_back(*what.timer);
    written.work.timers.back().state = "fired";
    written.work.alarms.push_back(alarm_about(closed_for.event, what.timer->subject, "drift unseen",
                                              "whether access came back since cannot be seen any more, and is not "
                                              "looked at again: " +
                                                  why));
    auto committed = co_await commit(std::move(written), stored.decision);
    co_return committed;
}

runtime::awaitable_result<std::string> conductor::watch(const request& what, const runtime::event_record& stored)
{
    auto person = co_await load_person(ports_.store, what.timer->subject);
    if (!person)
        co_return std::unexpected(person.error());
    const auto* closed_for = person->state.find(stored.key);
    if (closed_for == nullptr || is_overtaken(person->timers, *what.timer))
        co_return stored.decision;
    auto closed = co_await runtime::load_run(ports_.store, ports_.definitions, stored.run);
    if (!closed)
        co_return std::unexpected(closed.error());
    const auto closing = closing_run_of(*closed->definition, closed->state);
    auto seen = co_await seen_now(closing, *person, *closed_for, account_of(*closed->definition, closed->state));
    if (!seen && seen.error().code == errc::forbidden) {
        auto ended = co_await end_watch(what, stored, *closed_for, seen.error().what);
        co_return ended;
    }
    if (!seen)
        co_return std::unexpected(seen.error());

    const auto rules = ports_.rules.current;
    const auto context = context_in(*rules);
    const auto decided = workflows::decide_drift(person->state, *closed_for, closing, *seen, what.timer->id, context);
    decision_input input{.person = *person,
                         .event = stored.key,
                         .meant = closed_for->event,
                         .decided = decided,
                         .rules = *rules,
                         .fired = what.timer,
                         .open_hold = {},
                         .now = context.now,
                         .received_at = stored.received_at,
                         .random = ports_.random,
                         .identity = identity_of(stored)};
    accounts_or_failure further;
    if (!closing.status_only && !seen->is_null())
        further = co_await further_accounts(closed_for->event, *person);
    auto written = write_decision(input, [this](const runtime::new_run& fresh) { return ports_.runs.prepare(fresh); });
    if (const auto* failed = std::get_if<engine::attempt_failed>(&further)) {
        const bool last = !workflows::next_drift_look(closing.ended_at, context.now, context.rules->verify);
        if (last || !engine::is_transient(failed->kind))
            tell_that_accounts_are_unknown(closed_for->event, person->row.key, *failed, written);
    } else {
        auto contained = co_await contain(closed_for->event, std::get<0>(further), written);
        if (!contained)
            co_return std::unexpected(contained.error());
        if (!contained->begun.empty())
            tell_of_further_accounts(closed_for->event, *contained, person->row.key, written);
    }
    auto committed = co_await commit(std::move(written), stored.decision);
    co_return committed;
}

} // namespace jmld::daemon
