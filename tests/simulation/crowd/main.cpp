// `simulation_crowd [PEOPLE] [SEED]`: 10,000 joiners against the limits of one token, figures on stdout; exit 1 when
// less than 95 % of what is allowed was used or more than 0.1 % of the calls were refused.
#include "tests/simulation/crowd/crowd.hpp"

#include <fmt/format.h>

#include <charconv>
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
    const auto report = jmld::simulation::play_crowd(people, jmld::simulation::token_limits(), seed);
    fmt::print("{}", jmld::simulation::describe(report));
    const bool used = !report.buckets.empty() && report.buckets.front().used >= 0.95;
    return used && report.refused_share() <= 0.001 && report.joined == people ? 0 : 1;
}
