// The flow of one decision. A failing read or a full disk is waited out; only a broken log ends the process.
#include "daemon/people/conductor.hpp"

#include "daemon/logging.hpp"
#include "engine/runtime/loudly.hpp"

#include <boost/asio/co_spawn.hpp>

#include <algorithm>
#include <utility>

namespace jmld::daemon {

namespace asio = boost::asio;

namespace {

constexpr duration longest_pause{32'000};
constexpr int deciding_max = 128; ///< decisions under way at once; each may wait for a few answers of Okta

duration next_pause(duration pause) { return std::min(pause * 2, longest_pause); }

// Whom it is about, as far as it says; nothing else may be decided about these meanwhile.
std::vector<std::string> lock_keys_of(const runtime::event_record& stored,
                                      const result<workflows::canonical_event>& meant)
{
    auto keys =
        meant ? workflows::identity_digests(*meant) : std::vector<std::string>{stored.key.source + "~" + stored.key.id};
    if (!stored.person.empty())
        keys.push_back(stored.person.text);
    return keys;
}

bool revokes(const rule_book& rules, std::string_view type)
{
    return std::any_of(rules.workflows.begin(), rules.workflows.end(), [&](const auto& workflow) {
        const auto& events = workflow->trigger.events;
        return workflow->dir == engine::direction::revoke &&
               std::find(events.begin(), events.end(), type) != events.end();
    });
}

bool starts_a_leaver(const workflows::decision& decided, const rule_book& rules)
{
    return std::ranges::any_of(decided.consequences, [&](const workflows::consequence& follows) {
        const auto* started = std::get_if<workflows::start_run>(&follows);
        const auto definition = started == nullptr ? nullptr : rules.find(started->workflow);
        return definition && definition->dir == engine::direction::revoke;
    });
}

runtime::priority urgency_of(const rule_book& rules, const runtime::event_record& stored)
{
    if (!revokes(rules, stored.type))
        return runtime::priority::joiner;
    const auto meant = canonical_of(stored);
    return meant && workflows::is_urgent(*meant, rules.policy) ? runtime::priority::urgent_leaver
                                                               : runtime::priority::leaver;
}

} // namespace

bool conductor::is_overtaken(const std::vector<runtime::timer_row>& stored, const runtime::timer_row& due)
{
    return std::any_of(stored.begin(), stored.end(),
                       [&](const auto& row) { return row.id == due.id && !(row == due); });
}

conductor::conductor(conductor_ports ports)
    : ports_(std::move(ports)), guard_(ports_.store, ports_.directory, ports_.time),
      alive_(std::make_shared<bool>(true))
{}

conductor::~conductor() { *alive_ = false; }

conductor::request conductor::request_for(const runtime::event_record& stored) const
{
    request what;
    what.key = stored.key;
    what.urgency = urgency_of(*ports_.rules.current, stored);
    return what;
}

void conductor::accepted(const runtime::event_record& stored)
{
    auto what = request_for(stored);
    if (deciding_ < deciding_max) // it begins before anything else can happen to the event
        what.stored = stored;
    take_up(std::move(what));
}

void conductor::due(runtime::timer_row timer)
{
    request what;
    what.key = timer.event;
    what.urgency = static_cast<runtime::priority>(timer.priority);
    what.timer = std::move(timer);
    take_up(std::move(what));
}

void conductor::take_up(request what)
{
    ++undecided_;
    enqueue(std::move(what));
}

void conductor::enqueue(request what)
{
    const std::pair place(what.urgency, ++arrivals_);
    waiting_.emplace(place, std::move(what));
    decide_next();
}

// A burst of events costs rows and a few of these, not a coroutine and reads for each; who leaves goes first.
void conductor::decide_next()
{
    for (; deciding_ < deciding_max && !waiting_.empty(); ++deciding_) {
        auto first = waiting_.extract(waiting_.begin());
        asio::co_spawn(ports_.executor, run(std::move(first.mapped())), runtime::loudly);
    }
}

// Until it is decided: the decision stays null while Okta or the disk do not answer.
asio::awaitable<void> conductor::run(request what)
{
    const auto alive = alive_;
    auto asked = what;
    what.stored.reset();
    auto decided = co_await decide(std::move(asked));
    const bool aside = *alive && !decided && decided.error().code == errc::corrupt;
    if (aside)
        decided = co_await set_aside(what, decided.error());
    if (!*alive)
        co_return;
    --deciding_;
    decide_next();
    if (decided || is_final(decided.error())) {
        --undecided_;
        if (what.timer && timers_ != nullptr && !aside)
            timers_->done(what.timer->id);
        co_return;
    }
    const auto& failed = decided.error();
    const bool worth_saying =
        what.pause == first_pause || what.pause == longest_pause / 2; // then it only repeats itself
    if (failed.code != errc::conflict &&
        worth_saying) // a conflict only means that somebody else was faster: look again
        log_about(spdlog::level::warn, engine::value::map({{"event", what.key.id}}),
                  "waits for its decision: " + failed.what);
    const bool woken = co_await ports_.time.wait_until(ports_.time.now() + what.pause);
    if (!woken || !*alive)
        co_return;
    what.pause = next_pause(what.pause);
    enqueue(std::move(what));
}

bool conductor::is_final(const error& failed)
{
    const bool broken = failed.code == errc::storage_failed || failed.code == errc::corrupt;
    if (broken)
        ports_.storage_failed(failed);
    return broken || failed.code == errc::cancelled;
}

runtime::awaitable_result<void> conductor::recover()
{
    constexpr int everything = 1'000'000;
    auto waiting = co_await ports_.store.undecided_events(everything);
    if (!waiting)
        co_return std::unexpected(waiting.error());
    for (const auto& event : *waiting)
        take_up(request_for(event)); // read again one by one: only then what is damaged says how
    auto settled = co_await recover_holds();
    co_return settled;
}

runtime::awaitable_result<std::string> conductor::decide(request what)
{
    result<runtime::event_record> seen = failure(errc::not_found, {});
    if (what.stored)
        seen = std::move(*what.stored);
    else
        seen = co_await ports_.store.event(what.key);
    if (!seen)
        co_return std::unexpected(seen.error());
    auto meant = canonical_of(*seen);
    const auto mine = co_await locks_.acquire(lock_keys_of(*seen, meant));
    auto stored = std::move(seen);
    if (mine.waited()) { // another decision may have been made meanwhile
        stored = co_await ports_.store.event(what.key);
        if (!stored)
            co_return std::unexpected(stored.error());
        meant = canonical_of(*stored);
    }
    if (auto stands = already_decided(what, *stored))
        co_return std::move(*stands);
    if (what.timer && stored->decision == "cancelled") {
        auto settled = co_await settle_needless(what, stored->decision);
        co_return settled;
    }
    if (what.discarded) {
        auto done = co_await discard_locked(what, *stored);
        co_return done;
    }
    if (!meant)
        co_return std::unexpected(meant.error());
    if (what.timer && what.timer->kind == workflows::timer_kind_drift) {
        auto watched = co_await watch(what, *stored);
        co_return watched;
    }
    auto decided = co_await decide_locked(what, *stored, *meant);
    co_return decided;
}

std::optional<result<std::string>> conductor::already_decided(const request& what, const runtime::event_record& stored)
{
    const auto& decision = stored.decision;
    const bool fresh = !what.timer && !what.again && !what.held_only && !what.discarded && !what.words;
    if ((fresh && !decision.empty()) || (what.held_only && decision != "held"))
        return decision;
    if (what.words && decision != "parked")
        return failure(errc::conflict, "only a parked event can be resolved; this one is " + decision);
    if (what.discarded && decision == "cancelled")
        return failure(errc::conflict, "the event is cancelled already");
    if ((what.again || what.discarded) && is_settled(decision))
        return failure(errc::conflict, "the event is " + decision + ": " + stored.reason);
    return std::nullopt;
}

workflows::decide_context conductor::context_in(const rule_book& rules) const
{
    workflows::decide_context context;
    context.now = ports_.time.now();
    context.rules = &rules.policy;
    context.access = &rules.access;
    context.workflows = rules.workflows;
    context.random = &ports_.random;
    return context;
}

runtime::awaitable_result<conductor::guarded_counts> conductor::count_for_guard(const rule_book& rules, bool leaves,
                                                                                bool released)
{
    auto holds = co_await ports_.store.holds("held");
    if (!holds)
        co_return std::unexpected(holds.error());
    const auto asked = leaves ? workflows::guard_of_leavers : workflows::guard_of_movers;
    std::erase_if(*holds, [&](const runtime::hold_row& one) { return one.guard != asked; });
    result<workflows::guard_counts> counted;
    if (leaves)
        counted = co_await guard_.count(rules, released);
    else
        counted = co_await guard_.count_movers(rules, released);
    if (!counted)
        co_return std::unexpected(counted.error());
    counted->hold_open = !holds->empty();
    co_return guarded_counts{*counted, std::move(*holds)};
}

runtime::awaitable_result<std::string> conductor::settle_needless(const request& what, std::string decision)
{
    runtime::transaction work;
    work.timers.push_back(*what.timer);
    work.timers.back().state = "cancelled";
    auto done = co_await ports_.store.commit(std::move(work));
    if (!done)
        co_return std::unexpected(done.error());
    co_return decision;
}

runtime::awaitable_result<std::string> conductor::decide_locked(const request& what,
                                                                const runtime::event_record& stored,
                                                                const workflows::canonical_event& meant)
{
    auto found = co_await find(what, meant);
    if (!found)
        co_return std::unexpected(found.error());
    if (found->parked) {
        auto parked = co_await park(what, meant, *found->parked);
        co_return parked;
    }
    if (what.timer && is_overtaken(found->person.timers, *what.timer))
        co_return stored.decision; // it comes due again by what stands now
    const auto rules = ports_.rules.current;
    const bool leaves = revokes(*rules, meant.type);
    if (leaves && !what.released && !workflows::is_urgent(meant, rules->policy)) {
        auto prepared = co_await guard_.prepare(*rules);
        if (!prepared)
            co_return std::unexpected(prepared.error());
    }
    // Counting leavers and starting one must not be interleaved with another; nobody waits here for Okta, or for a
    // person.
    keyed_locks::holder counting;
    guarded_counts guard;
    const bool counted_move = meant.type == "worker.changed" && rules->policy.guard.max_group_removals.has_value();
    if (leaves || counted_move) {
        counting = co_await locks_.acquire({guard_key});
        auto counted = co_await count_for_guard(*rules, leaves, what.released);
        if (!counted)
            co_return std::unexpected(counted.error());
        guard = std::move(*counted);
    }

    auto context = context_in(*rules);
    context.guard = guard.counts;
    const auto decided =
        what.timer || what.released
            ? workflows::decide_due(found->person.state, meant, what.timer ? what.timer->kind : "", context)
            : workflows::decide(found->person.state, meant, context);

    auto identity = identity_of(stored);
    if (what.words)
        identity = identity.with(
            "resolved",
            engine::value::map({{"by", what.by}, {"reason", what.reason}, {"at", to_rfc3339(context.now)}}));
    decision_input input{.person = found->person,
                         .event = stored.key,
                         .meant = meant,
                         .decided = decided,
                         .rules = *rules,
                         .fired = what.timer,
                         .open_hold = guard.open.empty() ? std::nullopt : std::optional(guard.open.front()),
                         .now = context.now,
                         .received_at = stored.received_at,
                         .random = ports_.random,
                         .identity = std::move(identity)};
    auto written = write_decision(input, [this](const runtime::new_run& fresh) { return ports_.runs.prepare(fresh); });
    if (!what.by.empty())
        written.work.audit.push_back(audit_of(what, what.released ? "event.release"
                                                    : what.words  ? "event.resolve"
                                                                  : "event.replay"));
    const bool new_person = found->person.row.version == 0; // just looked up: there was one account only
    auto committed = co_await commit(std::move(written), std::string(workflows::to_text(decided.kind)));
    if (committed && !new_person && starts_a_leaver(decided, *rules))
        asio::co_spawn(ports_.executor, contain_further(meant, found->person.row.key), runtime::loudly);
    co_return committed;
}

runtime::awaitable_result<std::string> conductor::commit(written_decision written, std::string decision)
{
    for (const auto& cancelled : written.cancelled) {
        auto ended = co_await ports_.runs.prepare_superseded(cancelled.run, cancelled.by);
        if (!ended)
            co_return std::unexpected(ended.error());
        written.work.runs.push_back(std::move(*ended));
    }
    auto done = co_await ports_.store.commit(std::move(written.work));
    if (!done)
        co_return std::unexpected(done.error());
    for (const auto& cancelled : written.cancelled)
        ports_.runs.forget(cancelled.run);
    for (const auto& row : written.admitted)
        ports_.runs.admit(row);
    for (const auto& stopped : written.preempted)
        ports_.runs.preempt(stopped.run, stopped.by);
    for (const auto& moved : written.moved)
        ports_.runs.reschedule_wait(moved.run, {moved.at, "a correction", moved.rule_date, moved.rule_zone});
    if (timers_ != nullptr)
        for (const auto at : written.armed)
            timers_->armed(at);
    for (const auto& made : written.undecided)
        accepted(made);
    co_return decision;
}

} // namespace jmld::daemon
