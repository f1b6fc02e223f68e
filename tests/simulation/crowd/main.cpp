// `simulation_crowd [PEOPLE] [SEED]`: 10,000 joiners against the limits of one token, and then as many accounts taken
// over; figures on stdout. Exit 1 when less than 95 % of what is allowed was used for the hires, more than 0.1 % of the
// calls were refused, or somebody is missing. An import is one run, with few calls at once: it need not fill a bucket.
#include "tests/simulation/crowd/crowd.hpp"

#include <fmt/format.h>

#include <charconv>
#include <cstdio>
#include <string_view>

namespace {

std::uint64_t number(std::string_view text, std::uint64_t otherwise)
{
    std::uint64_t read = otherwise;
    std::from_chars(text.data(), text.data() + text.size(), read);
    return read;
}

} // namespace

int main(int argc, char** argv)
{
    const auto people = static_cast<int>(argc > 1 ? number(argv[1], 10'000) : 10'000);
    const auto seed = argc > 2 ? number(argv[2], 1) : 1;
    const auto holds = [&](std::string_view what, const jmld::simulation::crowd_report& report) {
        fmt::print("{}: {}", what, jmld::simulation::describe(report));
        std::fflush(stdout);
        return report.refused_share() <= 0.001 && report.joined == people;
    };
    const auto limits = jmld::simulation::token_limits();
    const bool imported = holds("import", jmld::simulation::play_import(people, limits, seed));
    const auto hires = jmld::simulation::play_crowd(people, limits, seed);
    const bool hired = holds("hires", hires) && !hires.buckets.empty() && hires.buckets.front().used >= 0.95;
    return hired && imported ? 0 : 1;
}
