// Plays seeds and says which promise broke. `--seed=N` plays one again and tells its whole story; without arguments it
// plays a few. Nothing but the numbers on its command line decides what is played.
#include "tests/simulation/seeds/play.hpp"
#include "tests/simulation/seeds/promises.hpp"
#include "tests/simulation/seeds/telling.hpp"

#include <fmt/format.h>
#include <sys/resource.h>

#include <charconv>
#include <chrono>
#include <cstdio>
#include <exception>

namespace {

using namespace jmld;
using namespace jmld::simulation;

struct wish
{
    std::uint64_t first = 1, many = 20;
    bool whole = false;            ///< tells everything
    bool again = false;            ///< plays all a second time, backwards, and compares
    std::uint64_t commits_max = 0; ///< ends what goes round in circles earlier than usual; 0: as usual
};

struct tally
{
    int seeds = 0, failed = 0, people = 0, predicted = 0, deaths = 0;
    std::uint64_t runs = 0, events = 0, requests = 0, commits = 0;
    std::map<std::string, int> ends;
    std::map<std::uint64_t, std::string> digests; ///< by seed
    duration simulated{0};
};

void count(const evidence& seen, const verdict& judged, tally& sum)
{
    sum.people += judged.people;
    sum.predicted += judged.predicted;
    sum.deaths += static_cast<int>(seen.died_after.size());
    sum.runs += seen.runs.size();
    sum.events += seen.events.size();
    sum.requests += seen.ledger.size();
    sum.commits += seen.commits;
    sum.simulated += seen.simulated;
    for (const auto& run : seen.runs)
        ++sum.ends[run.row.state];
    sum.failed += judged.broken.empty() ? 0 : 1;
}

story drawn(std::uint64_t seed, const wish& wanted)
{
    auto told = draw_story(seed);
    if (wanted.commits_max > 0)
        told.commits_max = wanted.commits_max;
    return told;
}

void play_one(std::uint64_t seed, const wish& wanted, tally& sum)
{
    ++sum.seeds;
    const auto told = drawn(seed, wanted);
    if (wanted.whole) { // first of all: it may be one that does not come back
        fmt::print("{}", describe(told));
        std::fflush(stdout);
    }
    try {
        const auto seen = play(told);
        const auto judged = judge(seen);
        count(seen, judged, sum);
        if (wanted.again)
            sum.digests[seed] = digest_of(seen);
        if (!wanted.whole && !judged.broken.empty())
            fmt::print("{}", describe(told));
        if (wanted.whole)
            fmt::print("{}", tell(seen));
        for (const auto& one : judged.broken)
            fmt::print("seed {}: {}\n", seed, one);
    } catch (const std::exception& mistake) {
        fmt::print("{}seed {}: {}\n", wanted.whole ? "" : describe(told), seed, mistake.what());
        ++sum.failed;
    }
    std::fflush(stdout);
}

// What a seed draws is all that decides: neither the seeds played before it nor the addresses of anything.
void play_again(const wish& wanted, tally& sum)
{
    for (auto one = sum.digests.rbegin(); one != sum.digests.rend(); ++one) {
        if (digest_of(play(drawn(one->first, wanted))) == one->second)
            continue;
        fmt::print("seed {}: another story when it is played again after others\n", one->first);
        ++sum.failed;
    }
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
    for (const auto& [state, many] : sum.ends)
        ends += fmt::format(" {} {}", many, state);
    fmt::print("{} seeds, {} failed; {} people, {} predicted; {} events, {} runs ({} ), {} requests, {} commits, {} "
               "deaths; {:.1f} s, {:.0f} times faster than what it simulates\n",
               sum.seeds, sum.failed, sum.people, sum.predicted, sum.events, sum.runs, ends, sum.requests, sum.commits,
               sum.deaths, wall, simulated / wall);
}

bool read(std::string_view word, wish& into)
{
    if (word.starts_with("--seed=")) {
        into.first = number(word.substr(7));
        into.many = 1;
        into.whole = true;
    } else if (word.starts_with("--from=")) {
        into.first = number(word.substr(7));
    } else if (word.starts_with("--count=")) {
        into.many = number(word.substr(8));
    } else if (word.starts_with("--commits=")) {
        into.commits_max = number(word.substr(10));
    } else if (word == "--again") {
        into.again = true;
    } else {
        return false;
    }
    return true;
}

} // namespace

int main(int words, char** word)
{
    wish wanted;
    for (int i = 1; i < words; ++i) {
        if (!read(word[i], wanted)) {
            fmt::print(stderr, "usage: simulation_seeds [--seed=N | --from=N --count=N] [--again] [--commits=N]\n");
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
    for (auto seed = wanted.first; seed < wanted.first + wanted.many; ++seed)
        play_one(seed, wanted, sum);
    summarize(sum, std::chrono::steady_clock::now() - began);
    play_again(wanted, sum);
    return sum.failed == 0 ? 0 : 1;
}
