// Joiner runs a second of the whole daemon but its doors — decisions, engine, SQLite, Okta's connector over loopback
// HTTP — beside the floor of the same run: the same number of exchanges on the same client, with no engine and no
// store. It judges nothing.
#include "connectors/https_client.hpp"
#include "daemon/core.hpp"
#include "daemon/system_random.hpp"
#include "daemon/webhooks/webhook_handler.hpp"
#include "engine/json/json.hpp"
#include "store/journals.hpp"
#include "tests/simulation/world.hpp"

#include <boost/asio/co_spawn.hpp>
#include <boost/asio/detached.hpp>
#include <boost/asio/io_context.hpp>
#include <CLI/CLI.hpp>
#include <fmt/format.h>

#include <chrono>
#include <filesystem>

#include <sys/resource.h>

namespace asio = boost::asio;
using namespace jmld;

namespace {

using steady = std::chrono::steady_clock;

double seconds_since(steady::time_point begun) { return std::chrono::duration<double>(steady::now() - begun).count(); }

double cpu_seconds()
{
    rusage used{};
    ::getrusage(RUSAGE_SELF, &used);
    const auto sum = [](const timeval& part) {
        return static_cast<double>(part.tv_sec) + static_cast<double>(part.tv_usec) / 1e6;
    };
    return sum(used.ru_utime) + sum(used.ru_stime);
}

class counting_transport final : public http::transport
{
public:
    explicit counting_transport(std::unique_ptr<http::transport> inner) : inner_(std::move(inner)) {}
    asio::awaitable<result<http::response>> send(http::request message, duration timeout) override
    {
        ++exchanges;
        auto answer = co_await inner_->send(std::move(message), timeout);
        co_return answer;
    }
    int exchanges = 0;

private:
    std::unique_ptr<http::transport> inner_;
};

constexpr int in_flight = 40;

struct bench
{
    asio::io_context loop{1};
    runtime::system_clock time;
    daemon::system_random random;
    std::string origin;
    int runs = 200;

    std::unique_ptr<http::transport> client()
    {
        return http::make_client(loop.get_executor(), {.origin = origin, .ca_file = {}, .connections_max = in_flight})
            .value();
    }

    // The floor: nothing but requests and answers, as many at once as the daemon would have.
    double pairs_per_second(int count)
    {
        counting_transport wire(client());
        int left = count;
        const auto begun = steady::now();
        for (int i = 0; i < in_flight; ++i)
            asio::co_spawn(
                loop,
                [](counting_transport& on, int& remaining) -> asio::awaitable<void> {
                    while (remaining-- > 0) {
                        http::request message;
                        message.target = "/api/v1/groups?limit=1";
                        message.headers = {{"Authorization", "SSWS bench"},
                                           {"Accept", "application/json"},
                                           {"User-Agent", "jmld-bench"}};
                        auto answer = co_await on.send(std::move(message), duration(10'000));
                        if (!answer)
                            throw std::runtime_error(answer.error().what);
                    }
                }(wire, left),
                [](std::exception_ptr failed) {
                    if (failed)
                        std::rethrow_exception(failed);
                });
        loop.restart();
        loop.run();
        return count / seconds_since(begun);
    }

    struct figures
    {
        double runs_per_second = 0, cpu_per_thousand = 0, exchanges_per_run = 0;
        int exchanges = 0;
    };

    figures joiners(const std::filesystem::path& folder)
    {
        auto store = store::open_sqlite_journal(loop.get_executor(), {.path = (folder / "bench.db").string()}).value();
        counting_transport wire(client());
        okta::auth_options auth;
        auth.origin = origin;
        auth.ssws = "bench";
        auto credentials = okta::authenticator::make(std::move(auth), time, random).value();
        daemon::core_options options;
        options.okta.origin = origin;
        options.in_flight_max = in_flight - 8;
        options.limits.concurrency_max = in_flight;
        daemon::core work({loop.get_executor(), time, random, *store, wire, *credentials,
                           [](const error& why) { throw std::runtime_error(why.what); }},
                          options, simulation::shipped_rules());
        daemon::webhook_handler intake(simulation::shipped_sources(), *store, time, work.counters(),
                                       [&](event_key key) { work.decisions().accepted(std::move(key)); });
        const auto sources = simulation::shipped_sources();
        const auto cpu = cpu_seconds();
        const auto begun = steady::now();
        asio::co_spawn(loop, work.start(), asio::detached);
        asio::co_spawn(loop, feed(intake, sources->at("workday")), asio::detached);
        asio::co_spawn(loop, until_done(*store), [&](std::exception_ptr failed) {
            if (failed)
                std::rethrow_exception(failed);
            loop.stop();
        });
        loop.restart();
        loop.run();
        const double took = seconds_since(begun);
        return {runs / took, (cpu_seconds() - cpu) * 1000 / runs, static_cast<double>(wire.exchanges) / runs,
                wire.exchanges};
    }

private:
    asio::awaitable<void> feed(daemon::webhook_handler& intake, const daemon::event_source& source)
    {
        const auto today = to_text(date(std::chrono::floor<std::chrono::days>(time.now())));
        for (int i = 0; i < runs; ++i) {
            simulation::worker_story who;
            who.id = fmt::format("{}{}", origin.back(), 500'000 + i);
            who.universal_id = "U-" + who.id;
            who.first = fmt::format("Bench{}", i);
            who.start = today;
            auto body = simulation::hire(fmt::format("bench-{}", i), to_rfc3339(time.now()), who);
            auto answer = co_await intake.take(&source, {{"content-type", "application/json"}}, std::move(body), {});
            if (answer.status != 202)
                throw std::runtime_error(answer.body);
        }
    }
    asio::awaitable<void> until_done(runtime::journal& store)
    {
        for (;;) {
            co_await time.wait_until(time.now() + duration(20));
            auto counts = co_await store.counts();
            std::int64_t done = 0;
            for (const auto& [state, amount] : counts.value().runs_by_state) {
                if (state == "succeeded")
                    done = amount;
                if (state == "paused" || state == "rolled_back")
                    throw std::runtime_error("a run ended " + state);
            }
            if (done >= runs)
                co_return;
        }
    }
};

} // namespace

int main(int argc, char** argv)
{
    CLI::App line("joiner runs a second beside their floor");
    bench measured;
    std::string label = "0 ms", folder;
    bool json = false, print_org = false;
    line.add_flag("--print-org", print_org, "the organisation to load into okta-sim, then end");
    line.add_option("--okta", measured.origin, "http://127.0.0.1:PORT of okta-sim");
    line.add_option("--label", label, "what the answers' delay is called");
    line.add_option("--folder", folder, "where the database goes");
    line.add_option("--runs", measured.runs, "how many joiners");
    line.add_flag("--json", json, "one JSON line instead of text");
    CLI11_PARSE(line, argc, argv);
    if (print_org) {
        fmt::print("{}\n", engine::json::write(simulation::company()));
        return 0;
    }
    const auto joined = measured.joiners(folder);
    const double pairs = measured.pairs_per_second(std::max(joined.exchanges, 200));
    const double floor = pairs / joined.exchanges_per_run;
    if (json)
        fmt::print("{}\n",
                   engine::json::write(engine::value::map({{"name", "joiner " + label},
                                                           {"runs_per_second", joined.runs_per_second},
                                                           {"floor_runs_per_second", floor},
                                                           {"ratio", joined.runs_per_second / floor},
                                                           {"cpu_seconds_per_1000_runs", joined.cpu_per_thousand},
                                                           {"exchanges_per_run", joined.exchanges_per_run}})));
    else
        fmt::print("joiner, answers at {:<6} {:>8.1f} runs/s   floor (bare exchanges) {:>8.1f} runs/s   ratio {:.2f}   "
                   "{:.2f} CPU s per 1,000 runs   {:.1f} exchanges a run\n",
                   label, joined.runs_per_second, floor, joined.runs_per_second / floor, joined.cpu_per_thousand,
                   joined.exchanges_per_run);
    std::fflush(stdout);
    std::_Exit(0); // the core's coroutines end with the process
}
