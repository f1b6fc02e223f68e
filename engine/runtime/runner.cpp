// The loop of one run: stimulus → advance → commit → release. What leaves, and how answers come back, stands in
// runner_sending.cpp, what is read back from the journal in runner_loading.cpp.
#include "engine/runtime/runner.hpp"

#include "engine/children.hpp"
#include "engine/runtime/loudly.hpp"
#include "engine/words.hpp"

#include <boost/asio/as_tuple.hpp>
#include <boost/asio/co_spawn.hpp>
#include <boost/asio/steady_timer.hpp>
#include <boost/asio/this_coro.hpp>
#include <boost/asio/use_awaitable.hpp>

#include <algorithm>
#include <utility>

namespace jmld::runtime {

namespace asio = boost::asio;

namespace {

constexpr duration drain_look{20};

template <class Fact> bool contains(const std::vector<engine::fact>& facts)
{
    return std::any_of(facts.begin(), facts.end(),
                       [](const engine::fact& one) { return std::holds_alternative<Fact>(one.what); });
}

} // namespace

runner::runner(runner_ports ports) : ports_(std::move(ports)), alive_(std::make_shared<bool>(true)) {}

runner::~runner() { *alive_ = false; }

void runner::start_next(const person_key& person)
{
    const auto move = people_.next(person);
    if (move.begin)
        feed(*move.begin, {engine::begin{}, {}, {}});
    if (move.give_way)
        feed(*move.give_way, {engine::preempted{move.for_whom->text}, {}, {}});
}

void runner::preempt(const run_id& id, const run_id& by) { feed(id, {engine::preempted{by.text}, {}, {}}); }

void runner::reschedule_wait(run_id id, engine::wait_rescheduled moved) { feed(id, {std::move(moved), {}, {}}); }

void runner::timer_due(timer_row timer)
{
    const auto id = timer.run;
    feed(id, {engine::tick{}, std::move(timer), {}});
}

awaitable_result<engine::run_state> runner::signal(run_id id, engine::operator_signal word)
{
    if (word.what == engine::verb::rollback) {
        auto undoable = co_await may_be_undone(id);
        if (!undoable)
            co_return std::unexpected(undoable.error());
    }
    struct waiting
    {
        explicit waiting(const asio::any_io_executor& executor) : bell(executor, asio::steady_timer::time_point::max())
        {}
        asio::steady_timer bell;
        std::optional<result<engine::run_state>> answer;
    };
    const auto mine = std::make_shared<waiting>(ports_.executor);
    delivery what{std::move(word), {}, {}};
    what.answered = [mine](result<engine::run_state> answer) {
        mine->answer = std::move(answer);
        mine->bell.cancel();
    };
    feed(id, std::move(what));
    if (!mine->answer) {
        auto [rung] = co_await mine->bell.async_wait(asio::as_tuple(asio::use_awaitable));
        static_cast<void>(rung);
    }
    if (!mine->answer)
        co_return failure(errc::cancelled, "jmld is stopping");
    co_return std::move(*mine->answer);
}

asio::awaitable<void> runner::drain(duration grace)
{
    draining_ = true;
    ports_.outbound.open(false);
    const auto end = ports_.time.now() + grace;
    const auto busy = [this] {
        return ports_.outbound.in_flight() > 0 ||
               std::any_of(live_.begin(), live_.end(), [](const auto& entry) { return entry.second->working; });
    };
    while (busy() && ports_.time.now() < end)
        co_await ports_.time.wait_until(ports_.time.now() + drain_look);
}

void runner::feed(const run_id& id, delivery what)
{
    if (failed_)
        return;
    auto& run = live_[id];
    if (!run) {
        const auto made = fresh_.find(id);
        run = made != fresh_.end() ? std::move(made->second) : std::make_shared<live_run>();
        run->id = id;
        if (made != fresh_.end())
            fresh_.erase(made);
    }
    run->inbox.push_back(std::move(what));
    if (run->working)
        return;
    run->working = true;
    asio::co_spawn(ports_.executor, work(run), loudly);
}

asio::awaitable<void> runner::work(live_pointer run)
{
    const auto alive = alive_;
    if (!run->loaded) {
        const bool loaded = co_await load(run);
        if (!*alive)
            co_return;
        if (!loaded) {
            run->working = false;
            live_.erase(run->id);
            co_return;
        }
    }
    while (!run->inbox.empty()) {
        auto next = std::move(run->inbox.front());
        run->inbox.pop_front();
        const bool goes_on = co_await step(run, std::move(next));
        if (!*alive || !goes_on)
            co_return;
    }
    run->working = false;
    const auto watched = [this](const run_id& child) { return children_.contains(child); };
    if (engine::only_waits_for_runs(*run->definition, run->state, watched))
        live_.erase(run->id); // it only waits, or has ended: the journal has it, and whatever wakes it loads it again
}

void runner::refuse_all(live_run& run, const error& why)
{
    for (auto& one : std::exchange(run.inbox, {})) {
        if (one.answered)
            one.answered(std::unexpected(why));
        if (one.timer && timers_ != nullptr)
            timers_->done(one.timer->id);
    }
}

void runner::give_up(live_run& run, const error& why)
{
    refuse_all(run, why);
    const bool for_ever = why.code != errc::cancelled && why.code != errc::not_found && why.code != errc::unavailable;
    if (for_ever && !std::exchange(failed_, true))
        ports_.storage_failed(why);
}

// One stimulus, one commit. False when this process can go no further with the run.
asio::awaitable<bool> runner::step(live_pointer run, delivery what)
{
    const auto alive = alive_;
    if (const auto* word = std::get_if<engine::operator_signal>(&what.what)) {
        if (engine::names_no_step(run->state, word->step)) {
            what.answered(failure(errc::not_found, "the run has no step '" + word->step + "'"));
            co_return true;
        }
        if (const auto why = engine::refuses(run->state, *word)) {
            what.answered(failure(errc::conflict, *why));
            co_return true;
        }
    }
    if (std::holds_alternative<engine::begin>(what.what) && !has_room(*run))
        co_return true;
    const auto now =
        ports_.time.now(); // one instant for both: what is due by it has been looked at, all else gets a timer
    auto done = engine::advance(*run->definition, run->state, what.what, now, ports_.random, ports_.around);
    transaction work;
    mirror_timers(*run, done.after, what.timer, now, work);
    if (!done.facts.empty()) {
        run_append append;
        append.row = row_of(done.after);
        for (const auto& happened : done.facts)
            append.facts.push_back(to_stored(happened));
        work.runs.push_back(std::move(append));
        if (ports_.before_commit)
            ports_.before_commit({*run->definition, done.after, done.facts}, work);
    }
    if (!work.empty()) {
        const auto timers = work.timers;
        auto committed = co_await commit(work);
        if (!*alive)
            co_return false;
        if (!committed && committed.error().code == errc::conflict) {
            const bool goes_on = co_await load_again(run, std::move(what));
            co_return goes_on;
        }
        if (!committed) {
            run->inbox.push_front(std::move(what));
            give_up(*run, committed.error());
            co_return false;
        }
        for (const auto& timer : timers) {
            const engine::pending_timer key{timer.kind, timer.step, timer.at, timer.rule_date, timer.rule_zone};
            if (timer.state != "armed") {
                run->timers.erase(key);
                continue;
            }
            run->timers[key] = timer.id;
            if (timers_ != nullptr)
                timers_->armed(timer.at);
        }
    }
    const auto before = std::exchange(run->state, std::move(done.after));
    if (!done.facts.empty() && ports_.after_commit)
        ports_.after_commit({*run->definition, run->state, done.facts});
    settle_places(*run, before);
    release(run, done);
    if (what.timer && timers_ != nullptr)
        timers_->done(what.timer->id);
    if (what.answered)
        what.answered(run->state);
    co_return true;
}

// Waits out a full disk or queue; every other error is the caller's.
asio::awaitable<result<void>> runner::commit(const transaction& work)
{
    const auto alive = alive_;
    for (;;) {
        auto committed = co_await ports_.store.commit(work);
        if (!*alive || committed || committed.error().code != errc::overloaded)
            co_return committed;
        const bool woken = co_await ports_.time.wait_until(ports_.time.now() + storage_pause);
        if (!woken || !*alive)
            co_return failure(errc::cancelled, "jmld is stopping");
    }
}

// Timers that are due need no row any more: whatever holds them up will move them on.
void runner::mirror_timers(live_run& run, const engine::run_state& after, const std::optional<timer_row>& fired,
                           time_point now, transaction& work)
{
    auto wanted = engine::timers_of(after);
    std::erase_if(wanted, [&](const engine::pending_timer& timer) { return timer.at <= now; });
    const auto row_for = [&](const timer_id& id, const engine::pending_timer& timer, std::string state) {
        timer_row row;
        row.id = id;
        row.kind = timer.kind;
        row.at = timer.at;
        row.state = std::move(state);
        row.subject = after.subject;
        row.run = run.id;
        row.step = timer.step;
        row.rule_date = timer.rule_date;
        row.rule_zone = timer.rule_zone;
        row.priority = after.priority;
        return row;
    };
    for (const auto& [timer, id] : run.timers)
        if (std::find(wanted.begin(), wanted.end(), timer) == wanted.end())
            work.timers.push_back(row_for(id, timer, timer.at <= now ? "fired" : "cancelled"));
    for (const auto& timer : wanted)
        if (!run.timers.contains(timer))
            work.timers.push_back(row_for(make_id<timer_id>("tmr", now, ports_.random), timer, "armed"));
    if (!fired)
        return;
    const bool written =
        std::any_of(work.timers.begin(), work.timers.end(), [&](const timer_row& row) { return row.id == fired->id; });
    const bool stands =
        std::any_of(run.timers.begin(), run.timers.end(), [&](const auto& armed) { return armed.second == fired->id; });
    if (written || stands) // it was moved meanwhile, or the clock went back: it comes due again
        return;
    auto row = *fired;
    row.state = "fired";
    work.timers.push_back(std::move(row));
}

void runner::release(const live_pointer& run, const engine::transition& done)
{
    if (contains<engine::stop_requested>(done.facts) || contains<engine::run_paused>(done.facts))
        ports_.outbound.take_back(run->id);
    for (const auto& command : done.commands)
        std::visit([&](const auto& what) { send(run, what); }, command);
    if (contains<engine::stop_requested>(done.facts) || contains<engine::run_paused>(done.facts) ||
        contains<engine::run_resumed>(done.facts))
        tell_children(*run);
}

bool runner::has_room(const live_run& run)
{
    const bool begins = run.state.status == engine::run_status::queued && !run.state.reopened;
    const bool alone = engine::parent_of(run.state).empty(); // a child has its parent's place
    return !begins || !alone || slots_.may_begin(run.state.workflow, run.id, run.definition->concurrency);
}

// Where the run stands now among those of its person and of its workflow.
void runner::settle_places(const live_run& run, const engine::run_state& before)
{
    using engine::run_status;
    const auto goes = [](const engine::run_state& state) {
        return !engine::has_ended(state.status) && state.status != run_status::queued &&
               state.status != run_status::scheduled;
    };
    const auto& after = run.state;
    const bool own = engine::parent_of(after).empty();
    if (own && !goes(before) && goes(after))
        slots_.began(after.workflow);
    if (own && goes(before) && !goes(after)) {
        const auto next = slots_.ended(after.workflow);
        if (next && !draining_)
            feed(*next, {engine::begin{}, {}, {}});
    }
    if (engine::has_ended(after.status))
        slots_.forget(run.id);
    const bool queued_again = before.status != run_status::queued && after.status == run_status::queued;
    const bool put_off = before.status == run_status::queued && after.status == run_status::scheduled;
    if (put_off) {
        slots_.forget(run.id);
        people_.leave(after.subject, run.id);
        start_next(after.subject);
    }
    if (queued_again && own)
        admit(row_of(after));
}

} // namespace jmld::runtime
