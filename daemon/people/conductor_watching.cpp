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
    if (const auto* failed = std::get_if<engine::attempt_failed>(&looked))
        co_return failure(errc::unavailable, "Okta does not show what the account has (" +
                                                 std::string(engine::to_text(failed->kind)) + ")");
    co_return std::get<engine::value>(std::move(looked));
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
    std::vector<workflows::okta_candidate> further;
    if (!closing.status_only && !seen->is_null())
        further = co_await further_accounts(closed_for->event, *person);
    auto written = write_decision(input, [this](const runtime::new_run& fresh) { return ports_.runs.prepare(fresh); });
    auto contained = co_await contain(closed_for->event, further, written);
    if (!contained)
        co_return std::unexpected(contained.error());
    if (*contained > 0)
        tell_of_further_accounts(closed_for->event, further, person->row.key, written);
    auto committed = co_await commit(std::move(written), stored.decision);
    co_return committed;
}

} // namespace jmld::daemon
