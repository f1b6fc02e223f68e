// A life is one process: its loop, its clock and everything on them. Between lives only the journal's content, the
// organisation and the time survive.
#include "daemon/rehearsal/rehearsal.hpp"

#include "daemon/http/problem.hpp"
#include "daemon/operations/all_routes.hpp"
#include "daemon/operations/events.hpp"
#include "daemon/operations/runs.hpp"
#include "engine/json/json.hpp"
#include "store/memory_store.hpp"

#include <boost/asio/co_spawn.hpp>
#include <boost/asio/detached.hpp>

#include <algorithm>
#include <stdexcept>

namespace jmld::daemon {

namespace asio = boost::asio;

struct rehearsal::life
{
    life(rehearsal& whole, std::uint64_t seed)
        : time(whole.now_), random(seed), journal(std::make_unique<store::memory_journal>(whole.content_)),
          wire(whole.org_, time, dead, whole.okta_ahead_)
    {}

    asio::io_context loop{1};
    runtime::virtual_clock time;
    seeded_random random;
    bool dead = false;
    std::unique_ptr<store::memory_journal> journal;
    sim_transport wire;
    std::unique_ptr<okta::authenticator> credentials;
    std::unique_ptr<core> work;
    std::unique_ptr<webhook_handler> intake;
    router routes;
    bool ready = true, draining = false;
    std::optional<error> broken;
};

rehearsal::rehearsal(rehearsal_options options)
    : options_(std::move(options)), org_({}, options_.seed),
      content_(options_.content ? options_.content : store::make_memory_store()), now_(options_.start)
{
    begin_life();
}

rehearsal::~rehearsal() { end_life(); }

void rehearsal::begin_life()
{
    life_ = std::make_unique<life>(*this, options_.seed * 1'000'003 + ++lives_);
    auto& here = *life_;
    here.journal->on_commit([this](std::uint64_t) {
        ++commits_;
        if (crash_at_commit_.erase(commits_) > 0)
            die();
    });
    here.journal->on_write([this]() -> std::optional<error> {
        const auto failing = failing_writes_.find(++writes_);
        if (failing == failing_writes_.end())
            return std::nullopt;
        return error{failing->second, "the store fails on purpose", {}};
    });
    okta::auth_options auth;
    auth.origin = "https://okta-sim.example";
    auth.ssws = "rehearsal";
    auto credentials = okta::authenticator::make(std::move(auth), here.time, here.random);
    if (!credentials)
        throw std::runtime_error(credentials.error().what);
    here.credentials = std::move(*credentials);
    auto core_settings = options_.core;
    core_settings.okta.origin = "https://okta-sim.example";
    here.work =
        std::make_unique<core>(core_ports{here.loop.get_executor(), here.time, here.random, *here.journal, here.wire,
                                          *here.credentials, [&here](const error& why) { here.broken = why; }},
                               core_settings, options_.rules);
    here.intake = std::make_unique<webhook_handler>(
        options_.sources, *here.journal, here.time, here.work->counters(),
        [&here](const runtime::event_record& stored) { here.work->decisions().accepted(stored); });
    here.intake->watch(here.work->reports());
    if (auto added =
            add_all_routes(here.routes, {*here.work, *here.intake, options_.sources, here.ready, here.draining});
        !added)
        throw std::runtime_error(added.error().what);
    here.intake->on_storage_failed([&here](const error& why) { here.broken = why; });
    asio::co_spawn(here.loop, here.work->start(), [&here](std::exception_ptr failed, result<void> started) {
        if (failed)
            std::rethrow_exception(failed);
        if (!started)
            here.broken = started.error();
    });
}

// A process that died in the middle of something leaves calls that never return: it is kept as it fell, for good. One
// that only waits is woken as cancelled, ends without effect and is taken down.
void rehearsal::end_life()
{
    static auto& fallen = *new std::vector<std::unique_ptr<life>>; // never taken down, not even at the end
    auto& here = *life_;
    if (here.dead) {
        here.wire.abandon();
        fallen.push_back(std::move(life_));
        return;
    }
    here.dead = true;
    for (int round = 0; round < 1'000; ++round) {
        here.time.cancel_all();
        here.loop.restart();
        if (here.loop.poll() == 0)
            break;
    }
    here.intake.reset();
    here.work.reset();
    life_.reset();
}

void rehearsal::die()
{
    life_->dead = true;
    life_->journal->lose_power();
}

void rehearsal::change_rules(rule_book_pointer rules)
{
    options_.rules = std::move(rules);
    if (!life_->dead)
        life_->work->replace_rules(options_.rules);
}

void rehearsal::set_clock(time_point when)
{
    okta_ahead_ += now_ - when;
    now_ = when;
    life_->time.set(when);
}

void rehearsal::revive()
{
    died_after_.push_back(org_.ledger().size());
    end_life();
    begin_life();
}

void rehearsal::kill()
{
    die();
    revive();
}

// One thing that is ready now; false when there is none, or the process has died.
bool rehearsal::turn()
{
    auto& here = *life_;
    here.loop.restart();
    if (here.dead || here.loop.poll_one() == 0)
        return false;
    if (here.broken && here.broken->code == errc::storage_failed && !failing_writes_.empty())
        die();
    else if (here.broken)
        throw std::runtime_error("the daemon would end: " + here.broken->what);
    return true;
}

// Everything that is ready now, in order; stops short when the process dies.
void rehearsal::spin()
{
    while (turn()) {
    }
}

bool rehearsal::settle(const std::function<bool()>& enough)
{
    while (!enough()) {
        if (turn())
            continue;
        if (!life_->dead)
            return false;
        revive();
    }
    return true;
}

std::optional<time_point> rehearsal::next_due()
{
    settle([] { return false; });
    const auto next = life_->time.next_due();
    return next && *next < time_point::max() ? next : std::nullopt;
}

bool rehearsal::undecided() const { return !content_->undecided.empty(); }

bool rehearsal::idle()
{
    settle([] { return false; });
    auto& work = *life_->work;
    if (!content_->armed.empty() || undecided() || work.decisions().undecided() > 0 ||
        work.outbound().in_flight() > 0 || work.outbound().queued() > 0)
        return false;
    return std::all_of(content_->open_runs.begin(), content_->open_runs.end(), [&](std::size_t at) {
        const auto& state = content_->runs[at].row.state;
        return state == "paused" || state == "queued";
    });
}

void rehearsal::run_until(time_point end)
{
    for (;;) {
        spin();
        if (life_->dead) {
            revive();
            continue;
        }
        if (observer_)
            observer_();
        const auto next = life_->time.next_due();
        if (!next || *next > end) {
            break;
        }
        now_ = std::max(now_, *next);
        life_->time.advance_to(now_);
    }
    if (end > now_ && end != time_point::max()) {
        now_ = end;
        life_->time.advance_to(now_);
    }
}

bool rehearsal::carry_out(const std::function<asio::awaitable<void>(core&)>& question,
                          const std::function<bool()>& answered)
{
    if (!life_->dead)
        asio::co_spawn(life_->loop, question(*life_->work), [](std::exception_ptr failed) {
            if (failed)
                std::rethrow_exception(failed);
        });
    while (!answered() && turn()) {
    }
    if (answered())
        return true;
    if (!life_->dead)
        throw std::runtime_error("the question was not answered at once");
    revive();
    return false;
}

void rehearsal::say(std::function<asio::awaitable<void>(core&)> words)
{
    spin();
    asio::co_spawn(life_->loop, words(*life_->work), asio::detached);
    spin();
}

// Whoever is not answered because the process died asks again.
std::optional<http::response> rehearsal::answered(const std::function<asio::awaitable<http::reply>()>& ask)
{
    for (;;) {
        const auto given = std::make_shared<std::optional<http::response>>();
        if (!life_->dead)
            asio::co_spawn(life_->loop, ask(), [given](std::exception_ptr failed, http::reply answer) {
                if (failed)
                    std::rethrow_exception(failed);
                *given = std::move(answer.message);
            });
        while (!*given && turn()) {
        }
        if (!life_->dead)
            return std::move(*given);
        revive();
    }
}

http::response rehearsal::deliver(const std::string& source, const std::string& body, http::header_list headers,
                                  const std::string& webhook_id)
{
    spin();
    if (!webhook_id.empty())
        headers.emplace_back("webhook-id", webhook_id);
    auto answer = offer(source, body, std::move(headers));
    spin();
    return answer;
}

http::response rehearsal::offer(const std::string& source, const std::string& body, http::header_list headers)
{
    const auto from = options_.sources->find(source);
    if (from == options_.sources->end())
        throw std::runtime_error("there is no source " + source);
    if (http::find_header(headers, "content-type") == nullptr)
        headers.emplace_back("content-type", "application/json");
    const auto* named = http::find_header(headers, "webhook-id");
    const auto webhook_id = named == nullptr ? std::string() : *named;
    auto answer = answered([&]() -> asio::awaitable<http::reply> {
        auto given = co_await life_->intake->take(&from->second, headers, body, webhook_id);
        co_return given;
    });
    if (!answer)
        throw std::runtime_error("the delivery was not answered");
    return std::move(*answer);
}

std::optional<http::response> rehearsal::operate(const std::string& method, const std::string& path,
                                                 const engine::value& body, const std::string& who)
{
    return answered([&]() -> asio::awaitable<http::reply> {
        auto found = life_->routes.find(method, path);
        if (found.row == nullptr)
            co_return problem(404, "no such operation", method + " " + path + " is no route");
        call asked;
        asked.message.method = method;
        asked.message.target = path;
        if (!body.is_null()) {
            asked.message.headers.emplace_back("content-type", "application/json");
            asked.message.body = engine::json::write(body);
        }
        asked.path = std::move(found.path);
        asked.who = {who, role::admin};
        asked.takes = &found.row->body;
        auto given = co_await found.row->work(std::move(asked));
        co_return given;
    });
}

engine::value rehearsal::run_of(const run_id& id)
{
    return ask<engine::value>([id](core& work) -> asio::awaitable<engine::value> {
        const auto wanted = id;
        auto shown =
            co_await run_value({work.store(), work.time(), work.runs(), work.definitions(), work.live()}, wanted, true);
        co_return shown ? *shown : engine::value();
    });
}

std::vector<engine::value> rehearsal::runs()
{
    const auto rows =
        ask<std::vector<runtime::run_row>>([](core& work) -> asio::awaitable<std::vector<runtime::run_row>> {
            runtime::run_query all;
            all.limit = 1'000'000;
            auto found = co_await work.store().runs(all);
            co_return found ? *found : std::vector<runtime::run_row>();
        });
    std::vector<engine::value> shown;
    for (auto row = rows.rbegin(); row != rows.rend(); ++row)
        shown.push_back(run_of(row->id));
    return shown;
}

std::vector<engine::value> rehearsal::events()
{
    return ask<std::vector<engine::value>>([](core& work) -> asio::awaitable<std::vector<engine::value>> {
        runtime::event_query all;
        all.limit = 1'000'000;
        auto found = co_await work.store().events(all);
        std::vector<engine::value> shown;
        if (found)
            for (auto event = found->rbegin(); event != found->rend(); ++event) {
                auto deliveries = co_await work.store().deliveries(event->key);
                shown.push_back(
                    event_value(*event, deliveries ? *deliveries : std::vector<runtime::delivery_record>(), true));
            }
        co_return shown;
    });
}

std::vector<runtime::alarm_row> rehearsal::alarms()
{
    return ask<std::vector<runtime::alarm_row>>([](core& work) -> asio::awaitable<std::vector<runtime::alarm_row>> {
        auto found = co_await work.store().alarms(1'000'000);
        co_return found ? *found : std::vector<runtime::alarm_row>();
    });
}

std::vector<runtime::timer_row> rehearsal::timers()
{
    std::vector<runtime::timer_row> all;
    for (const auto& [id, row] : content_->timers)
        all.push_back(row);
    return all;
}

std::vector<runtime::hold_row> rehearsal::holds()
{
    return ask<std::vector<runtime::hold_row>>([](core& work) -> asio::awaitable<std::vector<runtime::hold_row>> {
        auto found = co_await work.store().holds("");
        co_return found ? *found : std::vector<runtime::hold_row>();
    });
}

result<engine::run_state> rehearsal::signal(const run_id& id, engine::operator_signal word)
{
    return ask<result<engine::run_state>>([id, word](core& work) -> asio::awaitable<result<engine::run_state>> {
        auto done = co_await work.runs().signal(id, word);
        co_return done;
    });
}

} // namespace jmld::daemon
