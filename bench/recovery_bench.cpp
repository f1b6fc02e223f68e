// How long a start takes when many runs are open: from opening the file until the daemon could say READY, how many runs
// it had to load for that, and who is served first. It measures; what is too slow is for people to say.
#include "bench/process_use.hpp"
#include "tests/simulation/world.hpp"

#include "store/journals.hpp"

#include <boost/asio/co_spawn.hpp>
#include <boost/asio/detached.hpp>
#include <CLI/CLI.hpp>
#include <fmt/format.h>

#include <chrono>
#include <filesystem>
#include <stdexcept>

using namespace jmld;
namespace asio = boost::asio;

namespace {

using steady = std::chrono::steady_clock;

double seconds_since(steady::time_point begun) { return std::chrono::duration<double>(steady::now() - begun).count(); }

/// What the journal holds of one run, to be written many times under other names.
struct pattern
{
    runtime::run_row row;
    std::vector<runtime::stored_fact> facts;
    std::vector<runtime::timer_row> timers;
    runtime::person_row person;
};

pattern taken_from(daemon::rehearsal& world, const std::string& workflow)
{
    return world.ask<pattern>([workflow](daemon::core& work) -> asio::awaitable<pattern> {
        const auto name = workflow;
        pattern made;
        runtime::run_query query;
        query.workflow = name;
        auto rows = co_await work.store().runs(query);
        made.row = rows.value().front();
        auto facts = co_await work.store().history(made.row.id);
        made.facts = std::move(facts.value());
        auto timers = co_await work.store().timers({}, made.row.id);
        made.timers = std::move(timers.value());
        auto person = co_await work.store().person(made.row.subject);
        made.person = std::move(person.value());
        co_return made;
    });
}

void must(const result<void>& done)
{
    if (!done)
        throw std::runtime_error(done.error().what);
}

/// Joiners wait for a first day that is far away; leavers were stopped by a death in the middle of a call.
pattern waiting_joiner(const std::string& now)
{
    daemon::rehearsal world(simulation::options_at(now));
    must(world.organisation().load(simulation::company(), world.now()));
    simulation::worker_story who;
    who.start = to_text(date(std::chrono::floor<std::chrono::days>(world.now()) + std::chrono::days(7)));
    world.deliver("workday", simulation::hire("e1", now, who));
    world.run_for(std::chrono::minutes(1));
    return taken_from(world, "joiner");
}

pattern running_leaver(const std::string& now)
{
    daemon::rehearsal world(simulation::options_at(now));
    must(world.organisation().load(simulation::company(), world.now()));
    simulation::worker_story who;
    who.start = "2020-01-01";
    world.deliver("workday", simulation::hire("e1", "2020-01-01T00:00:00Z", who));
    world.run_for(std::chrono::minutes(1));
    must(world.organisation().add_faults(
        engine::json::parse(R"({"match":{"method":"DELETE","path":"/**"},"always":true,"delay":"25s"})").value(),
        world.now()));
    world.deliver("workday", simulation::termination("e2", now, "2020-02-01", who));
    world.run_for(std::chrono::seconds(1));
    return taken_from(world, "leaver");
}

std::string replaced(std::string text, const std::string& what, const std::string& by)
{
    for (auto at = text.find(what); at != std::string::npos; at = text.find(what, at + by.size()))
        text.replace(at, what.size(), by);
    return text;
}

/// The n-th copy; `due` moves its timers into the past.
void add_copy(runtime::transaction& work, const pattern& from, int n, bool due, time_point now)
{
    const auto numbered = [n](const char* prefix) { return fmt::format("{}_{:026d}", prefix, n); };
    runtime::run_append run;
    run.row = from.row;
    run.row.id = {numbered("run")};
    run.row.subject = {numbered("per")};
    run.row.event.id = fmt::format("copy-{}", n);
    for (auto fact : from.facts) {
        fact.text = replaced(std::move(fact.text), from.row.id.text, run.row.id.text);
        fact.text = replaced(std::move(fact.text), from.row.subject.text, run.row.subject.text);
        fact.text = replaced(std::move(fact.text), "\"" + from.row.event.id + "\"", "\"" + run.row.event.id + "\"");
        run.facts.push_back(std::move(fact));
    }
    for (auto timer : from.timers) {
        timer.id = {fmt::format("tmr_{:022d}{:04d}", n, work.timers.size() % 10'000)};
        timer.run = run.row.id;
        timer.subject = run.row.subject;
        timer.at = due ? now - std::chrono::minutes(1) : timer.at + std::chrono::hours(24 * 300);
        work.timers.push_back(std::move(timer));
    }
    auto person = from.person;
    person.key = run.row.subject;
    person.version = 0;
    person.identities = {fmt::format("{:064d}", n)};
    work.people.push_back(std::move(person));
    work.runs.push_back(std::move(run));
}

/// Sees who asks for something, and answers nobody.
class deaf_transport final : public http::transport
{
public:
    explicit deaf_transport(runtime::clock& time) : time_(time) {}
    asio::awaitable<result<http::response>> send(http::request message, duration timeout) override
    {
        targets.push_back(message.method + " " + message.target);
        co_await time_.wait_until(time_.now() + timeout);
        co_return failure(errc::timed_out, "nobody answers here");
    }
    std::vector<std::string> targets;

private:
    runtime::clock& time_;
};

struct settings
{
    int runs = 100'000, due = 50, leavers = 20;
    std::string folder;
};

void generate(const settings& chosen, time_point now)
{
    asio::io_context loop{1};
    auto store = store::open_sqlite_journal(loop.get_executor(), {.path = chosen.folder + "/many.db"}).value();
    const auto joiner = waiting_joiner(to_rfc3339(now)), leaver = running_leaver(to_rfc3339(now));
    asio::co_spawn(
        loop,
        [&]() -> asio::awaitable<void> {
            constexpr int at_once = 100;
            for (int n = 0; n < chosen.runs;) {
                runtime::transaction work;
                for (int i = 0; i < at_once && n < chosen.runs; ++i, ++n) {
                    const bool leaves = n < chosen.leavers;
                    add_copy(work, leaves ? leaver : joiner, n, !leaves && n < chosen.leavers + chosen.due, now);
                }
                auto done = co_await store->commit(std::move(work));
                must(done);
            }
            co_await store->close();
        },
        [](std::exception_ptr failed) {
            if (failed)
                std::rethrow_exception(failed);
        });
    loop.run();
}

void measure(const settings& chosen, bool json)
{
    const double before = bench::resident_mb();
    const auto begun = steady::now();
    asio::io_context loop{1};
    runtime::system_clock time;
    seeded_random random(1);
    auto store = store::open_sqlite_journal(loop.get_executor(), {.path = chosen.folder + "/many.db"}).value();
    const double opened = seconds_since(begun);
    deaf_transport wire(time);
    okta::auth_options auth;
    auth.origin = "http://127.0.0.1:1";
    auth.ssws = "bench";
    auto credentials = okta::authenticator::make(std::move(auth), time, random).value();
    daemon::core_options options;
    options.okta.origin = "http://127.0.0.1:1";
    daemon::core work({loop.get_executor(), time, random, *store, wire, *credentials,
                       [](const error& why) { throw std::runtime_error(why.what); }},
                      options, simulation::shipped_rules());
    double ready = 0, settled = 0;
    asio::co_spawn(
        loop,
        [&]() -> asio::awaitable<void> {
            auto started = co_await work.start();
            must(started);
            ready = seconds_since(begun);
            while (work.runs().in_memory() < static_cast<std::size_t>(chosen.leavers + chosen.due))
                co_await time.wait_until(time.now() + duration(5));
            settled = seconds_since(begun);
            co_await time.wait_until(time.now() + duration(200));
            loop.stop();
        },
        [](std::exception_ptr failed) {
            if (failed)
                std::rethrow_exception(failed);
        });
    loop.run();
    std::size_t first = 0; // calls before the first one that reads a person, as joiners do
    while (first < wire.targets.size() && wire.targets[first].starts_with("DELETE"))
        ++first;
    if (json)
        fmt::print("{{\"open_runs\":{},\"open_s\":{:.3f},\"ready_s\":{:.3f},\"due_taken_up_s\":{:.3f},\"loaded\":{},"
                   "\"memory_mb\":{:.1f},\"leavers_first\":{}}}\n",
                   chosen.runs, opened, ready, settled, work.runs().in_memory(), bench::resident_mb() - before, first);
    else
        fmt::print("recovery  {} open runs: file open after {:.3f} s, ready after {:.3f} s, what is due taken up after "
                   "{:.3f} s; {} runs loaded, {:.1f} MB more; the first {} calls were leavers'\n",
                   chosen.runs, opened, ready, settled, work.runs().in_memory(), bench::resident_mb() - before, first);
    std::fflush(stdout);
    std::_Exit(0); // as the daemon: what is out has no end
}

} // namespace

int main(int argc, char** argv)
{
    CLI::App line("start with many open runs");
    settings chosen;
    bool json = false, again = false;
    line.add_option("--folder", chosen.folder, "where the database goes")->required();
    line.add_option("--runs", chosen.runs, "open runs");
    line.add_option("--due", chosen.due, "of them due");
    line.add_option("--leavers", chosen.leavers, "of them leavers that were in a call when the process died");
    line.add_flag("--again", again, "the database is there already");
    line.add_flag("--json", json, "one JSON line instead of text");
    CLI11_PARSE(line, argc, argv);
    if (!again)
        generate(chosen, runtime::system_clock().now());
    measure(chosen, json);
}
