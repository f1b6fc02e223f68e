// The flow of one decision. A failing read or a full disk is waited out; only a broken log ends the process.
#include "daemon/people/conductor.hpp"

#include "engine/json/json.hpp"
#include "engine/runtime/loudly.hpp"

#include <boost/asio/co_spawn.hpp>
#include <spdlog/spdlog.h>

#include <algorithm>
#include <utility>

namespace jmld::daemon {

namespace asio = boost::asio;

namespace {

constexpr duration first_pause{500}, longest_pause{32'000};

duration next_pause(duration pause) { return std::min(pause * 2, longest_pause); }

// Whom it is about, as far as it says; nothing else may be decided about these meanwhile.
std::vector<std::string> lock_keys_of(const runtime::event_record& stored)
{
    const auto meant = canonical_of(stored);
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

// Moved or settled by another decision since it was handed on: what was read then must not be written back.
bool is_overtaken(const std::vector<runtime::timer_row>& stored, const runtime::timer_row& due)
{
    return std::any_of(stored.begin(), stored.end(),
                       [&](const auto& row) { return row.id == due.id && !(row == due); });
}

} // namespace

conductor::conductor(conductor_ports ports)
    : ports_(std::move(ports)), guard_(ports_.store, ports_.directory, ports_.time),
      alive_(std::make_shared<bool>(true))
{}

conductor::~conductor() { *alive_ = false; }

void conductor::accepted(event_key key) { spawn({.key = std::move(key)}); }

void conductor::due(runtime::timer_row timer)
{
    request what;
    what.key = timer.event;
    what.timer = std::move(timer);
    spawn(std::move(what));
}

void conductor::spawn(request what) { asio::co_spawn(ports_.executor, run(std::move(what)), runtime::loudly); }

// Until it is decided: the decision stays null while Okta or the disk do not answer.
asio::awaitable<void> conductor::run(request what)
{
    const auto alive = alive_;
    ++undecided_;
    for (auto pause = first_pause;; pause = next_pause(pause)) {
        auto decided = co_await decide(what);
        if (!*alive)
            co_return;
        if (decided)
            break;
        const auto& failed = decided.error();
        if (failed.code == errc::cancelled)
            break;
        if (failed.code == errc::storage_failed || failed.code == errc::corrupt) {
            ports_.storage_failed(failed);
            break;
        }
        const bool worth_saying = pause == first_pause || pause == longest_pause / 2; // then it only repeats itself
        if (failed.code != errc::conflict &&
            worth_saying) // a conflict only means that somebody else was faster: look again
            spdlog::warn("event={} waits for its decision: {}", what.key.id, failed.what);
        const bool woken = co_await ports_.time.wait_until(ports_.time.now() + pause);
        if (!woken || !*alive)
            co_return;
    }
    --undecided_;
    if (what.timer && timers_ != nullptr)
        timers_->done(what.timer->id);
}

runtime::awaitable_result<void> conductor::recover()
{
    constexpr int everything = 1'000'000;
    auto waiting = co_await ports_.store.undecided_events(everything);
    if (!waiting)
        co_return std::unexpected(waiting.error());
    for (const auto& event : *waiting)
        accepted(event.key);
    auto settled = co_await recover_holds();
    co_return settled;
}

runtime::awaitable_result<std::string> conductor::decide(request what)
{
    auto seen = co_await ports_.store.event(what.key);
    if (!seen)
        co_return std::unexpected(seen.error());
    const auto mine = co_await locks_.acquire(lock_keys_of(*seen));
    auto stored = std::move(seen);
    if (mine.waited()) { // another decision may have been made meanwhile
        stored = co_await ports_.store.event(what.key);
        if (!stored)
            co_return std::unexpected(stored.error());
    }
    if (auto stands = already_decided(what, *stored))
        co_return std::move(*stands);
    if (what.discarded) {
        auto done = co_await discard_locked(what, *stored);
        co_return done;
    }
    const auto meant = canonical_of(*stored);
    if (!meant)
        co_return std::unexpected(meant.error());
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
    if ((what.again || what.discarded) && is_settled(decision))
        return failure(errc::conflict, "the event is " + decision + ": " + stored.reason);
    return std::nullopt;
}

runtime::awaitable_result<std::string> conductor::decide_locked(const request& what,
                                                                const runtime::event_record& stored,
                                                                const workflows::canonical_event& meant)
{
    auto found = co_await find(what, meant);
    if (!found)
        co_return std::unexpected(found.error());
    if (found->parked) {
        auto parked = co_await park(what, *found->parked);
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
    workflows::guard_counts guard;
    std::vector<runtime::hold_row> open_holds;
    if (leaves) {
        counting = co_await locks_.acquire({guard_key});
        auto holds = co_await ports_.store.holds("held");
        if (!holds)
            co_return std::unexpected(holds.error());
        open_holds = std::move(*holds);
        auto counted = co_await guard_.count(*rules, what.released);
        if (!counted)
            co_return std::unexpected(counted.error());
        guard = *counted;
        guard.hold_open = !open_holds.empty();
    }

    workflows::decide_context context;
    context.now = ports_.time.now();
    context.rules = &rules->policy;
    context.access = &rules->access;
    context.workflows = rules->workflows;
    context.guard = guard;
    context.random = &ports_.random;
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
                         .open_hold = open_holds.empty() ? std::nullopt : std::optional(open_holds.front()),
                         .now = context.now,
                         .random = ports_.random,
                         .identity = std::move(identity)};
    auto written = write_decision(input, [this](const runtime::new_run& fresh) { return ports_.runs.prepare(fresh); });
    if (!what.by.empty())
        written.work.audit.push_back(audit_of(what, what.released ? "event.release"
                                                    : what.words  ? "event.resolve"
                                                                  : "event.replay"));
    auto committed = co_await commit(std::move(written), std::string(workflows::to_text(decided.kind)));
    co_return committed;
}

runtime::awaitable_result<conductor::found_person> conductor::find(const request& what,
                                                                   const workflows::canonical_event& meant)
{
    auto row = co_await ports_.store.find_person(workflows::identity_digests(meant));
    if (!row) {
        if (row.error().code == errc::not_found) {
            auto correlated = co_await correlate(what, meant);
            co_return correlated;
        }
        if (row.error().code == errc::conflict && !what.words) {
            found_person nobody;
            nobody.parked = workflows::park_identity{"its ids belong to two different people known here", {}, {}};
            co_return nobody;
        }
        co_return std::unexpected(row.error());
    }
    found_person found;
    for (const auto& digest : workflows::identity_digests(meant)) {
        if (std::find(row->identities.begin(), row->identities.end(), digest) == row->identities.end())
            row->identities.push_back(digest); // the same person under a new worker id
    }
    auto loaded = co_await load_person(ports_.store, std::move(*row));
    if (!loaded)
        co_return std::unexpected(loaded.error());
    found.person = std::move(*loaded);
    co_return found;
}

runtime::awaitable_result<conductor::found_person> conductor::correlate(const request& what,
                                                                        const workflows::canonical_event& meant)
{
    if (what.words && !what.words->person.empty()) {
        workflows::okta_candidate account;
        if (what.words->person != "new")
            account.id = what.words->person;
        auto chosen = co_await by_account(meant, std::move(account), what.words->manager, std::nullopt);
        co_return chosen;
    }
    auto wanted = workflows::lookups_for(meant);
    if (what.words && !what.words->manager.empty())
        wanted.manager_id = wanted.manager_name = std::string();
    const auto asked_at = ports_.time.now();
    auto looked = co_await ports_.directory.look_up(std::move(wanted));
    if (const auto* failed = std::get_if<engine::attempt_failed>(&looked))
        co_return failure(errc::unavailable,
                          "Okta does not answer who this is (" + std::string(engine::to_text(failed->kind)) + ")");
    const auto verdict = workflows::correlate(meant, std::get<workflows::correlation_candidates>(looked));
    if (const auto* parked = std::get_if<workflows::park_identity>(&verdict)) {
        found_person nobody;
        nobody.parked = *parked;
        co_return nobody;
    }
    workflows::okta_candidate account;
    std::string manager = what.words ? what.words->manager : std::string();
    if (const auto* adopted = std::get_if<workflows::adopt>(&verdict)) {
        account = adopted->account;
        if (manager.empty())
            manager = adopted->manager_okta_id;
    } else if (const auto* fresh = std::get_if<workflows::new_person>(&verdict); fresh != nullptr && manager.empty()) {
        manager = fresh->manager_okta_id;
    }
    auto made = co_await by_account(meant, std::move(account), std::move(manager), asked_at);
    co_return made;
}

// A person for this account: the one already known by it, or a new record.
runtime::awaitable_result<conductor::found_person> conductor::by_account(const workflows::canonical_event& meant,
                                                                         workflows::okta_candidate account,
                                                                         std::string manager,
                                                                         std::optional<time_point> asked_at)
{
    auto digests = workflows::identity_digests(meant);
    found_person found;
    if (!account.id.empty()) {
        digests.push_back(account_digest(account.id));
        auto known = co_await ports_.store.find_person({digests.back()});
        if (known) {
            for (auto& digest : digests)
                if (std::find(known->identities.begin(), known->identities.end(), digest) == known->identities.end())
                    known->identities.push_back(std::move(digest));
            auto loaded = co_await load_person(ports_.store, std::move(*known));
            if (!loaded)
                co_return std::unexpected(loaded.error());
            found.person = std::move(*loaded);
            co_return found;
        }
        if (known.error().code != errc::not_found)
            co_return std::unexpected(known.error());
    }
    auto& row = found.person.row;
    row.key = make_id<person_key>("per", ports_.time.now(), ports_.random);
    row.identities = std::move(digests);
    found.person.state.key = row.key;
    found.person.state.record.okta_id = std::move(account.id);
    found.person.state.record.employee_number = std::move(account.employee_number);
    found.person.state.record.status = std::move(account.status);
    found.person.state.record.manager_okta_id = std::move(manager);
    if (found.person.state.record.okta_id.empty())
        found.person.state.record.no_account_at = asked_at;
    co_return found;
}

runtime::awaitable_result<std::string> conductor::park(const request& what, const workflows::park_identity& why)
{
    const auto list = [](const std::vector<std::string>& ids) {
        engine::value_list items(ids.begin(), ids.end());
        return engine::value(std::move(items));
    };
    written_decision written;
    runtime::event_update update;
    update.key = what.key;
    update.decision = "parked";
    update.reason = why.reason;
    update.details = engine::json::write(engine::value::map(
        {{"candidates", list(why.candidates)}, {"manager_candidates", list(why.manager_candidates)}}));
    written.work.events.push_back(std::move(update));
    runtime::alarm_row alarm;
    alarm.id = make_id<alarm_id>("alm", ports_.time.now(), ports_.random);
    alarm.cause = "identity " + what.key.source + "~" + what.key.id;
    alarm.kind = "needs_person";
    alarm.at = ports_.time.now();
    alarm.message = why.reason;
    alarm.event = what.key;
    written.work.alarms.push_back(std::move(alarm));
    if (what.timer) {
        auto fired = *what.timer;
        fired.state = "fired";
        written.work.timers.push_back(std::move(fired));
    }
    auto committed = co_await commit(std::move(written), "parked");
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
    co_return decision;
}

} // namespace jmld::daemon
