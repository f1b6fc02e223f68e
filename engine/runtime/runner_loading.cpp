// What the journal holds of runs, taken up: at the start of the process all that are open, later one at a time when
// something happens to it. It decides nothing; a word that may have been lost with the process is said again.
#include "engine/runtime/runner.hpp"

#include <utility>

namespace jmld::runtime {

namespace asio = boost::asio;

namespace {

bool has_begun(const run_row& row) { return row.state != "queued" && row.state != "scheduled"; }

} // namespace

queued_run runner::as_queued(const run_row& row)
{
    auto dir = engine::direction::change;
    for (const auto one : {engine::direction::grant, engine::direction::revoke})
        if (engine::to_text(one) == row.direction)
            dir = one;
    return {row.id, dir, row.priority, row.created_at};
}

awaitable_result<void> runner::recover()
{
    run_query everything;
    everything.open_only = true;
    everything.limit = 10'000'000;
    auto open = co_await ports_.store.runs(std::move(everything));
    if (!open)
        co_return std::unexpected(open.error());
    std::vector<run_row> queued;
    for (const auto& row : *open) {
        if (recover_child(row))
            continue;
        if (row.state == "scheduled") {
            feed(row.id, {engine::tick{}, {}, {}});
            continue;
        }
        if (has_begun(row))
            slots_.began(row.workflow);
        if (!has_begun(row)) {
            people_.wait(row.subject, as_queued(row));
            queued.push_back(row);
            continue;
        }
        people_.hold(row.subject, as_queued(row));
        if (row.state != "waiting" && row.state != "throttled") // those have nothing in flight: their timers wake them
            feed(row.id, {engine::recovered{}, {}, {}});
    }
    auto corrected = co_await recover_corrections(std::move(queued));
    if (!corrected)
        co_return corrected;
    for (const auto& person : people_.people())
        start_next(person);
    co_return result<void>{};
}

// What revokes makes others give way by itself. Any other run that was to take the place of the one under way said so
// in its first fact: the word to that one may have been lost with the process.
awaitable_result<void> runner::recover_corrections(std::vector<run_row> queued)
{
    for (const auto& row : queued) {
        const auto holder = people_.holder_of(row.subject);
        if (!holder || row.direction == engine::to_text(engine::direction::revoke))
            continue;
        auto waiting = co_await load_run(ports_.store, ports_.definitions, row.id);
        if (!waiting && waiting.error().code == errc::corrupt)
            continue; // said when it is to begin
        if (!waiting)
            co_return std::unexpected(waiting.error());
        if (waiting->state.context["instead_of"].text_or() == holder->text)
            preempt(*holder, row.id);
    }
    co_return result<void>{};
}

asio::awaitable<bool> runner::load(live_pointer run)
{
    const auto alive = alive_;
    auto loaded = co_await load_run(ports_.store, ports_.definitions, run->id);
    while (*alive && !loaded && loaded.error().code == errc::unavailable) {
        const bool woken = co_await ports_.time.wait_until(ports_.time.now() + storage_pause);
        if (!woken || !*alive)
            co_return false;
        loaded = co_await load_run(ports_.store, ports_.definitions, run->id);
    }
    if (!*alive)
        co_return false;
    if (!loaded && loaded.error().code == errc::corrupt) {
        co_await set_aside(run, loaded.error());
        co_return false;
    }
    if (!loaded) {
        give_up(*run, loaded.error());
        co_return false;
    }
    run->definition = std::move(loaded->definition);
    run->state = std::move(loaded->state);
    const bool complete = co_await load_timers(run);
    if (!*alive || !complete)
        co_return false;
    run->loaded = true;
    co_return true;
}

// Its timers stay armed and count as handed on: the next start of the process, after a repair, tries them again.
asio::awaitable<void> runner::set_aside(live_pointer run, error why)
{
    const auto alive = alive_;
    const auto now = ports_.time.now();
    transaction work;
    alarm_row alarm;
    alarm.id = make_id<alarm_id>("alm", now, ports_.random);
    alarm.cause = "unreadable run " + run->id.text;
    alarm.kind = "needs_person";
    alarm.at = now;
    alarm.message = "a run cannot go on: " + why.what;
    alarm.run = run->id;
    work.alarms.push_back(std::move(alarm));
    auto told = co_await commit(work);
    if (!*alive)
        co_return;
    if (!told) {
        give_up(*run, told.error());
        co_return;
    }
    for (auto& one : std::exchange(run->inbox, {}))
        if (one.answered)
            one.answered(failure(errc::conflict, "the run cannot go on: " + why.what, why.remedy));
}

// The decision that moved a wait also moved its timer; the word to the run may have been lost with the process.
asio::awaitable<bool> runner::load_timers(live_pointer run)
{
    const auto alive = alive_;
    auto rows = co_await ports_.store.timers({}, run->id);
    while (*alive && !rows && rows.error().code == errc::unavailable) {
        const bool woken = co_await ports_.time.wait_until(ports_.time.now() + storage_pause);
        if (!woken || !*alive)
            co_return false;
        rows = co_await ports_.store.timers({}, run->id);
    }
    if (!*alive)
        co_return false;
    if (!rows) {
        give_up(*run, rows.error());
        co_return false;
    }
    run->timers.clear();
    for (const auto& row : *rows) {
        if (row.state != "armed")
            continue;
        run->timers[{row.kind, row.step, row.at, row.rule_date, row.rule_zone}] = row.id;
        const auto* step = run->state.find(row.step);
        const bool moved = step != nullptr && step->status == engine::step_status::waiting && step->due != row.at;
        const bool told =
            !run->inbox.empty() && std::holds_alternative<engine::wait_rescheduled>(run->inbox.front().what);
        if (moved && !told)
            run->inbox.push_front(
                {engine::wait_rescheduled{row.at, "a correction", row.rule_date, row.rule_zone}, {}, {}});
    }
    co_return true;
}

// Somebody else wrote a fact of this run: only the end of one that had not begun is written so. The stimulus is taken
// again to what the journal holds now; when nothing is new there, the journal is not what we believe it to be.
asio::awaitable<bool> runner::load_again(live_pointer run, delivery what)
{
    const auto alive = alive_;
    const auto known = run->state.last_seq;
    run->inbox.push_front(std::move(what));
    const bool loaded = co_await load(run);
    if (!*alive || !loaded)
        co_return false;
    if (run->state.last_seq != known)
        co_return true;
    give_up(*run, {errc::corrupt, "a fact of run " + run->id.text + " does not follow what is stored", {}});
    co_return false;
}

} // namespace jmld::runtime
