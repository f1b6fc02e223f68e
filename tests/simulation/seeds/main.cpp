// Plays seeds and says which promise broke. `--seed=N` plays one again and tells its whole story; without arguments it
// plays a few. Nothing but the numbers on its command line decides what is played.
#include "engine/runtime/run_storage.hpp"
#include "tests/simulation/seeds/play.hpp"
#include "tests/simulation/seeds/promises.hpp"

#include <fmt/format.h>
#include <sys/resource.h>

#include <charconv>
#include <chrono>
#include <cstdio>
#include <exception>

namespace {

using namespace jmld;
using namespace jmld::simulation;

struct tally
{
    int seeds = 0, failed = 0, people = 0, predicted = 0, deaths = 0;
    std::uint64_t runs = 0, events = 0, requests = 0, commits = 0;
    std::map<std::string, int> ends;
    duration simulated{0};
};

void tell(const evidence& seen)
{
    for (const auto& event : seen.events)
        fmt::print("  event {} {}: {} ({}) {}\n", event.key.id, event.type, event.decision, event.reason,
                   event.run.text);
    for (const auto& run : seen.runs) {
        fmt::print("  run {} {} of {}: {}\n", run.row.id.text, run.row.workflow, run.row.event.id, run.row.state);
        for (const auto& one : run.facts)
            fmt::print("    {} {}\n", to_rfc3339(one.at), runtime::to_stored(one).text);
    }
    for (const auto& entry : seen.ledger)
        fmt::print("  {} {} {} {} {} {}\n", to_rfc3339(entry.at), entry.seq, entry.method, entry.path, entry.status,
                   entry.effect.is_null() ? "" : engine::json::write(entry.effect));
}

void play_one(std::uint64_t seed, bool whole, tally& sum)
{
    ++sum.seeds;
    const auto told = draw_story(seed);
    if (whole) { // first of all: it may be one that does not come back
        fmt::print("{}", describe(told));
        std::fflush(stdout);
    }
    try {
        const auto seen = play(told);
        const auto judged = judge(seen);
        sum.people += judged.people;
        sum.predicted += judged.predicted;
        sum.deaths += seen.deaths;
        sum.runs += seen.runs.size();
        sum.events += seen.events.size();
        sum.requests += seen.ledger.size();
        sum.commits += seen.commits;
        sum.simulated += seen.simulated;
        for (const auto& run : seen.runs)
            ++sum.ends[run.row.state];
        if (!whole && !judged.broken.empty())
            fmt::print("{}", describe(told));
        if (whole)
            tell(seen);
        for (const auto& one : judged.broken)
            fmt::print("seed {}: {}\n", seed, one);
        sum.failed += judged.broken.empty() ? 0 : 1;
    } catch (const std::exception& mistake) {
        fmt::print("{}seed {}: {}\n", whole ? "" : describe(told), seed, mistake.what());
        ++sum.failed;
    }
    std::fflush(stdout);
}

std::uint64_t number(std::string_view text)
{
    std::uint64_t read = 0;
    std::from_chars(text.data(), text.data() + text.size(), read);
    return read;
}

void summarize(const tally& sum, std::chrono::steady_clock::duration took)
{
    const auto wall = std::chrono::duration<double>(took).count();
    const auto simulated = std::chrono::duration<double>(sum.simulated).count();
    std::string ends;
    for (const auto& [state, count] : sum.ends)
        ends += fmt::format(" {} {}", count, state);
    fmt::print("{} seeds, {} failed; {} people, {} predicted; {} events, {} runs ({} ), {} requests, {} commits, {} "
               "deaths; {:.1f} s, {:.0f} times faster than what it simulates\n",
               sum.seeds, sum.failed, sum.people, sum.predicted, sum.events, sum.runs, ends, sum.requests, sum.commits,
               sum.deaths, wall, simulated / wall);
}

} // namespace

int main(int count, char** words)
{
    std::uint64_t first = 1, many = 20;
    bool whole = false;
    for (int i = 1; i < count; ++i) {
        const std::string_view word = words[i];
        if (word.starts_with("--seed=")) {
            first = number(word.substr(7));
            many = 1;
            whole = true;
        } else if (word.starts_with("--from=")) {
            first = number(word.substr(7));
        } else if (word.starts_with("--count=")) {
            many = number(word.substr(8));
        } else {
            fmt::print(stderr, "usage: simulation_seeds [--seed=N | --from=N --count=N]\n");
            return 2;
        }
    }
    rlimit files{}; // every death keeps three, see docs/decisions/0005
    if (getrlimit(RLIMIT_NOFILE, &files) == 0) {
        files.rlim_cur = files.rlim_max;
        setrlimit(RLIMIT_NOFILE, &files);
    }
    tally sum;
    const auto began = std::chrono::steady_clock::now();
    for (std::uint64_t seed = first; seed < first + many; ++seed)
        play_one(seed, whole, sum);
    summarize(sum, std::chrono::steady_clock::now() - began);
    return sum.failed == 0 ? 0 : 1;
}
