// Draws one life after the other and plays it; the first that is not as it must be is made small and printed.
// `--seed=N` replays one and tells its story, `--from=A --count=B` plays a range. Exit 1 when one failed.
#include "tests/simulation/any_order/shrinking.hpp"

#include <fmt/format.h>

#include <cstdlib>
#include <string_view>

namespace {

using namespace jmld::simulation::any_order;

std::uint64_t number_of(std::string_view word, std::string_view name, std::uint64_t otherwise)
{
    return word.starts_with(name) ? std::strtoull(word.data() + name.size(), nullptr, 10) : otherwise;
}

bool passes(std::uint64_t seed, bool with_story)
{
    const auto told = draw(seed);
    if (complaints_of(told).empty())
        return true;
    const auto small = smallest(told, [](const tale& one) { return !complaints_of(one).empty(); });
    fmt::print("seed {} fails; the smallest tale that does:\n{}", seed, describe(small));
    for (const auto& complaint : complaints_of(small))
        fmt::print("  -> {}\n", complaint);
    if (with_story)
        fmt::print("{}", story_of(small));
    return false;
}

} // namespace

int main(int argc, char** argv)
{
    std::uint64_t from = 1, count = 200;
    for (int i = 1; i < argc; ++i) {
        const std::string_view word(argv[i]);
        from = number_of(word, "--from=", from);
        count = number_of(word, "--count=", count);
        if (word.starts_with("--seed=")) {
            from = number_of(word, "--seed=", from);
            count = 1;
        }
    }
    int failed = 0;
    if (count == 1)
        fmt::print("{}", describe(draw(from)));
    for (auto seed = from; seed < from + count; ++seed)
        failed += passes(seed, count == 1) ? 0 : 1;
    fmt::print("{} lives in any order, {} not as they must be\n", count, failed);
    return failed == 0 ? 0 : 1;
}
