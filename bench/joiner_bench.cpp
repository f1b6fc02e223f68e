// The daemon but its doors — decisions, engine, SQLite, Okta's connector over loopback HTTP — under a load of
// seven-step joiners, beside the floor of the same run: the same requests on bare sockets and a row in bare SQLite
// after each wave. It judges nothing.
#include "bench/joiner_floor.hpp"
#include "bench/process_use.hpp"
#include "connectors/https_client.hpp"
#include "daemon/all_actions.hpp"
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

#include <algorithm>
#include <chrono>
#include <filesystem>

namespace asio = boost::asio;
using namespace jmld;

namespace {

using steady = std::chrono::steady_clock;

// Create, find the group, add to it, three apps in parallel, verify; perhaps after a wait.
constexpr const char* joiner_head = R"(name: joiner
trigger: {event: [worker.hired], at: '${{ event.start }}'}
direction: grant
steps:
)";
constexpr const char* joiner_steps = R"(  create_user:
    uses: okta.users.create
    with: {activate: false, profile: '${{ person.okta_profile }}'}
  groups:
    for_each: ${{ access.groups.add }}
    uses: okta.groups.add_user
    with: {group: '${{ item }}', user: '${{ steps.create_user.outputs.id }}'}
  apps:
    needs: [groups]
    for_each: ${{ access.apps.add }}
    max_parallel: 4
    uses: okta.apps.assign_user
    with: {app: '${{ item }}', user: '${{ steps.create_user.outputs.id }}'}
  verify:
    needs: [apps]
    uses: okta.verify_access
    with: {user: '${{ steps.create_user.outputs.id }}', expect: '${{ access.target }}'}
)";
constexpr const char* access_text = R"(rules:
  - {when: 'person.kind == "employee"', groups: [Staff], apps: [App 1, App 2, App 3]}
)";

std::string joiner_text(std::optional<time_point> waits_until)
{
    if (!waits_until)
        return std::string(joiner_head) + joiner_steps;
    auto steps = std::string(joiner_steps);
    const std::string_view first = "  create_user:\n";
    steps.insert(first.size(), "    needs: [due]\n");
    return fmt::format("{}  due:\n    uses: core.wait\n    with: {{until: '${{{{ timestamp(\"{}\") }}}}'}}\n{}",
                       joiner_head, to_rfc3339(*waits_until), steps);
}

daemon::rule_book_pointer bench_rules(std::optional<time_point> waits_until)
{
    static const daemon::all_actions catalogue;
    auto book = std::make_shared<daemon::rule_book>();
    auto loaded = workflows::loading::load_workflows({{"joiner.yaml", joiner_text(waits_until)}}, catalogue, {});
    auto access = workflows::read_access("access.yaml", access_text);
    if (!loaded.ok || !access)
        throw std::runtime_error(loaded.ok ? access.error().front() : loaded.messages.front());
    book->workflows = std::move(loaded.workflows);
    book->access = std::move(*access);
    return book;
}

std::string wire_of(const http::request& message)
{
    auto text = fmt::format("{} {} HTTP/1.1\r\nHost: 127.0.0.1\r\n", message.method, message.target);
    for (const auto& [name, content] : message.headers)
        text += fmt::format("{}: {}\r\n", name, content);
    return text + fmt::format("Content-Length: {}\r\n\r\n{}", message.body.size(), message.body);
}

// Counts, and writes down which requests did not wait for each other: one belongs to the wave after the last one that
// had been answered when it left.
class recording_transport final : public http::transport
{
public:
    explicit recording_transport(std::unique_ptr<http::transport> inner) : inner_(std::move(inner)) {}
    asio::awaitable<result<http::response>> send(http::request message, duration timeout) override
    {
        ++exchanges;
        const auto wave = answered_ + 1;
        if (recording) {
            seen.resize(std::max(seen.size(), wave));
            seen[wave - 1].push_back(wire_of(message));
        }
        auto answer = co_await inner_->send(std::move(message), timeout);
        if (recording)
            answered_ = std::max(answered_, wave);
        co_return answer;
    }
    int exchanges = 0;
    bool recording = false;
    bench::waves seen;

private:
    std::unique_ptr<http::transport> inner_;
    std::size_t answered_ = 0; ///< waves
};

struct joiner_load
{
    std::string origin;
    int runs = 2000, in_flight = 64;
    double delay_ms = 0; ///< how long the peer takes to answer

    asio::io_context loop{1};
    runtime::system_clock time;
    daemon::system_random random;
    bench::waves script;
    int exchanges_per_run = 0;

    double calls_ms() const { return delay_ms * static_cast<double>(script.size()); }

    /// What many runs cost that wait for the same moment, and how long they take once it has come.
    struct parked_figures
    {
        double mb_before = 0, mb_parked = 0, seconds = 0;
    };

    bench::load_figures play(const std::filesystem::path& folder)
    {
        bench::load_figures figures;
        with_daemon(folder, std::nullopt, [&](auto& work, auto& wire, auto& intake, const auto& source) {
            constexpr int warm = 20; // names, schema and connections are there; the last of these is the floor's script
            hire_all(work, intake, source, 0, warm - 1, 4);
            wire.recording = true;
            const int before = wire.exchanges;
            hire_all(work, intake, source, warm - 1, 1, 1);
            wire.recording = false;
            script = wire.seen;
            exchanges_per_run = wire.exchanges - before;

            const double cpu = bench::cpu_seconds();
            const auto written = bench::io_bytes("write_bytes");
            const auto begun = steady::now();
            hire_all(work, intake, source, warm, runs, in_flight);
            figures = {std::chrono::duration<double>(steady::now() - begun).count(), bench::cpu_seconds() - cpu,
                       bench::io_bytes("write_bytes") - written, runs};
        });
        return figures;
    }

    parked_figures play_parked(const std::filesystem::path& folder, int count)
    {
        parked_figures figures;
        constexpr int parked_a_second = 250; // slower than any machine that this is for
        const auto due = time.now() + duration(std::chrono::seconds(10 + count / parked_a_second));
        with_daemon(folder, due, [&](auto& work, auto&, auto& intake, const auto& source) {
            figures.mb_before = bench::resident_mb();
            run(park(work, intake, source, count));
            figures.mb_parked = bench::resident_mb();
            run(finish(work, count, due));
            figures.seconds = static_cast<double>((time.now() - due).count()) / 1000;
        });
        return figures;
    }

private:
    template <class Work>
    void with_daemon(const std::filesystem::path& folder, std::optional<time_point> waits_until, Work use)
    {
        auto store = store::open_sqlite_journal(loop.get_executor(), {.path = (folder / "bench.db").string()}).value();
        recording_transport wire(
            http::make_client(loop.get_executor(), {.origin = origin, .connections_max = 4 * in_flight}).value());
        okta::auth_options auth;
        auth.origin = origin;
        auth.ssws = "bench";
        auto credentials = okta::authenticator::make(std::move(auth), time, random).value();
        daemon::core_options options;
        options.okta.origin = origin;
        options.in_flight_max = 4 * in_flight; // apps are given three at a time
        options.limits.concurrency_max = 4 * in_flight;
        daemon::core work({loop.get_executor(), time, random, *store, wire, *credentials,
                           [](const error& why) { throw std::runtime_error(why.what); }},
                          options, bench_rules(waits_until));
        const auto sources = simulation::shipped_sources();
        daemon::webhook_handler intake(sources, *store, time, work.counters(),
                                       [&](const runtime::event_record& stored) { work.decisions().accepted(stored); });
        asio::co_spawn(loop, work.start(), asio::detached);
        use(work, wire, intake, sources->at("workday"));
        run(store->close()); // what waits for tomorrow ends with the process
        std::fflush(stdout);
    }

    void run(asio::awaitable<void> story)
    {
        asio::co_spawn(loop, std::move(story), [&](std::exception_ptr failed) {
            if (failed)
                std::rethrow_exception(failed);
            loop.stop();
        });
        loop.restart();
        loop.run();
    }

    void hire_all(daemon::core& work, daemon::webhook_handler& intake, const daemon::event_source& source, int first,
                  int count, int at_once)
    {
        run(feed(work, intake, source, first, count, at_once));
    }

    static int ended(daemon::core& work) { return static_cast<int>(work.counters().total("jmld_runs_total")); }

    // Accepts them all; each begins, comes to its wait, and leaves the memory.
    asio::awaitable<void> park(daemon::core& work, daemon::webhook_handler& intake, const daemon::event_source& source,
                               int count)
    {
        constexpr int at_once = 64;
        int accepted = 0;
        for (int begun = 0; accepted < count || work.decisions().undecided() > 0 || work.runs().in_memory() > 0;) {
            for (; begun < count && begun - accepted < at_once; ++begun)
                asio::co_spawn(loop, hire(intake, source, begun), [&accepted](std::exception_ptr failed) {
                    if (failed)
                        std::rethrow_exception(failed);
                    ++accepted;
                });
            const bool woken = co_await time.wait_until(time.now() + duration(2));
            if (!woken)
                co_return;
        }
        if (ended(work) > 0)
            throw std::runtime_error("the moment came before all runs waited for it");
    }

    asio::awaitable<void> finish(daemon::core& work, int count, time_point due)
    {
        for (auto next = due; ended(work) < count; next = time.now() + duration(2)) {
            const bool woken = co_await time.wait_until(next);
            if (!woken)
                co_return;
        }
    }

    // As many unfinished runs as asked for, until all have ended.
    asio::awaitable<void> feed(daemon::core& work, daemon::webhook_handler& intake, const daemon::event_source& source,
                               int first, int count, int at_once)
    {
        const int before = ended(work);
        for (int begun = 0; ended(work) - before < count;) {
            for (; begun < count && begun - (ended(work) - before) < at_once; ++begun)
                asio::co_spawn(loop, hire(intake, source, first + begun), [](std::exception_ptr failed) {
                    if (failed)
                        std::rethrow_exception(failed);
                });
            const bool woken = co_await time.wait_until(time.now() + duration(1));
            if (!woken)
                co_return;
        }
    }

    asio::awaitable<void> hire(daemon::webhook_handler& intake, const daemon::event_source& source, int number)
    {
        simulation::worker_story who;
        who.id = std::to_string(500'000 + number);
        who.universal_id = "U-" + who.id;
        who.first = fmt::format("Bench{}", number);
        who.start = to_text(date(std::chrono::floor<std::chrono::days>(time.now())));
        auto body = simulation::hire(fmt::format("bench-{}", number), to_rfc3339(time.now()), who);
        auto answer = co_await intake.take(&source, {{"content-type", "application/json"}}, std::move(body), {});
        if (answer.status != 202)
            throw std::runtime_error(answer.body);
    }
};

void print(const joiner_load& load, const bench::load_figures& ours, const bench::load_figures& floor, bool json)
{
    // One at a time: what a run takes is the calls that it waits for, one wave after the other, and what comes on top.
    const auto label = fmt::format("{} ms", load.delay_ms);
    const double on_top = load.in_flight > 1 ? 0 : ours.seconds * 1000 / ours.runs - load.calls_ms();
    if (json) {
        fmt::print("{}\n", engine::json::write(
                               engine::value::map({{"name", "joiner " + label},
                                                   {"ms_on_top_of_its_calls", on_top},
                                                   {"in_flight", load.in_flight},
                                                   {"exchanges_per_run", load.exchanges_per_run},
                                                   {"runs_per_second", ours.per_second()},
                                                   {"floor_runs_per_second", floor.per_second()},
                                                   {"cpu_seconds_per_1000_runs", ours.cpu_per_thousand()},
                                                   {"floor_cpu_seconds_per_1000_runs", floor.cpu_per_thousand()},
                                                   {"kib_written_per_run", ours.kib_per_run()},
                                                   {"floor_kib_written_per_run", floor.kib_per_run()}})));
        return;
    }
    const auto line = [](const char* what, double mine, double least) {
        fmt::print("  {:<28} {:>10.2f}   floor {:>10.2f}   ratio {:>6.2f}\n", what, mine, least, mine / least);
    };
    fmt::print("joiner, answers at {}, {} in flight, {} exchanges a run\n", label, load.in_flight,
               load.exchanges_per_run);
    line("runs/s", ours.per_second(), floor.per_second());
    if (load.in_flight == 1)
        line("ms a run beyond its calls", on_top, floor.seconds * 1000 / floor.runs - load.calls_ms());
    line("CPU s per 1,000 runs", ours.cpu_per_thousand(), floor.cpu_per_thousand());
    line("KiB written per run", ours.kib_per_run(), floor.kib_per_run());
}

void print(int count, const joiner_load::parked_figures& ours, const bench::load_figures& floor, bool json)
{
    if (json) {
        fmt::print("{}\n", engine::json::write(engine::value::map({{"name", "parked"},
                                                                   {"runs", count},
                                                                   {"mb_parked", ours.mb_parked},
                                                                   {"due_seconds", ours.seconds},
                                                                   {"floor_due_seconds", floor.seconds}})));
        return;
    }
    fmt::print("{} runs that wait for the same moment\n", count);
    fmt::print("  {:<28} {:>10.1f}   before {:>9.1f}\n", "MB in memory while they wait", ours.mb_parked,
               ours.mb_before);
    fmt::print("  {:<28} {:>10.2f}   floor {:>10.2f}   ratio {:>6.2f}\n", "s until all are done", ours.seconds,
               floor.seconds, ours.seconds / floor.seconds);
}

} // namespace

int main(int argc, char** argv)
{
    CLI::App line("seven-step joiners beside their floor");
    joiner_load load;
    std::string folder;
    bool json = false;
    int parked = 0;
    line.add_option("--okta", load.origin, "http://127.0.0.1:PORT of canned-okta")->required();
    line.add_option("--delay", load.delay_ms, "ms that the peer takes to answer, as it was told");
    line.add_option("--folder", folder, "where the databases go")->required();
    line.add_option("--runs", load.runs, "how many joiners");
    line.add_option("--in-flight", load.in_flight, "how many at once");
    line.add_option("--parked", parked, "so many runs that wait for one moment, instead");
    line.add_flag("--json", json, "one JSON line instead of text");
    CLI11_PARSE(line, argc, argv);
    constexpr int row_bytes = 400;
    const auto ours = load.play(folder);
    const auto port = static_cast<std::uint16_t>(std::stoi(load.origin.substr(load.origin.rfind(':') + 1)));
    if (parked > 0) {
        const auto apart = std::filesystem::path(folder) / "parked";
        std::filesystem::create_directory(apart);
        joiner_load waiting;
        waiting.origin = load.origin;
        waiting.in_flight = load.in_flight;
        const auto figures = waiting.play_parked(apart, parked);
        print(parked, figures, bench::play_floor(load.script, parked, load.in_flight, port, apart, row_bytes), json);
        std::fflush(stdout);
        std::_Exit(0);
    }
    const auto floor = bench::play_floor(load.script, load.runs, load.in_flight, port, folder, row_bytes);
    print(load, ours, floor, json);
    std::fflush(stdout);
    std::_Exit(0); // the core's coroutines end with the process
}
